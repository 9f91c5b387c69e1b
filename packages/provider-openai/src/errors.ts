import { type ErrorCode, MohoError, type ReadRefusal, readRefusal } from '@moho/core'

/** A refusal in OpenAI's shape: by status, but where its code says more. */
export const readOpenAiRefusal: ReadRefusal = (refusal) => {
  const { error, refused } = readRefusal(refusal)
  const { code, param } = detailOf(refusal.text)
  const better = typeof code === 'string' && Object.hasOwn(codes, code) ? codes[code] : undefined
  const fault = new MohoError(better ?? error.code, error.message, {
    cause: error.cause,
    retryAfterMs: error.retryAfterMs,
    param: typeof param === 'string' ? param.slice(0, 200) : undefined,
  })
  return refused === undefined ? { error: fault } : { error: fault, refused }
}

/** @see https://platform.openai.com/docs/guides/error-codes */
const codes: Readonly<Record<string, ErrorCode>> = {
  context_length_exceeded: 'context_length_exceeded',
  content_filter: 'content_blocked',
  content_policy_violation: 'content_blocked',
  model_not_found: 'model_not_found',
  unsupported_parameter: 'unsupported',
  unsupported_value: 'unsupported',
}

function detailOf(text: string): { code?: unknown; param?: unknown } {
  try {
    const body: unknown = JSON.parse(text)
    const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined
    return typeof error === 'object' && error !== null ? error : {}
  } catch {
    return {}
  }
}
