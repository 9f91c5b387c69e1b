import { type ErrorCode, MohoError, type Refusal, scrub } from '@moho/core'
import { unreadable } from './sts.ts'

/**
 * What STS, or the way to it, said no with. `secrets` are taken out of AWS's own words, which only the entry's managers and the log read.
 */
export function readStsRefusal(thrown: unknown, asked: StsQuestion): StsRefusal {
  for (let one = thrown; one instanceof Error; one = one.cause) if (MohoError.is(one)) return { error: ofTheWay(one) }
  const said = readSdkError(thrown, asked.secrets)
  // A proxy's page, half an answer or none.
  if (said === undefined || said.status < 300) return { error: unreadable() }
  const refused = refusalOf(said)
  const { code, message, retryAfterMs } = faults.find(({ told }) => told(said))?.fault(said) ?? byStatus(said)
  const words = quotable(said, asked.secrets)
  const forManagers = `${asked.what}: AWS STS answered ${words}`
  return {
    error: new MohoError(code, message, { retryAfterMs, forManagers, cause: words }),
    ...(refused && { refused }),
  }
}

export interface StsQuestion {
  /** What was to be done, with all that managers may read: 'To assume arn:…'. */
  readonly what: string
  /** Secrets and texts. */
  readonly secrets: readonly unknown[]
}

export interface StsRefusal {
  readonly error: MohoError
  /** Where STS minded the secret that signed. */
  readonly refused?: { readonly why: Refusal; readonly serverTime?: number }
}

interface Said {
  readonly name: string
  readonly message: string
  readonly status: number
  readonly date: string | undefined
}

/** What the SDK throws, without secrets. It has `$response` where no log sees it. */
function readSdkError(thrown: unknown, secrets: readonly unknown[]): Said | undefined {
  const { name: rawName = '', message: rawMessage = '', $metadata, $response } = thrown as Partial<SdkError>
  const name = secrets.reduce<string>(scrub, rawName)
  const message = secrets.reduce<string>(scrub, rawMessage)
  const status = $response?.statusCode ?? $metadata?.httpStatusCode
  if (status === undefined) return undefined
  // Where there is no name, the message is the SDK's, of what it could not read.
  const isNamed = /^[A-Z][A-Za-z.]{3,80}$/.test(name) && !/^((Type|Syntax|Range)?Error|Unknown)$/.test(name)
  return { status, name: isNamed ? name : '', message: isNamed ? message : '', date: $response?.headers?.date }
}

interface SdkError {
  readonly name: string
  readonly message: string
  readonly $metadata: { readonly httpStatusCode?: number }
  readonly $response: { readonly statusCode: number; readonly headers?: Readonly<Record<string, string>> }
}

/** A fault of ours on the way says of no upstream which it was. */
function ofTheWay(error: MohoError): MohoError {
  const { code, cause, retryAfterMs } = error
  if (code !== 'upstream_failed' && code !== 'upstream_timeout') return error
  return new MohoError(code, `AWS STS could not be asked for the entry’s credentials: ${error.message}`, {
    cause,
    retryAfterMs,
  })
}

function refusalOf({ name, message, date }: Said): StsRefusal['refused'] {
  if (isAboutTime(name, message)) {
    const serverTime = Date.parse(date ?? '')
    return { why: 'clock', ...(!Number.isNaN(serverTime) && { serverTime }) }
  }
  if (/^ExpiredToken/.test(name)) return { why: 'expired' }
  return invalid.has(name) ? { why: 'invalid' } : undefined
}

const isAboutTime = (name: string, message: string): boolean =>
  /^Request(Expired|InTheFuture|TimeTooSkewed)$/.test(name) ||
  /signature (has )?expired|signature not yet current/i.test(message)

const invalid: ReadonlySet<string> = new Set([
  'InvalidClientTokenId',
  'InvalidClientTokenIdException',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'AuthFailure',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
])

interface Fault {
  readonly code: ErrorCode
  /** For the caller: without AWS's words, which name accounts and roles. */
  readonly message: string
  readonly retryAfterMs?: number
}

const denied = (message: string): Fault => ({ code: 'upstream_auth_failed', message })

/** The first that was told. AWS does not list what `AccessDenied` can mean; all of it is in the trust policy or the identity's own. */
const faults: readonly { told(said: Said): boolean; fault(said: Said): Fault }[] = [
  {
    told: ({ name, message }) => isAboutTime(name, message),
    fault: () =>
      denied('AWS STS finds the time of the signature wrong. Check the clock of the machine that Moho runs on.'),
  },
  {
    told: ({ name, message }) => /^ExpiredToken/.test(name) && /^Token expired:/i.test(message),
    fault: () =>
      denied(
        'The web identity token of the machine that Moho runs on has expired. Check that the file AWS_WEB_IDENTITY_TOKEN_FILE is still written.',
      ),
  },
  {
    told: ({ name }) => /^ExpiredToken/.test(name),
    fault: () =>
      denied('The session token of the credentials that assume the entry’s role has expired. Renew those credentials.'),
  },
  {
    told: ({ name }) => invalid.has(name),
    fault: () =>
      denied(
        'AWS STS does not accept the credentials that assume the entry’s role. Check that the access key is right and active.',
      ),
  },
  {
    told: ({ name }) => /^RegionDisabled/.test(name),
    fault: () =>
      denied(
        'AWS STS is not active in this region for the account. Activate it in IAM’s account settings, or set the entry’s `endpoints.sts` to a region where it is.',
      ),
  },
  {
    told: ({ name }) => /^(InvalidIdentityToken|IDPRejectedClaim|IDPCommunicationError)/.test(name),
    fault: () =>
      denied(
        'AWS STS does not accept the web identity token of the machine. Check that the account trusts its identity provider, and the role the token’s subject and audience.',
      ),
  },
  {
    told: ({ name, message }) => /^AccessDenied/.test(name) && /sts:TagSession/.test(message),
    fault: () =>
      denied(
        'AWS does not let the entry tag its role’s session. Allow sts:TagSession beside sts:AssumeRole in the role’s trust policy, or leave `tags` out.',
      ),
  },
  {
    told: ({ name }) => /^AccessDenied/.test(name),
    fault: () =>
      denied(
        'AWS does not let the entry assume its role. Check that the role exists, that its trust policy names the identity that assumes it and wants the `externalId` that the entry has, and that this identity may use sts:AssumeRole on it.',
      ),
  },
  {
    told: ({ name, status }) =>
      status === 429 || /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown)/.test(name),
    fault: () => ({
      code: 'rate_limited',
      message: 'AWS STS limits the rate at which the account’s roles are assumed.',
      // AWS says none; this is what its SDKs begin with, and somewhat more.
      retryAfterMs: 1000,
    }),
  },
  {
    told: ({ message }) =>
      /MaxSessionDuration|session limit for roles assumed by role chaining|DurationSeconds/i.test(message),
    fault: ({ message }) =>
      denied(
        /chaining/i.test(message)
          ? 'The credentials that assume the role are those of another role, and AWS ends such sessions after an hour. Set `durationSeconds` to 3600 or less.'
          : 'The role does not allow sessions this long. Lower `durationSeconds`, or raise the role’s maximum session duration.',
      ),
  },
  {
    told: ({ name }) => /^PackedPolicyTooLarge/.test(name),
    fault: () => denied('The entry’s `tags` are too many or too long for AWS STS. Shorten them.'),
  },
]

function byStatus({ name, status }: Said): Fault {
  if (status === 503) return { code: 'overloaded', message: 'AWS STS is overloaded.' }
  if (status === 408 || status === 504) return { code: 'upstream_timeout', message: 'AWS STS took too long.' }
  if (status >= 500) return { code: 'upstream_failed', message: `AWS STS failed with status ${status}.` }
  const called = name === '' ? `status ${status}` : name
  return denied(
    `AWS STS refused to let the entry assume its role (${called}). Check the entry’s \`auth\` and \`endpoints.sts\`.`,
  )
}

/** In AWS's own words, as far as they hold no secret. */
function quotable({ name, status, message }: Said, secrets: readonly unknown[]): string {
  const clean = message.slice(0, 2000)
  // Too short to be taken out without leaving its place to guess.
  const isSpoilt = secrets.some(
    (secret) => typeof secret === 'string' && secret !== '' && secret.length < 4 && clean.includes(secret),
  )
  return `${name || 'an error without a name'} (status ${status})${clean === '' || isSpoilt ? '' : `: ${clean}`}`
}
