import type { Expected } from './verify.ts'

/** How one target is called for one row. */
export interface Call {
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly model: string
  readonly expected: Expected
}

/** What the load generator is told. */
export interface Job {
  readonly rowId: string
  readonly call: Call
  /** Whose CPU time is read. */
  readonly pid: number
  readonly connections: number
  /** How long new requests are started. Those under way are always waited for. 0: each connection makes one. */
  readonly seconds: number
}

/** What it answers. */
export type Outcome = Measured | { readonly fault: string }

export interface Measured {
  readonly requests: number
  readonly seconds: number
  /** Of the process under `pid`, all requests together. */
  readonly cpuMicros: number
  /** From a request to the first byte of its body. */
  readonly p50Ms: number
}
