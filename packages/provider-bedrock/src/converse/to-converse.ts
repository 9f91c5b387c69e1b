import type { ChatRequest } from '@moho/core'
import { cacheMarks } from './cache-marks.ts'
import { calledTools, toConversation } from './conversation.ts'
import { guardrailOf, modelFields, performanceOf, requestMetadata, serviceTierOf } from './extras.ts'
import { mergeFields } from './merge-fields.ts'
import { parameters } from './parameters.ts'
import { isObject } from './reading.ts'
import { type Reasoning, reasoningOf } from './reasoning.ts'
import { inferenceConfiguration, maxTokensOf, topKFields } from './sampling.ts'
import { schemaCosts } from './schema-walk.ts'
import { type StructuredOutput, structuredOutput } from './structured-output.ts'
import { type ToolNames, toolNames } from './tool-names.ts'
import { toolConfiguration } from './tools.ts'
import { factsOfTarget, refusal, reportRest, saysNothing, type Translation } from './translation.ts'
import type { ConverseRequest, JsonObject, SystemBlock } from './wire.ts'

/** A chat request as Converse takes it, and what is needed to read its answer. */
export interface Translated {
  readonly body: ConverseRequest
  readonly names: ToolNames
  /** How the answer comes to be the JSON that was asked for, if it was. */
  readonly output: StructuredOutput | undefined
}

/**
 * The request stays as it is. Throws `unsupported` where leaving something out would change what is answered; reports as dropped
 * what only tunes it.
 */
export function toConverse(chat: ChatRequest, call: Translation): Translated {
  refuseWhatIsNotServed(chat)
  reportWhatIsNotSent(chat, call)
  if (chat.stream_options) reportRest(chat.stream_options, knownOfStream, 'stream_options', call)
  const marks = cacheMarks(call)
  const costs = schemaCosts()
  const history = calledTools(chat.messages)
  const names = toolNames((chat.tools ?? []).map((tool) => tool.function.name).concat([...history]))
  const { system, messages } = toConversation(chat.messages, names, marks, call)
  const maxTokens = maxTokensOf(chat, call)
  const own = modelFields(chat)
  const reasoning = besideOwn(reasoningOf(chat, messages, maxTokens, call), own)
  const inferenceConfig = inferenceConfiguration(chat, maxTokens ?? reasoning.maxTokens, reasoning, call)
  const prefilled = messages.at(-1)?.role === 'assistant'
  const output = structuredOutput(chat, { names, reasoning, prefilled, costs }, call)
  if (output !== undefined && 'instruction' in output) system.push({ text: output.instruction })
  const tools = toolConfiguration(chat, { history, names, marks, reasoning, output, costs }, call)
  if (tools.instruction !== undefined)
    messages.findLast(({ role }) => role === 'user')?.content.push({ text: tools.instruction })
  const fields = mergeFields(reasoning.fields, topKFields(chat, reasoning, call), tools.fields, own)
  const serviceTier = serviceTierOf(chat, call)
  const guardrailConfig = guardrailOf(chat, call)
  const metadata = requestMetadata(chat, call)
  const performanceConfig = performanceOf(chat, call)
  const facts = factsOfTarget(call)
  if (facts.managedPrompt) refuseBesidePrompt(system, tools.toolConfig !== undefined, fields !== undefined)
  // Nothing is before the first user message but the system prompt, so the model reads the same in the same order.
  const [first] = messages
  if (facts.system === 'first-message' && first !== undefined) first.content = [...system, ...first.content]
  const body: ConverseRequest = { messages }
  if (system.length > 0 && facts.system !== 'first-message') body.system = system
  if (inferenceConfig !== undefined) body.inferenceConfig = inferenceConfig
  if (tools.toolConfig !== undefined) body.toolConfig = tools.toolConfig
  if (guardrailConfig !== undefined) body.guardrailConfig = guardrailConfig
  if (fields !== undefined) body.additionalModelRequestFields = fields
  if (metadata !== undefined) body.requestMetadata = metadata
  if (performanceConfig !== undefined) body.performanceConfig = performanceConfig
  if (serviceTier !== undefined) body.serviceTier = serviceTier
  if (output?.way === 'native') body.outputConfig = { textFormat: output.textFormat }
  marks.settle(body)
  return { body, names, output }
}

const knownOfStream = new Set(['include_usage'])
const refused = parameters.filter(({ fate }) => fate === 'refused')
const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]))

function reportWhatIsNotSent(chat: ChatRequest, call: Translation): void {
  for (const name in chat) {
    const parameter = byName.get(name)
    if (parameter !== undefined && parameter.fate !== 'dropped') continue
    const value: unknown = chat[name]
    if (value === parameter?.unless || saysNothing(value)) continue
    call.dropped(name, parameter?.says ?? 'Moho does not send it to Bedrock')
  }
}

/** The caller may turn Claude's thinking on by a field of its own API, which forbids the same. */
function besideOwn(reasoning: Reasoning, own: JsonObject | undefined): Reasoning {
  const thinking = own?.thinking
  const thinks = isObject(thinking) && (thinking.type === 'enabled' || thinking.type === 'adaptive')
  return thinks && reasoning.forbids === undefined ? { ...reasoning, forbids: 'sampling' } : reasoning
}

function refuseWhatIsNotServed(chat: ChatRequest): void {
  for (const { name, says } of refused) {
    const value: unknown = chat[name]
    if (value !== undefined && value !== null) throw refusal('unsupported', name, says)
  }
  if (chat.n !== undefined && chat.n !== null && chat.n > 1)
    throw refusal('unsupported', 'n', byName.get('n')?.says ?? '')
  const { modalities } = chat
  if (modalities === undefined || modalities === null) return
  if (!Array.isArray(modalities) || modalities.some((modality) => modality !== 'text'))
    throw refusal('unsupported', 'modalities', 'Bedrock answers chats with text alone.')
}

function refuseBesidePrompt(system: readonly SystemBlock[], tools: boolean, fields: boolean): void {
  const refuse = (member: string, why: string) => {
    throw refusal('unsupported', member, `A managed prompt brings its own ${why}`)
  }
  if (system.length > 0) refuse('messages', 'system prompt. Leave system messages out.')
  if (tools) refuse('tools', 'tools. Leave them out.')
  if (fields) refuse('additionalModelRequestFields', 'settings. Leave out what sets the model itself, `thinking` too.')
}
