import type { ChatRequest } from '@moho/core'
import { parameters } from '../converse/parameters.ts'
import { maxTokensOf } from '../converse/sampling.ts'
import { refusal, saysNothing, type Translation } from '../converse/translation.ts'
import type { JsonObject } from '../converse/wire.ts'
import type { PromptFormat } from './format.ts'
import { toTurns } from './prompt-turns.ts'
import { renderPrompt, templates } from './template.ts'

/** The body of a model that takes a prompt of text: the conversation in its template, and the members that its format has. */
export function promptBody(chat: ChatRequest, format: PromptFormat, call: Translation): JsonObject {
  refuseWhatIsNoText(chat)
  const members = bodies[format]
  reportWhatIsNotSent(chat, members, call)
  const template = templates[format]
  const prompt = renderPrompt(template, toTurns(chat.messages, template, call))
  const limit = limitOf(chat, members, call)
  const temperature = warmthOf(chat, members, call)
  const topP = chat.top_p ?? undefined
  const topK = topKOf(chat, members, call)
  const stop = stopsOf(chat, members, call)
  return {
    prompt,
    ...(limit !== undefined && { [members.limit]: limit }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
    ...(stop.length > 0 && { stop }),
  }
}

interface PromptMembers {
  /** How many tokens it may write. */
  readonly limit: 'max_gen_len' | 'max_tokens'
  /** AWS refuses more. */
  readonly most?: number
  /** Sent where the caller says nothing, because AWS's own default cuts answers short. */
  readonly unsaid?: number
  /** The highest temperature. */
  readonly warmest?: number
  /** From how many tokens the next one may be chosen. Left out: it cannot be told. */
  readonly topK?: number
  /** How many texts may end an answer. Left out: none. */
  readonly stops?: number
  /** It reasons whatever it is told. */
  readonly reasons?: true
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html */
const bodies: Readonly<Record<PromptFormat, PromptMembers>> = {
  llama3: { limit: 'max_gen_len', most: 2048, unsaid: 2048, warmest: 1 },
  llama4: { limit: 'max_gen_len', most: 2048, unsaid: 2048, warmest: 1 },
  mistral: { limit: 'max_tokens', warmest: 1, topK: 200, stops: 10 },
  'deepseek-r1': { limit: 'max_tokens', most: 32_768, warmest: 1, stops: 10, reasons: true },
  // That imported models take `stop` and any temperature is inferred.
  chatml: { limit: 'max_tokens', stops: 10 },
}

function limitOf(chat: ChatRequest, { most = Infinity, unsaid }: PromptMembers, call: Translation): number | undefined {
  const asked = maxTokensOf(chat, call)
  if (asked === undefined || asked <= most) return asked ?? unsaid
  const member =
    chat.max_tokens && chat.max_tokens <= (chat.max_completion_tokens ?? Infinity)
      ? 'max_tokens'
      : 'max_completion_tokens'
  call.dropped(member, `This model’s format takes at most ${most}`)
  return most
}

function warmthOf(chat: ChatRequest, { warmest = Infinity }: PromptMembers, call: Translation): number | undefined {
  const temperature = chat.temperature ?? undefined
  if (temperature === undefined || temperature <= warmest) return temperature
  call.dropped('temperature', `This model’s format takes at most ${warmest}`)
  return warmest
}

function topKOf({ top_k: topK }: ChatRequest, { topK: most }: PromptMembers, call: Translation): number | undefined {
  // 0 is how others say that it is off, as it is unasked.
  if (most === undefined || !topK) return undefined
  if (topK > most) call.dropped('top_k', `This model’s format takes at most ${most}`)
  return Math.min(topK, most)
}

function stopsOf({ stop }: ChatRequest, { stops: most = 0 }: PromptMembers, call: Translation): readonly string[] {
  if (most === 0) return []
  const texts = [stop ?? []].flat().filter((text) => text !== '')
  if (texts.length > most) call.dropped('stop', `This model’s format takes ${most}: the first were sent`)
  return texts.slice(0, most)
}

function refuseWhatIsNoText({ tools, response_format: format }: ChatRequest): void {
  const refuse = (member: string, what: string) => {
    const why = `This model takes a prompt of text, which has no ${what}, or ask a model that takes it.`
    throw refusal('unsupported', member, why)
  }
  if (tools?.length) refuse('tools', 'tools. Leave it out')
  if (format && format.type !== 'text') refuse('response_format', 'schema for its answer. Say it in the prompt')
}

function reportWhatIsNotSent(chat: ChatRequest, members: PromptMembers, call: Translation): void {
  for (const name in chat) {
    if (sent.has(name) || (name === 'top_k' && members.topK) || (name === 'stop' && members.stops)) continue
    const value: unknown = chat[name]
    if (name === 'reasoning_effort' && value === 'none' && !members.reasons) continue
    if (saysNothing(value) || value === '' || defaults.get(name)?.includes(value)) continue
    call.dropped(name, 'This model’s format has none')
  }
}

const sent = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'n',
  'modalities',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'response_format',
  'additionalModelRequestFields',
])

/** What says only what happens anyway. */
const defaults: ReadonlyMap<string, readonly unknown[]> = new Map<string, readonly unknown[]>([
  ...parameters.flatMap(({ name, unless }) => (unless === undefined ? [] : [[name, [unless]] as const])),
  ['service_tier', ['auto', 'default']],
  ['tool_choice', ['none', 'auto']],
  ['parallel_tool_calls', [true, false]],
])
