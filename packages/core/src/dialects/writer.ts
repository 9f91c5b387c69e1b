import type { TextWriter, Usage, UsageReading } from '../contract/writer.ts'

/** What the engine asks of a writer once the upstream has ended. */
interface DialectWriter extends TextWriter {
  /** Whether `finish` was said. An answer that ended without it was cut off. */
  readonly finished: boolean
  readonly reading: UsageReading
  readonly serviceTier: string | undefined
}

/** A writer that gives one whole answer. */
export interface ObjectWriter extends DialectWriter {
  /** The answer as the dialect's clients read it. Only after `finish`. */
  toObject(): object
}

/** What a writer knows of the caller's request. */
export interface AnswerHead {
  /** For the answer's id, where the upstream gives none. */
  readonly callId: string
  /** What the caller asked for. */
  readonly model: string
  /** Seconds since 1970. */
  readonly created: number
}

export const readingOf = (usage: Usage | undefined): UsageReading =>
  usage === undefined ? { state: 'unmeasured' } : { state: 'measured', usage }
