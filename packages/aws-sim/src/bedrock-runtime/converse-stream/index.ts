import { streamAnswer } from '../../answer.ts'
import type { Operation } from '../../service.ts'
import { eventStream } from '../../streams/event-stream.ts'
import { converseStreamRequestSchema } from '../converse/request-schema.ts'
import { respond, type Terms } from '../converse/respond.ts'
import { toEvents } from './events.ts'
import { STREAM_REFUSALS } from './refusals.ts'

/** `POST /model/{modelId}/converse-stream`. */
export const converseStream: Operation = {
  name: 'ConverseStream',
  method: 'POST',
  path: /^\/model\/(?<modelId>[^/]+)\/converse-stream$/,
  answer: (exchange) =>
    respond(exchange, TERMS, (said) => streamAnswer({ format: eventStream, events: toEvents(said) })),
}

const TERMS: Terms = { schema: converseStreamRequestSchema, refusals: STREAM_REFUSALS }
