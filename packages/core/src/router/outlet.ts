import type { Flow } from '../contract/http.ts'

/** Takes the bytes of a streamed answer on their way to the caller. */
export interface OutletSink {
  write(bytes: string | Uint8Array): void
  end(): void
}

/**
 * Where a streamed answer comes out. Attempts write into it and the server reads from it, in whichever order they come; the reader's
 * pace becomes the upstream's.
 */
export class Outlet {
  /** Told of each piece of an answer. */
  onWrite: (() => void) | undefined
  #held: (string | Uint8Array)[] = []
  #sink: OutletSink | undefined
  #ended = false
  #paused = false
  #upstream: Flow | undefined

  write(bytes: string | Uint8Array): void {
    this.onWrite?.()
    if (this.#sink === undefined) this.#held.push(bytes)
    else this.#sink.write(bytes)
  }

  /** Says nothing but that the connection lives. */
  comment(): void {
    if (this.#paused) return
    const bytes = ': keep-alive\n\n'
    if (this.#sink === undefined) this.#held.push(bytes)
    else this.#sink.write(bytes)
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
    for (const bytes of this.#held.splice(0)) sink.write(bytes)
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
}
