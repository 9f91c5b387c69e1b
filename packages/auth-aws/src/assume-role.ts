import {
  type Credential,
  type CredentialKind,
  defineCredentialKind,
  type Ending,
  type Refusal,
  type Surroundings,
} from '@moho/core'
import { accessKey } from './access-key.ts'
import { defaultChain } from './default-chain.ts'
import { renewing, type Session } from './renewing.ts'
import { type RoleSettings, type RoleSource, roleSettings } from './role-settings.ts'
import type { AwsSecret } from './secret.ts'
import { askSts, stsPlace } from './sts.ts'
import { readStsRefusal } from './sts-refusal.ts'

/**
 * `type: assume-role`: sessions of an IAM role, which `source` assumes by AWS STS: an access key, the machine's own identity where it is
 * left out, or a role again. `open` throws `invalid_request` where there is no region to ask STS in.
 */
export const assumeRole: CredentialKind<AwsSecret> = defineCredentialKind({
  type: 'assume-role',
  settings: roleSettings(),

  open(settings: RoleSettings, at) {
    stsPlace(at)
    const source = openSource(settings.source ?? { type: 'default-chain' }, at)
    return renewing({
      renew: (ending) => assume(settings, source, at, ending),
      now: () => at.now(),
      close: () => source.close(),
    })
  },
})

function openSource({ type, ...settings }: RoleSource, at: Surroundings): Credential<AwsSecret> {
  switch (type) {
    case 'access-key':
      return accessKey.open(settings, at)
    case 'default-chain':
      return defaultChain.open(settings, at)
    case 'assume-role':
      return assumeRole.open(settings, at)
  }
}

/** Once more for each reason that the source can mend: a session that has expired or was revoked, a wrong clock. */
async function assume(
  { roleArn, externalId, sessionName, tags, durationSeconds }: RoleSettings,
  source: Credential<AwsSecret>,
  at: Surroundings,
  ending: Ending,
): Promise<Session> {
  const input = {
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: durationSeconds,
    ...(externalId && { ExternalId: externalId }),
    ...(tags && { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
  }
  const mended = new Set<Refusal>()
  for (;;) {
    const secret = await source.get(ending)
    if (secret.kind !== 'signing') throw new Error('The source of a role gives no keys.')
    try {
      return await askSts(at, secret, ending, ({ sdk, send }) => send(new sdk.AssumeRoleCommand(input)))
    } catch (thrown) {
      ending.throwIfEnded()
      const { error, refused } = readStsRefusal(thrown, {
        what: `To assume ${roleArn}`,
        secrets: [secret, externalId ?? ''],
      })
      if (refused === undefined || mended.has(refused.why)) throw error
      mended.add(refused.why)
      if (!source.refused(secret, refused.why, refused.serverTime)) throw error
    }
  }
}
