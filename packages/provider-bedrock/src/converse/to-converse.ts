import type { ChatRequest } from '@moho/core'
import { calledTools, toConversation } from './conversation.ts'
import { inferenceConfiguration } from './sampling.ts'
import { type ToolNames, toolNames } from './tool-names.ts'
import { toolConfiguration } from './tools.ts'
import { factsOfTarget, refusal, reportRest, type Translation } from './translation.ts'
import type { ConverseRequest, ServiceTier, TextBlock } from './wire.ts'

/**
 * A chat request as Converse takes it, and the tools' names to read the answer by. The request stays as it is.
 * Throws `unsupported` where leaving something out would change what is answered; reports as dropped what only tunes it.
 */
export function toConverse(chat: ChatRequest, call: Translation): { body: ConverseRequest; names: ToolNames } {
  refuseWhatIsNotServed(chat)
  reportRest(chat, knownMembers, '', call, defaults)
  const history = calledTools(chat.messages)
  const names = toolNames([...(chat.tools ?? []).map((tool) => tool.function.name), ...history])
  const { system, messages } = toConversation(chat.messages, names, call)
  const inferenceConfig = inferenceConfiguration(chat, call)
  const tools = toolConfiguration(chat, history, names, call)
  const serviceTier = tierOf(chat, call)
  const facts = factsOfTarget(call)
  if (facts.managedPrompt) refuseBesidePrompt(system, tools.toolConfig !== undefined)
  // Nothing is before the first user message but the system prompt, so the model reads the same in the same order.
  if (facts.system === 'first-message') messages[0]?.content.unshift(...system)
  const body = {
    messages,
    ...(system.length > 0 && facts.system !== 'first-message' && { system }),
    ...(inferenceConfig !== undefined && { inferenceConfig }),
    ...tools,
    ...(serviceTier !== undefined && { serviceTier }),
  }
  return { body, names }
}

const knownMembers: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  // Speaks of streams alone.
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'n',
  'stop',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'modalities',
  'service_tier',
])

/** Members that say what happens anyway. */
const defaults: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['frequency_penalty', 0],
  ['presence_penalty', 0],
  ['logprobs', false],
  ['store', false],
])

function refuseWhatIsNotServed(chat: ChatRequest): void {
  if (chat.n !== undefined && chat.n !== null && chat.n > 1) {
    throw refusal('unsupported', 'n', 'Bedrock gives one answer to a call. Leave it out, or call several times.')
  }
  const format = chat.response_format ?? undefined
  if (format !== undefined && typeOf(format) !== 'text') {
    throw refusal(
      'unsupported',
      'response_format',
      'Moho sends only the type "text" to Bedrock. Ask for JSON in the prompt, or by a tool.',
    )
  }
  const modalities = chat.modalities ?? []
  if (!Array.isArray(modalities) || modalities.some((modality) => modality !== 'text')) {
    throw refusal('unsupported', 'modalities', 'Bedrock answers chats with text alone.')
  }
  for (const [member, why] of notServed) {
    if (chat[member] !== undefined && chat[member] !== null) throw refusal('unsupported', member, why)
  }
}

const typeOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined

/** Without these the caller would get another answer than was asked for. */
const notServed = [
  ['audio', 'Bedrock answers chats with text alone.'],
  ['functions', 'Send them as `tools`.'],
  ['function_call', 'Send it as `tool_choice`.'],
  ['web_search_options', 'Moho has no web search on Bedrock. Leave it out.'],
] as const

function refuseBesidePrompt(system: readonly TextBlock[], tools: boolean): void {
  if (system.length > 0)
    throw refusal(
      'unsupported',
      'messages',
      'A managed prompt brings its own system prompt. Leave system messages out.',
    )
  if (tools) throw refusal('unsupported', 'tools', 'A managed prompt brings its own tools. Leave them out.')
}

function tierOf(chat: ChatRequest, call: Translation): { type: ServiceTier } | undefined {
  const tier = chat.service_tier
  if (tier === undefined || tier === null || tier === 'auto') return undefined
  const type = tiers.find((known) => known === tier)
  if (type === undefined) call.dropped('service_tier', `Bedrock has ${tiers.join(', ')}`)
  return type && { type }
}

const tiers: readonly ServiceTier[] = ['default', 'flex', 'priority', 'reserved']
