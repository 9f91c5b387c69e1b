import type { ServerResponse } from 'node:http'
import type { CallRecord, MohoError } from '@moho/core'
import { type Answer, chatError, type Outlet } from '@moho/core/router'
import { callHeaders, errorHeaders } from './headers.ts'
import { StreamBody } from './stream-body.ts'

/** The one place where a call's answer becomes HTTP: straight to the socket. */
export function sendAnswer(answer: Answer, outgoing: ServerResponse): void {
  const { record } = answer
  if (answer.kind === 'fault') sendWhole(faultReply(answer.error, record.id, { record }), outgoing)
  else if (answer.kind === 'stream') sendStream(answer.body, record, outgoing)
  else {
    const headers = callHeaders(record)
    headers['content-type'] = 'application/json'
    sendWhole({ status: 200, headers: identified(headers, record.id), body: answer.body }, outgoing)
  }
}

/** A whole answer, ready to go out. */
export interface Reply {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string | Uint8Array
}

export function sendWhole({ status, headers, body }: Reply, outgoing: ServerResponse): void {
  // Whoever left gets nothing, and Node takes offence at being asked.
  if (outgoing.destroyed) return
  headers['content-length'] = String(Buffer.byteLength(body))
  outgoing.writeHead(status, headers)
  outgoing.end(body)
}

/** A slow reader slows the upstream down. That a reader who left ends the call is `callModel`'s affair. */
function sendStream(outlet: Outlet, record: CallRecord, outgoing: ServerResponse): void {
  const headers = callHeaders(record)
  headers['content-type'] = 'text/event-stream; charset=utf-8'
  headers['cache-control'] = 'no-cache, no-transform'
  // nginx would hold the stream back.
  headers['x-accel-buffering'] = 'no'
  outgoing.writeHead(200, identified(headers, record.id))
  outgoing.on('drain', () => outlet.resume())
  const body = new StreamBody(outgoing, () => outlet.pause())
  outlet.pipe({
    write: (piece, encoding) => body.write(piece, encoding),
    end() {
      body.end()
      // Whoever left is not waited for. A caller who does not read would keep the connection for ever.
      if (outgoing.closed || outgoing.destroyed) return
      const patience = setTimeout(() => outgoing.destroy(), lastReadMs)
      outgoing.once('close', () => clearTimeout(patience))
    },
  })
}

/** How long a caller may take to read what is left of a stream that is over, in milliseconds. */
const lastReadMs = 60_000

export interface FaultDetail {
  readonly record?: CallRecord
  /** Where it is another than the error's own. */
  readonly status?: number
}

export function faultReply(error: MohoError, requestId: string, { record, status }: FaultDetail = {}): Reply {
  const headers = { ...json, ...(record && callHeaders(record)), ...errorHeaders(error) }
  return {
    status: status ?? error.status,
    headers: identified(headers, requestId),
    body: JSON.stringify(chatError(error)),
  }
}

export const sendJson = (value: object, requestId: string, status = 200): Response =>
  responseOf({ status, headers: identified({ ...json }, requestId), body: JSON.stringify(value) })

/** With plain headers, which the server writes without a detour. */
export const responseOf = ({ status, headers, body }: Reply): Response =>
  new Response(body as string, { status, headers })

const json: Record<string, string> = { 'content-type': 'application/json' }

/** OpenAI's clients read the one, Anthropic's the other. */
function identified(headers: Record<string, string>, id: string): Record<string, string> {
  headers['x-request-id'] = id
  headers['request-id'] = id
  return headers
}
