import { createServer, type ServerResponse } from 'node:http'
import { type Dispatcher, Pool } from 'undici'

/**
 * The floor: as little as a proxy can do in Node, with the parts that Moho is made of. It reads no byte of what it carries.
 * Started with the ports of the upstream and, in the same order, its own.
 */

const ports = process.argv.slice(2).map(Number)
const half = ports.length / 2
for (let index = 0; index < half; index += 1) serve(ports[index + half], `http://127.0.0.1:${ports[index]}`)

function serve(port: number | undefined, upstream: string): void {
  const pool = new Pool(upstream)
  createServer((incoming, outgoing) => {
    const pieces: Buffer[] = []
    incoming.on('data', (piece: Buffer) => pieces.push(piece))
    incoming.on('end', () => {
      const body = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)
      const headers = { 'content-type': 'application/json', authorization: 'Bearer of-the-floor' }
      pool.dispatch({ method: 'POST', path: incoming.url ?? '/', headers, body: body ?? null }, relay(outgoing))
    })
  }).listen(port, '127.0.0.1')
}

/** JSON goes on in one piece, everything else as it comes. */
function relay(outgoing: ServerResponse): Dispatcher.DispatchHandler {
  let pieces: Buffer[] | undefined
  let type = ''
  return {
    onRequestStart(controller) {
      outgoing.on('close', () => outgoing.writableFinished || controller.abort(new Error('The caller left.')))
    },
    onResponseStart(controller, status, headers) {
      type = String(headers['content-type'])
      if (type === 'application/json') pieces = []
      else outgoing.on('drain', () => controller.resume()).writeHead(status, { 'content-type': type })
    },
    onResponseData(controller, piece) {
      if (pieces) pieces.push(piece as Buffer)
      else if (!outgoing.write(piece)) controller.pause()
    },
    onResponseEnd() {
      if (pieces === undefined) return outgoing.end()
      const body = Buffer.concat(pieces)
      outgoing.writeHead(200, { 'content-type': type, 'content-length': body.length }).end(body)
    },
    onResponseError() {
      if (!outgoing.headersSent) outgoing.writeHead(502)
      outgoing.end()
    },
  } as Dispatcher.DispatchHandler
}
