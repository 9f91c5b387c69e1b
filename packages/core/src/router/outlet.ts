import type { Flow } from '../contract/http.ts'

/** How a piece of text becomes bytes: `latin1` is what is forwarded, a character for each byte. */
export type PieceEncoding = 'utf8' | 'latin1'

/** Takes the pieces of a streamed answer on their way to the caller. */
export interface OutletSink {
  write(piece: string, encoding: PieceEncoding): void
  end(): void
}

/**
 * Where a streamed answer comes out. Attempts write into it and the server reads from it, in whichever order they come; the reader's
 * pace becomes the upstream's.
 */
export class Outlet {
  /** Whether nothing of an answer has been written since somebody last set it. */
  silent = false
  #held: (readonly [piece: string, encoding: PieceEncoding])[] = []
  #sink: OutletSink | undefined
  #ended = false
  #paused = false
  #upstream: Flow | undefined

  write(piece: string, encoding: PieceEncoding): void {
    this.silent = false
    this.#say(piece, encoding)
  }

  /** Says nothing but that the connection lives. */
  comment(): void {
    if (!this.#paused) this.#say(': keep-alive\n\n', 'utf8')
  }

  end(): void {
    this.#ended = true
    this.#sink?.end()
  }

  /** The upstream that writes from now on. */
  follow(upstream: Flow): void {
    this.#upstream = upstream
    if (this.#paused) upstream.pause()
  }

  /** Once. What was written before comes first. */
  pipe(sink: OutletSink): void {
    this.#sink = sink
    for (const [piece, encoding] of this.#held.splice(0)) sink.write(piece, encoding)
    if (this.#ended) sink.end()
  }

  get isPaused(): boolean {
    return this.#paused
  }

  pause(): void {
    this.#paused = true
    this.#upstream?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#upstream?.resume()
  }

  #say(piece: string, encoding: PieceEncoding): void {
    if (this.#sink === undefined) this.#held.push([piece, encoding])
    else this.#sink.write(piece, encoding)
  }
}
