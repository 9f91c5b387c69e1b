import { connect, type Socket } from 'node:net'
import { Dechunker } from './dechunk.ts'

export interface Response {
  readonly status: number
  readonly body: Buffer
  /** From the request to the first byte of the body, in milliseconds. */
  readonly firstByteMs: number
}

/** A caller that keeps its connection: one request after the other, with just enough of HTTP to cost little. */
export class Connection {
  readonly #port: number
  #socket: Socket | undefined
  #exchange: Exchange | undefined

  constructor(port: number) {
    this.#port = port
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true }, resolve)
      socket.on('error', (error) => {
        reject(error)
        this.#lose(error)
      })
      socket.on('close', () => this.#lose(new Error('The connection was closed in the middle of an answer.')))
      socket.on('data', (bytes) => this.#read(bytes))
      this.#socket = socket
    })
  }

  async send(request: Buffer): Promise<Response> {
    if (this.#socket === undefined) await this.open()
    return new Promise((resolve, reject) => {
      this.#exchange = new Exchange(resolve, reject)
      this.#socket?.write(request)
    })
  }

  /** What has come of the answer that is waited for. */
  get waitsWith(): string | undefined {
    return this.#exchange?.soFar
  }

  close(): void {
    this.#socket?.destroy()
  }

  #read(bytes: Buffer): void {
    const exchange = this.#exchange
    if (exchange === undefined) return
    try {
      if (!exchange.read(bytes)) return
    } catch (error) {
      this.close()
      this.#exchange = undefined
      exchange.reject(error as Error)
      return
    }
    this.#exchange = undefined
    exchange.resolve(exchange.response())
  }

  #lose(error: Error): void {
    const exchange = this.#exchange
    this.#socket = undefined
    this.#exchange = undefined
    if (exchange?.endsWithConnection) exchange.resolve(exchange.response())
    else exchange?.reject(error)
  }
}

const headEnd = '\r\n\r\n'

/** One request under way. */
class Exchange {
  readonly resolve: (response: Response) => void
  readonly reject: (error: Error) => void
  endsWithConnection = false
  readonly #started = performance.now()
  readonly #pieces: Buffer[] = []
  #head: Buffer | undefined
  #dechunker: Dechunker | undefined
  #status = 0
  #missing = -1
  #firstByteMs = 0

  constructor(resolve: (response: Response) => void, reject: (error: Error) => void) {
    this.resolve = resolve
    this.reject = reject
  }

  response(): Response {
    const [first, ...more] = this.#pieces
    const body = first && more.length === 0 ? first : Buffer.concat(this.#pieces)
    return { status: this.#status, body, firstByteMs: this.#firstByteMs }
  }

  get soFar(): string {
    return `status ${this.#status}, ${this.#pieces.reduce((sum, piece) => sum + piece.length, 0)} bytes of body`
  }

  /** True once the answer is whole. */
  read(bytes: Buffer): boolean {
    if (this.#status > 0) return this.#readBody(bytes)
    const all = this.#head ? Buffer.concat([this.#head, bytes]) : bytes
    const end = all.indexOf(headEnd)
    if (end < 0) {
      this.#head = all
      return false
    }
    this.#readHead(all.toString('latin1', 0, end))
    return this.#missing === 0 || this.#readBody(all.subarray(end + headEnd.length))
  }

  #readHead(head: string): void {
    this.#status = Number(head.slice(9, 12))
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)
    if (length) this.#missing = Number(length[1])
    else if (/\r\ntransfer-encoding: *chunked/i.test(head)) this.#dechunker = new Dechunker(this.#pieces)
    else this.endsWithConnection = true
  }

  #readBody(bytes: Buffer): boolean {
    if (bytes.length === 0) return false
    if (this.#firstByteMs === 0) this.#firstByteMs = performance.now() - this.#started
    if (this.#dechunker) return this.#dechunker.push(bytes)
    this.#pieces.push(bytes)
    this.#missing -= bytes.length
    return this.#missing === 0
  }
}
