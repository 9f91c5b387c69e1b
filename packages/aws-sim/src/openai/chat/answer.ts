import { type Answer, jsonAnswer, streamAnswer } from '../../answer.ts'
import { lastUserText } from '../../bedrock-runtime/converse/reply.ts'
import type { ConverseRequest } from '../../bedrock-runtime/converse/request-schema.ts'
import { type Directives, readDirectives } from '../../directives.ts'
import type { SimulatedModel } from '../../models.ts'
import { answerAsTold } from '../../script.ts'
import type { Exchange } from '../../service.ts'
import { serverSentEvents } from '../../streams/sse.ts'
import { type Said, say } from '../conversation.ts'
import { errorAnswer, errorBody, failureError } from '../errors.ts'
import { isRefused, type Refused, readBody } from '../read-body.ts'
import { toChunks } from './chunks.ts'
import { type ChatHead, toCompletion } from './completion.ts'
import { refuseChat } from './refusals.ts'
import { type ChatRequest, chatRequestSchema } from './request-schema.ts'
import { toConversation } from './to-conversation.ts'

/** Who answers a call of Chat Completions. */
export interface Speaker extends Pick<ChatHead, 'reasoningMember'> {
  readonly model: SimulatedModel
  /** What this model does not take of a request that is right by itself. */
  refuse?(conversation: ConverseRequest): Refused | undefined
  /** What is said instead of the model's answer. */
  instead?(directives: Directives): Said | undefined
}

/** Answers a call of Chat Completions; `find` knows the models of the service. */
export function answerChat(exchange: Exchange, find: (request: ChatRequest) => Speaker | Refused): Answer {
  const request = readBody(exchange.request.body, chatRequestSchema)
  if (isRefused(request)) return errorAnswer(request.refused)
  exchange.call.modelId = request.model
  const speaker = find(request)
  if (isRefused(speaker)) return errorAnswer(speaker.refused)
  const refused = refuseChat(request)
  if (refused) return errorAnswer(refused)
  const conversation = toConversation(request)
  const unfit = speaker.refuse?.(conversation)
  if (unfit) return errorAnswer(unfit.refused)
  const directives = readDirectives(lastUserText(conversation))
  return answerAsTold(exchange, request.model, directives, () => {
    const said = speaker.instead?.(directives) ?? say(conversation, speaker.model, directives, exchange.world)
    const head: ChatHead = {
      id: `chatcmpl-sim${String(exchange.call.number).padStart(12, '0')}`,
      created: Math.floor(exchange.world.now().getTime() / 1000),
      model: request.model,
      choices: request.n ?? 1,
      ...(speaker.reasoningMember ? { reasoningMember: speaker.reasoningMember } : {}),
    }
    if (!request.stream) return jsonAnswer(200, toCompletion(head, said))
    const includeUsage = request.stream_options?.include_usage ?? false
    return streamAnswer({ format: chatStream, events: toChunks(head, said, includeUsage) })
  })
}

const chatStream = serverSentEvents({
  named: false,
  failure: (failure) => ({ name: 'error', payload: JSON.stringify({ error: errorBody(failureError(failure)) }) }),
})
