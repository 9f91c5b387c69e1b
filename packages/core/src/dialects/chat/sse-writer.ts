import type { MohoError } from '../../contract/errors.ts'
import type { FinishReason, Usage, UsageReading } from '../../contract/writer.ts'
import type { ChatThinkingBlock } from '../../formats/chat.ts'
import { type AnswerHead, readingOf, type StreamWriter } from '../writer.ts'
import { chatError } from './error.ts'
import { finishReasons } from './finish-reasons.ts'
import { chatUsage } from './usage.ts'

/**
 * Turns verbs into chat completion chunks.
 *
 * Reasoning comes in pieces as `reasoning_content`. A block that is sealed comes once more, whole and with its signature, as
 * one `thinking_blocks` entry: clients append these entries to a list, join none of them, and send the list back as it is.
 * Reasoning that nothing seals comes as such an entry only where another block follows it, to keep the two apart.
 */
export class ChatSseWriter implements StreamWriter {
  readonly #head: AnswerHead
  readonly #includeUsage: boolean
  #id: string | undefined
  #tier: string | undefined
  #usage: Usage | undefined
  #finish: FinishReason | undefined
  /** The block that reasoning is still added to. */
  #open: { thinking: string; block: number | undefined } | undefined
  readonly #tools = new Map<number, { readonly index: number; hasInput: boolean }>()
  #toolCount = 0

  /** What has not been taken yet. */
  #text = ''
  /** What each chunk begins with, up to its choices: made with the first one, so that all have one id. */
  #prefix = ''
  /** What each chunk of the answer ends with. */
  #suffix = ''
  #over = false

  constructor(head: AnswerHead, options: { includeUsage: boolean }) {
    this.#head = head
    this.#includeUsage = options.includeUsage
    this.#setTier(undefined)
  }

  get finished(): boolean {
    return this.#finish !== undefined
  }

  get reading(): UsageReading {
    return readingOf(this.#usage)
  }

  get serviceTier(): string | undefined {
    return this.#tier
  }

  start(answer: { id: string; serviceTier?: string | undefined }): void {
    this.#id = answer.id
    this.#setTier(answer.serviceTier)
  }

  text(delta: string): void {
    if (delta !== '') this.#delta(`{"content":${JSON.stringify(delta)}}`)
  }

  reasoning(delta: string, block?: number): void {
    if (delta === '') return
    if (this.#open !== undefined && this.#open.block !== block) this.#seal(undefined)
    this.#open = { thinking: (this.#open?.thinking ?? '') + delta, block }
    this.#delta(`{"reasoning_content":${JSON.stringify(delta)}}`)
  }

  signature(value: string): void {
    this.#seal(value)
  }

  redacted(data: string): void {
    this.#seal(undefined)
    this.#thinking({ type: 'redacted_thinking', data })
  }

  toolCall(id: string, name: string, block: number): void {
    // Clients count calls from 0; the upstream's blocks are texts and reasoning too.
    const index = this.#toolCount++
    this.#tools.set(block, { index, hasInput: false })
    this.#delta(
      `{"tool_calls":[{"index":${index},"id":${JSON.stringify(id)},"type":"function","function":{"name":${JSON.stringify(name)},"arguments":""}}]}`,
    )
  }

  toolInput(jsonDelta: string, block: number): void {
    const call = this.#tools.get(block)
    if (call === undefined) throw new Error(`Input for block ${block}, in which no tool was called.`)
    if (jsonDelta === '') return
    call.hasInput = true
    this.#delta(`{"tool_calls":[{"index":${call.index},"function":{"arguments":${JSON.stringify(jsonDelta)}}}]}`)
  }

  refusal(delta: string): void {
    if (delta !== '') this.#delta(`{"refusal":${JSON.stringify(delta)}}`)
  }

  close(block: number): void {
    // A tool without parameters may come with no input at all; clients parse `arguments` unguarded.
    if (this.#tools.get(block)?.hasInput === false) this.toolInput('{}', block)
  }

  usage(total: Usage, serviceTier?: string): void {
    this.#usage = total
    if (serviceTier !== undefined) this.#setTier(serviceTier)
  }

  finish(reason: FinishReason): void {
    for (const block of this.#tools.keys()) this.close(block)
    this.#finish = reason
    this.#write(`{"index":0,"delta":{},"finish_reason":"${finishReasons[reason]}"}`, this.#suffix)
  }

  take(): string {
    const text = this.#text
    this.#text = ''
    return text
  }

  end(): void {
    if (this.#over) return
    const usage = this.#includeUsage && this.#usage !== undefined ? chatUsage(this.#usage) : undefined
    if (usage !== undefined) this.#write('', `],"usage":${JSON.stringify(usage)}${this.#tierMember()}}\n\n`)
    this.#text += 'data: [DONE]\n\n'
    this.#over = true
  }

  fail(error: MohoError): void {
    if (this.#over) return
    this.#text += `data: ${JSON.stringify(chatError(error))}\n\n`
    this.#over = true
  }

  #seal(signature: string | undefined): void {
    if (this.#open === undefined && signature === undefined) return
    // Some models tell only the seal and keep the thoughts to themselves.
    const thinking = this.#open?.thinking ?? ''
    this.#open = undefined
    this.#thinking({ type: 'thinking', thinking, ...(signature !== undefined && { signature }) })
  }

  #thinking(block: ChatThinkingBlock): void {
    this.#delta(`{"thinking_blocks":[${JSON.stringify(block)}]}`)
  }

  #delta(delta: string): void {
    this.#write(`{"index":0,"delta":${delta},"finish_reason":null}`, this.#suffix)
  }

  #write(choice: string, suffix: string): void {
    if (this.#over) return
    if (this.#prefix === '') this.#begin()
    this.#text += this.#prefix + choice + suffix
  }

  #begin(): void {
    const { callId, created, model } = this.#head
    const id = JSON.stringify(this.#id ?? `chatcmpl-${callId}`)
    this.#prefix = `data: {"id":${id},"object":"chat.completion.chunk","created":${created},"model":${JSON.stringify(model)},"choices":[`
    this.#delta('{"role":"assistant","content":""}')
  }

  #setTier(tier: string | undefined): void {
    this.#tier = tier
    this.#suffix = `]${this.#includeUsage ? ',"usage":null' : ''}${this.#tierMember()}}\n\n`
  }

  #tierMember(): string {
    return this.#tier === undefined ? '' : `,"service_tier":${JSON.stringify(this.#tier)}`
  }
}
