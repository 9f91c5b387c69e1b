const lineEnd = '\r\n'

/** Takes the framing off a body that comes in HTTP chunks. Trailers are not expected. */
export class Dechunker {
  readonly #pieces: Buffer[]
  /** Bytes of a size line that came in two reads. */
  #carried: Buffer = Buffer.alloc(0)
  /** What the current chunk still lacks, with the line end behind it. */
  #missing = 0
  /** Whether it is the empty one at the end. */
  #last = false

  constructor(pieces: Buffer[]) {
    this.#pieces = pieces
  }

  /** True once the body is whole. */
  push(read: Buffer): boolean {
    let bytes = this.#carried.length > 0 ? Buffer.concat([this.#carried, read]) : read
    this.#carried = Buffer.alloc(0)
    while (bytes.length > 0) {
      if (this.#missing === 0) {
        const end = bytes.indexOf(lineEnd)
        if (end < 0) {
          this.#carried = bytes
          return false
        }
        const size = Number.parseInt(bytes.toString('latin1', 0, end), 16)
        if (Number.isNaN(size)) throw new Error('The HTTP chunks are broken.')
        this.#last = size === 0
        this.#missing = size + lineEnd.length
        bytes = bytes.subarray(end + lineEnd.length)
      }
      const data = Math.min(bytes.length, this.#missing - lineEnd.length)
      if (data > 0) this.#pieces.push(bytes.subarray(0, data))
      const taken = Math.min(bytes.length, this.#missing)
      this.#missing -= taken
      bytes = bytes.subarray(taken)
      if (this.#last && this.#missing === 0) return true
    }
    return false
  }
}
