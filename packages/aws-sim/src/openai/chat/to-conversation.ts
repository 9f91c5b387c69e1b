import type { ContentBlock, ConverseRequest, Message } from '../../bedrock-runtime/converse/request-schema.ts'
import { FILE_BLOCK, IMAGE_BLOCK, joinTurns, outputConfig, toolConfig, toolUseBlock } from '../conversation.ts'
import type { ChatMessage, ChatRequest } from './request-schema.ts'

export function toConversation(request: ChatRequest): ConverseRequest {
  const maxTokens = request.max_completion_tokens ?? request.max_tokens
  const stops = typeof request.stop === 'string' ? [request.stop] : (request.stop ?? [])
  const choice = typeof request.tool_choice === 'object' ? request.tool_choice.function : request.tool_choice
  return {
    system: request.messages.flatMap((message) =>
      message.role === 'system' || message.role === 'developer' ? textsOf(message.content) : [],
    ),
    messages: joinTurns(request.messages.flatMap(toMessage)),
    inferenceConfig: { ...(typeof maxTokens === 'number' ? { maxTokens } : {}), stopSequences: stops },
    ...toolConfig(
      request.tools?.map((tool) => tool.function),
      choice,
    ),
    ...outputConfig(outputSchema(request)),
  }
}

function outputSchema({ response_format: format }: ChatRequest): Record<string, unknown> | undefined {
  if (format?.type === 'json_schema') return format.json_schema.schema ?? { type: 'object' }
  return format?.type === 'json_object' ? { type: 'object' } : undefined
}

function toMessage(message: ChatMessage): Message[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: userBlocks(message.content) }]
    case 'assistant':
      return [
        {
          role: 'assistant',
          content: [
            ...textsOf(message.content ?? ''),
            ...(message.tool_calls ?? []).map((call) =>
              toolUseBlock(call.id, call.function.name, call.function.arguments),
            ),
          ],
        },
      ]
    case 'tool':
      return [
        {
          role: 'user',
          content: [{ toolResult: { toolUseId: message.tool_call_id, content: textsOf(message.content) } }],
        },
      ]
    default:
      return []
  }
}

type UserContent = Extract<ChatMessage, { role: 'user' }>['content']

function userBlocks(content: UserContent): ContentBlock[] {
  if (typeof content === 'string') return [{ text: content }]
  return content.map((part) => {
    if (part.type === 'text') return { text: part.text }
    return part.type === 'image_url' ? IMAGE_BLOCK : FILE_BLOCK
  })
}

function textsOf(content: string | readonly { readonly text?: string | undefined }[]): { text: string }[] {
  if (typeof content === 'string') return content === '' ? [] : [{ text: content }]
  return content.flatMap(({ text }) => (text ? [{ text }] : []))
}
