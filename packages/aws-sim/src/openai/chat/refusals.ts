import { invalidRequest, type OpenAiError } from '../errors.ts'
import type { ChatMessage, ChatRequest } from './request-schema.ts'

/** What is wrong with a request although each of its parameters is right by itself. */
export function refuseChat(request: ChatRequest): OpenAiError | undefined {
  if (request.stream_options && !request.stream) {
    return invalidRequest(
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      'stream_options',
      'invalid_value',
    )
  }
  if (typeof request.max_tokens === 'number' && typeof request.max_completion_tokens === 'number') {
    return invalidRequest(
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
      'max_tokens',
      'invalid_parameter_combination',
    )
  }
  if (request.tool_choice !== undefined && !request.tools) {
    return invalidRequest("'tool_choice' is only allowed when 'tools' are specified.", 'tool_choice')
  }
  const chosen = typeof request.tool_choice === 'object' ? request.tool_choice.function.name : undefined
  if (chosen !== undefined && !request.tools?.some((tool) => tool.function.name === chosen)) {
    return invalidRequest(`Tool choice '${chosen}' not found in 'tools' parameter.`, 'tool_choice', 'invalid_value')
  }
  return refuseTurns(request.messages)
}

function refuseTurns(messages: readonly ChatMessage[]): OpenAiError | undefined {
  const open = new Set<string>()
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) return strayResult(index)
      continue
    }
    if (open.size > 0) return openCalls(open, index)
    if (message.role !== 'assistant') continue
    for (const call of message.tool_calls ?? []) open.add(call.id)
    if (!message.tool_calls && (message.content === undefined || message.content === null) && !message.refusal) {
      return invalidRequest(
        "Invalid value for 'content': expected a string, got null.",
        `messages.[${index}].content`,
        'invalid_value',
      )
    }
  }
  return open.size > 0 ? openCalls(open, messages.length) : undefined
}

function strayResult(index: number): OpenAiError {
  return invalidRequest(
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    `messages.[${index}].role`,
  )
}

function openCalls(open: ReadonlySet<string>, index: number): OpenAiError {
  return invalidRequest(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
    `messages.[${index}].role`,
  )
}
