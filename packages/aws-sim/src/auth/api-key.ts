import { timingSafeEqual } from 'node:crypto'
import type { Fault } from '../fault.ts'
import { canonicalQuery, canonicalRequest, sha256Hex, signature } from './canonical-request.ts'
import type { Principal } from './credentials.ts'
import { authRefusals } from './refusals.ts'
import {
  CLOCK_WINDOW_MS,
  dayOf,
  isSameSignature,
  isTimestamp,
  parseScope,
  type SignatureRules,
  timestampMillis,
} from './sigv4.ts'

/**
 * Verifies an Amazon Bedrock API key. A long-term key is one of a list and good in every region. A short-term key is a
 * presigned URL in base64: it is good in the one region it was signed for, and is checked like any signature, unless it
 * is in the list. That each flaw of it is answered with the same text is inferred.
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

  const presigned = readPresigned(key.slice(SHORT_TERM.length))
  if (!presigned) return authRefusals.invalidApiKey()
  const { credential, timestamp, expiresSeconds } = presigned
  const scope = parseScope(credential, rules)
  if ('status' in scope || scope.region !== region || scope.date !== dayOf(timestamp)) {
    return authRefusals.invalidApiKey()
  }
  if (!isListed && !isSigned(presigned, scope, rules)) return authRefusals.invalidApiKey()
  const now = rules.now().getTime()
  const start = timestampMillis(timestamp)
  if (!(start <= now + CLOCK_WINDOW_MS)) return authRefusals.invalidApiKey()
  const sessionEnd = rules.keys.get(scope.accessKeyId)?.expiration?.getTime() ?? Number.POSITIVE_INFINITY
  if (Math.min(start + expiresSeconds * 1000, sessionEnd) <= now) return authRefusals.expiredApiKey()
  return principal
}

interface Presigned {
  readonly rawQuery: string
  readonly credential: string
  readonly timestamp: string
  readonly expiresSeconds: number
  readonly sessionToken: string | undefined
  readonly signature: string
}

const SHORT_TERM = 'bedrock-api-key-'
const HOST = 'bedrock.amazonaws.com'
const MAX_EXPIRES_SECONDS = 43_200

/** What every short-term key says alike. */
const FIXED = {
  Action: 'CallWithBearerToken',
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-SignedHeaders': 'host',
  Version: '1',
}

/** The parts of the presigned URL; undefined when it is not one of an API key. */
function readPresigned(base64: string): Presigned | undefined {
  const bytes = Buffer.from(base64, 'base64')
  // What is no base64 was skipped.
  if (bytes.toString('base64').replace(/=+$/, '') !== base64.replace(/=+$/, '')) return undefined
  const text = bytes.toString()
  const address = `${HOST}/?`
  if (!text.startsWith(address)) return undefined
  const rawQuery = text.slice(address.length)
  const pairs = [...new URLSearchParams(rawQuery)]
  const query = new Map(pairs)
  if (query.size < pairs.length) return undefined
  if (Object.entries(FIXED).some(([name, value]) => query.get(name) !== value)) return undefined
  const timestamp = query.get('X-Amz-Date') ?? ''
  const expires = query.get('X-Amz-Expires') ?? ''
  const expiresSeconds = Number(expires)
  if (!isTimestamp(timestamp) || !/^[1-9]\d{0,4}$/.test(expires) || expiresSeconds > MAX_EXPIRES_SECONDS) {
    return undefined
  }
  return {
    rawQuery,
    credential: query.get('X-Amz-Credential') ?? '',
    timestamp,
    expiresSeconds,
    sessionToken: query.get('X-Amz-Security-Token'),
    signature: query.get('X-Amz-Signature') ?? '',
  }
}

function isSigned(
  { rawQuery, timestamp, sessionToken, signature: given }: Presigned,
  scope: { accessKeyId: string; date: string; region: string; service: string },
  rules: SignatureRules,
): boolean {
  const key = rules.keys.get(scope.accessKeyId)
  if (!key || key.sessionToken !== sessionToken) return false
  const canonical = canonicalRequest(
    { method: 'POST', rawPath: '/', headers: new Map([['host', [HOST]]]) },
    // `Version` is added after signing.
    canonicalQuery(rawQuery, ['X-Amz-Signature', 'Version']),
    ['host'],
    sha256Hex(''),
  )
  return isSameSignature(signature(key.secretAccessKey, scope, timestamp, canonical), given)
}

export function isSameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
