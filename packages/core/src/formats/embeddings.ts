import { z } from 'zod'
import { list } from './list.ts'

/** OpenAI's Embeddings request. `input` is one text or several, or their tokens. */
export const EmbeddingsRequest = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string(), list(z.union([z.string(), z.int(), list(z.int())]))]),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.int().positive().nullish(),
})
export type EmbeddingsRequest = z.output<typeof EmbeddingsRequest>
