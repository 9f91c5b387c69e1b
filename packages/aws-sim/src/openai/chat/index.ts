import { type Answer, jsonAnswer, streamAnswer } from '../../answer.ts'
import { lastUserText } from '../../bedrock-runtime/converse/reply.ts'
import { readDirectives } from '../../directives.ts'
import { answerAsTold } from '../../script.ts'
import type { Exchange, Operation } from '../../service.ts'
import { serverSentEvents } from '../../streams/sse.ts'
import { say } from '../conversation.ts'
import { errorAnswer, errorBody, failureError } from '../errors.ts'
import { isRefused, readBody } from '../read-body.ts'
import { toChunks } from './chunks.ts'
import { type ChatHead, toCompletion } from './completion.ts'
import { refuseChat } from './refusals.ts'
import { chatRequestSchema } from './request-schema.ts'
import { toConversation } from './to-conversation.ts'

/** `POST /chat/completions`. */
export const chatCompletions: Operation = {
  name: 'ChatCompletions',
  method: 'POST',
  path: /^\/chat\/completions$/,
  answer: answerChat,
}

const chatStream = serverSentEvents({
  named: false,
  failure: (failure) => ({ name: 'error', payload: JSON.stringify({ error: errorBody(failureError(failure)) }) }),
})

function answerChat(exchange: Exchange): Answer {
  const request = readBody(exchange.request.body, chatRequestSchema)
  if (isRefused(request)) return errorAnswer(request.refused)
  exchange.call.modelId = request.model
  const refused = refuseChat(request)
  if (refused) return errorAnswer(refused)
  const conversation = toConversation(request)
  const directives = readDirectives(lastUserText(conversation))
  return answerAsTold(exchange, request.model, directives, () => {
    const said = say(conversation, request.model, directives, exchange.world)
    const head: ChatHead = {
      id: `chatcmpl-sim${String(exchange.call.number).padStart(12, '0')}`,
      created: Math.floor(exchange.world.now().getTime() / 1000),
      model: request.model,
      choices: request.n ?? 1,
    }
    if (!request.stream) return jsonAnswer(200, toCompletion(head, said))
    const includeUsage = request.stream_options?.include_usage ?? false
    return streamAnswer({ format: chatStream, events: toChunks(head, said, includeUsage) })
  })
}
