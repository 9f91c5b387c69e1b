import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Answer, jsonAnswer } from '../answer.ts'
import { readDirectives } from '../directives.ts'
import { answerAsTold } from '../script.ts'
import type { Exchange, Operation } from '../service.ts'
import { countTokens } from '../tokens.ts'
import { errorAnswer, invalidRequest } from './errors.ts'
import { isRefused, readBody } from './read-body.ts'

/** `POST /embeddings`. Vectors have length 1; the same text gets the same vector from the same model. */
export const embeddings: Operation = {
  name: 'Embeddings',
  method: 'POST',
  path: /^\/embeddings$/,
  answer: answerEmbeddings,
}

const tokens = z.array(z.int().min(0)).min(1)

const embeddingsRequestSchema = z.strictObject({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(z.string()).max(2048), tokens, z.array(tokens).max(2048)]),
  dimensions: z.int().min(1).optional(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  user: z.string().optional(),
})

function answerEmbeddings(exchange: Exchange): Answer {
  const request = readBody(exchange.request.body, embeddingsRequestSchema)
  if (isRefused(request)) return errorAnswer(request.refused)
  const { model, input, encoding_format: encoding } = request
  exchange.call.modelId = model
  const inputs = toInputs(input)
  if (inputs.length === 0 || inputs.includes('')) {
    return errorAnswer(invalidRequest("'$.input' is invalid. Please check the API reference.", 'input'))
  }
  const most = model.includes('large') ? 3072 : 1536
  const { dimensions = most } = request
  if (dimensions > most) {
    const text = `Invalid value for 'dimensions' = ${dimensions}. Must be less than or equal to ${most}.`
    return errorAnswer(invalidRequest(text, 'dimensions', 'invalid_value'))
  }
  const said = readDirectives(inputs.map(String).join('\n'))
  return answerAsTold(exchange, model, said, () => {
    const used = inputs.reduce<number>((sum, one) => sum + (typeof one === 'string' ? countTokens(one) : one.length), 0)
    const data = inputs.map((one, index) => {
      const vector = toVector(`${model}\n${String(one)}`, dimensions)
      const embedding = encoding === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector]
      return { object: 'embedding', index, embedding }
    })
    return jsonAnswer(200, { object: 'list', data, model, usage: { prompt_tokens: used, total_tokens: used } })
  })
}

function toInputs(input: z.output<typeof embeddingsRequestSchema>['input']): readonly (string | readonly number[])[] {
  if (typeof input === 'string') return [input]
  const isOne = input.every((token) => typeof token === 'number')
  return isOne && input.length > 0 ? [input.map(Number)] : input.filter((one) => typeof one !== 'number')
}

/** Float32, as base64 carries it; a list of floats has the same values. */
function toVector(text: string, dimensions: number): Float32Array<ArrayBuffer> {
  let state = createHash('sha256').update(text).digest().readUInt32LE(0)
  const vector = new Float32Array(dimensions)
  let square = 0
  for (let at = 0; at < dimensions; at++) {
    // A linear congruential generator: cheap, and no two texts look alike.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const value = state / 0x80000000 - 1
    vector[at] = value
    square += value * value
  }
  const length = Math.sqrt(square) || 1
  return vector.map((value) => value / length)
}
