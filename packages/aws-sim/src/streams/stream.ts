/** A body that is sent event by event. */
export interface EventStream {
  readonly format: StreamFormat
  readonly events: readonly StreamEvent[]
}

/** One event, not yet encoded, so that a mishap can change it. */
export interface StreamEvent {
  /** By which mishaps find it, such as `messageStop` or `done`; on the wire only where the format carries it. */
  readonly name: string
  readonly payload: string
}

/** How events become bytes. */
export interface StreamFormat {
  readonly kind: 'binary' | 'text'
  readonly contentType: string
  encode(event: StreamEvent): Buffer
  /** The event that tells of a failure, after so many others. */
  failure(failure: Failure, position: number): Buffer
  /** What keeps a silent connection alive and means nothing. */
  readonly heartbeat: Buffer
}

/** What went wrong inside a stream. */
export interface Failure {
  readonly name: string
  readonly message: string
  /** As AWS sends it: the message and what else belongs to the exception, as JSON. */
  readonly payload: string
}
