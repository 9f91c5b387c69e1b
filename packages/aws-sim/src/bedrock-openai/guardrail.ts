import type { Directives } from '../directives.ts'
import type { Said } from '../openai/conversation.ts'
import type { Refused } from '../openai/read-body.ts'
import { header, type ReceivedRequest } from '../request.ts'
import { validationError } from './errors.ts'

/** The guardrail that the call names by its headers. The texts of the refusals are inferred. */
export function readGuardrail(request: ReceivedRequest): Guardrail | Refused | undefined {
  const [identifier, version] = [header(request, IDENTIFIER), header(request, VERSION)]
  if (identifier === undefined && version === undefined) return undefined
  if (identifier === undefined || version === undefined) {
    return validationError(400, `The headers ${IDENTIFIER} and ${VERSION} must be sent together.`)
  }
  if (!/^(?:[a-z0-9]+|arn:aws(?:-[^:]+)?:bedrock:[a-z0-9-]{1,20}:\d{12}:guardrail\/[a-z0-9]+)$/.test(identifier)) {
    return validationError(400, `The value of ${IDENTIFIER} is neither the id nor the ARN of a guardrail.`)
  }
  if (!/^(?:[1-9]\d{0,7}|DRAFT)$/.test(version)) {
    return validationError(400, `The value of ${VERSION} is neither a number nor DRAFT.`)
  }
  return { identifier, version }
}

interface Guardrail {
  readonly identifier: string
  readonly version: string
}

/** What a guardrail says to `[[sim:guardrail]]`. The model is not asked, so no tokens are counted; that is inferred. */
export function whatGuardrailSays({ values }: Directives): Said | undefined {
  if (!values.has('guardrail')) return undefined
  return {
    reply: { content: [{ text: BLOCKED }], stopReason: 'guardrail_intervened', stopSequence: null, outputTokens: 0 },
    text: BLOCKED,
    reasoning: '',
    calls: [],
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
  }
}

const IDENTIFIER = 'x-amzn-bedrock-guardrailidentifier'
const VERSION = 'x-amzn-bedrock-guardrailversion'

/** What the console writes into a new guardrail. */
const BLOCKED = 'Sorry, the model cannot answer this question.'
