import type { MohoError } from '../contract/errors.ts'
import type { Usage } from '../contract/writer.ts'
import type { AnswerHead, ObjectWriter, StreamWriter } from './writer.ts'

/** What the engine asks of the format of a surface. Writers are missing where answers can only be forwarded. */
export interface Dialect {
  objectWriter?(head: AnswerHead): ObjectWriter
  streamWriter?(head: AnswerHead, asked: Asked): StreamWriter
  /** A fault inside a stream that has begun. */
  errorEvent(error: MohoError): string
  readonly forwarded: ForwardedFormat
}

/** What the caller asked for that shapes the answer. */
export interface Asked {
  /** Whether a stream tells its usage. */
  readonly usage: boolean
  /** How many answers come side by side. */
  readonly answers: number
}

/** How to read an answer that is in the dialect already, and goes on as it is. */
export interface ForwardedFormat {
  /** A top-level member that every whole answer has. */
  readonly member: string
  /** Whether that member, parsed, has the answer's reason to end. Undefined where answers need none. */
  isFinished?(member: unknown): boolean
  /** The same of its text, for answers that are too large to be parsed. */
  readonly finished?: RegExp
  /** A member of a stream's events that tells the model, where it is not told beside it. */
  readonly modelIn?: string
  /** What `usage` says; undefined where that cannot be read. */
  readUsage(usage: unknown): Usage | undefined
  /** Matches the lines of a stream that `readEvent` has to see. Undefined where there are no streams. */
  readonly marks: RegExp | undefined
  /** What an event says of its stream. `data` is parsed JSON, or the text '[DONE]'. */
  readEvent(data: unknown): EventReading
  /** Whether an event with nothing but usage is for the caller, who did not ask for it. */
  readonly usageIsOptional: boolean
  /** What a stream ends with, if its upstream left it out. */
  readonly end: string
}

export interface EventReading {
  /** It tells nothing of the answer yet, but that there will be one. */
  readonly isStart?: boolean | undefined
  readonly usage?: Usage | undefined
  readonly serviceTier?: string | undefined
  /** The answers that have their reason to end, by their index. */
  readonly finished?: readonly number[] | undefined
  /** Nothing comes after this event. */
  readonly ended?: boolean | undefined
  /** The upstream broke off: what it says of that, as it says it. */
  readonly failure?: unknown
  /** It has usage and nothing of the answer. */
  readonly usageOnly?: boolean | undefined
}
