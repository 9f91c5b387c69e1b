import { createHash, createHmac } from 'node:crypto'
import type { ReceivedRequest } from '../request.ts'

/**
 * The canonical request of Signature Version 4, rebuilt from the bytes on the wire. The path is encoded a second time,
 * as every service but S3 does; so `%3A` on the wire is signed as `%253A`.
 */
export function canonicalRequest(
  request: Pick<ReceivedRequest, 'method' | 'rawPath' | 'headers'>,
  query: string,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  const headers = signedHeaders.map((name) => {
    const values = request.headers.get(name) ?? []
    return `${name}:${values.map((value) => value.trim().replace(/ +/g, ' ')).join(',')}\n`
  })
  return [
    request.method,
    request.rawPath.split('/').map(encodeUnreserved).join('/'),
    query,
    headers.join(''),
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n')
}

/** Parameters decoded, encoded the one allowed way and sorted. */
export function canonicalQuery(rawQuery: string, leaveOut: readonly string[] = []): string {
  if (rawQuery === '') return ''
  return rawQuery
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=')
      const [name, value] = equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
      return [encodeUnreserved(decodeLoosely(name)), encodeUnreserved(decodeLoosely(value))] as const
    })
    .filter(([name]) => !leaveOut.includes(name))
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

export function signature(
  secretAccessKey: string,
  scope: { date: string; region: string; service: string },
  timestamp: string,
  canonical: string,
): Buffer {
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    timestamp,
    `${scope.date}/${scope.region}/${scope.service}/aws4_request`,
    sha256Hex(canonical),
  ].join('\n')
  const key = [scope.date, scope.region, scope.service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${secretAccessKey}`,
  )
  return hmac(key, stringToSign)
}

export function sha256Hex(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest()
}

function encodeUnreserved(text: string): string {
  let encoded = ''
  for (const byte of Buffer.from(text)) {
    const character = String.fromCharCode(byte)
    encoded += /[A-Za-z0-9\-_.~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}

function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
