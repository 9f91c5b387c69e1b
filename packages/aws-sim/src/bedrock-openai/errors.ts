import type { Refused } from '../openai/read-body.ts'

/** A refusal in OpenAI's shape. The code is what Bedrock Mantle says; that Bedrock Runtime says it too is inferred. */
export function validationError(status: 400 | 404, message: string, param: string | null = null): Refused {
  return { refused: { status, type: 'invalid_request_error', code: 'validation_error', param, message } }
}
