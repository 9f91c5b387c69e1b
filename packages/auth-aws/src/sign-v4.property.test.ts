import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type SigningKeys, type SigningScope, signV4 } from './sign-v4.ts'

/**
 * Our signer against the one in AWS's own SDK, over generated requests.
 *
 * Where the two differ, the requests are shaped so that they need not:
 * - Smithy signs every header that is not on its list; it is told to leave out what we leave out.
 * - Smithy takes a decoded query and the SDK writes the wire from it; we read the wire. A name without `=` is `null` to
 *   Smithy, which then does not sign it, while AWS signs `name=`, as we do: Smithy is given ''.
 * - Smithy leaves `X-Amz-Signature` out of the query, which only a presigned URL has. We make none.
 * - Smithy keeps no slash for an absent path; what is sent, and what AWS signs, is `/`.
 * - Of `/a/.` both make `/a`, where RFC 3986 says `/a/`. No API of Bedrock has such a path.
 */
const runsPerService = 2000

class Sha256 {
  readonly #hash
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(key))
  }
  update(data: Uint8Array): void {
    this.#hash.update(data)
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
  reset(): void {}
}

const bytesOf = (key: string | ArrayBuffer | ArrayBufferView): Uint8Array => {
  if (typeof key === 'string') return Buffer.from(key)
  return ArrayBuffer.isView(key) ? new Uint8Array(key.buffer, key.byteOffset, key.byteLength) : new Uint8Array(key)
}

const text = fc.oneof(fc.string({ maxLength: 8 }), fc.string({ unit: 'grapheme', maxLength: 5 }))
const arn = fc
  .tuple(
    fc.constantFrom('aws', 'aws-cn', 'aws-us-gov'),
    fc.constantFrom('inference-profile', 'model-invocation-job'),
    fc.stringMatching(/^[\w.:~-]{1,12}$/),
  )
  .map(([partition, kind, id]) => `arn:${partition}:bedrock:us-east-1:123456789012:${kind}/${id}`)

const segment = fc.oneof(
  arn.map(encodeURIComponent),
  arn,
  text.map(encodeURIComponent),
  fc.constantFrom('', ..."/ . .. ... % %25 %2F %2f %3A %zz : ~ %7E a%20b a+b !*'() %E2%9C%93 model".split(' ')),
)
const path = fc
  .tuple(fc.array(segment, { maxLength: 6 }), fc.boolean())
  .map(([segments, slash]) => `/${segments.join('/')}${slash ? '/' : ''}`)

/** A part of a query, and one of the ways in which clients write it. */
const queryPart = fc
  .oneof(text, arn, fc.constantFrom('', 'a', 'a-b', 'A', 'a b', '~', '%', '=', '+', '/', 'list-type'))
  .chain((decoded) => {
    const encoded = encodeURIComponent(decoded)
    const everyOctet = [...Buffer.from(decoded)].map((octet) => `%${octet.toString(16).padStart(2, '0')}`).join('')
    return fc.constantFrom(encoded, encoded.replaceAll('%20', '+'), everyOctet).map((wire) => ({ decoded, wire }))
  })
const query = fc
  .array(fc.tuple(queryPart, fc.option(queryPart, { nil: undefined })), { maxLength: 6 })
  .map((pairs) => pairs.filter(([name, value]) => name.decoded !== '' || value !== undefined))
  .map((pairs) => {
    const decoded: Record<string, string[]> = Object.create(null)
    for (const [name, value] of pairs) decoded[name.decoded] = [...(decoded[name.decoded] ?? []), value?.decoded ?? '']
    return {
      decoded,
      wire: pairs.map(([name, value]) => (value === undefined ? name.wire : `${name.wire}=${value.wire}`)).join('&'),
    }
  })

const headerValue = fc
  .array(fc.oneof(fc.stringMatching(/^[!-~]{0,6}$/), fc.constantFrom(' ', '  ', '\t', ' \t ', '\u00a0')), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''))
const headers = fc
  .tuple(
    fc.dictionary(fc.stringMatching(/^x-amz-[a-z0-9-]{1,12}$/), headerValue, { maxKeys: 4 }),
    fc.option(fc.oneof(headerValue, fc.constantFrom('application/json', 'application/json;  charset=utf-8')), {
      nil: undefined,
    }),
    fc.dictionary(
      fc.constantFrom('accept', 'user-agent', 'date', 'x-amzn-bedrock-trace', 'anthropic-version'),
      headerValue,
    ),
  )
  .map(
    ([amz, type, others]): Record<string, string> => ({
      ...others,
      ...(type === undefined ? {} : { 'content-type': type }),
      ...amz,
    }),
  )

const body = fc.oneof(
  fc.constant(undefined),
  fc.constant(''),
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.uint8Array({ maxLength: 200 }),
)
const host = fc.constantFrom(
  'bedrock-runtime.us-east-1.amazonaws.com',
  'bucket.s3.eu-west-1.amazonaws.com',
  '127.0.0.1:4599',
  'localhost:8080',
)

// Few of each, so that signatures in a row meet the same id with another secret, and the same secret on another day.
const keys: fc.Arbitrary<SigningKeys> = fc.record({
  accessKeyId: fc.constantFrom('AKIDEXAMPLE', 'ASIAEXAMPLE'),
  secretAccessKey: fc.oneof(fc.constantFrom('secret', 'rotated/secret+'), fc.stringMatching(/^[!-~]{1,40}$/)),
  sessionToken: fc.option(fc.base64String({ minLength: 4, maxLength: 40 }), { nil: undefined }),
})
const midnight = Date.parse('2026-03-01T00:00:00Z')
const date = fc.oneof(
  fc.integer({ min: midnight - 2000, max: midnight + 2000 }),
  fc.integer({ min: Date.parse('2000-01-01'), max: Date.parse('2099-12-31') }),
)
const attempt = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE'),
  host,
  path,
  query,
  headers,
  body,
  keys,
  date,
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'us-gov-west-1', 'cn-north-1'),
})
type Attempt = typeof attempt extends fc.Arbitrary<infer T> ? T : never

function ours(
  { method, host, path, query, headers, body, keys, date }: Attempt,
  scope: SigningScope,
): string | undefined {
  const url = `https://${host}${path}${query.wire === '' ? '' : `?${query.wire}`}`
  return signV4({ method, url, headers, body }, keys, scope, date).authorization
}

async function theirs(
  { method, host, path, query, headers, body, keys, date }: Attempt,
  scope: SigningScope,
): Promise<string | undefined> {
  const { accessKeyId, secretAccessKey, sessionToken } = keys
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
  const signer = new SignatureV4({ ...scope, credentials, sha256: Sha256, uriEscapePath: scope.service !== 's3' })
  const request = {
    method,
    protocol: 'https:',
    hostname: host,
    path,
    query: query.decoded,
    headers: { ...headers, host },
    body,
  }
  const unsignableHeaders = new Set(
    Object.keys(headers).filter((name) => name !== 'content-type' && !name.startsWith('x-amz-')),
  )
  const signed = await signer.sign(request, { signingDate: new Date(date), unsignableHeaders })
  return signed.headers.authorization
}

test.each(['bedrock', 'bedrock-mantle', 's3', 'sts'])(
  'signs for %s as the AWS SDK does',
  async (service) => {
    await fc.assert(
      fc.asyncProperty(attempt, async (each) => {
        const scope = { service, region: each.region }
        expect(ours(each, scope)).toBe(await theirs(each, scope))
      }),
      { numRuns: runsPerService },
    )
  },
  120_000,
)

test('signs as the AWS SDK does, whatever keys, days, regions and services follow each other', async () => {
  const step = fc.tuple(attempt, fc.constantFrom('bedrock', 'bedrock-mantle', 's3', 'sts'))
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
      for (const [each, service] of steps) {
        const scope = { service, region: each.region }
        expect(ours(each, scope)).toBe(await theirs(each, scope))
      }
    }),
    { numRuns: 100 },
  )
}, 120_000)
