import type { ContentBlock, ConverseRequest, Message } from '../../bedrock-runtime/converse/request-schema.ts'
import { FILE_BLOCK, IMAGE_BLOCK, joinTurns, outputConfig, toolConfig, toolUseBlock } from '../conversation.ts'
import type { ResponsesItem, ResponsesRequest } from './request-schema.ts'

export function toConversation(request: ResponsesRequest): ConverseRequest {
  const { instructions, max_output_tokens: maxTokens, tool_choice: choice, text } = request
  const items: readonly ResponsesItem[] =
    typeof request.input === 'string' ? [{ role: 'user', content: request.input }] : request.input
  return {
    system: instructions ? [{ text: instructions }] : [],
    messages: joinTurns(items.flatMap(toMessage)),
    inferenceConfig: typeof maxTokens === 'number' ? { maxTokens } : {},
    ...toolConfig(request.tools, choice),
    ...outputConfig(outputSchema(text?.format)),
  }
}

function outputSchema(format: NonNullable<ResponsesRequest['text']>['format']): Record<string, unknown> | undefined {
  if (format?.type === 'json_schema') return format.schema
  return format?.type === 'json_object' ? { type: 'object' } : undefined
}

function toMessage(item: ResponsesItem): Message[] {
  if ('role' in item) {
    if (item.role === 'system' || item.role === 'developer') return []
    return [{ role: item.role, content: blocksOf(item.content) }]
  }
  switch (item.type) {
    case 'function_call':
      return [{ role: 'assistant', content: [toolUseBlock(item.call_id, item.name, item.arguments)] }]
    case 'function_call_output': {
      const texts = blocksOf(item.output).flatMap(({ text }) => (text === undefined ? [] : [{ text }]))
      return [{ role: 'user', content: [{ toolResult: { toolUseId: item.call_id, content: texts } }] }]
    }
    default:
      return []
  }
}

type Content = Extract<ResponsesItem, { role: string }>['content']

function blocksOf(content: Content): ContentBlock[] {
  if (typeof content === 'string') return [{ text: content }]
  return content.map((part) => {
    if ('text' in part) return { text: part.text }
    if (part.type === 'refusal') return { text: part.refusal }
    return part.type === 'input_image' ? IMAGE_BLOCK : FILE_BLOCK
  })
}
