import type { DestinationStream } from 'pino'

/** In bytes. */
const size = 64 * 1024
/** How long a line may wait, in milliseconds. */
const patienceMs = 25

/** Gathers lines and writes them together: a write for each would cost more than making it. The last ones go out before the process ends. */
export class LogBuffer implements DestinationStream {
  readonly #stream: NodeJS.WritableStream
  readonly #bytes = Buffer.allocUnsafe(size)
  #used = 0
  #timer: NodeJS.Timeout | undefined

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream
    process.on('exit', () => this.flush())
    // Whoever read the log has gone. That is no reason to end.
    stream.on('error', () => {})
  }

  write(line: string): void {
    const most = line.length * maxBytesOfUnit
    if (this.#used + most > size) this.flush()
    if (most > size) {
      this.#stream.write(line)
      return
    }
    this.#used += this.#bytes.write(line, this.#used)
    this.#timer ??= setTimeout(() => this.flush(), patienceMs).unref()
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#used === 0) return
    // A copy, for the stream may hold on to it.
    const lines = Buffer.from(this.#bytes.subarray(0, this.#used))
    this.#used = 0
    this.#stream.write(lines)
  }
}

/** Of a string's units, in UTF-8. */
const maxBytesOfUnit = 3
