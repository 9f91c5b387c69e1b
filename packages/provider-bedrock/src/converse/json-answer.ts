import { AnswerExcerpt, type FinishReason, MohoError, type TextWriter, type Translate, type Usage } from '@moho/core'
import { JsonText } from './json-text.ts'

/**
 * Makes the answer of a model that is not held to a schema the JSON that was asked for. `tool`: the one whose input is the answer,
 * where there is one; its input goes out as text, piece by piece. Text is checked: prose, however well meant, is a fault of the answer.
 * Other tools that the model calls are the caller's, and then its text is as good as any.
 */
export const jsonAnswer = (translate: Translate, tool: string | undefined): Translate => {
  return (out) => translate(new JsonWriter(out, tool))
}

class JsonWriter implements TextWriter {
  readonly #out: TextWriter
  readonly #tool: string | undefined
  readonly #json: JsonText
  /** Text that came where a tool was to be called: a word before the call, or the answer after all. */
  #held = ''
  /** The block whose input is the answer. */
  #answer: number | undefined
  #answerIsEmpty = true
  /** Further calls of the tool: one answer is enough. */
  readonly #repeated = new Set<number>()
  #callsOthers = false

  constructor(out: TextWriter, tool: string | undefined) {
    this.#out = out
    this.#tool = tool
    this.#json = new JsonText((piece) => out.text(piece))
  }

  start(answer: { id: string; serviceTier?: string | undefined }): void {
    this.#out.start(answer)
  }

  text(delta: string): void {
    if (this.#answer !== undefined) return
    if (this.#tool !== undefined) this.#held += delta
    else if (this.#callsOthers) this.#out.text(delta)
    else this.#json.write(delta)
  }

  reasoning(delta: string, block?: number): void {
    this.#out.reasoning(delta, block)
  }

  signature(value: string, block?: number): void {
    this.#out.signature(value, block)
  }

  redacted(data: string, block?: number): void {
    this.#out.redacted(data, block)
  }

  refusal(delta: string): void {
    this.#out.refusal(delta)
  }

  toolCall(id: string, name: string, block: number): void {
    if (name !== this.#tool) {
      // Where a tool is to give the answer it may still come, and then the text is none.
      if (this.#tool === undefined) this.#release()
      this.#callsOthers = true
      this.#out.toolCall(id, name, block)
    } else if (this.#answer === undefined) {
      this.#answer = block
      this.#held = ''
    } else this.#repeated.add(block)
  }

  toolInput(jsonDelta: string, block: number): void {
    if (this.#repeated.has(block)) return
    if (block !== this.#answer) this.#out.toolInput(jsonDelta, block)
    else if (jsonDelta !== '') {
      this.#answerIsEmpty = false
      this.#out.text(jsonDelta, block)
    }
  }

  close(block: number): void {
    if (this.#repeated.has(block)) return
    if (block === this.#answer) this.#endAnswer()
    this.#out.close(block)
  }

  usage(total: Usage, serviceTier?: string): void {
    this.#out.usage(total, serviceTier)
  }

  finish(reason: FinishReason, detail?: Parameters<TextWriter['finish']>[1]): void {
    if (this.#answer !== undefined) {
      this.#endAnswer()
      this.#out.finish(reason === 'tool_calls' && !this.#callsOthers ? 'stop' : reason, detail)
      return
    }
    // An answer that was cut off, or that a guardrail wrote, is no JSON, and its reason to end says so.
    if (!this.#callsOthers && whole.has(reason)) this.#check()
    else this.#release()
    this.#out.finish(reason, detail)
  }

  /** A model that has nothing to say by a tool may send no input at all. */
  #endAnswer(): void {
    if (!this.#answerIsEmpty) return
    this.#answerIsEmpty = false
    this.#out.text('{}')
  }

  /** What was held back goes out as it is. */
  #release(): void {
    const text = this.#held + this.#json.rest()
    this.#held = ''
    if (text !== '') this.#out.text(text)
  }

  #check(): void {
    this.#json.write(this.#held)
    this.#held = ''
    if (this.#json.end()) return
    throw new MohoError(
      'upstream_failed',
      'The model did not answer with the JSON that was asked for. Try again, or send a json_schema to a model that is held to it.',
      { cause: new AnswerExcerpt(this.#json.text) },
    )
  }
}

const whole: ReadonlySet<FinishReason> = new Set(['stop', 'tool_calls'])
