import {
  type ErrorCode,
  MohoError,
  type ReadRefusal,
  retryAfterMs,
  type StringMap,
  type UpstreamRefusal,
} from '@moho/core'
import { authFault, mentionsSecrets } from './auth-errors.ts'
import { type BedrockException, readException, readStreamException } from './exception.ts'
import { profileIds } from './models.ts'

/** Bedrock's refusal of a call to a model, as a fault of Moho's table. What it said in full is in `cause`, for the log alone. */
export const readBedrockRefusal =
  (modelId: string, region: string): ReadRefusal =>
  (refusal) =>
    faultOf(readException(refusal), refusal, { modelId: scrub(modelId), region })

/** A failure inside a stream whose status was 200, by the same table. `requestId` is for the log. */
export const readBedrockFailure =
  (modelId: string, region: string, requestId: string | undefined) =>
  (type: string, text: string): MohoError => {
    const headers: StringMap = requestId === undefined ? {} : { 'x-amzn-requestid': requestId }
    return faultOf(readStreamException(type, text), { headers, text }, { modelId: scrub(modelId), region }).error
  }

/** What was said, and around it. */
type Said = Pick<UpstreamRefusal, 'headers' | 'text'>

function faultOf(exception: BedrockException, said: Said, place: Place): ReturnType<ReadRefusal> {
  const auth = authFault(exception, said.headers)
  const detail = { cause: causeOf(exception, said), retryAfterMs: retryAfterMs(said.headers) }
  if (auth !== undefined) {
    const error = new MohoError('upstream_auth_failed', auth.message, detail)
    return auth.refused === undefined ? { error } : { error, refused: auth.refused }
  }
  const { code, say, whole } = classify(exception, place)
  return { error: new MohoError(code, whole ? say : `${say}${quoted(exception)}`, detail) }
}

interface Place {
  readonly modelId: string
  readonly region: string
}

interface Fault {
  readonly code: ErrorCode
  readonly say: string
  /** It says all that there is to say. Otherwise Bedrock's own words follow. */
  readonly whole?: true
}

function classify(exception: BedrockException, place: Place): Fault {
  const { name, status, message, originalStatus } = exception
  // AWS reports some of its own faults as the caller's.
  if ((status ?? 400) < 500 && status !== 429 && /internal server error/i.test(message))
    return { code: 'upstream_failed', say: 'Bedrock failed' }
  if (name === 'ValidationException') return validationFault(message, place)
  if (ofModels.has(name) && originalStatus !== undefined && originalStatus >= 400 && originalStatus < 500)
    return byOriginalStatus[originalStatus] ?? { code: 'invalid_request', say: 'The model refused the request' }
  return (Object.hasOwn(exceptions, name) ? exceptions[name] : undefined) ?? byStatus(status)
}

const limited: Fault = { code: 'rate_limited', say: 'Bedrock limits the rate of calls to this model' }
const timedOut: Fault = { code: 'upstream_timeout', say: 'The model took too long' }
const overloaded: Fault = { code: 'overloaded', say: 'Bedrock has no capacity for this model just now' }
const failed: Fault = { code: 'upstream_failed', say: 'Bedrock failed' }
const modelFailed: Fault = { code: 'upstream_failed', say: 'The model failed' }
const unknownModel: Fault = {
  code: 'model_not_found',
  say: 'Bedrock does not have this model, or not for this account',
}

/** What the model behind Bedrock said, with the status that it said it with. */
const ofModels: ReadonlySet<string> = new Set(['ModelErrorException', 'ModelStreamErrorException'])

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors */
const exceptions: Readonly<Record<string, Fault>> = {
  ThrottlingException: limited,
  Throttling: limited,
  ThrottledException: limited,
  TooManyRequestsException: limited,
  RequestLimitExceeded: limited,
  LimitExceededException: limited,
  ServiceQuotaExceededException: { code: 'rate_limited', say: 'The account has used up a quota of Bedrock' },
  ModelNotReadyException: { code: 'overloaded', say: 'Bedrock is still loading this model: try again in a minute' },
  ModelTimeoutException: timedOut,
  ModelErrorException: modelFailed,
  ModelStreamErrorException: modelFailed,
  InternalServerException: failed,
  InternalFailure: failed,
  ServiceUnavailableException: overloaded,
  ServiceUnavailable: overloaded,
  ResourceNotFoundException: unknownModel,
  ConflictException: { code: 'conflict', say: 'Bedrock refused the request' },
  UnknownOperationException: {
    code: 'upstream_failed',
    say: 'The host that was called has no Converse: the base URL of the entry may be wrong',
  },
}

const byOriginalStatus: Readonly<Record<number, Fault>> = { 408: timedOut, 424: modelFailed, 429: limited }

/** For what does not say its name, such as a load balancer's page. */
function byStatus(status: number | undefined): Fault {
  if (status === undefined) return failed
  if (status === 404) return unknownModel
  if (status === 408 || status === 504) return timedOut
  if (status === 413) return { code: 'too_large', say: 'The request is too large for Bedrock' }
  if (status === 429) return limited
  if (status === 503 || status === 529) return overloaded
  if (status >= 400 && status < 500) return { code: 'invalid_request', say: 'Bedrock refused the request' }
  return { code: 'upstream_failed', say: `Bedrock answered with status ${status}` }
}

/** Bedrock says these things by text alone. */
function validationFault(message: string, { modelId, region }: Place): Fault {
  if (/on-demand throughput/i.test(message)) return { code: 'invalid_request', say: needsProfile(modelId), whole: true }
  if (/model identifier is invalid/i.test(message)) {
    const say = `Bedrock in ${region} has no model ${modelId}. An inference profile works only in the regions of its geography.`
    return { code: 'model_not_found', say, whole: true }
  }
  if (tooLong.test(message))
    return { code: 'context_length_exceeded', say: 'The request is longer than the model can read' }
  if (/(does ?n[o’']t|does not|is not|isn[’']t) support/i.test(message))
    return { code: 'unsupported', say: 'The model cannot do this' }
  return { code: 'invalid_request', say: 'Bedrock refused the request' }
}

const tooLong =
  /too long|too many (input )?tokens|(maximum|max) context|context (length|window|limit)|exceeds? the (model|maximum).{0,40}(context|input)|input (length|tokens?).{0,60}exceed/i

function needsProfile(modelId: string): string {
  // An ARN of a base model ends in its id.
  const profiles = profileIds(modelId.split('/').at(-1) ?? modelId)
  const advice =
    profiles.length > 0
      ? `Use one of its inference profiles: ${profiles.join(', ')}.`
      : 'Use the id or ARN of an inference profile that has it.'
  return `Bedrock does not serve ${modelId} by its own id. ${advice}`
}

/** The upstream's words, bounded, without what tells the account apart. */
function quoted({ message }: BedrockException): string {
  if (message === '' || mentionsSecrets(message)) return '.'
  return `: ${scrub(message).slice(0, 1000)}`
}

/** ARNs of identities go as a whole, for they hold people's names; other ARNs and texts lose the account id. */
export const scrub = (text: string): string =>
  text
    .replace(/arn:aws[a-z-]*:(iam|sts)::\d{12}:[^\s,;"']+/g, '(an AWS identity)')
    .replace(/\b\d{12}\b/g, '(account)')
    .replace(/\bA[KS]IA[A-Z0-9]{12,}\b/g, '(access key)')

const causeOf = ({ name, status }: BedrockException, { headers, text }: Said): string =>
  `${status ?? 'in the stream:'} ${name} (request ${headers['x-amzn-requestid'] ?? 'without id'}): ${text.slice(0, 16_384)}`
