import { jsonAnswer } from '../../answer.ts'
import type { Operation } from '../../service.ts'
import { converseRequestSchema } from './request-schema.ts'
import { type Conversation, echoedMembers, respond } from './respond.ts'

/** `POST /model/{modelId}/converse`. */
export const converse: Operation = {
  name: 'Converse',
  method: 'POST',
  path: /^\/model\/(?<modelId>[^/]+)\/converse$/,
  answer: (exchange) => respond(exchange, converseRequestSchema, (said) => jsonAnswer(200, toResponse(said))),
}

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
