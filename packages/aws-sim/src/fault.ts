import { type Answer, jsonAnswer } from './answer.ts'

/** An AWS error: what is refused, by whom, and in which words. */
export interface Fault {
  readonly status: number
  readonly name: string
  readonly message: string
  readonly origin: FaultOrigin
}

/**
 * Which layer of AWS speaks: the service, the framework in front of it (signatures, deserialising) or the check of API
 * keys. It shows in the namespace after the error's name and in the case of the message's key: recorded answers of the
 * first two carry `message`, those of the third `Message`.
 */
export type FaultOrigin = keyof typeof ORIGINS

const ORIGINS = {
  service: { namespace: ':http://internal.amazon.com/coral/com.amazon.bedrock/', key: 'message' },
  coral: { namespace: ':http://internal.amazon.com/coral/com.amazon.coral.service/', key: 'message' },
  apiKey: { namespace: ':http://internal.amazon.com/coral/com.amazon.bedrock/', key: 'Message' },
} as const

export function faultAnswer(fault: Fault): Answer {
  const origin = ORIGINS[fault.origin]
  const headers = { 'x-amzn-errortype': fault.name + origin.namespace }
  return { ...jsonAnswer(fault.status, { [origin.key]: fault.message }, headers), error: fault.name }
}

/** The errors that Bedrock Runtime declares, with a text it was seen to use; for scripts and directives. */
const SERVICE_ERRORS: ReadonlyMap<string, { status: number; message: string }> = new Map(
  Object.entries({
    ValidationException: { status: 400, message: 'The provided request is not valid.' },
    ServiceQuotaExceededException: {
      status: 400,
      message:
        'Your request exceeds the service quota for your account. To view your quotas, sign in to the AWS Console.',
    },
    ConflictException: { status: 400, message: 'The request conflicts with the current state of the resource.' },
    AccessDeniedException: {
      status: 403,
      message: "You don't have access to the model with the specified model ID.",
    },
    ExpiredTokenException: { status: 403, message: 'The security token included in the request is expired' },
    UnrecognizedClientException: { status: 403, message: 'The security token included in the request is invalid.' },
    ResourceNotFoundException: {
      status: 404,
      message:
        'Model use case details have not been submitted for this account. Fill out the Anthropic use case details form before using the model.',
    },
    ModelTimeoutException: { status: 408, message: 'The model took too long to process the request.' },
    ModelErrorException: { status: 424, message: 'The request failed due to an error while processing the model.' },
    ThrottlingException: { status: 429, message: 'Too many tokens, please wait before trying again.' },
    ModelNotReadyException: {
      status: 429,
      message: 'Model is not ready for inference. Wait and try your request again.',
    },
    InternalServerException: {
      status: 500,
      message: 'The system encountered an unexpected error during processing. Try your request again.',
    },
    ServiceUnavailableException: { status: 503, message: 'Bedrock is unable to process your request.' },
  }),
)

/** The fault of that name; a name that Bedrock does not declare is sent as an internal error of that name. */
export function namedFault(name: string, message?: string): Fault {
  const known = SERVICE_ERRORS.get(name) ?? { status: 500, message: `Simulated ${name}.` }
  return { status: known.status, name, message: message ?? known.message, origin: 'service' }
}
