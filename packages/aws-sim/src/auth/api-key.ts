import { timingSafeEqual } from 'node:crypto'
import type { Fault } from '../fault.ts'
import { canonicalQuery, canonicalRequest, sha256Hex, signature } from './canonical-request.ts'
import type { Principal } from './credentials.ts'
import { authRefusals } from './refusals.ts'
import { isSameSignature, parseScope, type SignatureRules, timestampMillis } from './sigv4.ts'

/**
 * Verifies an Amazon Bedrock API key. A long-term key is one of a list and good in every region. A short-term key is a
 * presigned URL in base64: it is good in the one region it was signed for, and is checked like any signature.
 */
export function verifyApiKey(
  key: string,
  region: string,
  apiKeys: readonly string[],
  rules: SignatureRules,
): Principal | Fault {
  const principal: Principal = { kind: 'api-key', lastFour: key.slice(-4), region }
  const isListed = apiKeys.some((known) => isSameText(known, key))
  if (!key.startsWith(SHORT_TERM)) return isListed ? principal : authRefusals.invalidApiKey()

  const presigned = Buffer.from(key.slice(SHORT_TERM.length), 'base64').toString()
  const [address = '', rawQuery = ''] = presigned.split('?')
  const query = new URLSearchParams(rawQuery)
  const scope = parseScope(query.get('X-Amz-Credential') ?? '', rules)
  if ('status' in scope || scope.region !== region) return authRefusals.invalidApiKey()
  if (!isListed && !isSigned(address, rawQuery, query, scope, rules)) return authRefusals.invalidApiKey()
  const timestamp = query.get('X-Amz-Date') ?? ''
  const expires = timestampMillis(timestamp) + Number(query.get('X-Amz-Expires')) * 1000
  if (!(expires > rules.now().getTime())) return authRefusals.expiredApiKey()
  return principal
}

const SHORT_TERM = 'bedrock-api-key-'

function isSigned(
  address: string,
  rawQuery: string,
  query: URLSearchParams,
  scope: { accessKeyId: string; date: string; region: string; service: string },
  rules: SignatureRules,
): boolean {
  const key = rules.keys.get(scope.accessKeyId)
  if (!key || (key.sessionToken ?? null) !== query.get('X-Amz-Security-Token')) return false
  const host = address.replace(/\/.*$/, '')
  const canonical = canonicalRequest(
    { method: 'POST', rawPath: '/', headers: new Map([['host', [host]]]) },
    // `Version` is added after signing.
    canonicalQuery(rawQuery, ['X-Amz-Signature', 'Version']),
    ['host'],
    sha256Hex(''),
  )
  const expected = signature(key.secretAccessKey, scope, query.get('X-Amz-Date') ?? '', canonical)
  return isSameSignature(expected, query.get('X-Amz-Signature') ?? '')
}

function isSameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
