import { type Answer, jsonAnswer } from '../answer.ts'
import { type Fault, namedFault } from '../fault.ts'
import type { Failure } from '../streams/stream.ts'

/** An error as the OpenAI API words it. */
export interface OpenAiError {
  readonly status: number
  readonly type: string
  readonly code: string | null
  readonly param: string | null
  readonly message: string
}

export function errorAnswer({ status, ...error }: OpenAiError): Answer {
  return { ...jsonAnswer(status, { error: errorBody({ status, ...error }) }), error: error.code ?? error.type }
}

export function errorBody({ message, type, param, code }: OpenAiError): Omit<OpenAiError, 'status'> {
  return { message, type, param, code }
}

/** A request that is refused for what one of its parameters says. */
export function invalidRequest(message: string, param: string | null = null, code: string | null = null): OpenAiError {
  return { status: 400, type: 'invalid_request_error', code, param, message }
}

/** The fault of another layer, by its status and, where OpenAI has it, its name as the code. */
export function toOpenAiError({ status, name, message }: Fault): OpenAiError {
  const known = ERRORS.get(name)
  return { status, type: known?.type ?? typeOf(status), code: known ? name : codeOf(status), param: null, message }
}

/** By OpenAI's code, such as `rate_limit_exceeded`, or by AWS's name, such as `ThrottlingException`. */
export function namedError(name: string, message?: string, status?: number): OpenAiError {
  const known = ERRORS.get(name)
  const fault: Fault = known
    ? { status: known.status, name, message: message ?? known.message, origin: 'service' }
    : namedFault(name.charAt(0).toUpperCase() + name.slice(1), message)
  return toOpenAiError(status === undefined ? fault : { ...fault, status })
}

/** What a stream says of its failure. */
export function failureError({ name, message }: Failure): OpenAiError {
  return namedError(name, message)
}

const ERRORS: ReadonlyMap<string, { status: number; type: string; message: string }> = new Map(
  Object.entries({
    invalid_value: {
      status: 400,
      type: 'invalid_request_error',
      message: 'Invalid value.',
    },
    unsupported_parameter: {
      status: 400,
      type: 'invalid_request_error',
      message: 'Unsupported parameter.',
    },
    context_length_exceeded: {
      status: 400,
      type: 'invalid_request_error',
      message: "This model's maximum context length is 128000 tokens. Please reduce the length of the messages.",
    },
    content_policy_violation: {
      status: 400,
      type: 'invalid_request_error',
      message: 'Your request was rejected as a result of our safety system.',
    },
    invalid_api_key: {
      status: 401,
      type: 'invalid_request_error',
      message: 'Incorrect API key provided.',
    },
    model_not_found: {
      status: 404,
      type: 'invalid_request_error',
      message: 'The model does not exist or you do not have access to it.',
    },
    rate_limit_exceeded: {
      status: 429,
      type: 'rate_limit_error',
      message: 'Rate limit reached. Please try again later.',
    },
    insufficient_quota: {
      status: 429,
      type: 'insufficient_quota',
      message: 'You exceeded your current quota, please check your plan and billing details.',
    },
    server_error: {
      status: 500,
      type: 'server_error',
      message: 'The server had an error while processing your request. Sorry about that!',
    },
    server_is_overloaded: {
      status: 503,
      type: 'service_unavailable_error',
      message: 'Our servers are currently overloaded. Please try again later.',
    },
  }),
)

function typeOf(status: number): string {
  if (status === 429) return 'rate_limit_error'
  if (status === 403) return 'permission_error'
  return status < 500 ? 'invalid_request_error' : 'server_error'
}

function codeOf(status: number): string | null {
  if (status === 429) return 'rate_limit_exceeded'
  return status >= 500 ? 'server_error' : null
}
