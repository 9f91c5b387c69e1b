import type { MohoError } from '../contract/errors.ts'
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

/** A writer that gives an answer piece by piece, as server-sent events. */
export interface StreamWriter extends DialectWriter {
  /** What has been written since it was last asked, and no more than that. '' while nothing of the answer itself is there yet. */
  take(): string
  /** The answer is whole: writes what the dialect ends with. */
  end(): void
  /** The answer broke off: writes the fault in the dialect's shape, and nothing that would make the answer look whole. */
  fail(error: MohoError): void
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
