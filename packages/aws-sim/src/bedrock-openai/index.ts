import { authenticate } from '../auth/authenticate.ts'
import { bedrockRuntime } from '../bedrock-runtime/index.ts'
import { faultAnswer } from '../fault.ts'
import { answerChat } from '../openai/chat/answer.ts'
import { errorAnswer, namedError } from '../openai/errors.ts'
import type { Operation, Service } from '../service.ts'
import { findSpeaker } from './find-speaker.ts'

const chatCompletions: Operation = {
  name: 'BedrockChatCompletions',
  method: 'POST',
  path: /^\/chat\/completions$/,
  answer: (exchange) => answerChat(exchange, (request) => findSpeaker(request, exchange)),
}

/** What Bedrock Runtime has of the OpenAI API. */
export const bedrockOpenai: Service = {
  name: 'bedrock-openai',
  prefix: '/openai/v1',
  requestIdHeader: bedrockRuntime.requestIdHeader,
  operations: [chatCompletions],
  authenticate: (request, settings) => authenticate(request, 'bedrock', settings),
  // Who is no caller of Bedrock's is told so before the API hears of it.
  faultAnswer,
  namedError: (name, message, status) => errorAnswer(namedError(name, message, status)),
  unknownOperation: bedrockRuntime.unknownOperation,
}
