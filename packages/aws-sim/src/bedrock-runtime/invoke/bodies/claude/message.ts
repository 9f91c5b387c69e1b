import type { ReplyBlock } from '../../../converse/reply.ts'
import { idOf, type Spoken } from '../../spoken.ts'

/** An answer as Anthropic's Message, or how one begins. */
export function toMessage(
  spoken: Spoken,
  content: readonly Answered[],
  stop: Stop,
  outputTokens: number,
): Record<string, unknown> {
  const { inputTokens, cacheReadInputTokens, cacheWriteInputTokens, cacheDetails = [] } = spoken.usage
  const written = (ttl: string): number => cacheDetails.find((detail) => detail.ttl === ttl)?.inputTokens ?? 0
  return {
    model: shortName(spoken.model.id),
    id: idOf(spoken, 'msg_bdrk_'),
    type: 'message',
    role: 'assistant',
    content,
    ...stop,
    usage: {
      input_tokens: inputTokens,
      cache_creation_input_tokens: cacheWriteInputTokens,
      cache_read_input_tokens: cacheReadInputTokens,
      cache_creation: { ephemeral_5m_input_tokens: written('5m'), ephemeral_1h_input_tokens: written('1h') },
      output_tokens: outputTokens,
    },
  }
}

// anthropic.claude-sonnet-4-5-20250929-v1:0 → claude-sonnet-4-5-20250929
function shortName(id: string): string {
  return id.replace(/^anthropic\./, '').replace(/-v\d+(?::\d+)?$/, '')
}

interface Stop {
  readonly stop_reason: string | null
  readonly stop_sequence: string | null
}

/** A block of a message. */
export type Answered =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: unknown }
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }

export function toBlock(block: ReplyBlock): Answered {
  if ('text' in block) return { type: 'text', text: block.text }
  if ('toolUse' in block) {
    const { toolUseId, name, input } = block.toolUse
    return { type: 'tool_use', id: toolUseId.replace('tooluse_', 'toolu_bdrk_'), name, input }
  }
  const { reasoningContent } = block
  if ('redactedContent' in reasoningContent)
    return { type: 'redacted_thinking', data: reasoningContent.redactedContent }
  const { text, signature = '' } = reasoningContent.reasoningText
  return { type: 'thinking', thinking: text, signature }
}
