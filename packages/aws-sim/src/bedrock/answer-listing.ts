import type { Answer } from '../answer.ts'
import { NO_DIRECTIVES } from '../directives.ts'
import { answerAsTold } from '../script.ts'
import type { Exchange } from '../service.ts'

/** Answers a question about models: scripts know it by the id in its path, or by the name of the list. */
export function answerListing(exchange: Exchange, subject: string, usual: () => Answer): Answer {
  return answerAsTold(exchange, subject, NO_DIRECTIVES, usual)
}
