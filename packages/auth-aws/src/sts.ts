import type { STSClient } from '@aws-sdk/client-sts'
import { type Ending, MohoError, type Surroundings } from '@moho/core'
import { regionOfHost } from './region.ts'
import type { Session } from './renewing.ts'
import { type SdkPlace, sdkClient } from './sdk-client.ts'
import type { AwsSigningSecret } from './secret.ts'

/**
 * Asks AWS STS for a session, by the entry's own door: `askSts(at, secret, ending, ({ sdk, send }) => send(new sdk.AssumeRoleCommand(…)))`.
 * Throws what the SDK throws, for `readStsRefusal`. The SDK is loaded for the first who needs it.
 */
export async function askSts(
  at: Pick<Surroundings, 'http' | 'region' | 'endpoints'>,
  by: AwsSigningSecret,
  ending: Ending,
  ask: (sts: Sts) => Promise<StsAnswer>,
): Promise<Session> {
  const sdk = await import('@aws-sdk/client-sts')
  ending.throwIfEnded()
  const client = new sdk.STSClient(sdkClient(at, by, stsPlace(at)))
  const { Credentials: said } = await ask({
    sdk,
    send: (command) => client.send(command, { abortSignal: ending.signal }),
  })
  const expiresAt = said?.Expiration?.getTime()
  if (!said?.AccessKeyId || !said.SecretAccessKey || !said.SessionToken || !Number.isFinite(expiresAt))
    throw unreadable()
  if (!isSendable(said.AccessKeyId) || !isSendable(said.SessionToken)) throw unreadable()
  return {
    secret: {
      kind: 'signing',
      accessKeyId: said.AccessKeyId,
      secretAccessKey: said.SecretAccessKey,
      sessionToken: said.SessionToken,
      clockOffsetMs: by.clockOffsetMs,
    },
    expiresAt,
  }
}

/** Whether a header can hold it. What none can would be kept, and refused by nobody who could say so. */
export const isSendable = (text: string): boolean => /^[!-~]+$/.test(text)

export interface Sts {
  /** For its commands. */
  readonly sdk: typeof import('@aws-sdk/client-sts')
  readonly send: STSClient['send']
}

/** As the SDK's answers are: everything may be missing. */
export interface StsAnswer {
  readonly Credentials?:
    | {
        readonly AccessKeyId?: string | undefined
        readonly SecretAccessKey?: string | undefined
        readonly SessionToken?: string | undefined
        readonly Expiration?: Date | undefined
      }
    | undefined
}

/**
 * Where STS is asked, and the region to sign for: that of the host where the host says it, else the entry's. Throws `invalid_request`
 * where neither is there.
 */
export function stsPlace({ region, endpoints }: Pick<Surroundings, 'region' | 'endpoints'>): SdkPlace {
  const written = endpoints.sts
  if (written === undefined) return { region: region ?? noRegion() }
  const endpoint = region === undefined ? written : written.replaceAll('{region}', region)
  const host = /^https?:\/\/([^/?#\\]*)/i.exec(endpoint)?.[1] ?? ''
  // The global endpoint is in Northern Virginia.
  const ofHost = host === 'sts.amazonaws.com' ? 'us-east-1' : regionOfHost(host)
  return { endpoint, region: ofHost ?? region ?? noRegion() }
}

function noRegion(): never {
  const message = 'To assume a role, AWS STS is asked in the entry’s region, and the entry has none. Set its `region`.'
  throw new MohoError('invalid_request', message, { param: 'region' })
}

/** Without an excerpt: the answer may hold half of a secret. */
export const unreadable = (): MohoError =>
  new MohoError(
    'upstream_failed',
    'What AWS STS answered could not be read. Check `endpoints.sts` if the entry sets it.',
  )
