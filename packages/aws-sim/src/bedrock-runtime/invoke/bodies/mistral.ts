import { z } from 'zod'
import { inferenceConfig, promptFormat } from '../prompt-format.ts'
import { instructed } from '../templates.ts'

/** Documented. */
const DEFAULT_MAX_TOKENS = 512

/** Mistral's first format, of its models before those that chat. */
export const mistral = promptFormat({
  schema: z.strictObject({
    prompt: z.string().min(1),
    max_tokens: z.int().min(1).optional(),
    temperature: z.number().min(0).max(1).optional(),
    top_p: z.number().min(0).max(1).optional(),
    top_k: z.int().min(1).max(200).optional(),
    stop: z.array(z.string()).max(10).optional(),
  }),
  template: instructed,
  limits: ({ max_tokens, stop }) => inferenceConfig(max_tokens ?? DEFAULT_MAX_TOKENS, stop),
  toAnswer: (_spoken, { text, stop }) => ({ outputs: [{ text, stop_reason: stop }] }),
  toChunk: (_spoken, { text, stop }) => ({ outputs: [{ text, stop_reason: stop }] }),
})
