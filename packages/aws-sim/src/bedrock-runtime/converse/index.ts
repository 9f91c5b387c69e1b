import { type Answer, jsonAnswer } from '../../answer.ts'
import { faultAnswer } from '../../fault.ts'
import { applyScript } from '../../script.ts'
import type { Exchange, Operation } from '../../service.ts'
import { type ConverseCall, readCall } from './call.ts'
import { applyDirectives, type Directives, readDirectives } from './directives.ts'
import { REFUSALS } from './refusals.ts'
import { composeReply, lastUserText, type Reply } from './reply.ts'
import { measureUsage, type TokenUsage } from './usage.ts'

/** `POST /model/{modelId}/converse`. */
export const converse: Operation = {
  name: 'Converse',
  method: 'POST',
  path: /^\/model\/(?<modelId>[^/]+)\/converse$/,
  answer(exchange) {
    const call = readCall(exchange)
    exchange.call.modelId = call.modelId
    for (const { status, name, origin, find } of REFUSALS) {
      const message = find(call)
      if (message !== undefined) return faultAnswer({ status, name, message, origin })
    }
    const scripted = exchange.world.script.next(call.modelId)
    const usual = (): Answer => answerUsually(exchange, call)
    return scripted ? applyScript(scripted, usual) : usual()
  },
}

function answerUsually(exchange: Exchange, call: ConverseCall): Answer {
  const { body, model } = call
  if (!model) throw new Error('A call without a model passed the refusals.')
  const directives = readDirectives(lastUserText(body))
  const reply = composeReply(body, model, directives)
  const { promptCache, now } = exchange.world
  const counted = measureUsage(body, model, reply.outputTokens, promptCache, now().getTime())
  const usage = overriddenUsage(directives) ?? counted
  return applyDirectives(directives, jsonAnswer(200, toResponse(call, reply, usage)))
}

function toResponse(call: ConverseCall, reply: Reply, usage: TokenUsage): Record<string, unknown> {
  const { body, modelId, model } = call
  const wantsStop = body.additionalModelResponseFieldPaths?.includes('/stop_sequence')
  return {
    output: { message: { role: 'assistant', content: reply.content } },
    stopReason: reply.stopReason,
    usage,
    // A made-up but steady figure: a real one would change from call to call.
    metrics: { latencyMs: 100 + usage.outputTokens },
    ...(wantsStop ? { additionalModelResponseFields: { stop_sequence: reply.stopSequence } } : {}),
    ...(/prompt-router\//.test(modelId) ? { trace: { promptRouter: { invokedModelId: model?.id } } } : {}),
    ...(body.performanceConfig ? { performanceConfig: { latency: body.performanceConfig.latency ?? 'standard' } } : {}),
    ...(body.serviceTier ? { serviceTier: body.serviceTier } : {}),
  }
}

/** `[[sim:usage=input,output,cacheRead,cacheWrite]]`; what is left out is 0. */
function overriddenUsage({ values }: Directives): TokenUsage | undefined {
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
