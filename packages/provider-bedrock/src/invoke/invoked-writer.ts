import type { FinishReason, StringMap, TextWriter, Usage } from '@moho/core'
import { splitThoughts, type Thoughts, type ThoughtTags } from './split-thoughts.ts'

/**
 * The caller's writer, as a model's own format is read into it: the answer's id is AWS's, reasoning is told apart from text, and no
 * character is cut in two. Knows whether the end and the usage have been told.
 */
export class InvokedWriter implements TextWriter {
  readonly #out: TextWriter
  readonly #requestId: string | undefined
  readonly #tier: string | undefined
  readonly #thoughts: Thoughts | undefined
  #started = false
  #called = false
  #finished = false
  #measured = false
  /** The first half of a character beyond the basic plane. */
  #half = ''

  constructor(out: TextWriter, tags: ThoughtTags | undefined, headers: StringMap) {
    this.#out = out
    this.#requestId = headers['x-amzn-requestid']
    this.#tier = headers['x-amzn-bedrock-service-tier']
    this.#thoughts = tags && splitThoughts(tags, out)
  }

  get finished(): boolean {
    return this.#finished
  }

  get measured(): boolean {
    return this.#measured
  }

  /** Formats of prompts have no id of their own. */
  begin(): void {
    if (this.#requestId) this.start({ id: this.#requestId })
  }

  start({ id, serviceTier }: { id: string; serviceTier?: string | undefined }): void {
    if (this.#started) return
    this.#started = true
    this.#out.start({ id: this.#requestId || id, serviceTier: this.#tier ?? serviceTier })
  }

  text(delta: string, block?: number): void {
    const text = this.#half + delta
    const whole = endsInHalf(text) ? text.length - 1 : text.length
    this.#half = text.slice(whole)
    this.#say(text.slice(0, whole), block)
  }

  reasoning(delta: string, block?: number): void {
    this.#settle()
    this.#out.reasoning(delta, block)
  }

  signature(value: string, block?: number): void {
    this.#out.signature(value, block)
  }

  redacted(data: string, block?: number): void {
    this.#settle()
    this.#out.redacted(data, block)
  }

  toolCall(id: string, name: string, block: number): void {
    this.#settle()
    this.#called = true
    this.#out.toolCall(id, name, block)
  }

  toolInput(jsonDelta: string, block: number): void {
    this.#out.toolInput(jsonDelta, block)
  }

  refusal(delta: string): void {
    this.#settle()
    this.#out.refusal(delta)
  }

  close(block: number): void {
    this.#out.close(block)
  }

  usage(total: Usage, serviceTier?: string | undefined): void {
    this.#measured = true
    this.#out.usage(total, serviceTier)
  }

  finish(reason: FinishReason, detail?: { stopSequence?: string | undefined; raw?: string | undefined }): void {
    this.#settle()
    this.#finished = true
    // Open models at times end their turn in the very answer that calls a tool, and clients act on the reason alone.
    this.#out.finish(reason === 'stop' && this.#called ? 'tool_calls' : reason, detail)
  }

  #say(text: string, block: number | undefined): void {
    if (text === '') return
    if (this.#thoughts === undefined) this.#out.text(text, block)
    else this.#thoughts.text(text, block)
  }

  /** Tells what was held back for what might have followed. */
  #settle(): void {
    const half = this.#half
    this.#half = ''
    this.#say(half, undefined)
    this.#thoughts?.settle()
  }
}

const endsInHalf = (text: string): boolean => {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff
}
