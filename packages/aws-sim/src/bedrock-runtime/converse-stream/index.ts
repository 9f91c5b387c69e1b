import { streamAnswer } from '../../answer.ts'
import type { Operation } from '../../service.ts'
import { eventStream } from '../../streams/event-stream.ts'
import { converseStreamRequestSchema } from '../converse/request-schema.ts'
import { respond } from '../converse/respond.ts'
import { toEvents } from './events.ts'

/** `POST /model/{modelId}/converse-stream`. */
export const converseStream: Operation = {
  name: 'ConverseStream',
  method: 'POST',
  path: /^\/model\/(?<modelId>[^/]+)\/converse-stream$/,
  answer: (exchange) =>
    respond(exchange, converseStreamRequestSchema, (said) =>
      streamAnswer({ format: eventStream, events: toEvents(said) }),
    ),
}
