import { authenticateSigner, notSigned } from '../auth/authenticate.ts'
import type { Service } from '../service.ts'
import { ROOT, toOperations } from './action.ts'
import { assumeRole } from './assume-role.ts'
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts'
import { faultAnswer, stsFault } from './errors.ts'
import { hasAction, readForm } from './form.ts'
import { getCallerIdentity } from './get-caller-identity.ts'
import { withRequestId } from './xml-answer.ts'

/** AWS Security Token Service. */
export const sts: Service = {
  name: 'sts',
  prefix: '',
  paths: ROOT,
  claims: hasAction,
  requestIdHeader: 'x-amzn-requestid',
  operations: [assumeRole, assumeRoleWithWebIdentity, getCallerIdentity].flatMap(toOperations),
  authenticate: (request, settings) =>
    readForm(request).get('Action') === assumeRoleWithWebIdentity.name
      ? notSigned(request, settings)
      : authenticateSigner(request, 'sts', settings),
  faultAnswer,
  namedError: (name, message, status) => faultAnswer(stsFault(name, message, status)),
  withRequestId,
  unknownOperation(request) {
    const form = readForm(request)
    const version = form.get('Version') ?? 'NO_VERSION_SPECIFIED'
    return faultAnswer(
      stsFault('InvalidAction', `Could not find operation ${form.get('Action')} for version ${version}`),
    )
  },
}
