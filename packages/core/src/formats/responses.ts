import { z } from 'zod'

/** OpenAI's Responses request, as far as the engine reads it. The rest goes through to upstreams that speak it. */
export const ResponsesRequest = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(z.unknown())]).optional(),
  stream: z.boolean().nullish(),
})
export type ResponsesRequest = z.output<typeof ResponsesRequest>
