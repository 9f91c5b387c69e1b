import { AnswerExcerpt, type FinishReason, MohoError } from '@moho/core'
import { unreadable } from './reading.ts'

/** Why an answer ended. `called` where it calls a tool. */
export function finishReason(stopReason: unknown, called: boolean, data: string): FinishReason {
  if (malformed.has(stopReason)) {
    throw new MohoError(
      'upstream_failed',
      'The model answered with something that Bedrock could not read. Try again.',
      { cause: new AnswerExcerpt(data) },
    )
  }
  const reason =
    typeof stopReason === 'string' && Object.hasOwn(finishReasons, stopReason) ? finishReasons[stopReason] : undefined
  // A reason that is new may mean that the answer was cut or refused: calling it `stop` would pass it off as whole.
  if (reason === undefined)
    throw unreadable(`a stop reason that Moho does not know (${String(stopReason).slice(0, 100)})`, data)
  // Open models at times end their turn in the very answer that calls a tool, and clients act on the reason alone.
  return reason === 'stop' && called ? 'tool_calls' : reason
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop_sequence',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'context_full',
  guardrail_intervened: 'content_filter',
  content_filtered: 'content_filter',
}

const malformed: ReadonlySet<unknown> = new Set(['malformed_model_output', 'malformed_tool_use'])
