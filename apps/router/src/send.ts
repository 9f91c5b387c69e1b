import type { ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { CallRecord, MohoError } from '@moho/core'
import { type Answer, chatError, type Outlet } from '@moho/core/router'
import { callHeaders, errorHeaders } from './headers.ts'

/** The one place where answers become HTTP. Whole ones are a new Response with plain headers, which the server writes without a detour. */
export function sendAnswer(answer: Answer, outgoing: ServerResponse): Response {
  const { record } = answer
  if (answer.kind === 'fault') return sendFault(answer.error, record.id, { record })
  if (answer.kind === 'stream') return sendStream(answer.body, record, outgoing)
  const { body } = answer
  const headers = callHeaders(record)
  headers['content-type'] = 'application/json'
  headers['content-length'] = String(Buffer.byteLength(body))
  headers['x-request-id'] = record.id
  headers['request-id'] = record.id
  outgoing.writeHead(200, headers)
  outgoing.end(body)
  return RESPONSE_ALREADY_SENT
}

/** Straight to the socket: a slow reader slows the upstream down. That a reader who left ends the call is `app`'s affair. */
function sendStream(outlet: Outlet, record: CallRecord, outgoing: ServerResponse): Response {
  outgoing.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    // nginx would hold the stream back.
    'x-accel-buffering': 'no',
    ...idHeaders(record.id),
    ...callHeaders(record),
  })
  outgoing.on('drain', () => outlet.resume())
  outlet.pipe({
    write(bytes) {
      if (!outgoing.destroyed && !outgoing.write(bytes)) outlet.pause()
    },
    end() {
      outgoing.end()
      // A caller who does not read would keep the connection for ever.
      const patience = setTimeout(() => outgoing.destroy(), lastReadMs)
      outgoing.once('close', () => clearTimeout(patience))
    },
  })
  return RESPONSE_ALREADY_SENT
}

/** How long a caller may take to read what is left of a stream that is over, in milliseconds. */
const lastReadMs = 60_000

export interface FaultDetail {
  readonly record?: CallRecord
  /** Where it is another than the error's own. */
  readonly status?: number
}

export function sendFault(error: MohoError, requestId: string, { record, status }: FaultDetail = {}): Response {
  const headers = {
    ...json,
    ...idHeaders(requestId),
    ...(record && callHeaders(record)),
    ...errorHeaders(error),
  }
  return new Response(JSON.stringify(chatError(error)), { status: status ?? error.status, headers })
}

export const sendJson = (value: object, requestId: string, status = 200): Response =>
  new Response(JSON.stringify(value), { status, headers: { ...json, ...idHeaders(requestId) } })

const json: Record<string, string> = { 'content-type': 'application/json' }

/** OpenAI's clients read the one, Anthropic's the other. */
const idHeaders = (id: string) => ({ 'x-request-id': id, 'request-id': id })
