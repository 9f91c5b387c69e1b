import { jsonAnswer } from '../answer.ts'
import { NO_DIRECTIVES } from '../directives.ts'
import { SIMULATED_MODEL_IDS } from '../models.ts'
import { decodeSegment } from '../request.ts'
import { answerAsTold } from '../script.ts'
import type { Operation } from '../service.ts'
import { errorAnswer, namedError } from './errors.ts'

/** `GET /models` and `GET /models/{id}`. Other names are served as well; these are the ones that are shown. */

const CREATED = 1_767_322_800

const MODELS = [
  ...SIMULATED_MODEL_IDS.filter((id) => id.startsWith('openai.')).map((id) => id.slice('openai.'.length)),
  'text-embedding-3-small',
  'text-embedding-3-large',
  'gpt-image-1',
].map((id) => ({ id, object: 'model', created: CREATED, owned_by: 'simulated' }))

export const listModels: Operation = {
  name: 'ListModels',
  method: 'GET',
  path: /^\/models$/,
  answer: (exchange) =>
    answerAsTold(exchange, '', NO_DIRECTIVES, () => jsonAnswer(200, { object: 'list', data: MODELS })),
}

export const retrieveModel: Operation = {
  name: 'RetrieveModel',
  method: 'GET',
  path: /^\/models\/(?<id>[^/]+)$/,
  answer(exchange) {
    const id = decodeSegment(exchange.parameters.id ?? '')
    const model = MODELS.find((one) => one.id === id)
    return answerAsTold(exchange, id, NO_DIRECTIVES, () =>
      model
        ? jsonAnswer(200, model)
        : errorAnswer(
            namedError('model_not_found', `The model '${id}' does not exist or you do not have access to it.`),
          ),
    )
  },
}
