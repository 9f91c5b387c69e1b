import type { Refusal, StringMap } from '@moho/core'
import type { BedrockException } from './exception.ts'

export interface AuthFault {
  /** For the caller: never the upstream's own words, which name the identity, the account and the key. */
  readonly message: string
  /** An IAM policy lacks something, or forbids it. */
  readonly policy?: true
  readonly refused: { readonly why: Refusal; readonly serverTime?: number } | undefined
}

/** What AWS minds about the entry's credentials, if it is that. */
export function authFault({ name, status, message }: BedrockException, headers: StringMap): AuthFault | undefined {
  // Some are told with 400, or inside a stream.
  const denied = status === 401 || status === 403 || name === 'AccessDeniedException'
  if (!denied && !authExceptions.has(name)) return undefined
  if (skewed.has(name) || /signature (has )?expired|signature not yet current/i.test(message))
    return wrongClock(headers)
  if (/^ExpiredToken/.test(name) || /token .{0,40}expired/i.test(message)) {
    return {
      message: 'AWS says that the entry’s session token has expired. Renew the entry’s credentials.',
      refused: { why: 'expired' },
    }
  }
  if (authExceptions.has(name) || /api key|security token|credential should be scoped|signature/i.test(message)) {
    return {
      message:
        'AWS does not accept the entry’s credentials. Check that its access key or API key is right and active, and good for its region.',
      refused: { why: 'invalid' },
    }
  }
  const other = otherReasons.find(({ told }) => told.test(message))
  if (other !== undefined) return { message: other.says, refused: undefined }
  return { message: notAllowed(message), policy: true, refused: undefined }
}

/** What AWS denies for other reasons than a policy on the model. */
const otherReasons: readonly { readonly told: RegExp; readonly says: string }[] = [
  {
    told: /aws-marketplace:/i,
    says:
      'The account has not subscribed to this model yet, and the entry’s credentials may not do it. Call the model once with credentials that ' +
      'may use aws-marketplace:Subscribe and aws-marketplace:ViewSubscriptions, or subscribe in Bedrock’s console.',
  },
  {
    told: /payment.instrument/i,
    says: 'AWS does not let the account use this model before it has a valid means of payment.',
  },
  {
    told: /unsupported countr|not allowed from/i,
    says: 'The maker of this model does not offer it in the country of the account.',
  },
]

const skewed: ReadonlySet<string> = new Set(['RequestExpired', 'RequestInTheFuture', 'RequestTimeTooSkewed'])

const authExceptions: ReadonlySet<string> = new Set([
  ...skewed,
  'ExpiredToken',
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidClientTokenIdException',
  'InvalidAccessKeyId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
])

function wrongClock(headers: StringMap): AuthFault {
  const serverTime = Date.parse(headers.date ?? '')
  return {
    message: 'AWS finds the time of the signature wrong. Check the clock of the machine that Moho runs on.',
    refused: { why: 'clock', ...(!Number.isNaN(serverTime) && { serverTime }) },
  }
}

function notAllowed(message: string): string {
  const action = /not authorized to perform:?\s+([a-z0-9-]+:[A-Za-z0-9*]+)/i.exec(message)?.[1]
  if (action === undefined) {
    return (
      'AWS refused access to this model with the entry’s credentials. Check that the account has access to the model in Bedrock’s ' +
      'console, and that the IAM policy allows bedrock:InvokeModel on it, and bedrock:InvokeModelWithResponseStream for streams.'
    )
  }
  const denial = /with an explicit deny in (?:an? )?([a-z -]{0,60}policy)/i.exec(message)?.[1]
  if (/:CallWithBearerToken$/.test(action))
    return `The identity behind the entry’s API key may not use ${action}. Allow it in its IAM policy on every resource ("*").`
  if (denial !== undefined)
    return `The entry’s credentials may not use ${action} on this model: an explicit deny in a ${denial} forbids it.`
  return (
    `The entry’s credentials may not use ${action} on this model. Allow the action in its IAM policy, for an inference profile on the ` +
    'profile and on the model in every region that it reaches.'
  )
}

/** Whether a text may hold what only the entry's managers should see: signatures, tokens, the key's id. */
export const mentionsSecrets = (message: string): boolean =>
  /Credential=|Signature=|canonical string|ABSK|bedrock-api-key-|security-token/i.test(message)
