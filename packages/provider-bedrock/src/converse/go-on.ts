import type { ChatMessage } from '@moho/core'
import { refusal, type Translation } from './translation.ts'

/**
 * What the user says after an answer that a model cannot go on from. Reported; throws `unsupported` where the caller has marked the answer
 * as a beginning.
 */
export function goOn(message: Extract<ChatMessage, { role: 'assistant' }>, path: string, call: Translation): string {
  if (message.prefix === true) {
    const why = 'This model does not go on from the beginning of an answer. End with a user message.'
    throw refusal('unsupported', path, why)
  }
  call.dropped(
    path,
    'This model wants the user to speak last: a message that says no more than "go on" was put after it',
  )
  return '(Go on.)'
}
