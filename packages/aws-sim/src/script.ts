import { z } from 'zod'
import { type Answer, jsonAnswer } from './answer.ts'
import { type Directives, directedChange } from './directives.ts'
import { type Mishaps, mishapShape } from './mishaps.ts'
import type { Exchange } from './service.ts'

/**
 * What the next call that passes authentication and validation is answered. Without `status`, `body` and `error` the
 * simulator's own answer is sent, only with the mishaps.
 */
export const scriptedAnswerSchema = z
  .strictObject({
    status: z.int().min(200).max(599),
    headers: z.record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/), z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/)),
    /** A string goes out as it is, anything else as JSON. */
    body: z.json(),
    /** An error by the service's own name for it, with its status and text. */
    error: z.string().regex(/^[A-Za-z_]+$/),
    /** The text of `error`. */
    message: z.string(),
    /** Answer this many calls so; 1 when left out. */
    times: z.int().min(1).max(1_000_000),
    /** Only calls whose model identifier contains this text. */
    model: z.string().min(1),
    ...mishapShape,
  })
  .partial()

export type ScriptedAnswer = z.input<typeof scriptedAnswerSchema>
type ReadAnswer = z.output<typeof scriptedAnswerSchema>

/** A queue of answers to come. */
export class Script {
  readonly #queue: { answer: ReadAnswer; left: number }[] = []

  push(...answers: readonly ScriptedAnswer[]): void {
    for (const answer of answers) {
      const parsed = scriptedAnswerSchema.parse(answer)
      this.#queue.push({ answer: parsed, left: parsed.times ?? 1 })
    }
  }

  /** Takes the first entry that fits the model. */
  next(modelId: string): ReadAnswer | undefined {
    if (this.#queue.length === 0) return undefined
    const at = this.#queue.findIndex(({ answer }) => answer.model === undefined || modelId.includes(answer.model))
    const entry = this.#queue[at]
    if (!entry) return undefined
    entry.left -= 1
    if (entry.left === 0) this.#queue.splice(at, 1)
    return entry.answer
  }

  get pending(): number {
    return this.#queue.reduce((sum, entry) => sum + entry.left, 0)
  }

  clear(): void {
    this.#queue.length = 0
  }
}

/** The usual answer to a valid call, or what the script and the prompt's directives make of it. */
export function answerAsTold(
  exchange: Pick<Exchange, 'service' | 'world'>,
  modelId: string,
  directives: Directives,
  usual: () => Answer,
): Answer {
  const scripted = exchange.world.script.next(modelId)
  const replaced = scripted && replacement(exchange, scripted)
  if (scripted && replaced) {
    return misled({ ...replaced, headers: { ...replaced.headers, ...scripted.headers } }, scripted)
  }
  const { error, message, mishaps } = directedChange(directives)
  const answer = error === undefined ? usual() : exchange.service.namedError(error, message)
  return misled(
    { ...answer, headers: scripted ? { ...answer.headers, ...scripted.headers } : answer.headers },
    scripted ? { ...mishaps, ...scripted } : mishaps,
  )
}

function misled(answer: Answer, mishaps: Mishaps): Answer {
  if (mishaps.garbage) return { ...answer, body: '<html><body>This is not what you asked for', mishaps }
  return { ...answer, mishaps }
}

function replacement({ service }: Pick<Exchange, 'service'>, scripted: ReadAnswer): Answer | undefined {
  const { status, body, error, message } = scripted
  if (error !== undefined) return service.namedError(error, message, status)
  if (body === undefined) return status === undefined ? undefined : { status, headers: {}, body: '' }
  if (typeof body === 'string') return { status: status ?? 200, headers: {}, body }
  return jsonAnswer(status ?? 200, body)
}
