import type { ChatRequest } from '@moho/core'
import type { Reasoning } from './reasoning.ts'
import { factsOfTarget, type Translation } from './translation.ts'
import type { InferenceConfiguration, JsonObject } from './wire.ts'

/** How long an answer may be, in tokens, as far as the caller says. What the model cannot write is no limit to it. */
export function maxTokensOf(chat: ChatRequest, call: Translation): number | undefined {
  // Both are limits, and the smaller one honours both.
  const asked = Math.min(chat.max_tokens ?? Infinity, chat.max_completion_tokens ?? Infinity)
  if (asked === Infinity) return undefined
  const limit = call.target.model.limits?.outputTokens ?? Infinity
  if (asked <= limit) return asked
  const member = chat.max_tokens === asked ? 'max_tokens' : 'max_completion_tokens'
  call.dropped(member, `This model writes at most ${limit} tokens`)
  return limit
}

/** How an answer is sampled and where it stops. `undefined` where the caller says nothing that can be sent. */
export function inferenceConfiguration(
  chat: ChatRequest,
  maxTokens: number | undefined,
  { forbids }: Reasoning,
  call: Translation,
): InferenceConfiguration | undefined {
  if (factsOfTarget(call).managedPrompt) {
    for (const member of ['max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'stop'] as const) {
      if (chat[member] !== undefined && chat[member] !== null) call.dropped(member, 'A managed prompt brings its own')
    }
    return undefined
  }
  const stopSequences = stops(chat.stop, call)
  const config: InferenceConfiguration = {
    ...limit(maxTokens, chat, forbids, call),
    ...randomness(chat, forbids, call),
    ...(stopSequences.length > 0 && { stopSequences }),
  }
  return Object.keys(config).length === 0 ? undefined : config
}

function limit(
  maxTokens: number | undefined,
  chat: ChatRequest,
  forbids: Reasoning['forbids'],
  call: Translation,
): Pick<InferenceConfiguration, 'maxTokens'> {
  if (maxTokens === undefined) return {}
  if (forbids !== 'limits') return { maxTokens }
  for (const member of ['max_tokens', 'max_completion_tokens'] as const)
    if (chat[member]) call.dropped(member, whileReasoning)
  return {}
}

function randomness(
  chat: ChatRequest,
  forbids: Reasoning['forbids'],
  call: Translation,
): Pick<InferenceConfiguration, 'temperature' | 'topP'> {
  const { sampling } = factsOfTarget(call)
  const temperature = chat.temperature ?? undefined
  const topP = chat.top_p ?? undefined
  if (sampling === 'fixed' || forbids !== undefined) {
    const nearlyAll = forbids === 'sampling' && sampling !== 'fixed' && topP !== undefined && topP >= leastTopP
    const why = sampling === 'fixed' ? 'This model takes none' : whileReasoning
    // 1 is what these models do anyway.
    if (temperature !== undefined && temperature !== 1) call.dropped('temperature', why)
    if (topP !== undefined && topP !== 1 && !nearlyAll) call.dropped('top_p', why)
    return nearlyAll && topP !== 1 ? { topP } : {}
  }
  const warmth = temperature !== undefined && { temperature: clamp(temperature, call) }
  if (topP === undefined) return { ...warmth }
  if (sampling !== 'one' || temperature === undefined) return { ...warmth, topP }
  if (topP !== 1) call.dropped('top_p', 'This model takes temperature or top_p, not both')
  return { ...warmth }
}

/** What Claude lets pass while it reasons. */
const leastTopP = 0.95

function clamp(temperature: number, call: Translation): number {
  if (temperature <= 1) return temperature
  call.dropped('temperature', 'Converse takes at most 1')
  return 1
}

function stops(stop: ChatRequest['stop'], call: Translation): string[] {
  const all = (typeof stop === 'string' ? [stop] : (stop ?? [])).filter((text) => text !== '')
  if (factsOfTarget(call).stopText !== 'visible') return all
  const visible = all.filter((text) => text.trim() !== '')
  if (visible.length < all.length) call.dropped('stop', 'This model takes no stop sequence of white space alone')
  return visible
}

/** From how many tokens the next one is chosen: it goes where the model's own API has it. */
export function topKFields(chat: ChatRequest, { forbids }: Reasoning, call: Translation): JsonObject | undefined {
  const topK = chat.top_k
  if (topK === undefined || topK === null) return undefined
  const { topK: place, sampling } = factsOfTarget(call)
  if (sampling === 'fixed') call.dropped('top_k', 'This model takes none')
  else if (forbids !== undefined) call.dropped('top_k', whileReasoning)
  else if (place === 'top_k') return { top_k: topK }
  else if (place === 'inferenceConfig.topK') return { inferenceConfig: { topK } }
  else call.dropped('top_k', 'Nothing is known of where this model takes it. Send it in additionalModelRequestFields')
  return undefined
}

const whileReasoning = 'The model takes none while it reasons'
