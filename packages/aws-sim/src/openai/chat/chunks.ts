import type { StreamEvent } from '../../streams/stream.ts'
import { toDeltas } from '../../tokens.ts'
import type { Said } from '../conversation.ts'
import { type ChatHead, chatUsage, finishReason } from './completion.ts'

/**
 * An answer in chunks: `role`, `delta`…, `finish`, then `usage` where it was asked for, then `done`. The names are for
 * mishaps; on the wire the chunks have none.
 */
export function toChunks(head: ChatHead, said: Said, includeUsage: boolean): StreamEvent[] {
  const start = `{"id":${JSON.stringify(head.id)},"object":"chat.completion.chunk","created":${head.created},"model":${JSON.stringify(head.model)},"service_tier":"default","system_fingerprint":"fp_simulated","choices":[`
  // With `include_usage` every chunk has the member, and it is null until the last.
  const end = includeUsage ? '],"usage":null}' : ']}'
  const events: StreamEvent[] = []
  const push = (name: string, delta: string, finish = 'null'): void => {
    for (let index = 0; index < head.choices; index++) {
      const choice = `{"index":${index},"delta":${delta},"logprobs":null,"finish_reason":${finish}}`
      events.push({ name, payload: start + choice + end })
    }
  }
  const hasText = said.calls.length === 0 || said.text !== ''
  push('role', `{"role":"assistant","content":${hasText ? '""' : 'null'},"refusal":null}`)
  for (const piece of toDeltas(said.reasoning))
    push('delta', `{"${head.reasoningMember ?? 'reasoning_content'}":${JSON.stringify(piece)}}`)
  for (const piece of toDeltas(said.text)) push('delta', `{"content":${JSON.stringify(piece)}}`)
  for (const [index, call] of said.calls.entries()) {
    const named = { index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }
    push('delta', JSON.stringify({ tool_calls: [named] }))
    for (const piece of toDeltas(call.arguments)) {
      push('delta', JSON.stringify({ tool_calls: [{ index, function: { arguments: piece } }] }))
    }
  }
  push('finish', '{}', JSON.stringify(finishReason(said)))
  if (includeUsage) {
    events.push({ name: 'usage', payload: `${start}],"usage":${JSON.stringify(chatUsage(said, head.choices))}}` })
  }
  events.push({ name: 'done', payload: '[DONE]' })
  return events
}
