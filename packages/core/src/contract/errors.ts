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

export interface MohoErrorDetail {
  /** For the log: the upstream's bounded bytes, or another error. */
  readonly cause?: unknown
  /** How long to wait before the next try, in milliseconds, where the upstream or a limit says so. */
  readonly retryAfterMs?: number | undefined
  /** The request's member at fault, as in `messages[0].content`. */
  readonly param?: string | undefined
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

  constructor(code: ErrorCode, message: string, detail: MohoErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.code = code
    this.retryAfterMs = detail.retryAfterMs
    this.param = detail.param
  }

  get status(): number {
    return errorCodes[this.code].status
  }

  get retry(): Retry {
    return errorCodes[this.code].retry
  }

  /** Safe across copies of core in one process, where `instanceof` is not. */
  static is(error: unknown): error is MohoError {
    return typeof error === 'object' && error !== null && mark in error
  }
}
