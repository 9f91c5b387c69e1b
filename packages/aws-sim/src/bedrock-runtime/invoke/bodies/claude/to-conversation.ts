import type { ContentBlock, ConverseRequest, ToolChoice } from '../../../converse/request-schema.ts'
import type { CacheControl, ClaudeBlock, ClaudeRequest } from './request-schema.ts'

export function toConversation(request: ClaudeRequest): ConverseRequest {
  const { max_tokens, stop_sequences, system, messages, tools, tool_choice } = request
  const { temperature, top_p, top_k, thinking, output_config, anthropic_beta, metadata } = request
  // What Converse has no member for goes through to Claude as it is.
  const native = { top_k, thinking, output_config, anthropic_beta, metadata }
  const fields = Object.fromEntries(Object.entries(native).filter(([, value]) => value !== undefined))
  const isSerial = tool_choice?.disable_parallel_tool_use ?? false
  return {
    system: (typeof system === 'string' ? [{ text: system }] : (system ?? [])).flatMap(({ text, ...more }) => [
      { text },
      ...cachePoint(more),
    ]),
    messages: messages.map(({ role, content }) => ({ role, content: toBlocks(content) })),
    inferenceConfig: {
      maxTokens: max_tokens,
      stopSequences: stop_sequences ?? [],
      ...(temperature === undefined ? {} : { temperature }),
      ...(top_p === undefined ? {} : { topP: top_p }),
    },
    ...(tools?.length && tool_choice?.type !== 'none'
      ? {
          toolConfig: {
            tools: tools.flatMap(({ name, description, input_schema, strict, ...more }) => [
              {
                toolSpec: {
                  name,
                  inputSchema: { json: input_schema },
                  ...(description ? { description } : {}),
                  ...(strict === undefined ? {} : { strict }),
                },
              },
              ...cachePoint(more),
            ]),
            ...(tool_choice && !isSerial ? { toolChoice: toToolChoice(tool_choice) } : {}),
          },
        }
      : {}),
    additionalModelRequestFields: isSerial ? { ...fields, tool_choice } : fields,
  }
}

function toToolChoice(choice: NonNullable<ClaudeRequest['tool_choice']>): ToolChoice {
  if (choice.type === 'tool') return { tool: { name: choice.name ?? '' } }
  return choice.type === 'any' ? { any: {} } : { auto: {} }
}

function cachePoint({ cache_control: control }: { cache_control?: CacheControl | null | undefined }): ContentBlock[] {
  if (!control) return []
  return [{ cachePoint: control.ttl ? { type: 'default', ttl: control.ttl } : { type: 'default' } }]
}

function toBlocks(content: string | readonly ClaudeBlock[]): ContentBlock[] {
  if (typeof content === 'string') return [{ text: content }]
  return content.flatMap((block) =>
    'cache_control' in block ? [toContent(block), ...cachePoint(block)] : [toContent(block)],
  )
}

function toContent(block: ClaudeBlock): ContentBlock {
  switch (block.type) {
    case 'text':
      return { text: block.text }
    case 'image':
      return { image: { format: block.source.media_type, source: { bytes: block.source.data } } }
    case 'document':
      return {
        document: { format: 'pdf', name: block.title ?? 'document', source: { bytes: block.source.data } },
      }
    case 'tool_use':
      return { toolUse: { toolUseId: block.id, name: block.name, input: block.input } }
    case 'tool_result': {
      const parts = typeof block.content === 'string' ? [{ type: 'text' as const, text: block.content }] : block.content
      return {
        toolResult: {
          toolUseId: block.tool_use_id,
          status: block.is_error ? 'error' : 'success',
          content: (parts ?? []).map((part) =>
            part.type === 'text'
              ? { text: part.text }
              : { image: { format: part.source.media_type, source: { bytes: part.source.data } } },
          ),
        },
      }
    }
    case 'thinking':
      return { reasoningContent: { reasoningText: { text: block.thinking, signature: block.signature } } }
    case 'redacted_thinking':
      return { reasoningContent: { redactedContent: block.data } }
  }
}
