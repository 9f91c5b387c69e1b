import type { SimulatedModel } from '../models.ts'
import type { Speaker } from '../openai/chat/answer.ts'
import type { ChatRequest } from '../openai/chat/request-schema.ts'
import { isRefused, type Refused } from '../openai/read-body.ts'
import { resolveModel } from '../resolve-model.ts'
import type { Exchange } from '../service.ts'
import { validationError } from './errors.ts'
import { readGuardrail, whatGuardrailSays } from './guardrail.ts'
import { refuseForModel } from './refusals.ts'

/** The model that a call of Chat Completions names, as far as this API has it in this region. */
export function findSpeaker(request: ChatRequest, exchange: Exchange): Speaker | Refused {
  const guardrail = readGuardrail(exchange.request)
  if (isRefused(guardrail)) return guardrail
  const model = findServed(request.model, exchange)
  if (isRefused(model)) return model
  return {
    model,
    // Seen of these models on Bedrock Mantle; that Bedrock Runtime has it so too is inferred.
    reasoningMember: 'reasoning',
    refuse: (conversation) => refuseForModel(request, conversation, model),
    instead: (directives) => (guardrail ? whatGuardrailSays(directives) : undefined),
  }
}

function findServed(id: string, { principal, world }: Exchange): SimulatedModel | Refused {
  // `not supported by this API` was seen, the rest of the text is inferred.
  if (/^arn:[^/]*:application-inference-profile\//.test(id)) {
    return validationError(400, 'Application inference profiles are not supported by this API.')
  }
  const isServedKind = !id.startsWith('arn:') || /^arn:[^/]*:(?:foundation-model|inference-profile)\//.test(id)
  const resolution = isServedKind ? resolveModel(id, principal.region, world.resolve) : undefined
  if (!resolution || !('model' in resolution)) return NOT_SERVED
  const { model } = resolution
  return model.openaiChat && !model.ended ? model : NOT_SERVED
}

const NOT_SERVED = validationError(404, "The model doesn't exist or doesn't support this API")
