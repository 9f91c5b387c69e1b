import type { ChatRequest, ChatTool } from '@moho/core'
import { parameters } from '../converse/parameters.ts'
import { reasoningOf } from '../converse/reasoning.ts'
import { maxTokensOf } from '../converse/sampling.ts'
import { factsOfTarget, saysNothing, type Translation } from '../converse/translation.ts'
import type { JsonObject } from '../converse/wire.ts'
import { chatMessages } from './chat-messages.ts'

/**
 * The body of a model that takes OpenAI's Chat Completions: the caller's, but for what names the call itself, what is Moho's own, and
 * what the answer could not tell. Members that nobody knows go through, as servers of open models have many of their own.
 */
export function chatBody(chat: ChatRequest, call: Translation): JsonObject {
  const tools = (chat.tools ?? []).map(toolOf)
  const body = Object.fromEntries(Object.entries(chat).filter(([name, value]) => isSent(name, value, tools, call)))
  body.messages = chatMessages(chat.messages, call)
  if (tools.length > 0) body.tools = tools
  const maxTokens = maxTokensOf(chat, call)
  if (maxTokens !== undefined) body.max_tokens = maxTokens
  return { ...body, ...effortOf(chat, call) }
}

function isSent(name: string, value: unknown, tools: readonly object[], call: Translation): boolean {
  if (saysNothing(value) || made.has(name)) return false
  const why = forTools.has(name) && tools.length === 0 ? 'There are no tools' : unsent.get(name)
  if (why === undefined) return true
  if (defaults.get(name)?.includes(value) !== true) call.dropped(name, why)
  return false
}

/** What is put in anew, or needs no saying. */
const made = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'n',
  'modalities',
  'max_tokens',
  'max_completion_tokens',
  'tools',
  'reasoning_effort',
  'additionalModelRequestFields',
])
const forTools = new Set(['tool_choice', 'parallel_tool_calls'])

const notByInvoke = 'Moho does not send it to a model that it calls by InvokeModel'
const unsent: ReadonlyMap<string, string> = new Map([
  ['thinking', 'It is for Claude. Say it by reasoning_effort'],
  // OpenAI has none.
  ['top_k', 'Nothing is known of where this model takes it. Send it in additionalModelRequestFields'],
  ['service_tier', notByInvoke],
  ['metadata', notByInvoke],
  ['user', notByInvoke],
  ['performanceConfig', notByInvoke],
  ['logprobs', 'Moho tells none'],
  ['top_logprobs', 'Moho tells none'],
  ['cache_control', 'This model keeps no prompts on request'],
  ...parameters
    .filter(({ name }) => ['store', 'prediction', 'prompt_cache_key', 'safety_identifier'].includes(name))
    .map(({ name, says }) => [name, says] as const),
])

/** What says only what happens anyway. */
const defaults: ReadonlyMap<string, readonly unknown[]> = new Map<string, readonly unknown[]>([
  ['service_tier', ['auto', 'default']],
  ['tool_choice', ['none', 'auto']],
  ['parallel_tool_calls', [true, false]],
  ['logprobs', [false]],
  ['top_logprobs', [0]],
  ['store', [false]],
])

function effortOf(chat: ChatRequest, call: Translation): JsonObject | undefined {
  const { reasoning_effort: effort } = chat
  if (effort === undefined || effort === null) return undefined
  // Of a model whose efforts nobody has listed, it is itself the judge.
  if (factsOfTarget(call).reasoning?.by !== 'reasoning_effort') return { reasoning_effort: effort }
  return reasoningOf({ ...chat, thinking: undefined }, [], undefined, call).fields
}

function toolOf({ type, function: { name, description, parameters, strict } }: ChatTool): JsonObject {
  const said = Object.entries({ description, parameters, strict }).filter(([, value]) => (value ?? null) !== null)
  return { type, function: { name, ...Object.fromEntries(said) } }
}
