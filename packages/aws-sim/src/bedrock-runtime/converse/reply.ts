import { createHash } from 'node:crypto'
import { type Directives, numberOf } from '../../directives.ts'
import type { SimulatedModel } from '../../models.ts'
import { charactersOf, countTokens } from '../../tokens.ts'
import { fillSchema } from './fill-schema.ts'
import { readInstructions } from './instructions.ts'
import type { ContentBlock, ConverseRequest, ToolSpecification } from './request-schema.ts'
import { fieldsOf, nativeToolChoice } from './rules/fields.ts'
import { isThinking, thinkingOf } from './rules/thinking.ts'
import { isObject, toolSpecs } from './rules/tools.ts'
import { redactedThought, signThought } from './signatures.ts'

/** What the simulated model says, before it is put on the wire. */
export interface Reply {
  readonly content: readonly ReplyBlock[]
  readonly stopReason: string
  /** The sequence that ended the text. */
  readonly stopSequence: string | null
  readonly outputTokens: number
}

export type ReplyBlock =
  | { readonly text: string }
  | { readonly toolUse: { readonly toolUseId: string; readonly name: string; readonly input: unknown } }
  | { readonly reasoningContent: Thought }

type Thought =
  | { readonly reasoningText: { readonly text: string; readonly signature?: string } }
  | { readonly redactedContent: string }

/** Decides what to say: the same request is answered the same. */
export function composeReply(body: ConverseRequest, model: SimulatedModel, directives: Directives): Reply {
  const seed = createHash('sha256').update(model.id).update(JSON.stringify(body)).digest()
  const calls = chooseTools(body, model, directives)
  const thought = think(body, model, directives, seed)
  const blocks: ReplyBlock[] = [...thought.blocks]
  if (calls.length > 0) {
    if (directives.values.has('preamble')) blocks.push({ text: PREAMBLE })
    blocks.push(...calls.map((spec, index) => toolUse(spec, index, model, directives, seed)))
  } else if (!directives.values.has('empty')) blocks.push({ text: answerText(body, model, directives) })
  return bounded(blocks, thought.hiddenTokens, body, directives)
}

const PREAMBLE = 'Here is what you asked for.'

/** The last user message, its texts joined. */
export function lastUserText(body: ConverseRequest): string {
  return lastUserContent(body)
    .flatMap((block) => block.text ?? block.guardContent?.text?.text ?? [])
    .join('\n')
}

function lastUserContent(body: ConverseRequest): readonly ContentBlock[] {
  return body.messages?.findLast((message) => message.role === 'user')?.content ?? []
}

/** What it thinks first, and how many tokens of that are not shown. */
function think(
  body: ConverseRequest,
  model: SimulatedModel,
  directives: Directives,
  seed: Buffer,
): { blocks: ReplyBlock[]; hiddenTokens: number } {
  const blocks: ReplyBlock[] = []
  let hiddenTokens = 0
  if (thinks(body, model, directives)) {
    const thought = `The user wrote ${directives.prompt.length} characters. The simulator repeats them.`
    const { display = model.reasoning.display } = thinkingOf(body)
    const text = display === 'omitted' ? '' : thought
    if (text === '') hiddenTokens = countTokens(thought)
    // Open-weight models think in the open and sign nothing.
    const isSigned = model.reasoning.takesBack === 'signed'
    const reasoningText = isSigned ? { text, signature: signThought(model.family, text, seed) } : { text }
    blocks.push({ reasoningContent: { reasoningText } })
  }
  if (directives.values.has('redacted')) {
    blocks.push({ reasoningContent: { redactedContent: redactedThought(model.family, seed) } })
  }
  return { blocks, hiddenTokens }
}

function thinks(body: ConverseRequest, model: SimulatedModel, { values }: Directives): boolean {
  if (values.has('reasoning')) return true
  const { reasoning, family } = model
  if (!reasoning.shown) return false
  if (family === 'nova') {
    const { reasoningConfig } = fieldsOf(body)
    return isObject(reasoningConfig) && reasoningConfig.type === 'enabled'
  }
  if (reasoning.modes.length === 0) return reasoning.unasked
  return isThinking(body) || (reasoning.unasked && thinkingOf(body).type !== 'disabled')
}

function chooseTools(
  body: ConverseRequest,
  model: SimulatedModel,
  directives: Directives,
): readonly ToolSpecification[] {
  const specs = toolSpecs(body).map(([, spec]) => spec)
  const native = nativeToolChoice(body, model)
  const { any, tool } = native.choice ?? body.toolConfig?.toolChoice ?? {}
  const instructed = any || tool || directives.values.has('prose') ? undefined : instructedTool(body, specs)
  const results = lastUserContent(body).flatMap((block) => block.toolResult?.toolUseId ?? [])
  // What a model calls that must call something, and has nothing else to call.
  const answering = any ? (specs.find((spec) => /answer/i.test(spec.name)) ?? specs[0]) : undefined
  if (results.length > 0 && answering) return [answering]
  if (results.length > 0) return instructed && !results.includes(lastUseOf(instructed.name, body)) ? [instructed] : []
  const mentioned = specs.find((spec) => isMentioned(spec.name, directives.prompt)) ?? instructed
  const count = numberOf(directives, 'tools', MAX_PARALLEL_TOOLS)
  const chosen = tool ? specs.find((spec) => spec.name === tool.name) : mentioned
  const first = chosen ?? answering ?? (count ? specs[0] : undefined)
  if (!first || count === 0) return []
  const others = [first, ...specs.filter((spec) => spec !== first)]
  const wanted = Array.from({ length: count ?? 1 }, (_, at) => (tool ? first : others[at % others.length]) ?? first)
  return native.isSerial ? wanted.slice(0, 1) : wanted
}

function instructedTool(body: ConverseRequest, specs: readonly ToolSpecification[]): ToolSpecification | undefined {
  const { toolName } = specs.length > 0 ? readInstructions(body) : {}
  return specs.find((spec) => spec.name === toolName)
}

/** The id of the last call of this tool. */
function lastUseOf(name: string, body: ConverseRequest): string {
  const uses = (body.messages ?? []).flatMap((message) => message.content.flatMap((block) => block.toolUse ?? []))
  return uses.findLast((use) => use.name === name)?.toolUseId ?? ''
}

const MAX_PARALLEL_TOOLS = 20
const VERBS = new Set([
  'get',
  'set',
  'fetch',
  'find',
  'do',
  'run',
  'make',
  'current',
  'the',
  'my',
  'tool',
  'function',
  'api',
])

// `get_weather` is meant by its name and by "What is the weather in Rome?".
function isMentioned(name: string, prompt: string): boolean {
  if (prompt.split(/[^\w-]+/).includes(name)) return true
  const said = new Set(prompt.toLowerCase().match(/[\p{L}\d]+/gu))
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word.length > 2 && !VERBS.has(word))
  return words.length > 0 && words.every((word) => said.has(word) || said.has(`${word}s`))
}

function toolUse(
  spec: ToolSpecification,
  index: number,
  model: SimulatedModel,
  { prompt }: Directives,
  seed: Buffer,
): ReplyBlock {
  const id = createHash('sha256').update(seed).update(String(index)).digest('base64url').replace(/[-_]/g, '')
  const toolUseId = model.family === 'mistral' ? id.slice(0, 9) : `tooluse_${id.slice(0, 22)}`
  const input = fillSchema(spec.inputSchema.json, prompt)
  return { toolUse: { toolUseId, name: spec.name, input: isObject(input) ? input : {} } }
}

function answerText(body: ConverseRequest, model: SimulatedModel, directives: Directives): string {
  const long = numberOf(directives, 'long', MAX_LONG_TOKENS)
  if (long !== undefined) return filler(long)
  const exact = directives.values.get('say')
  if (exact !== undefined) return exact
  const schema = outputSchema(body)
  if (schema !== undefined) return JSON.stringify(fillSchema(schema, directives.prompt))
  const asInstructed = directives.values.has('prose') ? undefined : instructedJson(body, directives)
  if (asInstructed !== undefined) return asInstructed
  const results = lastUserContent(body).flatMap((block) => block.toolResult ?? [])
  if (results.length > 0) return results.map((result) => quoteResult(body, result)).join('\n')
  const said = directives.prompt === '' ? describe(lastUserContent(body)) : directives.prompt
  return `You said: ${said}\n\n(This answer comes from the Moho AWS simulator playing ${model.id}; no model was called.)`
}

/** The JSON that the prompt asks for in words, dressed up as models dress it up. */
function instructedJson(body: ConverseRequest, { prompt, values }: Directives): string | undefined {
  const { schema, wantsObject } = readInstructions(body)
  if (!schema && !wantsObject) return undefined
  const json = JSON.stringify(schema ? fillSchema(schema, prompt) : { answer: prompt })
  const fenced = values.has('fence') ? `\`\`\`json\n${json}\n\`\`\`` : json
  return values.has('preamble') ? `${PREAMBLE}\n\n${fenced}` : fenced
}

function outputSchema(body: ConverseRequest): unknown {
  const declared = body.outputConfig?.textFormat?.structure.jsonSchema?.schema
  if (declared !== undefined) return JSON.parse(declared)
  // Claude's own spelling, which Converse passes through.
  const { output_config: config } = fieldsOf(body)
  const format = isObject(config) ? config.format : undefined
  return isObject(format) && format.type === 'json_schema' ? format.schema : undefined
}

function quoteResult(body: ConverseRequest, result: NonNullable<ContentBlock['toolResult']>): string {
  const call = (body.messages ?? [])
    .flatMap((message) => message.content)
    .find((block) => block.toolUse?.toolUseId === result.toolUseId)
  const parts = result.content.map((part) => {
    if (part.text !== undefined) return part.text
    return 'json' in part ? JSON.stringify(part.json) : `(${Object.keys(part).join()})`
  })
  const verb = result.status === 'error' ? 'failed with' : 'answered'
  return `The tool ${call?.toolUse?.name ?? result.toolUseId} ${verb}: ${parts.join(' ') || '(nothing)'}`
}

function describe(content: readonly ContentBlock[]): string {
  const kinds = content
    .flatMap((block) => Object.keys(block))
    .filter((kind) => kind !== 'text' && kind !== 'cachePoint')
  return kinds.length === 0 ? '(nothing)' : `(${kinds.join(', ')})`
}

const MAX_LONG_TOKENS = 1_000_000

// Each word is one token by the simulator's count.
function filler(tokens: number): string {
  return Array.from({ length: tokens }, (_, index) => `${String(index % 1000).padStart(3, '0')} `)
    .join('')
    .trimEnd()
}

/** Ends the reply where a stop sequence or the token limit ends it. */
function bounded(
  blocks: readonly ReplyBlock[],
  hiddenTokens: number,
  body: ConverseRequest,
  directives: Directives,
): Reply {
  const { maxTokens = Number.POSITIVE_INFINITY, stopSequences = [] } = body.inferenceConfig ?? {}
  const content: ReplyBlock[] = []
  let outputTokens = hiddenTokens
  let ended: { stopReason: string; stopSequence: string | null } | undefined
  for (const block of blocks) {
    const shortened = 'text' in block ? stopAt(block.text, stopSequences) : undefined
    const whole = shortened ? { text: shortened.text } : block
    const cost = countTokens(textOf(whole))
    if (outputTokens + cost > maxTokens) {
      // Half a tool call would not be JSON; text and reasoning are cut.
      const room = charactersOf(Math.max(maxTokens - outputTokens, 0))
      if ('text' in whole && room > 0) content.push({ text: whole.text.slice(0, room) })
      outputTokens = maxTokens
      ended = { stopReason: 'max_tokens', stopSequence: null }
      break
    }
    content.push(whole)
    outputTokens += cost
    if (shortened?.sequence !== undefined) ended = { stopReason: 'stop_sequence', stopSequence: shortened.sequence }
  }
  const usual = content.some((block) => 'toolUse' in block) ? 'tool_use' : 'end_turn'
  const end = ended ?? { stopReason: usual, stopSequence: null }
  return { content, ...end, stopReason: directives.values.get('stop') || end.stopReason, outputTokens }
}

function stopAt(text: string, sequences: readonly string[]): { text: string; sequence?: string } {
  const hits = sequences
    .map((sequence) => ({ sequence, at: text.indexOf(sequence) }))
    .filter((hit) => hit.at !== -1)
    .sort((a, b) => a.at - b.at || b.sequence.length - a.sequence.length)
  const first = hits[0]
  return first ? { text: text.slice(0, first.at), sequence: first.sequence } : { text }
}

function textOf(block: ReplyBlock): string {
  if ('text' in block) return block.text
  if ('toolUse' in block) return block.toolUse.name + JSON.stringify(block.toolUse.input)
  return 'reasoningText' in block.reasoningContent ? block.reasoningContent.reasoningText.text : ''
}
