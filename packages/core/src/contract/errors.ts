/**
 * Everything that can go wrong, as data: `code → { status, retry }`.
 * `retry`: 'again' here or elsewhere, only 'elsewhere', or 'never'.
 */
export const errorCodes = {
  invalid_request: { status: 400, retry: 'never' },
  unsupported: { status: 400, retry: 'elsewhere' },
  context_length_exceeded: { status: 400, retry: 'elsewhere' },
  content_blocked: { status: 400, retry: 'never' },
  unauthenticated: { status: 401, retry: 'never' },
  budget_exceeded: { status: 402, retry: 'never' },
  forbidden: { status: 403, retry: 'never' },
  model_not_found: { status: 404, retry: 'elsewhere' },
  not_found: { status: 404, retry: 'never' },
  conflict: { status: 409, retry: 'never' },
  too_large: { status: 413, retry: 'never' },
  unsupported_media_type: { status: 415, retry: 'never' },
  rate_limited: { status: 429, retry: 'again' },
  cancelled: { status: 499, retry: 'never' },
  internal: { status: 500, retry: 'never' },
  upstream_failed: { status: 502, retry: 'again' },
  upstream_auth_failed: { status: 502, retry: 'elsewhere' },
  overloaded: { status: 503, retry: 'again' },
  upstream_timeout: { status: 504, retry: 'again' },
} as const

export type ErrorCode = keyof typeof errorCodes
export type Retry = (typeof errorCodes)[ErrorCode]['retry']

const mark = Symbol.for('moho.error')

/** A piece of a model's answer that could not be read. It may hold what was said, so a log that keeps no content leaves it out. */
export class AnswerExcerpt {
  readonly text: string

  constructor(answer: string | Uint8Array) {
    this.text = (typeof answer === 'string' ? answer : Buffer.from(answer.subarray(0, maxExcerpt)).toString()).slice(
      0,
      maxExcerpt,
    )
  }
}

const maxExcerpt = 4096

const bounded = (text: string, length: number) => (text.length > length ? `${text.slice(0, length)}…` : text)

export interface MohoErrorDetail {
  /** For the log: what the upstream said of its refusal, another error, or an excerpt of its answer. */
  readonly cause?: unknown
  /** How long to wait before the next try, in milliseconds, where the upstream or a limit says so. */
  readonly retryAfterMs?: number | undefined
  /** The request's member at fault, as in `messages[0].content`. */
  readonly param?: string | undefined
  /** What to do, with what only the entry's managers and the log may read: accounts, ARNs, regions. */
  readonly forManagers?: string | undefined
  /** Where another try helps otherwise than the code says. */
  readonly retry?: Retry | undefined
}

/** A fault with a code of the table. `message` is for the caller and says what to do; `cause` is for the log. */
export class MohoError extends Error {
  static {
    Object.defineProperty(MohoError.prototype, mark, { value: true })
  }
  override readonly name = 'MohoError'
  readonly code: ErrorCode
  readonly retryAfterMs: number | undefined
  readonly param: string | undefined
  readonly forManagers: string | undefined
  readonly #retry: Retry | undefined

  constructor(code: ErrorCode, message: string, detail: MohoErrorDetail = {}) {
    // What it quotes may be as long as a caller or an upstream makes it.
    super(bounded(message, 2000), detail.cause === undefined ? undefined : { cause: detail.cause })
    this.code = code
    this.retryAfterMs = detail.retryAfterMs
    this.param = detail.param === undefined ? undefined : bounded(detail.param, 200)
    this.forManagers = detail.forManagers === undefined ? undefined : bounded(detail.forManagers, 4000)
    this.#retry = detail.retry
  }

  get status(): number {
    return errorCodes[this.code].status
  }

  get retry(): Retry {
    return this.#retry ?? errorCodes[this.code].retry
  }

  /** Safe across copies of core in one process, where `instanceof` is not. */
  static is(error: unknown): error is MohoError {
    return typeof error === 'object' && error !== null && mark in error
  }
}
