import { jsonAnswer } from '../../answer.ts'
import type { Operation } from '../../service.ts'
import { REFUSALS } from './refusals.ts'
import { converseRequestSchema } from './request-schema.ts'
import { type Conversation, echoedMembers, respond, type Terms } from './respond.ts'

/** `POST /model/{modelId}/converse`. */
export const converse: Operation = {
  name: 'Converse',
  method: 'POST',
  path: /^\/model\/(?<modelId>[^/]+)\/converse$/,
  answer: (exchange) => respond(exchange, TERMS, (said) => jsonAnswer(200, toResponse(said))),
}

const TERMS: Terms = { schema: converseRequestSchema, refusals: REFUSALS }

function toResponse(said: Conversation): Record<string, unknown> {
  const { body, reply, usage, latencyMs } = said
  const wantsStop = body.additionalModelResponseFieldPaths?.includes('/stop_sequence')
  return {
    output: { message: { role: 'assistant', content: reply.content } },
    stopReason: reply.stopReason,
    usage,
    metrics: { latencyMs },
    ...(wantsStop ? { additionalModelResponseFields: { stop_sequence: reply.stopSequence } } : {}),
    ...echoedMembers(said),
  }
}
