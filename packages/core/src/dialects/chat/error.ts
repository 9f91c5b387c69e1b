import { type ErrorCode, errorCodes, type MohoError } from '../../contract/errors.ts'
import type { OpenAiError } from '../../formats/errors.ts'

/** A fault in OpenAI's shape. Its `code` is Moho's own; its `type` is the one that OpenAI's clients know. */
export const chatError = (error: MohoError): OpenAiError => ({
  error: { message: error.message, type: openAiType(error.code), param: error.param ?? null, code: error.code },
})

const typeOfStatus: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'insufficient_quota',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
}

const openAiType = (code: ErrorCode): string => {
  const { status } = errorCodes[code]
  return typeOfStatus[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error')
}
