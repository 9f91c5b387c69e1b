import type { Duplex } from 'node:stream'
import { MohoError } from '@moho/core'
import { chatError } from '@moho/core/router'
import { streaming } from './stream-body.ts'

/** Answers what Node's parser refuses before there is a request that the app could answer. */
export function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || streaming.has(socket)) {
    socket.destroy()
    return
  }
  const fault = faultOf(error.code)
  const body = JSON.stringify(chatError(fault))
  socket.end(
    `HTTP/1.1 ${fault.status} ${fault.status === 413 ? 'Content Too Large' : 'Bad Request'}\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

function faultOf(code: string | undefined): MohoError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new MohoError('too_large', 'The headers are larger than the limit of 32 KiB.')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new MohoError('invalid_request', 'The request took too long to arrive.')
  return new MohoError('invalid_request', 'This is not a valid HTTP request.')
}

/** Answers a request whose target or host is none. */
export const badRequest = (): Response => {
  const error = new MohoError('invalid_request', 'The request’s path or host is not valid.')
  return new Response(JSON.stringify(chatError(error)), {
    status: error.status,
    headers: { 'content-type': 'application/json' },
  })
}
