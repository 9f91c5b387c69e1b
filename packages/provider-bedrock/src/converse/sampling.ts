import type { ChatRequest } from '@moho/core'
import { factsOfTarget, type Translation } from './translation.ts'
import type { InferenceConfiguration } from './wire.ts'

/** How an answer is sampled and where it stops. `undefined` where the caller says nothing that can be sent. */
export function inferenceConfiguration(chat: ChatRequest, call: Translation): InferenceConfiguration | undefined {
  const maxTokens = Math.min(chat.max_tokens ?? Infinity, chat.max_completion_tokens ?? Infinity)
  const stopSequences = stops(chat.stop, call)
  const config: InferenceConfiguration = {
    // Both are limits, and the smaller one honours both.
    ...(maxTokens !== Infinity && { maxTokens }),
    ...randomness(chat, call),
    ...(stopSequences.length > 0 && { stopSequences }),
  }
  if (Object.keys(config).length === 0) return undefined
  if (factsOfTarget(call).managedPrompt === undefined) return config
  for (const member of ['max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'stop'] as const) {
    if (chat[member] !== undefined && chat[member] !== null) call.dropped(member, 'A managed prompt brings its own')
  }
  return undefined
}

function randomness(chat: ChatRequest, call: Translation): Pick<InferenceConfiguration, 'temperature' | 'topP'> {
  const { sampling } = factsOfTarget(call)
  const temperature = chat.temperature ?? undefined
  const topP = chat.top_p ?? undefined
  if (sampling === 'fixed') {
    // 1 is what these models do anyway.
    if (temperature !== undefined && temperature !== 1) call.dropped('temperature', 'This model takes none')
    if (topP !== undefined && topP !== 1) call.dropped('top_p', 'This model takes none')
    return {}
  }
  const warmth = temperature !== undefined && { temperature: clamp(temperature, call) }
  if (topP === undefined) return { ...warmth }
  if (sampling !== 'one' || temperature === undefined) return { ...warmth, topP }
  if (topP !== 1) call.dropped('top_p', 'This model takes temperature or top_p, not both')
  return { ...warmth }
}

function clamp(temperature: number, call: Translation): number {
  if (temperature <= 1) return temperature
  call.dropped('temperature', 'Converse takes 0 to 1: 1 was sent')
  return 1
}

function stops(stop: ChatRequest['stop'], call: Translation): string[] {
  const all = (typeof stop === 'string' ? [stop] : (stop ?? [])).filter((text) => text !== '')
  if (factsOfTarget(call).stopText !== 'visible') return all
  const visible = all.filter((text) => text.trim() !== '')
  if (visible.length < all.length) call.dropped('stop', 'This model takes no stop sequence of white space alone')
  return visible
}
