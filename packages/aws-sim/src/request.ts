import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'

/** One HTTP request as it came off the socket: nothing decoded, nothing normalised. */
export interface ReceivedRequest {
  readonly method: string
  /** The path exactly as on the wire, without the query. */
  readonly rawPath: string
  /** The query exactly as on the wire, without the question mark. */
  readonly rawQuery: string
  /** Lower-case names; a header that came twice has two values. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly body: Buffer
  readonly remoteAddress: string
}

export function toReceivedRequest(message: IncomingMessage | Http2ServerRequest, body: Buffer): ReceivedRequest {
  const target = message.url ?? '/'
  const question = target.indexOf('?')
  return {
    method: message.method ?? 'GET',
    rawPath: question === -1 ? target : target.slice(0, question),
    rawQuery: question === -1 ? '' : target.slice(question + 1),
    headers: collectHeaders(message.rawHeaders),
    body,
    remoteAddress: message.socket.remoteAddress ?? '',
  }
}

/** The header's values joined as a proxy would, or undefined when it is not there. */
export function header(request: Pick<ReceivedRequest, 'headers'>, name: string): string | undefined {
  return request.headers.get(name)?.join(',')
}

export function isFromLoopback(request: ReceivedRequest): boolean {
  return /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/.test(request.remoteAddress)
}

// `message.headers` drops or joins repeated headers by name; a signature covers them as sent. HTTP/2 sends the host as
// `:authority`, which is how AWS's client then signs it.
function collectHeaders(raw: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>()
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase()
    if (name.startsWith(':') && name !== ':authority') continue
    const values = headers.get(name) ?? []
    values.push(raw[at + 1] ?? '')
    headers.set(name, values)
  }
  return headers
}

/** The host as the client sees it, with the port. */
export function hostOf(request: Pick<ReceivedRequest, 'headers'>): string {
  return header(request, 'host') ?? header(request, ':authority') ?? ''
}

/** Every name by which the request says that it reached us, with the port. */
export function hostsOf(request: Pick<ReceivedRequest, 'headers'>): readonly string[] {
  return ['host', ':authority'].flatMap((name) => request.headers.get(name) ?? [])
}

/** A parameter of a path. Once and no more: an id that was encoded twice is an unknown id. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
