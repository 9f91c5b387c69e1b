import { z } from 'zod'
import { type Answer, jsonAnswer } from './answer.ts'
import { faultAnswer, namedFault } from './fault.ts'

/**
 * What the next call that passes authentication and validation is answered. Without `status`, `body` and `error` the
 * simulator's own answer is sent, only later, cut or never.
 */
export const scriptedAnswerSchema = z.strictObject({
  status: z.int().min(200).max(599).optional(),
  headers: z
    .record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/), z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/))
    .optional(),
  /** A string goes out as it is, anything else as JSON. */
  body: z.json().optional(),
  /** An AWS error by name, with its status and text. */
  error: z
    .string()
    .regex(/^[A-Za-z]+$/)
    .optional(),
  /** The text of `error`. */
  message: z.string().optional(),
  delayMs: z.int().min(0).max(3_600_000).optional(),
  cutAfter: z.int().min(0).optional(),
  hang: z.boolean().optional(),
  /** Answer this many calls so; 1 when left out. */
  times: z.int().min(1).max(1_000_000).optional(),
  /** Only calls whose model identifier contains this text. */
  model: z.string().min(1).optional(),
})

export type ScriptedAnswer = z.input<typeof scriptedAnswerSchema>

/** A queue of answers to come. */
export class Script {
  readonly #queue: { answer: ScriptedAnswer; left: number }[] = []

  push(...answers: readonly ScriptedAnswer[]): void {
    for (const answer of answers) {
      const parsed = scriptedAnswerSchema.parse(answer)
      this.#queue.push({ answer: parsed, left: parsed.times ?? 1 })
    }
  }

  /** Takes the first entry that fits the model. */
  next(modelId: string): ScriptedAnswer | undefined {
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

export function applyScript(scripted: ScriptedAnswer, usual: () => Answer): Answer {
  const base = baseAnswer(scripted, usual)
  return {
    ...base,
    headers: { ...base.headers, ...scripted.headers },
    ...(scripted.delayMs === undefined ? {} : { delayMs: scripted.delayMs }),
    ...(scripted.cutAfter === undefined ? {} : { cutAfter: scripted.cutAfter }),
    ...(scripted.hang === undefined ? {} : { hang: scripted.hang }),
  }
}

function baseAnswer(scripted: ScriptedAnswer, usual: () => Answer): Answer {
  const { status, body, error, message } = scripted
  if (error !== undefined) {
    const fault = namedFault(error, message)
    return faultAnswer(status === undefined ? fault : { ...fault, status })
  }
  if (body === undefined) return status === undefined ? usual() : { status, headers: {}, body: '' }
  if (typeof body === 'string') return { status: status ?? 200, headers: {}, body }
  return jsonAnswer(status ?? 200, body)
}
