import { MohoError, type Sign } from '@moho/core'
import { type SigningKeys, signV4 } from './sign-v4.ts'

/** What proves to AWS who calls: keys that sign a request, or a token that is sent with it. */
export type AwsSecret = AwsSigningSecret | AwsBearerSecret

export interface AwsSigningSecret extends SigningKeys {
  readonly kind: 'signing'
  /** How far AWS's clock is ahead of ours, in milliseconds. */
  readonly clockOffsetMs: number
}

export interface AwsBearerSecret extends ShortTermLimits {
  readonly kind: 'bearer'
  readonly token: string
}

/** Of a short-term API key. A long-term one is good in every region, and only AWS knows until when. */
export interface ShortTermLimits {
  readonly region?: string | undefined
  /** Milliseconds since 1970. */
  readonly expiresAt?: number | undefined
}

/** Signing names, which are not always host names: `bedrock` also signs for `bedrock-runtime`. */
export type AwsService = 'bedrock' | 'bedrock-mantle' | 's3' | 'sts'

const takesNoApiKey: { readonly [service in AwsService]?: string } = {
  s3: 'Amazon S3 does not take an Amazon Bedrock API key. Give the entry a `storageAuth` with an access key or a role.',
  sts: 'AWS STS does not take an Amazon Bedrock API key. Use an access key or a role.',
}

/**
 * Signs for a service in a region: by Signature Version 4, or with `authorization: Bearer …` for an API key.
 * Throws `unsupported` for an API key at a service that takes none, and `upstream_auth_failed` for a short-term key in
 * another region than its own. `now` in milliseconds since 1970.
 */
export function awsSign(service: AwsService, region: string, now: () => number = Date.now): Sign<AwsSecret> {
  return (secret, request) => {
    if (secret.kind === 'signing') return signV4(request, secret, { region, service }, now() + secret.clockOffsetMs)
    const refusal = takesNoApiKey[service]
    if (refusal !== undefined) throw new MohoError('unsupported', refusal)
    if (secret.region !== undefined && secret.region !== region) {
      throw new MohoError('upstream_auth_failed', wrongRegion(secret.region, region))
    }
    return { authorization: `Bearer ${secret.token}` }
  }
}

export const wrongRegion = (made: string, used: string): string =>
  `The short-term Amazon Bedrock API key was made for ${made} and works only there, but it is to be used in ${used}. ` +
  `Make one for ${used}, or use a long-term key, which works in every region.`
