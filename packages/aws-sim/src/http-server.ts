import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from 'node:http'
import { constants, createServer as createHttp2, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Answer } from './answer.ts'
import { type ReceivedRequest, toReceivedRequest } from './request.ts'

/** A listening socket that hands each whole request to a handler and sends what comes back. */
interface HttpServer {
  readonly port: number
  close(): Promise<void>
}

interface HttpHandler {
  /**
   * Must not throw, whatever a client sent. The body is empty when it was too large to be read. Of `sent` and `left`
   * one is called, when the client has the answer or has gone without it.
   */
  answer(request: ReceivedRequest, tooLarge: boolean): { answer: Answer; sent(): void; left(): void }
}

/**
 * Speaks HTTP/1.1 and, on the same port, HTTP/2 without TLS: AWS's own client for Bedrock Runtime uses HTTP/2 unless it
 * is told otherwise.
 */
export async function listen(
  options: { port: number; host: string; maxBodyBytes: number },
  handler: HttpHandler,
): Promise<HttpServer> {
  const onRequest = (message: Incoming, response: Outgoing): void => {
    readBody(message, options.maxBodyBytes, (body, tooLarge) => {
      const { answer, sent, left } = handler.answer(toReceivedRequest(message, body), tooLarge)
      response.once('close', () => (isSent(response) ? sent() : left()))
      if (answer.hang) return
      if (!answer.delayMs) return send(response, answer)
      const timer = setTimeout(() => send(response, answer), answer.delayMs)
      response.once('close', () => clearTimeout(timer))
    })
  }
  const http1 = createHttp1({ keepAliveTimeout: 60_000 }, onRequest)
  const http2 = createHttp2(onRequest)
  // A client that speaks neither gets a 400; it must not end the process.
  http1.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  })
  http2.on('sessionError', () => undefined)

  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.once('data', (first: Buffer) => {
      socket.pause()
      socket.unshift(first)
      const isHttp2 = first.subarray(0, PREFACE.length).equals(PREFACE)
      const spoken = isHttp2 ? http2 : http1
      spoken.emit('connection', socket)
      if (!isHttp2) socket.resume()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

type Incoming = IncomingMessage | Http2ServerRequest
type Outgoing = ServerResponse | Http2ServerResponse

/** No HTTP/1.1 method starts so. */
const PREFACE = Buffer.from('PRI')

function readBody(message: Incoming, limit: number, done: (body: Buffer, tooLarge: boolean) => void): void {
  const chunks: Buffer[] = []
  let size = 0
  let finished = false
  const finish = (tooLarge: boolean): void => {
    if (finished) return
    finished = true
    done(tooLarge ? Buffer.alloc(0) : Buffer.concat(chunks, size), tooLarge)
  }
  message.on('data', (chunk: Buffer) => {
    size += chunk.length
    // What comes after the limit is read and dropped: a client that still writes would see a reset instead of the 413.
    if (size > limit) {
      chunks.length = 0
      finish(true)
    } else chunks.push(chunk)
  })
  message.on('end', () => finish(false))
  message.on('error', () => undefined)
}

// A script can ask for what HTTP forbids, such as a connection header in HTTP/2; the call fails then, not the process.
function send(response: Outgoing, answer: Answer): void {
  try {
    write(response, answer)
  } catch {
    response.destroy()
  }
}

function write(response: Outgoing, answer: Answer): void {
  const body = Buffer.from(answer.body)
  response.statusCode = answer.status
  const headers = { ...answer.headers, 'content-length': String(body.length) }
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (answer.cutAfter === undefined) response.end(body)
  else sendPart(response, body.subarray(0, answer.cutAfter))
}

function sendPart(response: Outgoing, part: Buffer): void {
  if ('stream' in response) response.write(part, 'utf8', () => response.stream.close(constants.NGHTTP2_CANCEL))
  else response.write(part, () => response.destroy())
}

// HTTP/2's responses report that they are finished even when the stream was reset.
function isSent(response: Outgoing): boolean {
  return 'stream' in response
    ? response.writableEnded && response.stream.rstCode === constants.NGHTTP2_NO_ERROR
    : response.writableFinished
}
