import type { Service } from '../service.ts'
import { authenticateBearer } from './authenticate.ts'
import { chatCompletions } from './chat/index.ts'
import { embeddings } from './embeddings.ts'
import { errorAnswer, namedError, toOpenAiError } from './errors.ts'
import { imageGenerations } from './images.ts'
import { listModels, retrieveModel } from './models.ts'
import { responses } from './responses/index.ts'

/** A service that speaks as the OpenAI API does, for any name of a model. */
export function openai(prefix: string): Service {
  const operations = [chatCompletions, responses, embeddings, imageGenerations, listModels, retrieveModel]
  return {
    name: 'openai',
    prefix,
    requestIdHeader: 'x-request-id',
    operations,
    authenticate: authenticateBearer,
    faultAnswer: (fault) => errorAnswer(toOpenAiError(fault)),
    namedError: (name, message, status) => errorAnswer(namedError(name, message, status)),
    unknownOperation({ method, rawPath }, path) {
      const isKnown = operations.some((operation) => operation.path.test(path))
      return errorAnswer({
        status: isKnown ? 405 : 404,
        type: 'invalid_request_error',
        code: isKnown ? 'method_not_supported' : null,
        param: null,
        message: isKnown
          ? `Not allowed to ${method} on ${rawPath} (HINT: Perhaps you meant to use a different HTTP method?)`
          : `Invalid URL (${method} ${rawPath})`,
      })
    },
  }
}
