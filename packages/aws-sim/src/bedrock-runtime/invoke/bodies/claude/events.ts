import type { StreamEvent } from '../../../../streams/stream.ts'
import { toDeltas } from '../../../../tokens.ts'
import type { Spoken } from '../../spoken.ts'
import { type Answered, toBlock, toMessage } from './message.ts'

/** An answer in Anthropic's events, whose names are their types. */
export function toEvents(spoken: Spoken): StreamEvent[] {
  const { reply, usage } = spoken
  const events: StreamEvent[] = []
  const push = (type: string, members: object): void => {
    events.push({ name: type, payload: JSON.stringify({ type, ...members }) })
  }
  push('message_start', { message: toMessage(spoken, [], { stop_reason: null, stop_sequence: null }, 1) })
  for (const [index, block] of reply.content.map(toBlock).entries()) {
    push('content_block_start', { index, content_block: emptied(block) })
    for (const delta of deltasOf(block)) push('content_block_delta', { index, delta })
    push('content_block_stop', { index })
  }
  push('message_delta', {
    delta: { stop_reason: reply.stopReason, stop_sequence: reply.stopSequence },
    usage: { output_tokens: usage.outputTokens },
  })
  push('message_stop', {})
  return events
}

// What a block begins with, before its deltas.
function emptied(block: Answered): object {
  switch (block.type) {
    case 'text':
      return { ...block, text: '' }
    case 'tool_use':
      return { ...block, input: {} }
    case 'thinking':
      return { ...block, thinking: '', signature: '' }
    default:
      return block
  }
}

function deltasOf(block: Answered): object[] {
  switch (block.type) {
    case 'text':
      return toDeltas(block.text).map((text) => ({ type: 'text_delta', text }))
    case 'tool_use': {
      const input = JSON.stringify(block.input)
      const pieces = ['', ...(input === '{}' ? [] : toDeltas(input))]
      return pieces.map((partial_json) => ({ type: 'input_json_delta', partial_json }))
    }
    case 'thinking':
      return [
        ...toDeltas(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature: block.signature },
      ]
    default:
      return []
  }
}
