import { type CredentialKind, defineCredentialKind, MohoError } from '@moho/core'
import { z } from 'zod'
import { pasted } from './pasted.ts'
import { isRegion } from './region.ts'
import { type AwsBearerSecret, type AwsSecret, type ShortTermLimits, wrongRegion } from './secret.ts'

/**
 * `type: api-key`: an Amazon Bedrock API key, long-term (`ABSK…`) or short-term (`bedrock-api-key-…`), sent as a bearer
 * token. A short-term key says where and how long it is good: `open` throws `invalid_request` when that is not the
 * entry's region, `get` throws `upstream_auth_failed` when it has expired. One that has expired already is a fault of
 * its setting.
 */
export const bedrockApiKey: CredentialKind<AwsSecret> = defineCredentialKind({
  type: 'api-key',
  settings: z.object({
    apiKey: pasted('API key')
      .min(1, 'The API key is empty.')
      .refine(
        (text) => !/^A[KS]IA[A-Z0-9]{16}$/.test(text),
        'This is an access key id, not an API key. Set `type: access-key`.',
      )
      .superRefine((text, check) => {
        const { expiresAt } = shortTermLimits(text)
        if (expiresAt !== undefined && Date.now() >= expiresAt) check.addIssue(expired(expiresAt))
      })
      .meta({
        title: 'Amazon Bedrock API key',
        help: 'Long-term (ABSK…) or short-term (bedrock-api-key-…).',
        order: 1,
        secret: true,
      }),
  }),

  open({ apiKey }, at) {
    const secret: AwsBearerSecret = { kind: 'bearer', token: apiKey, ...shortTermLimits(apiKey) }
    const { region, expiresAt } = secret
    if (region !== undefined && at.region !== undefined && region !== at.region) {
      throw new MohoError('invalid_request', wrongRegion(region, at.region), { param: 'auth.apiKey' })
    }
    return {
      async get() {
        if (expiresAt !== undefined && at.now() >= expiresAt)
          throw new MohoError('upstream_auth_failed', expired(expiresAt))
        return secret
      },
      refused: () => false,
      close() {},
    }
  },
})

const expired = (expiresAt: number): string =>
  `The short-term Amazon Bedrock API key expired at ${new Date(expiresAt).toISOString().replace('.000', '')}. ` +
  'It cannot be extended: put a new one in `auth.apiKey`, or use a long-term key or an access key.'

/** What can be told of an API key without AWS, for whoever shows it. */
export const describeApiKey = (apiKey: string): ApiKeyDescription => ({
  kind: apiKey.startsWith(shortTermPrefix) ? 'short-term' : apiKey.startsWith('ABSK') ? 'long-term' : undefined,
  ...shortTermLimits(apiKey),
})

export interface ApiKeyDescription extends ShortTermLimits {
  /** Undefined where it looks like neither. */
  readonly kind: 'long-term' | 'short-term' | undefined
}

/**
 * A short-term key is the Base64 of a presigned URL without its scheme. What cannot be read is left for AWS to judge.
 * @see https://github.com/aws/aws-bedrock-token-generator-js
 */
function shortTermLimits(apiKey: string): ShortTermLimits {
  if (!apiKey.startsWith(shortTermPrefix)) return {}
  const presigned = Buffer.from(apiKey.slice(shortTermPrefix.length), 'base64').toString('latin1')
  const query = new URLSearchParams(presigned.slice(presigned.indexOf('?') + 1))
  // Access key id, day, region, service, `aws4_request`.
  const region = query.get('X-Amz-Credential')?.split('/')[2]
  return { region: region !== undefined && isRegion(region) ? region : undefined, expiresAt: expiryOf(query) }
}

const shortTermPrefix = 'bedrock-api-key-'

function expiryOf(query: URLSearchParams): number | undefined {
  const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '')
  const lifetime = /^\d{1,6}$/.exec(query.get('X-Amz-Expires') ?? '')
  if (date === null || lifetime === null) return undefined
  const [, year, month, day, hour, minute, second] = date
  const madeAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(madeAt) ? undefined : madeAt + Number(lifetime[0]) * 1000
}
