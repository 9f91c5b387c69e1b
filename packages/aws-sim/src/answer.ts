import type { Mishaps } from './mishaps.ts'
import type { EventStream } from './streams/stream.ts'

/** What the simulator sends back, and how badly it behaves while sending it. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Sent with its length; a stream goes out in chunks. */
  readonly body: string | Buffer | EventStream
  /** The error's name, when it is one. */
  readonly error?: string
  readonly mishaps?: Mishaps
}

export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
}

export function streamAnswer(body: EventStream): Answer {
  return { status: 200, headers: { 'content-type': body.format.contentType }, body }
}
