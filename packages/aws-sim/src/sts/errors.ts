import { ACCOUNT } from '../account.ts'
import type { Answer } from '../answer.ts'
import type { Fault } from '../fault.ts'
import { xmlAnswer } from './xml-answer.ts'

/**
 * The errors of STS by the codes of its answers, each with its status and a text for scripts. Those of ValidationError,
 * InvalidAction, AccessDenied and of the faults of the service are inferred.
 */
const ERRORS: ReadonlyMap<string, { status: number; message: string }> = new Map(
  Object.entries({
    ValidationError: { status: 400, message: 'The request is not valid.' },
    InvalidAction: { status: 400, message: 'Could not find the operation.' },
    Throttling: { status: 400, message: 'Rate exceeded' },
    MalformedPolicyDocument: { status: 400, message: 'This policy contains invalid Json' },
    PackedPolicyTooLarge: {
      status: 400,
      message: 'Packed policy consumes 101% of allotted space, please use smaller policy.',
    },
    ExpiredTokenException: { status: 400, message: 'Token expired' },
    InvalidIdentityToken: {
      status: 400,
      message:
        "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    },
    IDPCommunicationError: {
      status: 400,
      message:
        'The request could not be fulfilled because the identity provider (IDP) that was asked to verify the incoming identity token could not be reached.',
    },
    IDPRejectedClaim: { status: 403, message: 'The identity provider (IdP) reported that authentication failed.' },
    AccessDenied: { status: 403, message: 'Access denied' },
    ExpiredToken: { status: 403, message: 'The security token included in the request is expired' },
    InvalidClientTokenId: { status: 403, message: 'The security token included in the request is invalid.' },
    SignatureDoesNotMatch: {
      status: 403,
      message:
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    },
    RegionDisabledException: {
      status: 403,
      message: `STS is not activated in this region for account:${ACCOUNT}. Your account administrator can activate STS in this region using the IAM Console.`,
    },
    InternalFailure: { status: 500, message: 'The request processing has failed because of an unknown error.' },
    ServiceUnavailable: { status: 503, message: 'Service is unable to handle request.' },
  }),
)

/** The fault with that code. A name that only other services have is taken for the code that STS has for it. */
export function stsFault(name: string, message?: string, status?: number): Fault {
  const code = ERRORS.has(name) ? name : codeOf(name)
  const known = ERRORS.get(code)
  return {
    status: status ?? known?.status ?? 500,
    name: known ? code : name,
    message: message ?? known?.message ?? `Simulated ${name}.`,
    origin: 'service',
  }
}

export function faultAnswer({ status, name, message, origin }: Fault): Answer {
  // The layer in front of a service words its refusals alike for all, and here in the query protocol's codes.
  const code = origin === 'service' ? (OTHER_WORDS.get(name) ?? name) : codeOf(name)
  const text = code === 'MissingAuthenticationToken' ? 'Request is missing Authentication Token' : message
  const type = status < 500 ? 'Sender' : 'Receiver'
  const error = { Error: { Type: type, Code: code, Message: text }, RequestId: '' }
  return { ...xmlAnswer(status, 'ErrorResponse', error), error: code }
}

/** The query protocol's codes have no `Exception`, and some are other words. */
function codeOf(name: string): string {
  return OTHER_WORDS.get(name) ?? name.replace(/(?<=.)Exception$/, '')
}

const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['InvalidSignatureException', 'SignatureDoesNotMatch'],
  ['UnrecognizedClientException', 'InvalidClientTokenId'],
  ['ValidationException', 'ValidationError'],
  ['InternalServerException', 'InternalFailure'],
])
