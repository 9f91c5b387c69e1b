import { createServer as createHttp1, type IncomingMessage } from 'node:http'
import { createServer as createHttp2, type Http2ServerRequest, type Http2Session } from 'node:http2'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Answer } from './answer.ts'
import { Delivery, type Outgoing, type Progress } from './delivery/delivery.ts'
import { type ReceivedRequest, toReceivedRequest } from './request.ts'

/** A listening socket that hands each whole request to a handler and sends what comes back. */
interface HttpServer {
  readonly port: number
  close(): Promise<void>
}

interface HttpHandler {
  /**
   * Must not throw, whatever a client sent. The body is empty when it was too large to be read. Of `sent` and `left`
   * one is called, when the client has the answer or has gone without the whole of it; `progress` is kept up to date
   * meanwhile.
   */
  answer(
    request: ReceivedRequest,
    tooLarge: boolean,
  ): { answer: Answer; progress: Progress; sent(): void; left(hasHead: boolean): void }
}

/**
 * Speaks HTTP/1.1 and, on the same port, HTTP/2 without TLS: AWS's own client for Bedrock Runtime uses HTTP/2 unless it
 * is told otherwise.
 */
export async function listen(
  options: { port: number; host: string; maxBodyBytes: number },
  handler: HttpHandler,
): Promise<HttpServer> {
  // The sockets below HTTP/2, which its sessions do not hand out.
  const below = new WeakMap<Http2Session, Socket>()
  const onRequest = (message: Incoming, response: Outgoing): void => {
    readBody(message, options.maxBodyBytes, (body, tooLarge) => {
      const { answer, progress, sent, left } = handler.answer(toReceivedRequest(message, body), tooLarge)
      const session = 'stream' in response ? response.stream.session : undefined
      const socket = 'stream' in response ? session && below.get(session) : response.socket
      const delivery = new Delivery(response, socket ?? undefined, answer, progress)
      response.on('error', () => undefined)
      response.once('close', () => {
        delivery.stop()
        if (delivery.isDone) sent()
        else left(response.headersSent)
      })
      delivery.start()
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
      if (isHttp2) {
        http2.once('session', (session) => below.set(session, socket))
        http2.emit('connection', socket)
      } else {
        http1.emit('connection', socket)
        socket.resume()
      }
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
