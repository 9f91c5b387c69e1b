import type { FinishReason, FrameSink } from '@moho/core'
import { isObject, notAnAnswer, readObject, unreadable } from '../converse/reading.ts'
import type { PromptFormat } from './format.ts'
import type { InvokedWriter } from './invoked-writer.ts'

/** What AWS adds to the last object of a stream, whatever its format. */
export const metricsMember = 'amazon-bedrock-invocationMetrics'

export interface PromptReader extends FrameSink {
  /** What the answer itself tells. */
  counts(): Counts
}

/** By Converse's names, as they came. */
export interface Counts {
  readonly inputTokens?: unknown
  readonly outputTokens?: unknown
  readonly cacheReadInputTokens?: unknown
  readonly cacheWriteInputTokens?: unknown
}

/** Reads what formats of prompts answer with: pieces of text have the shape of the whole. */
export function promptReader(format: PromptFormat, writer: InvokedWriter): PromptReader {
  const read = readers[format]
  let inputTokens: unknown
  let outputTokens: unknown
  return {
    frame(data) {
      // The reason to end has been passed on.
      if (writer.finished) return
      const answer = readObject(data)
      const piece = read(answer)
      if (piece === undefined) {
        if (isObject(answer[metricsMember])) return
        throw notAnAnswer(answer, 'no text', data)
      }
      const { text, stopReason, input, output } = piece
      if (typeof text !== 'string') throw unreadable('text that cannot be read', data)
      const reason = finishReason(stopReason, data)
      inputTokens = input ?? inputTokens
      outputTokens = output ?? outputTokens
      if (text !== '') writer.text(text)
      if (reason !== undefined) writer.finish(reason, { raw: String(stopReason) })
    },
    end() {
      // Whether more was due is known where the end is told.
    },
    counts: () => ({ inputTokens, outputTokens }),
  }
}

interface Piece {
  readonly text: unknown
  readonly stopReason?: unknown
  readonly input?: unknown
  readonly output?: unknown
}

type Read = (answer: Record<string, unknown>) => Piece | undefined

/** `[]` comes with what is said of the answer as a whole. */
const first = (list: unknown, read: (entry: Record<string, unknown>) => Piece): Piece | undefined => {
  if (!Array.isArray(list)) return undefined
  const entry: unknown = list.length === 0 ? { text: '' } : list[0]
  return isObject(entry) ? read(entry) : undefined
}

/** An OpenAI completion's `finish_reason` and `usage` come from imported models. That they do is inferred. */
const choices: Read = ({ choices, usage }) =>
  first(choices, ({ text, stop_reason, finish_reason }) => ({
    text,
    stopReason: stop_reason ?? finish_reason,
    ...(isObject(usage) && { input: usage.prompt_tokens, output: usage.completion_tokens }),
  }))

const generation: Read = ({ generation, stop_reason, prompt_token_count, generation_token_count }) =>
  generation === undefined
    ? undefined
    : { text: generation, stopReason: stop_reason, input: prompt_token_count, output: generation_token_count }

const readers: Readonly<Record<PromptFormat, Read>> = {
  llama3: generation,
  llama4: generation,
  mistral: ({ outputs }) => first(outputs, ({ text, stop_reason }) => ({ text, stopReason: stop_reason })),
  'deepseek-r1': choices,
  chatml: choices,
}

/** `undefined` while the answer goes on. A reason that is new may mean that it was cut or refused. */
function finishReason(stopReason: unknown, data: string): FinishReason | undefined {
  if (stopReason === null || stopReason === undefined) return undefined
  const reason = finishReasons.get(stopReason)
  if (reason === undefined)
    throw unreadable(`a stop reason that Moho does not know (${String(stopReason).slice(0, 100)})`, data)
  return reason
}

const finishReasons: ReadonlyMap<unknown, FinishReason> = new Map<unknown, FinishReason>([
  ['stop', 'stop'],
  ['length', 'length'],
])
