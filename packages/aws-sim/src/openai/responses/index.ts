import { type Answer, jsonAnswer, streamAnswer } from '../../answer.ts'
import { lastUserText } from '../../bedrock-runtime/converse/reply.ts'
import { readDirectives } from '../../directives.ts'
import { answerAsTold } from '../../script.ts'
import type { Exchange, Operation } from '../../service.ts'
import { serverSentEvents } from '../../streams/sse.ts'
import { say, standIn } from '../conversation.ts'
import { errorAnswer, failureError } from '../errors.ts'
import { isRefused, readBody } from '../read-body.ts'
import { toResponseEvents } from './events.ts'
import { responsesRequestSchema } from './request-schema.ts'
import { type ResponseHead, wholeResponse } from './response.ts'
import { toConversation } from './to-conversation.ts'

/** `POST /responses`. Nothing is stored, so an earlier response cannot be continued. */
export const responses: Operation = {
  name: 'Responses',
  method: 'POST',
  path: /^\/responses$/,
  answer: answerResponses,
}

const responsesStream = serverSentEvents({
  named: true,
  failure(failure, position) {
    const { code, message } = failureError(failure)
    const error = { type: 'error', sequence_number: position, code, message, param: null }
    return { name: 'error', payload: JSON.stringify(error) }
  },
})

function answerResponses(exchange: Exchange): Answer {
  const request = readBody(exchange.request.body, responsesRequestSchema)
  if (isRefused(request)) return errorAnswer(request.refused)
  exchange.call.modelId = request.model
  const conversation = toConversation(request)
  const directives = readDirectives(lastUserText(conversation))
  return answerAsTold(exchange, request.model, directives, () => {
    const said = say(conversation, standIn(request.model), directives, exchange.world)
    const head: ResponseHead = {
      number: String(exchange.call.number).padStart(12, '0'),
      createdAt: Math.floor(exchange.world.now().getTime() / 1000),
      request,
    }
    if (!request.stream) return jsonAnswer(200, wholeResponse(head, said))
    return streamAnswer({ format: responsesStream, events: toResponseEvents(head, said) })
  })
}
