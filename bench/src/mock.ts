import { createServer, type Socket } from 'node:net'
import { answers } from './answers.ts'

const paceMs = 5
const headEnd = '\r\n\r\n'
/** Larger requests hold an image and ask for no stream. */
const peekBytes = 64_000

/** The upstream on a port: it answers without thinking, at once or, where it is `paced`, with an event each 5 ms. */
export function serveUpstream(port: number | undefined, paced: boolean): void {
  const send = sender(paced)
  createServer({ noDelay: true }, (socket) => {
    readRequests(socket, (path, body) => send(socket, path, body))
    socket.on('error', () => socket.destroy())
  }).listen(port, '127.0.0.1')
}

/** Enough of HTTP for what gateways send. Of large bodies it only counts the bytes. */
function readRequests(socket: Socket, answer: (path: string, body: Buffer) => void): void {
  let head: Buffer = Buffer.alloc(0)
  let body: Buffer[] = []
  let path: string | undefined
  let size = 0
  let missing = 0
  const read = (bytes: Buffer): void => {
    if (path === undefined) {
      head = head.length === 0 ? bytes : Buffer.concat([head, bytes])
      const end = head.indexOf(headEnd)
      if (end < 0) return
      const text = head.toString('latin1', 0, end)
      const length = /\r\ncontent-length: *(\d+)/i.exec(text)
      if (length === null) {
        socket.end(plain('411 Length Required'))
        return
      }
      path = text.slice(text.indexOf(' ') + 1, text.indexOf(' HTTP/'))
      size = missing = Number(length[1])
      bytes = head.subarray(end + headEnd.length)
      head = Buffer.alloc(0)
    }
    const mine = bytes.length > missing ? bytes.subarray(0, missing) : bytes
    if (size <= peekBytes) body.push(mine)
    missing -= mine.length
    if (missing > 0) return
    const [wanted, whole] = [path, body]
    path = undefined
    body = []
    answer(wanted, whole.length === 1 && whole[0] ? whole[0] : Buffer.concat(whole))
    if (bytes.length > mine.length) read(bytes.subarray(mine.length))
  }
  socket.on('data', read)
}

function sender(paced: boolean) {
  const converse = whole(answers.converse)
  const chat = whole(answers.chat)
  const converseStream = streamer(answers.converseStream, paced)
  const chatStream = streamer(answers.chatStream, paced)
  return (socket: Socket, path: string, body: Buffer): void => {
    if (path.endsWith('/converse')) socket.write(converse)
    else if (path.endsWith('/converse-stream')) converseStream(socket)
    else if (!path.endsWith('/chat/completions')) socket.write(plain('404 Not Found'))
    else if (body.includes('"stream":true')) chatStream(socket)
    else socket.write(chat)
  }
}

const plain = (status: string) => `HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`

const headOf = (type: string, length: string) =>
  Buffer.from(
    `HTTP/1.1 200 OK\r\ndate: Mon, 05 Jan 2026 10:00:00 GMT\r\ncontent-type: ${type}\r\n${length}\r\n` +
      `x-amzn-requestid: 00000000-0000-4000-8000-000000000000\r\nconnection: keep-alive${headEnd}`,
  )

const whole = ({ type, body }: { type: string; body: Buffer }) =>
  Buffer.concat([headOf(type, `content-length: ${body.length}`), body])

/** Each event is an HTTP chunk of its own, whether it comes alone or with the others. */
function streamer({ type, events }: { type: string; events: readonly Buffer[] }, paced: boolean) {
  const head = headOf(type, 'transfer-encoding: chunked')
  const chunks = [
    ...events.map((event) =>
      Buffer.concat([Buffer.from(`${event.length.toString(16)}\r\n`), event, Buffer.from('\r\n')]),
    ),
    Buffer.from('0\r\n\r\n'),
  ]
  const all = Buffer.concat([head, ...chunks])
  if (!paced) return (socket: Socket): void => void socket.write(all)
  return (socket: Socket): void => {
    socket.write(head)
    let next = 0
    const timer = setInterval(() => {
      const piece = chunks[next]
      next += 1
      if (piece === undefined || socket.destroyed) clearInterval(timer)
      else socket.write(piece)
    }, paceMs)
  }
}
