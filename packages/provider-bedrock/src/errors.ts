import {
  type ErrorCode,
  errorCodes,
  MohoError,
  type ReadError,
  type ReadRefusal,
  type Retry,
  readOpenAiError,
  retryAfterMs,
  type StringMap,
  type UpstreamRefusal,
} from '@moho/core'
import { authFault, mentionsSecrets } from './auth-errors.ts'
import { type BedrockException, readException, readStreamException } from './exception.ts'
import { geographyOf } from './geographies.ts'
import { neededRights } from './iam-advice.ts'
import { findBase } from './models.ts'
import { needsProfile, profilesFrom } from './resolve.ts'

/** Bedrock's refusal of a call to a model, as a fault of Moho's table. What it said in full is in `cause`, for the log alone. */
export const readBedrockRefusal =
  (modelId: string, region: string, base?: string): ReadRefusal =>
  (refusal) =>
    faultOf(readException(refusal), refusal, { modelId, region, base })

/** A failure inside a stream whose status was 200, by the same table. `requestId` is for the log. */
export const readBedrockFailure =
  (modelId: string, region: string, requestId: string | undefined, base?: string) =>
  (type: string, text: string): MohoError => {
    const headers: StringMap = requestId === undefined ? {} : { 'x-amzn-requestid': requestId }
    return faultOf(readStreamException(type, text), { headers, text }, { modelId, region, base }).error
  }

/** An `error` in OpenAI's shape inside an answer or a stream, by the same table. */
export const readBedrockError =
  (modelId: string, region: string, headers: StringMap): ReadError =>
  (said) => {
    const { code, cause } = readOpenAiError(said)
    const { status } = errorCodes[code]
    const text = JSON.stringify({ error: said }) ?? ''
    // Where the names say nothing the status would only be our own.
    const exception = readException({ status: code === 'upstream_failed' ? 500 : status, headers: {}, text })
    const { error } = faultOf(exception, { headers, text: String(cause) }, { modelId, region })
    if (!finer.has(code) || error.code === code) return error
    return new MohoError(code, error.message, { cause: error.cause, param: error.param })
  }

/** Codes that only names tell, as AWS's texts do not. */
const finer: ReadonlySet<ErrorCode> = new Set(['context_length_exceeded', 'content_blocked'])

/** What was said, and around it. */
type Said = Pick<UpstreamRefusal, 'headers' | 'text'>

function faultOf(exception: BedrockException, said: Said, place: Place): ReturnType<ReadRefusal> {
  const auth = authFault(exception, said.headers)
  const detail = {
    cause: causeOf(exception, said),
    retryAfterMs: retryAfterMs(said.headers),
    param: exception.param && scrub(exception.param),
  }
  if (auth?.refused !== undefined)
    return { error: new MohoError('upstream_auth_failed', auth.message, detail), refused: auth.refused }
  if (auth !== undefined) {
    const forManagers = auth.policy && neededRights(place, exception.message)
    return { error: new MohoError('upstream_auth_failed', auth.message, { ...detail, forManagers }) }
  }
  const { code, say, whole, retry, waitMs } = classify(exception, place)
  const wait = detail.retryAfterMs ?? waitMs
  return {
    error: new MohoError(code, whole ? say : `${say}${quoted(exception)}`, { ...detail, retry, retryAfterMs: wait }),
  }
}

/** Where a call went. `base` is the model behind an id that does not tell. */
export interface Place {
  readonly modelId: string
  readonly region: string
  readonly base?: string | undefined
}

interface Fault {
  readonly code: ErrorCode
  readonly say: string
  /** It says all that there is to say. Otherwise Bedrock's own words follow. */
  readonly whole?: true
  /** Where it is not as the code says. */
  readonly retry?: Retry
  /** How long to wait where Bedrock does not say. */
  readonly waitMs?: number
}

function classify(exception: BedrockException, place: Place): Fault {
  const { name, status, message, originalStatus } = exception
  // AWS reports some of its own faults as the caller's.
  if ((status ?? 400) < 500 && status !== 429 && /internal server error/i.test(message))
    return { code: 'upstream_failed', say: 'Bedrock failed' }
  if (name === 'ValidationException') return validationFault(message, place)
  // Limits of a day, which no wait mends.
  if (/per day/i.test(message) && (status === 429 || /^Throttl/.test(name))) return usedUp
  if (name === 'ResourceNotFoundException' || (name === '' && status === 404)) return notFoundFault(message)
  if (ofModels.has(name) && originalStatus !== undefined && originalStatus >= 400 && originalStatus < 500)
    return byOriginalStatus[originalStatus] ?? { code: 'invalid_request', say: 'The model refused the request' }
  return (Object.hasOwn(exceptions, name) ? exceptions[name] : undefined) ?? byStatus(status)
}

const limited: Fault = { code: 'rate_limited', say: 'Bedrock limits the rate of calls to this model' }
const usedUp: Fault = { code: 'rate_limited', say: 'The account has used up a quota of Bedrock', retry: 'elsewhere' }
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
  ServiceQuotaExceededException: usedUp,
  ModelNotReadyException: {
    code: 'overloaded',
    say: 'Bedrock is still loading this model: try again in a minute',
    waitMs: 60_000,
  },
  ModelTimeoutException: timedOut,
  ModelErrorException: modelFailed,
  ModelStreamErrorException: modelFailed,
  InternalServerException: failed,
  InternalFailure: failed,
  ServiceUnavailableException: overloaded,
  ServiceUnavailable: overloaded,
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
  if (status === 408 || status === 504) return timedOut
  if (status === 413) return { code: 'too_large', say: 'The request is too large for Bedrock' }
  if (status === 429) return limited
  if (status === 503 || status === 529) return overloaded
  if (status >= 400 && status < 500) return { code: 'invalid_request', say: 'Bedrock refused the request' }
  return { code: 'upstream_failed', say: `Bedrock answered with status ${status}` }
}

/** What is missing, which only the text tells. */
function notFoundFault(message: string): Fault {
  return missing.find(({ told }) => told.test(message))?.fault ?? unknownModel
}

const missing: readonly { readonly told: RegExp; readonly fault: Fault }[] = [
  {
    told: /use case details/i,
    fault: {
      code: 'model_not_found',
      say: 'The account has not told Anthropic yet what it uses the model for. Its owner fills in the form once, in Bedrock’s console under Model catalog',
    },
  },
  {
    told: /end of (its )?life/i,
    fault: { code: 'model_not_found', say: 'AWS has retired this model. Use a newer one' },
  },
  {
    told: /marked (by provider )?as legacy/i,
    fault: {
      code: 'model_not_found',
      say: 'AWS serves this model only to accounts that have used it of late, as it is a legacy model. Use a newer one',
    },
  },
  {
    told: /support this API/i,
    fault: {
      code: 'model_not_found',
      say: 'Bedrock does not serve this model at /openai/v1 in this region. For Converse, give the model `path: converse` in the entry',
    },
  },
]

/** Bedrock says these things by text alone. */
function validationFault(message: string, { modelId, region }: Place): Fault {
  if (/on-demand throughput/i.test(message))
    return { code: 'invalid_request', say: needsProfile(scrub(modelId), idOf(modelId), region), whole: true }
  if (/model identifier is invalid/i.test(message))
    return { code: 'model_not_found', say: invalidIdentifier(modelId, region), whole: true }
  if (/end of (its )?life/i.test(message)) return notFoundFault(message)
  if (/operation not allowed/i.test(message))
    return {
      code: 'upstream_auth_failed',
      say: 'AWS does not let this account call the model. Ask AWS Support to open it',
    }
  if (/support the model that you provided/i.test(message)) return { code: 'unsupported', say: noConverse }
  // Of GPT by chats; Converse and Responses take both.
  if (/function tools with reasoning_effort/i.test(message))
    return {
      code: 'unsupported',
      say: 'The model takes tools at /openai/v1 only with `reasoning_effort: "none"`. Otherwise give it `path: converse` in the entry',
    }
  if (/not supported by this API/i.test(message))
    return {
      code: 'unsupported',
      say: 'Bedrock does not take this at /openai/v1. Give the model `path: converse` in the entry',
    }
  if (tooLong.test(message))
    return { code: 'context_length_exceeded', say: 'The request is longer than the model can read' }
  if (/blocked by our content filters/i.test(message))
    return { code: 'content_blocked', say: 'Bedrock refused what was asked' }
  if (/(does ?n[o’']t|does not|is not|isn[’']t) support|unsupported|extra inputs are not permitted/i.test(message))
    return { code: 'unsupported', say: 'The model cannot do this' }
  return { code: 'invalid_request', say: 'Bedrock refused the request' }
}

const tooLong =
  /too long|too many (input )?tokens|(maximum|max) context|context (length|window|limit)|exceeds? the (model|maximum).{0,40}(context|input)|input (length|tokens?).{0,60}exceed/i

const noConverse =
  'Bedrock does not serve this model by Converse. An imported model goes by InvokeModel once the entry lists it with the `format` of its body'

/** An ARN of a base model or a profile ends in its id. */
const idOf = (modelId: string): string => modelId.split('/').at(-1) ?? modelId

function invalidIdentifier(modelId: string, region: string): string {
  const start = `Bedrock in ${region} has no model ${scrub(modelId)}.`
  const id = idOf(modelId)
  // As others spell it: Bedrock Mantle, people.
  const spellings = [id, `${id}-1:0`, `${id}-v1:0`, id.toLowerCase()]
  const base = spellings.map((spelling) => findBase(spelling)).find((found) => found !== undefined)
  if (base === undefined) {
    const profile =
      geographyOf(id) === undefined ? '' : ' An inference profile works only in the regions of its geography.'
    return `${start}${profile} moho discover lists those that the account can call.`
  }
  const ways = [...(base.onDemand ? [base.id] : []), ...profilesFrom(base.id, region)].filter((way) => way !== id)
  return ways.length > 0
    ? `${start} It may have ${ways.join(', ')}.`
    : `${start} It may have this model in other regions.`
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
