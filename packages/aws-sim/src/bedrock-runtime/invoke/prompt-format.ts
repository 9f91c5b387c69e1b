import type { z } from 'zod'
import type { StreamEvent } from '../../streams/stream.ts'
import { toDeltas } from '../../tokens.ts'
import type { ConverseRequest } from '../converse/request-schema.ts'
import type { BodyFormat } from './body-format.ts'
import type { Spoken } from './spoken.ts'
import type { Template } from './templates.ts'
import { toViolation } from './violations.ts'

/** What all formats have in common whose body is one prompt in the model's template. */
export function promptFormat<Schema extends z.ZodType<{ readonly prompt: string }>>(family: {
  readonly schema: Schema
  readonly template: Template
  limits(body: z.output<Schema>): ConverseRequest['inferenceConfig']
  /** What the model writes after the prompt. */
  textOf?(spoken: Spoken): string
  toAnswer(spoken: Spoken, piece: Piece): Record<string, unknown>
  /** The chunk of a piece, and the last one. */
  toChunk(spoken: Spoken, piece: Piece): Record<string, unknown>
}): BodyFormat {
  const { schema, template, limits, textOf = ({ text }) => text, toAnswer, toChunk } = family
  return {
    read(json) {
      const parsed = schema.safeParse(json)
      if (!parsed.success) return { refused: toViolation(parsed.error.issues, json) }
      const turns = template.read(parsed.data.prompt)
      if ('refused' in turns) return turns
      const system = turns.system.map((text) => ({ text }))
      return {
        conversation: { system, messages: [...turns.messages], inferenceConfig: limits(parsed.data) },
        choices: 1,
      }
    },
    toAnswer: (spoken) => toAnswer(spoken, { text: textOf(spoken), index: 0, stop: stopOf(spoken) }),
    toChunks(spoken) {
      const pieces = toDeltas(textOf(spoken))
      const push = (name: string, piece: Piece): StreamEvent => ({
        name,
        payload: JSON.stringify(toChunk(spoken, piece)),
      })
      return [
        ...pieces.map((text, index) => push('delta', { text, index, stop: null })),
        push('finish', { text: '', index: pieces.length, stop: stopOf(spoken) }),
      ]
    },
  }
}

/** The text of an answer or of a chunk. */
interface Piece {
  readonly text: string
  /** How many came before. */
  readonly index: number
  /** Why it ended; null: it goes on. */
  readonly stop: string | null
}

/** Converse's limits of what these bodies call otherwise. */
export function inferenceConfig(
  maxTokens: number | undefined,
  stopSequences: readonly string[] = [],
): ConverseRequest['inferenceConfig'] {
  return { ...(maxTokens === undefined ? {} : { maxTokens }), stopSequences: [...stopSequences] }
}

function stopOf({ reply }: Spoken): string {
  return STOPS.get(reply.stopReason) ?? reply.stopReason
}

const STOPS: ReadonlyMap<string, string> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
])
