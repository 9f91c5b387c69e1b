import type { FinishReason, Usage, UsageReading } from '../../contract/writer.ts'
import type { ChatCompletion, ChatThinkingBlock, ChatToolCallAnswer } from '../../formats/chat.ts'
import { type AnswerHead, type ObjectWriter, readingOf } from '../writer.ts'
import { finishReasons } from './finish-reasons.ts'
import { chatUsage } from './usage.ts'

/**
 * Turns verbs into one chat completion. As in a stream, reasoning that nothing seals is one of the `thinking_blocks` only where another
 * block follows it, to keep the two apart.
 */
export class ChatObjectWriter implements ObjectWriter {
  readonly #head: AnswerHead
  #id: string | undefined
  #tier: string | undefined
  #content: string | undefined
  #refusal: string | undefined
  #reasoning: string | undefined
  readonly #thinking: ChatThinkingBlock[] = []
  /** The sealed block that reasoning is still added to. */
  #open: { thinking: string; block: number | undefined } | undefined
  readonly #tools = new Map<number, ChatToolCallAnswer>()
  #usage: Usage | undefined
  #finish: FinishReason | undefined

  constructor(head: AnswerHead) {
    this.#head = head
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
    this.#tier = answer.serviceTier
  }

  text(delta: string): void {
    this.#content = (this.#content ?? '') + delta
  }

  reasoning(delta: string, block?: number): void {
    this.#reasoning = (this.#reasoning ?? '') + delta
    if (this.#open !== undefined && this.#open.block !== block) this.#seal(undefined)
    this.#open = { thinking: (this.#open?.thinking ?? '') + delta, block }
  }

  signature(value: string): void {
    this.#seal(value)
  }

  redacted(data: string): void {
    this.#seal(undefined)
    this.#thinking.push({ type: 'redacted_thinking', data })
  }

  toolCall(id: string, name: string, block: number): void {
    this.#tools.set(block, { id, type: 'function', function: { name, arguments: '' } })
  }

  toolInput(jsonDelta: string, block: number): void {
    const call = this.#tools.get(block)
    if (call === undefined) throw new Error(`Input for block ${block}, in which no tool was called.`)
    call.function.arguments += jsonDelta
  }

  refusal(delta: string): void {
    this.#refusal = (this.#refusal ?? '') + delta
  }

  close(): void {
    // Nothing waits for a block's end here: the whole is told at once.
  }

  usage(total: Usage, serviceTier?: string): void {
    this.#usage = total
    this.#tier = serviceTier ?? this.#tier
  }

  finish(reason: FinishReason): void {
    this.#finish = reason
  }

  toObject(): ChatCompletion {
    if (this.#finish === undefined) throw new Error('The answer is not finished.')
    const usage = this.#usage && chatUsage(this.#usage)
    // A tool without parameters may come with no input at all; clients parse `arguments` unguarded.
    for (const call of this.#tools.values()) call.function.arguments ||= '{}'
    return {
      id: this.#id ?? `chatcmpl-${this.#head.callId}`,
      object: 'chat.completion',
      created: this.#head.created,
      model: this.#head.model,
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: this.#content ?? (this.#tools.size > 0 || this.#refusal !== undefined ? null : ''),
            refusal: this.#refusal ?? null,
            ...(this.#reasoning !== undefined && { reasoning_content: this.#reasoning }),
            ...(this.#thinking.length > 0 && { thinking_blocks: this.#thinking }),
            ...(this.#tools.size > 0 && { tool_calls: [...this.#tools.values()] }),
          },
          logprobs: null,
          finish_reason: finishReasons[this.#finish],
        },
      ],
      ...(usage !== undefined && { usage }),
      ...(this.#tier !== undefined && { service_tier: this.#tier }),
    }
  }

  #seal(signature: string | undefined): void {
    if (this.#open === undefined && signature === undefined) return
    // Some models tell only the seal and keep the thoughts to themselves.
    const thinking = this.#open?.thinking ?? ''
    this.#thinking.push({ type: 'thinking', thinking, ...(signature !== undefined && { signature }) })
    this.#open = undefined
  }
}
