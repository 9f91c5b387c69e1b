import { createHmac, hash } from 'node:crypto'
import { remember, type StringMap } from '@moho/core'
import { uriEncode } from './uri-encode.ts'

/**
 * AWS Signature Version 4: the headers that prove who sends a request.
 *
 * Signed are `content-type`, `host` and every `x-amz-*` header; what a proxy may touch is left alone. The path is taken
 * as it goes out, byte for byte. Sign each try anew: AWS takes a signature for five minutes.
 *
 * @param request what goes out, with lower-case header names. Its `host` and `x-amz-content-sha256` are kept.
 * @param dateMs milliseconds since 1970, by AWS's clock
 * @returns the headers to add: `authorization`, `host`, `x-amz-date`, `x-amz-content-sha256` and, with a session token,
 * `x-amz-security-token`
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signV4(request: SignableRequest, keys: SigningKeys, scope: SigningScope, dateMs: number): StringMap {
  const { authority, path, query } = readUrl(request.url)
  const date = compactDate(dateMs)
  const bodyHash = request.headers['x-amz-content-sha256'] ?? hash('sha256', request.body ?? '')
  const added: Record<string, string> = {
    host: request.headers.host ?? authority,
    'x-amz-date': date,
    'x-amz-content-sha256': bodyHash,
  }
  if (keys.sessionToken) added['x-amz-security-token'] = keys.sessionToken

  const names = namesToSign(request.headers, added)
  const signedNames = names.join(';')
  let canonicalRequest = `${request.method}\n${scope.service === 's3' ? path : tidyPath(path)}\n${query}\n`
  for (const name of names) canonicalRequest += `${name}:${singleSpaced(added[name] ?? request.headers[name] ?? '')}\n`
  canonicalRequest += `\n${signedNames}\n${bodyHash}`

  const day = date.slice(0, 8)
  const credentialScope = `${day}/${scope.region}/${scope.service}/aws4_request`
  const stringToSign = `AWS4-HMAC-SHA256\n${date}\n${credentialScope}\n${hash('sha256', canonicalRequest)}`
  const signature = hmacHex(signingKey(keys.secretAccessKey, day, scope), stringToSign)
  const credential = `${keys.accessKeyId}/${credentialScope}`
  const proof = `Credential=${credential}, SignedHeaders=${signedNames}, Signature=${signature}`
  return { ...added, authorization: `AWS4-HMAC-SHA256 ${proof}` }
}

export interface SignableRequest {
  readonly method: string
  /** Absolute. */
  readonly url: string
  readonly headers: StringMap
  readonly body?: string | Uint8Array | undefined
}

export interface SigningKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** What a signature is good for. `service` is the signing name: `bedrock` for the host `bedrock-runtime`. */
export interface SigningScope {
  readonly region: string
  readonly service: string
}

/** What a signature takes of a URL, the query in its canonical form. By hand, because `new URL` would rewrite the path that is signed. */
const readUrl = remember((url): { authority: string; path: string; query: string } => {
  const start = url.indexOf('://') + 3
  const queryMark = url.indexOf('?', start)
  const end = queryMark === -1 ? url.length : queryMark
  const slash = url.indexOf('/', start)
  const pathStart = slash === -1 || slash > end ? end : slash
  // HTTP clients leave the default port out of `host`.
  const defaultPort = url.startsWith('http:') ? ':80' : ':443'
  const written = url.slice(start, pathStart)
  const authority = written.endsWith(defaultPort) ? written.slice(0, -defaultPort.length) : written
  const query = canonicalQuery(url.slice(end + 1))
  return { authority: authority.toLowerCase(), path: url.slice(pathStart, end) || '/', query }
})

/** 20260102T030405Z. Kept for its second. */
function compactDate(dateMs: number): string {
  const second = Math.floor(dateMs / 1000)
  if (second !== dated.second) {
    const iso = new Date(dateMs).toISOString()
    const date = `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
    dated = { second, date }
  }
  return dated.date
}

let dated = { second: Number.NaN, date: '' }

/** AWS refuses a request with an `x-amz-*` header that is not signed, so the request's own are signed too. */
function namesToSign(headers: StringMap, added: StringMap): string[] {
  const names = Object.keys(added)
  for (const name in headers) {
    if ((name === 'content-type' || name.startsWith('x-amz-')) && added[name] === undefined) names.push(name)
  }
  return names.sort()
}

/** Not `trim`, which would also take spaces that AWS keeps, such as the no-break space. */
function singleSpaced(value: string): string {
  return /^ |\t| {2}| $/.test(value) ? value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '') : value
}

/** S3 signs the path as it is sent; every other service one that is tidied up and encoded once more. */
const tidyPath = remember((path): string => {
  const tidy = /\/(\/|\.\.?(\/|$))/.test(path) ? withoutDots(path) : path
  return uriEncode(tidy).replaceAll('%2F', '/')
})

/** Without empty, `.` and `..` segments, as AWS does before it compares signatures. What is sent keeps them. */
function withoutDots(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  return `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`
}

/** Sorted by name, then value. A name without `=` gets one. */
function canonicalQuery(query: string): string {
  if (query === '') return ''
  const pairs: string[] = []
  for (const piece of query.split('&')) {
    if (piece === '') continue
    const equals = piece.indexOf('=')
    const name = equals === -1 ? piece : piece.slice(0, equals)
    // A space sorts before all that a name can hold, which `=` does not: `a` has to come before `a-b`.
    pairs.push(`${encodeAfresh(name)} ${encodeAfresh(piece.slice(name.length + 1))}`)
  }
  return pairs
    .sort()
    .map((pair) => pair.replace(' ', '='))
    .join('&')
}

/** However a part of a query was encoded, in AWS's one way. By octets, so that `%FF` and a stray `%` do no harm. */
function encodeAfresh(part: string): string {
  return part
    .replaceAll('+', '%20')
    .replace(/%[0-9A-Fa-f]{2}|[^\w.~-]/gu, (piece) => (piece.length === 3 ? tidyOctet(piece) : uriEncode(piece)))
}

function tidyOctet(octet: string): string {
  const char = String.fromCharCode(Number.parseInt(octet.slice(1), 16))
  return /[\w.~-]/.test(char) ? char : octet.toUpperCase()
}

/** Derived keys, oldest first. As many as some hundred entries need in a few regions, and no more. */
const derived = new Map<string, PaddedKey>()
const maxDerived = 1000

/**
 * The key depends on the secret, not on its id, so the secret is what it is kept under: one that was replaced under the
 * same id gives another key.
 */
function signingKey(secretAccessKey: string, day: string, { region, service }: SigningScope): PaddedKey {
  const name = `${day}\n${region}\n${service}\n${secretAccessKey}`
  const known = derived.get(name)
  if (known !== undefined) return known
  let bytes = hmac(`AWS4${secretAccessKey}`, day)
  for (const part of [region, service, 'aws4_request']) bytes = hmac(bytes, part)
  const key = { inner: padded(bytes, 0x36), outer: padded(bytes, 0x5c) }
  const [oldest] = derived.keys()
  if (derived.size >= maxDerived && oldest !== undefined) derived.delete(oldest)
  derived.set(name, key)
  return key
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** A key as the two hashes of an HMAC begin with it, a block of 64 bytes each (RFC 2104). */
interface PaddedKey {
  readonly inner: Buffer
  readonly outer: Buffer
}

const padded = (key: Buffer, pad: number): Buffer =>
  Buffer.alloc(64, pad).map((byte, at) => byte ^ (key[at] ?? 0)) as Buffer

/** HMAC-SHA-256 by two hashes: Node's Hmac takes as long to make as all the rest of a signature. */
function hmacHex({ inner, outer }: PaddedKey, text: string): string {
  const first = Buffer.allocUnsafe(64 + Buffer.byteLength(text))
  inner.copy(first)
  first.write(text, 64)
  const second = Buffer.allocUnsafe(64 + 32)
  outer.copy(second)
  // By way of a text: a hash that comes as a Buffer takes Node three times as long.
  second.write(hash('sha256', first), 64, 'hex')
  return hash('sha256', second)
}
