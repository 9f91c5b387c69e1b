import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { OutletSink, PieceEncoding } from '@moho/core/router'

/** The connections in the middle of a stream, where nothing else can be said. */
export const streaming: WeakSet<Duplex> = new WeakSet()

/**
 * The body of a streamed answer. What comes in one turn of the event loop goes out as one write, framed here: Node would write the
 * length, the piece and the line ends around it one by one, which costs as much as to relay the piece.
 */
export class StreamBody implements OutletSink {
  readonly #outgoing: ServerResponse
  readonly #onFull: () => void
  /** Whether the body goes out in HTTP's chunks. Only HTTP/1.0 knows none. */
  readonly #chunked: boolean
  #pending = ''
  #encoding: PieceEncoding = 'utf8'

  /** @param onFull called when the caller does not read as fast as it is written. `drain` says when to go on. */
  constructor(outgoing: ServerResponse, onFull: () => void) {
    this.#outgoing = outgoing
    this.#onFull = onFull
    this.#chunked = outgoing.chunkedEncoding
    // From here on they are framed by this class alone.
    outgoing.chunkedEncoding = false
    if (outgoing.socket !== null) streaming.add(outgoing.socket)
  }

  write(piece: string, encoding: PieceEncoding): void {
    if (encoding !== this.#encoding) {
      this.#flush()
      this.#encoding = encoding
    }
    if (this.#pending === '') queueMicrotask(this.#flush)
    this.#pending += piece
  }

  end(): void {
    if (this.#outgoing.socket !== null) streaming.delete(this.#outgoing.socket)
    const rest = this.#take()
    this.#outgoing.end(this.#chunked ? `${rest}0\r\n\r\n` : rest, this.#encoding)
  }

  readonly #flush = (): void => {
    const piece = this.#take()
    if (piece === '' || this.#outgoing.destroyed) return
    if (!this.#outgoing.write(piece, this.#encoding)) this.#onFull()
  }

  #take(): string {
    const piece = this.#pending
    this.#pending = ''
    if (piece === '' || !this.#chunked) return piece
    const size = this.#encoding === 'latin1' ? piece.length : Buffer.byteLength(piece)
    return `${size.toString(16)}\r\n${piece}\r\n`
  }
}
