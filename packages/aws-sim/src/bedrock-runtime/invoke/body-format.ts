import type { SimulatedModel } from '../../models.ts'
import type { StreamEvent } from '../../streams/stream.ts'
import type { ConverseRequest } from '../converse/request-schema.ts'
import type { Spoken } from './spoken.ts'

/** How the bodies of a family of models are read and its answers written. */
export interface BodyFormat {
  read(json: unknown, model: SimulatedModel): ReadBody | RefusedBody
  toAnswer(spoken: Spoken): Record<string, unknown>
  /** What is streamed: each payload is a JSON object. */
  toChunks(spoken: Spoken): StreamEvent[]
}

/** A body told as a request of Converse, so that one mouth speaks for all formats. */
interface ReadBody {
  readonly conversation: ConverseRequest
  /** How often it asks for the same. */
  readonly choices: number
}

interface RefusedBody {
  /** In the family's words. */
  readonly refused: string
}
