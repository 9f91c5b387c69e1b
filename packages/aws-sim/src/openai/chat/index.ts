import type { Operation } from '../../service.ts'
import { standIn } from '../conversation.ts'
import { answerChat } from './answer.ts'

/** `POST /chat/completions`. */
export const chatCompletions: Operation = {
  name: 'ChatCompletions',
  method: 'POST',
  path: /^\/chat\/completions$/,
  answer: (exchange) => answerChat(exchange, ({ model }) => ({ model: standIn(model) })),
}
