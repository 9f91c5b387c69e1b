import type { Principal } from './auth/credentials.ts'
import type { ReceivedRequest } from './request.ts'

/** One call as the simulator received it and what became of it. */
export interface RecordedCall {
  /** Counts from 1; the same number is in `x-amzn-requestid`. */
  readonly number: number
  readonly at: string
  readonly method: string
  /** As on the wire, with the query. */
  readonly path: string
  /** Lower-case names, repeated ones joined by commas. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown
  principal?: Principal
  operation?: string
  modelId?: string
  /** Of the answer; undefined while there is none. */
  status?: number
  /** The AWS error's name, when it was refused. */
  error?: string
  /** True when the client closed the connection before it had the whole answer. */
  clientLeft: boolean
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
    const text = request.body.toString()
    const call: RecordedCall = {
      number: ++this.#count,
      at: this.#now().toISOString(),
      method: request.method,
      path: request.rawQuery === '' ? request.rawPath : `${request.rawPath}?${request.rawQuery}`,
      headers: Object.fromEntries([...request.headers].map(([name, values]) => [name, values.join(',')])),
      body: parseJson(text) ?? text,
      clientLeft: false,
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

/** Of all kept bodies together; older calls go first. */
const MAX_BYTES = 100_000_000

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
