import type { Principal } from './auth/credentials.ts'
import type { ReceivedRequest } from './request.ts'

/** One call as the simulator received it and what became of it. */
export interface RecordedCall {
  /** Counts from 1; the same number is in the answer's request id. */
  readonly number: number
  readonly at: string
  readonly method: string
  /** As on the wire, with the query. */
  readonly path: string
  /** Lower-case names, repeated ones joined by commas. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed when it is JSON, else the text; so too when it is nested more than 1000 levels deep. */
  readonly body: unknown
  principal?: Principal
  operation?: string
  modelId?: string
  /** Of the answer; undefined while there is none. */
  status?: number
  /** The error's name, when it was refused. */
  error?: string
  /** True when the client closed the connection before it had the whole answer. */
  clientLeft: boolean
  /** When it did, in milliseconds after the request was read. */
  leftAfterMs?: number
  /** Bytes of the answer's body that were handed to the connection so far. */
  bytesSent: number
  /** Events of a stream that were handed over whole; a plain answer is one event. */
  eventsSent: number
}

/** The last calls, oldest first. */
export class CallLog {
  readonly #keep: number
  readonly #now: () => Date
  readonly #calls: RecordedCall[] = []
  readonly #sizes: number[] = []
  #bytes = 0
  #count = 0

  constructor(keep: number, now: () => Date) {
    this.#keep = keep
    this.#now = now
  }

  get calls(): readonly RecordedCall[] {
    return this.#calls
  }

  record(request: ReceivedRequest): RecordedCall {
    if (this.#keep === 0) return { ...NOT_KEPT, number: ++this.#count }
    const text = request.body.toString()
    const call: RecordedCall = {
      number: ++this.#count,
      at: this.#now().toISOString(),
      method: request.method,
      path: request.rawQuery === '' ? request.rawPath : `${request.rawPath}?${request.rawQuery}`,
      headers: Object.fromEntries([...request.headers].map(([name, values]) => [name, values.join(',')])),
      body: readable(text),
      clientLeft: false,
      bytesSent: 0,
      eventsSent: 0,
    }
    this.#calls.push(call)
    this.#sizes.push(request.body.length)
    this.#bytes += request.body.length
    while (this.#calls.length > this.#keep || (this.#bytes > MAX_BYTES && this.#calls.length > 1)) {
      this.#calls.shift()
      this.#bytes -= this.#sizes.shift() ?? 0
    }
    return call
  }

  clear(): void {
    this.#calls.length = 0
    this.#sizes.length = 0
    this.#bytes = 0
    this.#count = 0
  }
}

// Calls that nobody will read are not worth reading.
const NOT_KEPT: RecordedCall = {
  number: 0,
  at: '',
  method: '',
  path: '',
  headers: {},
  body: undefined,
  clientLeft: false,
  bytesSent: 0,
  eventsSent: 0,
}

/** Of all kept bodies together; older calls go first. Written as JSON a byte can become six, and text has an end. */
const MAX_BYTES = 80_000_000

// What is nested deeper can be read but not be written again: the stack is too short.
const MAX_NESTING = 1000

function readable(text: string): unknown {
  const body = parseJson(text)
  return body === undefined || isDeeperThan(MAX_NESTING, body) ? text : body
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((member) => isDeeperThan(levels - 1, member))
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
