import type { StreamEvent } from '../../streams/stream.ts'
import { toDeltas } from '../../tokens.ts'
import type { Said } from '../conversation.ts'
import {
  isIncomplete,
  type OutputItem,
  outputItems,
  pendingResponse,
  type ResponseHead,
  textPart,
  wholeResponse,
} from './response.ts'

/** An answer in the events of the Responses API, in the order in which the official clients put it together. */
export function toResponseEvents(head: ResponseHead, said: Said): StreamEvent[] {
  const events: StreamEvent[] = []
  const push = (name: string, members: Record<string, unknown>): void => {
    events.push({ name, payload: JSON.stringify({ type: name, sequence_number: events.length, ...members }) })
  }
  push('response.created', { response: pendingResponse(head) })
  push('response.in_progress', { response: pendingResponse(head) })
  for (const [index, item] of outputItems(head, said).entries()) pushItem(item, index, push)
  push(isIncomplete(said) ? 'response.incomplete' : 'response.completed', { response: wholeResponse(head, said) })
  return events
}

type Push = (name: string, members: Record<string, unknown>) => void

function pushItem(item: OutputItem, outputIndex: number, push: Push): void {
  const added = item.type === 'message' ? { ...item, content: [] } : { ...item, arguments: '' }
  const place = { output_index: outputIndex }
  push('response.output_item.added', { ...place, item: { ...added, status: 'in_progress' } })
  if (item.type === 'message') {
    for (const [content_index, { text }] of item.content.entries()) {
      const part = { item_id: item.id, ...place, content_index }
      push('response.content_part.added', { ...part, part: textPart('') })
      for (const delta of toDeltas(text)) push('response.output_text.delta', { ...part, delta, logprobs: [] })
      push('response.output_text.done', { ...part, text, logprobs: [] })
      push('response.content_part.done', { ...part, part: textPart(text) })
    }
  } else {
    const call = { item_id: item.id, ...place }
    for (const delta of toDeltas(item.arguments)) push('response.function_call_arguments.delta', { ...call, delta })
    push('response.function_call_arguments.done', { ...call, name: item.name, arguments: item.arguments })
  }
  push('response.output_item.done', { ...place, item })
}
