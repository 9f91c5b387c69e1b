import type { FinishReason } from '../../contract/writer.ts'
import type { ChatFinishReason } from '../../formats/chat.ts'

/** What OpenAI calls the reasons to end, of which it tells fewer apart. */
export const finishReasons: Readonly<Record<FinishReason, ChatFinishReason>> = {
  stop: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  context_full: 'length',
  tool_calls: 'tool_calls',
  content_filter: 'content_filter',
  pause: 'stop',
}
