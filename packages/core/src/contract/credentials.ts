import type { z } from 'zod'
import type { Ending } from './ending.ts'
import type { HttpClient, StringMap } from './http.ts'

/** One way to come by the secrets of a provider, chosen by an entry's `auth.type`. */
export interface CredentialKind<Secret, Settings extends z.ZodObject = z.ZodObject> {
  /** What `auth.type` says: 'access-key', 'api-key'. */
  readonly type: string
  /** The other members of `auth`. */
  readonly settings: Settings
  open(settings: z.output<Settings>, at: Surroundings): Credential<Secret>
}

export interface Surroundings {
  readonly region: string | undefined
  readonly endpoints: StringMap
  readonly http: HttpClient
  /** Milliseconds since 1970. */
  now(): number
}

/** One for each entry, shared by its calls. */
export interface Credential<Secret> {
  /** Cached to expiry; one renewal serves all who wait, and `ending` ends only this wait. */
  get(ending: Ending): Promise<Secret>
  /** Forgets the secret or sets the clock right. True if another try may help. `serverTime` in milliseconds since 1970. */
  refused(secret: Secret, why: Refusal, serverTime?: number): boolean
  close(): void
}

export type Refusal = 'expired' | 'invalid' | 'clock'

export const defineCredentialKind = <Secret, Settings extends z.ZodObject>(
  kind: CredentialKind<Secret, Settings>,
): CredentialKind<Secret> => kind

declare module 'zod' {
  /** How a form shows a member of `config` or `settings`. A secret goes in and never comes out. */
  interface GlobalMeta {
    title?: string
    help?: string
    order?: number
    secret?: boolean
  }
}
