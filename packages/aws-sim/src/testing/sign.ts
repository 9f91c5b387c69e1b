import { canonicalQuery, canonicalRequest, sha256Hex, signature } from '../auth/canonical-request.ts'
import type { AccessKey } from '../auth/credentials.ts'
import type { ReceivedRequest } from '../request.ts'

/** What a signer can get wrong while its signature is right. */
export interface Signing {
  /** Of the scope; the day of the timestamp when left out. */
  readonly day?: string
  readonly signedHeaders?: readonly string[]
  /** Makes the header from its three parameters. */
  readonly write?: (parameters: { credential: string; signedHeaders: string; signature: string }) => string
}

const TIMESTAMP = '20260102T030405Z'

/** A call of Converse, signed; the signature is right for whatever it says is signed. */
export function signedRequest(key: AccessKey, signing: Signing = {}): ReceivedRequest {
  const { day = TIMESTAMP.slice(0, 8), signedHeaders = ['host', 'x-amz-date'], write = usual } = signing
  const body = Buffer.from('{"messages":[{"role":"user","content":[{"text":"hi"}]}]}')
  const headers = new Map([
    ['host', ['127.0.0.1:4599']],
    ['content-type', ['application/json']],
    ['x-amz-date', [TIMESTAMP]],
  ])
  const request = { method: 'POST', rawPath: '/model/m/converse', rawQuery: '', headers, body, remoteAddress: '' }
  const scope = { date: day, region: 'us-east-1', service: 'bedrock' }
  const canonical = canonicalRequest(request, '', signedHeaders, sha256Hex(body))
  const authorization = write({
    credential: `${key.accessKeyId}/${day}/us-east-1/bedrock/aws4_request`,
    signedHeaders: signedHeaders.join(';'),
    signature: signature(key.secretAccessKey, scope, TIMESTAMP, canonical).toString('hex'),
  })
  return { ...request, headers: new Map([...headers, ['authorization', [authorization]]]) }
}

function usual(parameters: { credential: string; signedHeaders: string; signature: string }): string {
  return `AWS4-HMAC-SHA256 Credential=${parameters.credential}, SignedHeaders=${parameters.signedHeaders}, Signature=${parameters.signature}`
}

/** A short-term API key; the signature is right for whatever parameters it has. */
export function shortTermKey(
  { accessKeyId, secretAccessKey, sessionToken }: AccessKey,
  change: Readonly<Record<string, string | undefined>> = {},
  edit: (text: string) => string = (text) => text,
): string {
  const { day = TIMESTAMP.slice(0, 8), host = 'bedrock.amazonaws.com', ...parameters } = change
  const all = {
    Action: 'CallWithBearerToken',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${accessKeyId}/${day}/us-east-1/bedrock/aws4_request`,
    'X-Amz-Date': TIMESTAMP,
    'X-Amz-Expires': '43200',
    'X-Amz-Security-Token': sessionToken,
    'X-Amz-SignedHeaders': 'host',
    ...parameters,
  }
  const query = Object.entries(all)
    .flatMap(([name, value]) => (value === undefined ? [] : `${name}=${encodeURIComponent(value)}`))
    .join('&')
  const headers = new Map([['host', [host]]])
  const canonical = canonicalRequest(
    { method: 'POST', rawPath: '/', headers },
    canonicalQuery(query),
    (all['X-Amz-SignedHeaders'] ?? '').split(';'),
    sha256Hex(''),
  )
  const scope = { date: day, region: 'us-east-1', service: 'bedrock' }
  const hex = signature(secretAccessKey, scope, all['X-Amz-Date'] ?? '', canonical).toString('hex')
  return encodeKey(edit(`${host}/?${query}&X-Amz-Signature=${hex}&Version=1`))
}

export function encodeKey(text: string): string {
  return `bedrock-api-key-${Buffer.from(text).toString('base64')}`
}
