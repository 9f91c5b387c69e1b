import { z } from 'zod'

/** OpenAI's request for images. */
export const ImagesRequest = z.looseObject({
  model: z.string().min(1),
  prompt: z.string().min(1),
  n: z.int().positive().nullish(),
})
export type ImagesRequest = z.output<typeof ImagesRequest>
