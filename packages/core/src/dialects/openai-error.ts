import { type ErrorCode, MohoError } from '../contract/errors.ts'
import { isObject } from '../wire/json-value.ts'

/** An error in OpenAI's shape, as an upstream sends it inside a body or a stream, as a fault of Moho's table. */
export function readOpenAiError(value: unknown): MohoError {
  const { message, type, code } = isObject(value) ? value : { message: value, type: undefined, code: undefined }
  const said = typeof message === 'string' && message !== '' ? message.slice(0, 1000) : 'it does not say why.'
  return new MohoError(codeOf([code, type]), `The upstream reported an error: ${said}`, {
    // Not the whole: some upstreams put into it what the model said.
    cause: JSON.stringify({ message, type, code })?.slice(0, 4096),
  })
}

function codeOf(names: readonly unknown[]): ErrorCode {
  for (const name of names) {
    const text = String(name).toLowerCase()
    for (const [mark, code] of codes) if (text.includes(mark)) return code
  }
  return 'upstream_failed'
}

/** By what the names of OpenAI and of those who speak like it have in common. Numbers are HTTP's. */
const codes: readonly (readonly [string, ErrorCode])[] = [
  ['context_length', 'context_length_exceeded'],
  ['content_filter', 'content_blocked'],
  ['content_policy', 'content_blocked'],
  ['rate_limit', 'rate_limited'],
  // The account of the entry, which the caller can do nothing about.
  ['insufficient_quota', 'upstream_auth_failed'],
  ['429', 'rate_limited'],
  ['overloaded', 'overloaded'],
  ['503', 'overloaded'],
  ['timeout', 'upstream_timeout'],
  ['authentication', 'upstream_auth_failed'],
  ['invalid_api_key', 'upstream_auth_failed'],
  ['permission', 'upstream_auth_failed'],
  ['model_not_found', 'model_not_found'],
  ['invalid_request', 'invalid_request'],
]
