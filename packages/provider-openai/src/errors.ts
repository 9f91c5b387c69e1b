import { type ErrorCode, MohoError, type ReadRefusal, readRefusal } from '@moho/core'

/** A refusal in OpenAI's shape: by status, but where its code or what kind of upstream it is says more. */
export const readOpenAiRefusal: ReadRefusal = (refusal) => {
  const { error, refused } = readRefusal(refusal)
  const { code, param, isOpenAi } = detailOf(refusal.text)
  const known =
    typeof code === 'string' && Object.hasOwn(codes, code) ? codes[code] : byStatus(refusal.status, isOpenAi)
  const message = known?.message === undefined ? error.message : `${known.message} ${error.message}`
  const fault = new MohoError(known?.code ?? error.code, message, {
    cause: error.cause,
    retryAfterMs: error.retryAfterMs,
    param: typeof param === 'string' ? param : undefined,
  })
  return refused === undefined ? { error: fault } : { error: fault, refused }
}

interface Known {
  readonly code: ErrorCode
  readonly message?: string
}

/** What the caller can do nothing about is not the caller's fault. */
function byStatus(status: number, isOpenAi: boolean): Known | undefined {
  if (status === 402) return outOfCredit
  if (status === 413) return { code: 'too_large' }
  if (status === 405 || (status === 404 && !isOpenAi)) {
    return { code: 'upstream_failed', message: 'There is no such API at the entry’s base URL.' }
  }
  return undefined
}

const outOfCredit: Known = {
  code: 'upstream_auth_failed',
  message: 'The entry’s account at the upstream has no credit left.',
}

/** @see https://platform.openai.com/docs/guides/error-codes */
const codes: Readonly<Record<string, Known>> = {
  context_length_exceeded: { code: 'context_length_exceeded' },
  content_filter: { code: 'content_blocked' },
  content_policy_violation: { code: 'content_blocked' },
  insufficient_quota: outOfCredit,
  model_not_found: { code: 'model_not_found' },
  unsupported_parameter: { code: 'unsupported' },
  unsupported_value: { code: 'unsupported' },
}

function detailOf(text: string): { code?: unknown; param?: unknown; isOpenAi: boolean } {
  try {
    const body: unknown = JSON.parse(text)
    const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined
    if (typeof error === 'object' && error !== null) return { ...error, isOpenAi: true }
  } catch {
    // A proxy's page.
  }
  return { isOpenAi: false }
}
