import type { Answer } from '../../answer.ts'
import { type Directives, readDirectives } from '../../directives.ts'
import { faultAnswer } from '../../fault.ts'
import type { SimulatedModel } from '../../models.ts'
import { answerAsTold } from '../../script.ts'
import type { Exchange, World } from '../../service.ts'
import { answerCold } from '../cold-model.ts'
import { type ConverseCall, type RequestSchema, readCall } from './call.ts'
import type { RefusalRule } from './refusals.ts'
import { composeReply, lastUserText, type Reply } from './reply.ts'
import type { ConverseRequest } from './request-schema.ts'
import { hasCachePoints, measureUsage, type TokenUsage } from './usage.ts'

/** A valid call and what the model says to it; how that is put on the wire is the operation's. */
export interface Conversation {
  readonly body: ConverseRequest
  readonly modelId: string
  readonly model: SimulatedModel
  readonly reply: Reply
  readonly usage: TokenUsage
  /** A made-up but steady figure: a real one would change from call to call. */
  readonly latencyMs: number
}

/** What Converse and ConverseStream ask of a call; they differ little. */
export interface Terms {
  readonly schema: RequestSchema
  readonly refusals: readonly RefusalRule[]
}

/** Validates a call of Converse or ConverseStream and has it answered. */
export function respond(exchange: Exchange, terms: Terms, put: (said: Conversation) => Answer): Answer {
  const judged = judge(exchange, terms)
  exchange.call.modelId = judged.modelId
  if ('refusal' in judged) return judged.refusal
  const { call, directives } = judged
  const cold = answerCold(judged.modelId, exchange.world)
  if (cold) return cold
  return answerAsTold(exchange, judged.modelId, directives, () => {
    const said = judged.said ?? put(converseWith(exchange, call, directives))
    // The usage of what is cached changes from call to call, all else stays.
    if (!hasCachePoints(call.body)) judged.said = said
    return said
  })
}

/** A call whose validity is known and, when it was answered before, the answer. */
type Judged =
  | { readonly modelId: string; readonly refusal: Answer }
  | { readonly modelId: string; readonly call: ConverseCall; readonly directives: Directives; said?: Answer }

/** The last calls of each simulator, because a benchmark sends the same one over and over. */
const LAST_JUDGED = new WeakMap<World, Map<string, Judged>>()
const KEPT_CALLS = 32
const KEPT_CHARACTERS = 300_000

function judge(exchange: Exchange, terms: Terms): Judged {
  const { request, principal, world } = exchange
  const text = request.body.toString()
  if (text.length > KEPT_CHARACTERS) return judgeAnew(exchange, text, terms)
  const last = LAST_JUDGED.get(world) ?? new Map<string, Judged>()
  LAST_JUDGED.set(world, last)
  const key = `${principal.region} ${request.rawPath} ${text}`
  const known = last.get(key)
  if (known) return known
  const judged = judgeAnew(exchange, text, terms)
  const [oldest] = last.keys()
  if (oldest !== undefined && last.size >= KEPT_CALLS) last.delete(oldest)
  last.set(key, judged)
  return judged
}

function judgeAnew(exchange: Exchange, text: string, terms: Terms): Judged {
  const call = readCall(exchange, text, terms.schema)
  for (const { status, name, origin, find } of terms.refusals) {
    const message = find(call)
    if (message !== undefined) {
      return { modelId: call.modelId, refusal: faultAnswer({ status, name, message, origin }) }
    }
  }
  return { modelId: call.modelId, call, directives: readDirectives(lastUserText(call.body)) }
}

/** What Converse answers and ConverseStream has in its last event, besides the usage. */
export function echoedMembers({ body, modelId, model }: Conversation): Record<string, unknown> {
  return {
    ...(/prompt-router\//.test(modelId) ? { trace: { promptRouter: { invokedModelId: model.id } } } : {}),
    ...(body.performanceConfig ? { performanceConfig: { latency: body.performanceConfig.latency ?? 'standard' } } : {}),
    ...(body.serviceTier ? { serviceTier: body.serviceTier } : {}),
  }
}

function converseWith(exchange: Exchange, call: ConverseCall, directives: Directives): Conversation {
  const { body, modelId, model } = call
  if (!model) throw new Error('A call without a model passed the refusals.')
  const reply = composeReply(body, model, directives)
  const { promptCache, now } = exchange.world
  const counted = measureUsage(body, model, reply.outputTokens, promptCache, now().getTime())
  const usage = overriddenUsage(directives) ?? counted
  return { body, modelId, model, reply, usage, latencyMs: 100 + usage.outputTokens }
}

/** `[[sim:usage=input,output,cacheRead,cacheWrite]]`; what is left out is 0. */
export function overriddenUsage({ values }: Directives): TokenUsage | undefined {
  const numbers = values.get('usage')?.split(',').map(Number)
  if (!numbers || numbers.some((number) => !Number.isSafeInteger(number) || number < 0)) return undefined
  const [inputTokens = 0, outputTokens = 0, cacheReadInputTokens = 0, cacheWriteInputTokens = 0] = numbers
  return {
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens + cacheReadInputTokens + cacheWriteInputTokens,
    cacheReadInputTokens,
    cacheWriteInputTokens,
  }
}
