import { AnswerExcerpt, MohoError } from '../../contract/errors.ts'
import type { FrameSink, ReadError } from '../../contract/reply.ts'
import type { FinishReason, TextWriter } from '../../contract/writer.ts'
import { isObject } from '../../wire/json-value.ts'
import { readOpenAiError } from '../openai-error.ts'
import { readChatUsage } from './usage.ts'

/** Reads the events of a chat stream, or a whole completion as one frame, into verbs. */
export const readChat = (out: TextWriter, readError: ReadError = readOpenAiError): FrameSink =>
  new ChatReader(out, readError)

type JsonObject = Readonly<Record<string, unknown>>

class ChatReader implements FrameSink {
  readonly #out: TextWriter
  readonly #readError: ReadError
  readonly #blocks = new Blocks()
  readonly #reasoning: Reasoning
  readonly #tools: ToolCalls
  #textBlock: number | undefined
  #tier: string | undefined
  #started = false
  #finished = false
  #done = false

  constructor(out: TextWriter, readError: ReadError) {
    this.#out = out
    this.#readError = readError
    this.#reasoning = new Reasoning(out, this.#blocks)
    this.#tools = new ToolCalls(out, this.#blocks)
  }

  frame(data: string): void {
    // An event without data keeps the connection awake.
    if (this.#done || data === '') return
    if (data.startsWith('[DONE]')) {
      this.#done = true
      return
    }
    const chunk = parse(data)
    if (chunk.error) throw this.#readError(chunk.error)
    if (typeof chunk.service_tier === 'string') this.#tier = chunk.service_tier
    const choices = listOf(chunk.choices)
    this.#start(typeof chunk.id === 'string' ? chunk.id : '', choices.length > 0)
    for (const choice of choices) this.#choice(choice)
    const usage = readChatUsage(chunk.usage)
    if (usage !== undefined) this.#out.usage(usage, this.#tier)
  }

  end(): void {
    if (!this.#finished && !this.#done)
      throw new MohoError('upstream_failed', 'The upstream broke off in the middle of its answer.')
  }

  /** Some upstreams send chunks without an id ahead of the answer. Once it has begun, an id is too late. */
  #start(id: string, begins: boolean): void {
    if (!this.#started && id !== '') this.#out.start({ id, serviceTier: this.#tier })
    this.#started ||= begins || id !== ''
  }

  #choice(choice: JsonObject): void {
    if ((choice.index ?? 0) !== 0) throw unreadable(choice)
    // What still comes after the finish are the upstream's own remarks, as on content filters.
    if (this.#finished) return
    const delta = choice.delta ?? choice.message
    if (isObject(delta)) this.#delta(delta, choice.delta === undefined || choice.delta === null)
    if (textOf(choice.finish_reason) === '') return
    const reason = finishReasons.get(choice.finish_reason)
    if (reason === undefined) throw unreadable({ finish_reason: choice.finish_reason })
    this.#tools.finish()
    this.#out.finish(reason)
    this.#finished = true
  }

  #delta(delta: JsonObject, whole: boolean): void {
    this.#reasoning.read(delta, whole)
    const text = textOf(delta.content)
    if (text !== '') {
      this.#textBlock ??= this.#blocks.next()
      this.#out.text(text, this.#textBlock)
    }
    const refusal = textOf(delta.refusal)
    if (refusal !== '') this.#out.refusal(refusal)
    for (const [at, call] of listOf(delta.tool_calls).entries()) this.#tools.read(call, at)
  }
}

/** Numbers blocks as they appear; a chat stream has no numbers of its own but for tools. */
class Blocks {
  #count = 0
  next(): number {
    return this.#count++
  }
}

/**
 * Reasoning has three spellings: pieces of `reasoning_content` (or `reasoning`) alone; those, and the block whole in
 * `thinking_blocks` once it is sealed; or `thinking_blocks` whose entries are pieces themselves, the last with the signature.
 */
class Reasoning {
  readonly #out: TextWriter
  readonly #blocks: Blocks
  #block: number | undefined
  /** What came of this block without `thinking_blocks`. */
  #bare = ''

  constructor(out: TextWriter, blocks: Blocks) {
    this.#out = out
    this.#blocks = blocks
  }

  read(delta: JsonObject, whole: boolean): void {
    const entries = listOf(delta.thinking_blocks)
    const text = textOf(delta.reasoning_content) || (typeof delta.reasoning === 'string' ? delta.reasoning : '')
    const told = entries.map((entry) => textOf(entry.thinking)).join('')
    // Where entries tell the text, the other member repeats it. In a whole answer it goes on with what nothing has sealed.
    if (told === '' && !(whole && entries.length > 0)) {
      this.#bare += text
      this.#say(text)
    }
    for (const [at, entry] of entries.entries()) {
      if (at > 0) this.#close()
      this.#entry(entry)
    }
    if (whole && entries.length > 0 && text.startsWith(told)) {
      this.#close()
      this.#say(text.slice(told.length))
    }
  }

  #entry(entry: JsonObject): void {
    if (entry.type === 'redacted_thinking') {
      this.#close()
      this.#out.redacted(textOf(entry.data), this.#blocks.next())
      return
    }
    if (entry.type !== 'thinking') throw unreadable({ thinking_blocks: [entry] })
    const thinking = textOf(entry.thinking)
    const toldBefore = this.#bare !== '' && thinking === this.#bare
    if (!toldBefore) this.#say(thinking)
    const signature = textOf(entry.signature)
    if (signature !== '') {
      this.#block ??= this.#blocks.next()
      this.#out.signature(signature, this.#block)
    }
    if (signature !== '' || toldBefore) this.#close()
  }

  #say(text: string): void {
    if (text === '') return
    this.#block ??= this.#blocks.next()
    this.#out.reasoning(text, this.#block)
  }

  #close(): void {
    this.#block = undefined
    this.#bare = ''
  }
}

interface ToolCall {
  id: string
  name: string
  /** Input that came before the id and name were both known. */
  held: string
  block: number | undefined
}

/** Tool calls by their index, for upstreams that send id and name late, again and again, or no index at all. */
class ToolCalls {
  readonly #out: TextWriter
  readonly #blocks: Blocks
  readonly #calls: ToolCall[] = []
  readonly #byIndex = new Map<unknown, ToolCall>()
  readonly #byId = new Map<string, ToolCall>()

  constructor(out: TextWriter, blocks: Blocks) {
    this.#out = out
    this.#blocks = blocks
  }

  read(entry: JsonObject, at: number): void {
    const told: JsonObject = isObject(entry.function) ? entry.function : {}
    const id = textOf(entry.id)
    const name = textOf(told.name)
    const call = this.#find(entry.index ?? undefined, id, name, at) ?? this.#add(entry.index ?? undefined)
    call.id ||= id
    if (call.id !== '' && !this.#byId.has(call.id)) this.#byId.set(call.id, call)
    call.name ||= name
    call.held += textOf(told.arguments)
    if (call.id !== '' && call.name !== '') this.#tell(call)
  }

  finish(): void {
    for (const call of this.#calls) {
      if (call.name === '') throw unreadable({ tool_calls: [call] })
      call.id ||= `call_${crypto.randomUUID()}`
      this.#tell(call)
    }
  }

  #find(index: unknown, id: string, name: string, at: number): ToolCall | undefined {
    if (index !== undefined) {
      const call = this.#byIndex.get(index)
      // Some upstreams number each of their calls 0. A new id alone is none: others make one up for each chunk.
      const isAnother = call !== undefined && call.id !== '' && id !== '' && call.id !== id && name !== ''
      return isAnother ? undefined : call
    }
    const known = id === '' ? undefined : this.#byId.get(id)
    const last = this.#calls.at(-1)
    if (known !== undefined || last === undefined) return known
    if (id === '') return at === 0 ? last : undefined
    return last.id === '' ? last : undefined
  }

  #add(index: unknown): ToolCall {
    const call: ToolCall = { id: '', name: '', held: '', block: undefined }
    this.#calls.push(call)
    if (index !== undefined) this.#byIndex.set(index, call)
    return call
  }

  #tell(call: ToolCall): void {
    if (call.block === undefined) {
      call.block = this.#blocks.next()
      this.#out.toolCall(call.id, call.name, call.block)
    }
    if (call.held !== '') this.#out.toolInput(call.held, call.block)
    call.held = ''
  }
}

const finishReasons: ReadonlyMap<unknown, FinishReason> = new Map<unknown, FinishReason>([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool_calls'],
  ['content_filter', 'content_filter'],
])

function parse(data: string): JsonObject {
  let chunk: unknown
  try {
    chunk = JSON.parse(data)
  } catch {
    // Told below, as is JSON that is no object.
  }
  if (isObject(chunk)) return chunk
  throw new MohoError('upstream_failed', unreadableMessage, { cause: new AnswerExcerpt(data) })
}

/** A member that may be null or missing, and else is a text. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  throw unreadable(value)
}

function listOf(value: unknown): readonly JsonObject[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value) && value.every(isObject)) return value
  throw unreadable(value)
}

const unreadableMessage = 'The upstream sent something that cannot be read as a chat answer.'
const unreadable = (value: unknown) =>
  new MohoError('upstream_failed', unreadableMessage, { cause: new AnswerExcerpt(JSON.stringify(value)) })
