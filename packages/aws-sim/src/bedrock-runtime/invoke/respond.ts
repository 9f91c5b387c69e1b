import type { Answer } from '../../answer.ts'
import { readDirectives } from '../../directives.ts'
import { faultAnswer } from '../../fault.ts'
import { answerAsTold } from '../../script.ts'
import type { Exchange } from '../../service.ts'
import { answerCold } from '../cold-model.ts'
import { lastUserText } from '../converse/reply.ts'
import type { BodyFormat } from './body-format.ts'
import { readCall } from './call.ts'
import { INVOKE_REFUSALS } from './refusals.ts'
import { type Spoken, speak } from './spoken.ts'

/** Validates a call of InvokeModel or InvokeModelWithResponseStream and has it answered in the model's own format. */
export function respond(
  exchange: Exchange,
  isStreamed: boolean,
  put: (format: BodyFormat, spoken: Spoken) => Answer,
): Answer {
  const call = readCall(exchange, isStreamed)
  exchange.call.modelId = call.modelId
  for (const { status, name, origin, find } of INVOKE_REFUSALS) {
    const message = find(call)
    if (message !== undefined) return faultAnswer({ status, name, message, origin })
  }
  const { modelId, model, format, body, choices } = call
  if (!model || !format) throw new Error('A call without a model passed the refusals.')
  const directives = readDirectives(lastUserText(body))
  return (
    answerCold(modelId, exchange.world) ??
    answerAsTold(exchange, modelId, directives, () =>
      put(format, speak(exchange, { body, model, choices }, directives)),
    )
  )
}
