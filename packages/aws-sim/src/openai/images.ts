import { z } from 'zod'
import { type Answer, jsonAnswer } from '../answer.ts'
import { readDirectives } from '../directives.ts'
import { answerAsTold } from '../script.ts'
import type { Exchange, Operation } from '../service.ts'
import { countTokens } from '../tokens.ts'
import { errorAnswer } from './errors.ts'
import { isRefused, readBody } from './read-body.ts'

/** `POST /images/generations`: the same picture of one transparent pixel, as often as it is asked for. */
export const imageGenerations: Operation = {
  name: 'ImageGenerations',
  method: 'POST',
  path: /^\/images\/generations$/,
  answer: answerImages,
}

const imagesRequestSchema = z.strictObject({
  model: z.string().min(1).optional(),
  prompt: z.string().min(1).max(32_000),
  n: z.int().min(1).max(10).nullish(),
  size: z
    .string()
    .regex(/^(?:auto|\d{2,4}x\d{2,4})$/)
    .nullish(),
  quality: z.enum(['standard', 'hd', 'low', 'medium', 'high', 'auto']).nullish(),
  response_format: z.enum(['b64_json']).nullish(),
  output_format: z.enum(['png', 'jpeg', 'webp']).nullish(),
  output_compression: z.int().min(0).max(100).nullish(),
  background: z.enum(['transparent', 'opaque', 'auto']).nullish(),
  style: z.enum(['vivid', 'natural']).nullish(),
  moderation: z.enum(['low', 'auto']).nullish(),
  user: z.string().optional(),
})

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=='
const TOKENS_AN_IMAGE = 272

function answerImages(exchange: Exchange): Answer {
  const request = readBody(exchange.request.body, imagesRequestSchema)
  if (isRefused(request)) return errorAnswer(request.refused)
  const { model = 'gpt-image-1', prompt, n, size, quality } = request
  exchange.call.modelId = model
  const directives = readDirectives(prompt)
  return answerAsTold(exchange, model, directives, () => {
    const count = n ?? 1
    const asked = countTokens(directives.prompt)
    const drawn = count * TOKENS_AN_IMAGE
    return jsonAnswer(200, {
      created: Math.floor(exchange.world.now().getTime() / 1000),
      data: Array.from({ length: count }, () => ({ b64_json: PIXEL })),
      background: 'transparent',
      output_format: 'png',
      quality: quality ?? 'low',
      size: size ?? '1024x1024',
      usage: {
        input_tokens: asked,
        output_tokens: drawn,
        total_tokens: asked + drawn,
        input_tokens_details: { text_tokens: asked, image_tokens: 0 },
      },
    })
  })
}
