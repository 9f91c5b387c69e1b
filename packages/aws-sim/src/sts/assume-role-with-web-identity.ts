import { NO_DIRECTIVES } from '../directives.ts'
import type { Fault } from '../fault.ts'
import { answerAsTold } from '../script.ts'
import type { World } from '../service.ts'
import type { Action } from './action.ts'
import { length, type Parameter, refuseParameters, required } from './constraints.ts'
import { faultAnswer, stsFault } from './errors.ts'
import { readForm } from './form.ts'
import { findRole } from './roles.ts'
import { readSession, refuseLength, refuseSession, type Session, sessionParameters, startSession } from './session.ts'
import { resultAnswer } from './xml-answer.ts'

/**
 * `AssumeRoleWithWebIdentity`: whoever shows a token becomes a session of a role. Nobody signs it. Any token is taken
 * but those that begin with `expired` or `invalid`.
 */
export const assumeRoleWithWebIdentity: Action = {
  name: 'AssumeRoleWithWebIdentity',
  answer(exchange) {
    const form = readForm(exchange.request)
    const token = form.get('WebIdentityToken')
    const session = readSession(form)
    const refusal =
      refuseParameters([...sessionParameters(form), tokenParameter(token)]) ??
      refuseSession(session) ??
      refuseToken(token ?? '', exchange.world) ??
      refuseRole(session, exchange.world)
    if (refusal) return faultAnswer(refusal)
    return answerAsTold(exchange, session.role, NO_DIRECTIVES, () =>
      resultAnswer('AssumeRoleWithWebIdentity', startSession(session, exchange.world)),
    )
  },
}

function tokenParameter(value: string | null): Parameter {
  return { place: 'webIdentityToken', value, constraints: [required, ...length(4, 20_000)], isSecret: true }
}

function refuseToken(token: string, { now }: World): Fault | undefined {
  const seconds = Math.floor(now().getTime() / 1000)
  if (token.startsWith('expired')) {
    return stsFault(
      'ExpiredTokenException',
      `Token expired: current date/time ${seconds} must be before the expiration date/time ${seconds - 60}`,
    )
  }
  if (!token.startsWith('invalid')) return undefined
  return stsFault(
    'InvalidIdentityToken',
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
  )
}

/** A role that trusts only some keys and roles trusts no provider of tokens. */
function refuseRole(session: Session, world: World): Fault | undefined {
  const role = findRole(session.role, world)
  if (role && !role.trusts) return refuseLength(session, role)
  return stsFault('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity')
}
