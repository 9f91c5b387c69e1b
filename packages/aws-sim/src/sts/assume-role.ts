import { NO_DIRECTIVES } from '../directives.ts'
import type { Fault } from '../fault.ts'
import { answerAsTold } from '../script.ts'
import type { Exchange } from '../service.ts'
import type { Action } from './action.ts'
import { length, type Parameter, pattern, refuseParameters } from './constraints.ts'
import { faultAnswer, stsFault } from './errors.ts'
import { readForm } from './form.ts'
import { identityOf } from './identity.ts'
import { findRole } from './roles.ts'
import {
  HOUR,
  readSession,
  refuseLength,
  refuseSession,
  type Session,
  sessionParameters,
  startSession,
} from './session.ts'
import { readTags, refuseTags, type SessionTags, tagParameters } from './tags.ts'
import { resultAnswer } from './xml-answer.ts'

/** `AssumeRole`: who signed it becomes a session of a role that trusts it. */
export const assumeRole: Action = {
  name: 'AssumeRole',
  answer(exchange) {
    const form = readForm(exchange.request)
    const externalId = form.get('ExternalId')
    const tags = readTags(form)
    const session = readSession(form)
    const refusal =
      refuseParameters([...sessionParameters(form), externalIdParameter(externalId), ...tagParameters(tags)]) ??
      refuseSession(session) ??
      refuseTags(tags) ??
      refuseChain(session, exchange) ??
      refuseCaller(session, { externalId, tags }, exchange)
    if (refusal) return faultAnswer(refusal)
    return answerAsTold(exchange, session.role, NO_DIRECTIVES, () =>
      resultAnswer('AssumeRole', startSession(session, exchange.world)),
    )
  },
}

function externalIdParameter(value: string | null): Parameter {
  return { place: 'externalId', value, constraints: [...length(2, 1224), pattern('[\\w+=,.@:\\/-]*')] }
}

function refuseChain({ seconds }: Session, { principal }: Exchange): Fault | undefined {
  const isChained = principal.kind === 'access-key' && principal.role !== undefined
  if (!isChained || seconds <= HOUR) return undefined
  return stsFault(
    'ValidationError',
    'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
  )
}

function refuseCaller(
  session: Session,
  given: { readonly externalId: string | null; readonly tags: SessionTags },
  exchange: Exchange,
): Fault | undefined {
  const role = findRole(session.role, exchange.world)
  // AWS does not say whether the role is unknown, does not trust the caller or waits for another external id.
  if (!role || !isTrusted(role.trusts, exchange)) return accessDenied('AssumeRole', session, exchange)
  if (role.externalId !== undefined && role.externalId !== given.externalId) {
    return accessDenied('AssumeRole', session, exchange)
  }
  if (role.tagSession === false && given.tags.tags.length > 0) return accessDenied('TagSession', session, exchange)
  return refuseLength(session, role)
}

function isTrusted(trusts: readonly string[] | undefined, { principal }: Exchange): boolean {
  if (!trusts) return true
  if (principal.kind !== 'access-key') return false
  return trusts.includes(principal.accessKeyId) || (principal.role !== undefined && trusts.includes(principal.role))
}

function accessDenied(action: string, { role }: Session, exchange: Exchange): Fault {
  const { arn } = identityOf(exchange)
  return stsFault('AccessDenied', `User: ${arn} is not authorized to perform: sts:${action} on resource: ${role}`)
}
