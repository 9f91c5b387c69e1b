import type { CredentialKind, Plugin, Provider } from '@moho/core'

/** What an entry's `type` can say, and the ways to sign in that each has. */
export type ProviderTypes = ReadonlyMap<string, ProviderType>

interface ProviderType {
  readonly provider: Provider
  /** The provider's own, then those that plugins add. */
  readonly credentialKinds: readonly CredentialKind<unknown>[]
}

export function providerTypes(plugins: readonly Plugin[]): ProviderTypes {
  const types = new Map<string, ProviderType>()
  for (const provider of plugins.flatMap((plugin) => plugin.providers ?? [])) {
    const added = plugins.flatMap(({ credentialKinds = {} }) =>
      Object.hasOwn(credentialKinds, provider.id) ? (credentialKinds[provider.id] ?? []) : [],
    )
    types.set(provider.id, { provider, credentialKinds: [...provider.credentials, ...added] })
  }
  return types
}
