import { NO_DIRECTIVES } from '../directives.ts'
import { answerAsTold } from '../script.ts'
import type { Action } from './action.ts'
import { identityOf } from './identity.ts'
import { resultAnswer } from './xml-answer.ts'

/** `GetCallerIdentity`: who signed. */
export const getCallerIdentity: Action = {
  name: 'GetCallerIdentity',
  answer: (exchange) =>
    answerAsTold(exchange, 'GetCallerIdentity', NO_DIRECTIVES, () => {
      const { arn, userId, account } = identityOf(exchange)
      return resultAnswer('GetCallerIdentity', { Arn: arn, UserId: userId, Account: account })
    }),
}
