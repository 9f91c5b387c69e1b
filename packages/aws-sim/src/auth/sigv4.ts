import { timingSafeEqual } from 'node:crypto'
import type { Fault } from '../fault.ts'
import { header, type ReceivedRequest } from '../request.ts'
import type { KeyRing } from './access-keys.ts'
import { canonicalQuery, canonicalRequest, sha256Hex, signature } from './canonical-request.ts'
import type { AccessKey, Principal, SessionKey } from './credentials.ts'
import { authRefusals } from './refusals.ts'

/** What a verifier has to know besides the request. */
export interface SignatureRules {
  readonly keys: KeyRing
  readonly service: string
  acceptsRegion(region: string): boolean
  now(): Date
}

/** Verifies `authorization: AWS4-HMAC-SHA256 …` against the request as received. */
export function verifySignature(request: ReceivedRequest, rules: SignatureRules): Principal | Fault {
  const authorization = header(request, 'authorization') ?? ''
  const parsed = parseAuthorization(authorization)
  if ('status' in parsed) return parsed
  const scope = parseScope(parsed.credential, rules)
  if ('status' in scope) return scope

  const timestamp = header(request, 'x-amz-date')
  if (timestamp === undefined || !isTimestamp(timestamp)) {
    return authRefusals.incomplete(
      `Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=${authorization}`,
    )
  }
  if (scope.date !== dayOf(timestamp)) return authRefusals.wrongDate(scope.date, timestamp)
  const wrongHeaders = checkSignedHeaders(parsed.signedHeaders, request)
  if (wrongHeaders) return wrongHeaders

  const key = rules.keys.get(scope.accessKeyId)
  if (!key || !hasItsToken(key, header(request, 'x-amz-security-token'))) return authRefusals.invalidToken()
  const now = rules.now()
  if (key.expiration && key.expiration <= now) return authRefusals.expiredToken()
  const skew = checkClock(timestamp, now)
  if (skew) return skew

  // AWS hashes what it received; a header that announces another hash is signed but proves nothing.
  const payloadHash = sha256Hex(request.body)
  const announced = header(request, 'x-amz-content-sha256')
  if (announced !== undefined && announced !== payloadHash) return authRefusals.mismatch()
  const canonical = canonicalRequest(request, canonicalQuery(request.rawQuery), parsed.signedHeaders, payloadHash)
  const expected = signature(key.secretAccessKey, scope, timestamp, canonical)
  if (!isSameSignature(expected, parsed.signature)) return authRefusals.mismatch()
  const { region, service } = scope
  return { kind: 'access-key', accessKeyId: key.accessKeyId, ...roleOf(key), region, service }
}

/** What a principal tells of the role that a key is for. */
export function roleOf(key: AccessKey | SessionKey | undefined): { readonly role?: string } {
  return key && 'role' in key ? { role: key.role } : {}
}

export function isSameSignature(expected: Buffer, given: string): boolean {
  const bytes = Buffer.from(given, 'hex')
  return /^[0-9a-f]{64}$/.test(given) && timingSafeEqual(expected, bytes)
}

/** Splits `key/date/region/service/aws4_request` and checks all but the key. */
export function parseScope(
  credential: string,
  rules: Pick<SignatureRules, 'service' | 'acceptsRegion'>,
): { accessKeyId: string; date: string; region: string; service: string } | Fault {
  const parts = credential.split('/')
  const [accessKeyId = '', date = '', region = '', service = '', terminator = ''] = parts
  if (parts.length !== 5) return authRefusals.wrongElements(credential)
  if (terminator !== 'aws4_request') return authRefusals.wrongTerminator(terminator)
  if (!rules.acceptsRegion(region)) return authRefusals.wrongRegion()
  if (service !== rules.service) return authRefusals.wrongService(rules.service)
  return { accessKeyId, date, region, service }
}

/** Spelled like `20260102T030405Z`. */
export function isTimestamp(text: string): boolean {
  return /^\d{8}T\d{6}Z$/.test(text)
}

/** The day of an AWS timestamp, as a scope has it. */
export function dayOf(timestamp: string): string {
  return timestamp.slice(0, 8)
}

/** Milliseconds of an AWS timestamp. */
export function timestampMillis(timestamp: string): number {
  return Date.parse(timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

const HOST_NAMES = ['host', ':authority']
/** How far the two clocks may be apart. */
export const CLOCK_WINDOW_MS = 5 * 60_000

function parseAuthorization(
  authorization: string,
): { credential: string; signedHeaders: readonly string[]; signature: string } | Fault {
  const parameters = new Map<string, string>()
  const parts = authorization.slice('AWS4-HMAC-SHA256'.length).split(/[\s,]+/)
  for (const part of parts.filter((part) => part !== '')) {
    const equals = part.indexOf('=')
    if (equals === -1) return authRefusals.notAPair(part, authorization)
    const name = part.slice(0, equals)
    if (parameters.has(name)) return authRefusals.repeatedParameter(name, authorization)
    parameters.set(name, part.slice(equals + 1))
  }
  const missing = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !parameters.get(name))
  if (missing.length > 0) {
    const complaints = missing.map((name) => `Authorization header requires '${name}' parameter.`)
    return authRefusals.incomplete(`${complaints.join(' ')} Authorization=${authorization}`)
  }
  return {
    credential: parameters.get('Credential') ?? '',
    signedHeaders: (parameters.get('SignedHeaders') ?? '').split(';'),
    signature: parameters.get('Signature') ?? '',
  }
}

function checkSignedHeaders(signed: readonly string[], { headers }: ReceivedRequest): Fault | undefined {
  const isSorted = signed.every((name, at) => at === 0 || (signed[at - 1] ?? '') < name)
  if (!isSorted) return authRefusals.headersNotSorted(signed.join(';'))
  // `:authority` is there in HTTP/2 only.
  if (!HOST_NAMES.some((name) => signed.includes(name) && headers.has(name))) return authRefusals.hostNotSigned()
  const missing = signed.filter((name) => !headers.has(name))
  if (missing.length > 0) return authRefusals.signedHeadersMissing(missing)
  const unsigned = [...headers.keys()].filter((name) => name.startsWith('x-amz-') && !signed.includes(name))
  return unsigned.length > 0 ? authRefusals.headersNotSigned(unsigned.sort()) : undefined
}

function hasItsToken(key: AccessKey, token: string | undefined): boolean {
  if (key.sessionToken === undefined || token === undefined) return key.sessionToken === token
  const [expected, given] = [Buffer.from(key.sessionToken), Buffer.from(token)]
  return expected.length === given.length && timingSafeEqual(expected, given)
}

function checkClock(timestamp: string, now: Date): Fault | undefined {
  const sent = timestampMillis(timestamp)
  const early = now.getTime() - CLOCK_WINDOW_MS
  const late = now.getTime() + CLOCK_WINDOW_MS
  if (Number.isNaN(sent) || sent < early) {
    return authRefusals.expired(timestamp, toTimestamp(early), toTimestamp(now.getTime()))
  }
  if (sent > late) return authRefusals.notYetCurrent(timestamp, toTimestamp(late), toTimestamp(now.getTime()))
  return undefined
}

function toTimestamp(millis: number): string {
  return new Date(millis).toISOString().replace(/[-:]|\.\d{3}/g, '')
}
