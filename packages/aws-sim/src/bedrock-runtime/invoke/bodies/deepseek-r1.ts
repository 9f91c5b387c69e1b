import { z } from 'zod'
import { inferenceConfig, promptFormat } from '../prompt-format.ts'
import type { Spoken } from '../spoken.ts'
import { thinking } from '../templates.ts'

/** DeepSeek's format of R1, whose template opens the thoughts, so that the answer begins inside them. */
export const deepseekR1 = promptFormat({
  schema: z.strictObject({
    prompt: z.string().min(1),
    max_tokens: z.int().min(1).max(32_768).optional(),
    temperature: z.number().min(0).max(1).optional(),
    top_p: z.number().min(0).max(1).optional(),
    stop: z.array(z.string()).max(10).optional(),
  }),
  template: thinking,
  limits: ({ max_tokens, stop }) => inferenceConfig(max_tokens, stop),
  textOf: afterThinking,
  toAnswer: (_spoken, { text, stop }) => ({ choices: [{ text, stop_reason: stop }] }),
  toChunk: (_spoken, { text, stop }) => ({ choices: [{ text, stop_reason: stop }] }),
})

function afterThinking({ reply, reasoning, text }: Spoken): string {
  // The limit came before the end of the thoughts.
  if (text === '' && reply.stopReason === 'max_tokens') return reasoning
  return `${reasoning}\n</think>\n\n${text}`
}
