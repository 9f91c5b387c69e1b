import type { Ending } from './ending.ts'

/** Header names are lower-case. */
export type StringMap = Readonly<Record<string, string>>

/** The one door to the outside: pooled, ended with the call, replaced by recordings in tests. */
export interface HttpClient {
  /** `ending` is that of the call, or the attempt, on whose behalf it is sent. */
  send(request: HttpRequest, ending?: Ending): Promise<HttpResponse>
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** Absolute. The path goes out as it is written here: nothing is decoded, encoded or normalised. */
  readonly url: string
  readonly headers: StringMap
  readonly body?: string | Uint8Array | undefined
  /** On top of the call's own. */
  readonly signal?: AbortSignal | undefined
  /** How long to wait for the head of the answer once the request is sent, in milliseconds. */
  readonly headersTimeoutMs?: number | undefined
  /** The longest silence inside the body, in milliseconds. A pause of ours is none. */
  readonly idleTimeoutMs?: number | undefined
}

export interface HttpResponse extends ByteStream {
  readonly status: number
  readonly headers: StringMap
  /** The body, cut off at `max` bytes. */
  bytes(max: number): Promise<Uint8Array>
}

/** Bytes pushed, with no promise per read. What the sink throws aborts the stream and comes back as `fail`. */
export interface ByteStream {
  pipe(sink: ByteSink & { fail(error: unknown): void }): Flow
}

export interface Flow {
  pause(): void
  resume(): void
  abort(): void
}

export interface ByteSink {
  chunk(bytes: Uint8Array): void
  end(): void
}
