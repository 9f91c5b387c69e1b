import type { ConverseRequest } from '../bedrock-runtime/converse/request-schema.ts'
import { promptParts } from '../bedrock-runtime/converse/usage.ts'
import type { SimulatedModel } from '../models.ts'
import type { ChatRequest } from '../openai/chat/request-schema.ts'
import { invalidRequest, type OpenAiError } from '../openai/errors.ts'
import type { Refused } from '../openai/read-body.ts'

/**
 * What this model does not take. The texts are OpenAI's and those seen on Bedrock Mantle; that they are Bedrock
 * Runtime's too is inferred.
 */
export function refuseForModel(
  request: ChatRequest,
  conversation: ConverseRequest,
  model: SimulatedModel,
): Refused | undefined {
  const refused =
    refuseEffort(request, model) ??
    (model.gptParameters ? refuseForGpt(request) : undefined) ??
    refuseContent(conversation, model) ??
    refuseLength(conversation, model)
  return refused && { refused }
}

function refuseEffort({ reasoning_effort: effort, model: name }: ChatRequest, model: SimulatedModel) {
  const { efforts } = model.reasoning
  if (!effort || efforts.length === 0 || efforts.includes(effort)) return undefined
  return unsupportedValue(
    `Unsupported value: '${effort}' is not supported with the '${name}' model`,
    'reasoning_effort',
  )
}

function refuseForGpt(request: ChatRequest): OpenAiError | undefined {
  if (typeof request.max_tokens === 'number') {
    return unsupportedParameter('max_tokens', ". Use 'max_completion_tokens' instead.")
  }
  if (typeof request.top_p === 'number') return unsupportedParameter('top_p')
  if (typeof request.temperature === 'number' && request.temperature !== 1) {
    const text = `Unsupported value: 'temperature' does not support ${request.temperature} with this model. Only the default (1) value is supported.`
    return unsupportedValue(text, 'temperature')
  }
  // The effort that is not named counts as well.
  if (request.tools && request.reasoning_effort !== 'none') {
    const text = `Function tools with reasoning_effort are not supported for ${request.model} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`
    return invalidRequest(text, 'reasoning_effort')
  }
  return undefined
}

function refuseContent({ messages, toolConfig }: ConverseRequest, model: SimulatedModel): OpenAiError | undefined {
  if (toolConfig && model.tools === 'none') return unsupportedParameter('tools')
  const blocks = messages?.flatMap((message) => message.content) ?? []
  if (!model.images && blocks.some((block) => block.image)) return unsupportedContent('image_url')
  if (!model.documents && blocks.some((block) => block.document)) return unsupportedContent('file')
  return undefined
}

function refuseLength(conversation: ConverseRequest, model: SimulatedModel): OpenAiError | undefined {
  const wanted = conversation.inferenceConfig?.maxTokens ?? 0
  if (wanted > model.maxOutputTokens) {
    const text = `max_tokens is too large: ${wanted}. This model supports at most ${model.maxOutputTokens} completion tokens, whereas you provided ${wanted}.`
    return invalidRequest(text, 'max_tokens', 'invalid_value')
  }
  const tokens = promptParts(conversation).reduce((sum, part) => sum + part.tokens, 0)
  if (tokens <= model.contextTokens) return undefined
  const text = `This model's maximum context length is ${model.contextTokens} tokens. However, your messages resulted in ${tokens} tokens. Please reduce the length of the messages.`
  return invalidRequest(text, 'messages', 'context_length_exceeded')
}

function unsupportedParameter(param: string, advice = ''): OpenAiError {
  const text = `Unsupported parameter: '${param}' is not supported with this model${advice}`
  return invalidRequest(text, param, 'unsupported_parameter')
}

function unsupportedValue(message: string, param: string): OpenAiError {
  return invalidRequest(message, param, 'unsupported_value')
}

function unsupportedContent(type: string): OpenAiError {
  return invalidRequest(`Content of type '${type}' is not supported by this model.`, 'messages', 'invalid_value')
}
