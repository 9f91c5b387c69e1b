import type { MohoError } from './errors.ts'
import type { ByteSink, HttpResponse } from './http.ts'
import type { TextWriter } from './writer.ts'

/** The upstream speaks its own format: bytes become frames, frames become verbs. */
export interface WriteReply {
  readonly kind: 'write'
  readonly response: HttpResponse
  readonly framing: Framing
  readonly translate: Translate
}

/** The upstream speaks this operation's format: its bytes go through untouched. */
export interface ForwardReply {
  readonly kind: 'forward'
  readonly response: HttpResponse
  /** Reads the `error` that an answer or a stream tells of itself. Left out: by what the names of OpenAI's errors have in common. */
  readonly readError: ReadError | undefined
}

/** What an upstream says of its failure, as it says it → a fault of Moho's table, for callers to read. */
export type ReadError = (said: unknown) => MohoError

export type TextReply = WriteReply | ForwardReply

export const forward = (response: HttpResponse, readError?: ReadError): ForwardReply => ({
  kind: 'forward',
  response,
  readError,
})

export const write = (response: HttpResponse, framing: Framing, translate: Translate): WriteReply => ({
  kind: 'write',
  response,
  framing,
  translate,
})

/** Cuts bytes, in whatever slices they come, into frames, and passes the end on. */
export type Framing = (frames: FrameSink) => ByteSink

/** Called once for each reply, so what must be remembered between frames is a local variable. */
export type Translate = (out: TextWriter) => FrameSink

/** `name` is the upstream's event or exception type, or ''. Throws the fault that a frame reports; `end` throws if more was due. */
export interface FrameSink {
  frame(data: string, name: string): void
  end(): void
}
