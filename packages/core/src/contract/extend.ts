import type { RequestBody } from './call.ts'
import type { MohoError } from './errors.ts'
import type { StringMap } from './http.ts'
import type { Target } from './model.ts'
import type { OperationName } from './provider.ts'
import type { UsageReading } from './writer.ts'

/** Admits each attempt, or refuses it by throwing. */
export interface Guard {
  readonly id: string
  /** A promise only where it must fetch something. */
  admit(target: Target, request: Incoming): Permit | undefined | Promise<Permit | undefined>
}

/** Settled once, whatever happens. */
export interface Permit {
  settle(attempt: AttemptRecord): void
}

/** Log, trace, metrics: sees the finished record and is never awaited. */
export interface Observer {
  observe(record: CallRecord): void
}

export interface Caller {
  /** The name of the key, never the key. */
  readonly key: string
  readonly metadata: StringMap
}

/** `surface` is what the caller spoke; a target's `operation` is what served it. */
export interface Origin {
  readonly id: string
  readonly caller: Caller
  readonly surface: OperationName
  /** Milliseconds since 1970. */
  readonly startedAt: number
}

export interface Incoming extends Origin {
  readonly body: Pick<RequestBody<unknown>, 'size' | 'peek'>
}

export interface CallRecord extends Origin {
  /** What the caller asked for. */
  readonly model: string
  readonly totalMs: number
  /** The last one answered, or failed for good. Empty where the call was refused before any. */
  readonly attempts: readonly AttemptRecord[]
  readonly dropped: readonly Dropped[]
  readonly notes: readonly Note[]
  readonly error?: MohoError | undefined
}

/** By which of several ways something was done. */
export interface Note {
  readonly name: string
  readonly value: string
}

export interface Dropped {
  readonly path: string
  readonly why: string
}

export interface AttemptRecord {
  readonly target: Target
  readonly startedAt: number
  readonly totalMs: number
  /** The part of it from the first byte sent to the upstream to the last one read. 0 where nothing was sent. */
  readonly upstreamMs: number
  readonly usage: UsageReading
  readonly serviceTier?: string | undefined
  readonly error?: MohoError | undefined
}
