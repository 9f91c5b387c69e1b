import { z } from 'zod'
import { inferenceConfig, promptFormat } from '../prompt-format.ts'
import { idOf, type Spoken } from '../spoken.ts'
import { headed } from '../templates.ts'

/** OpenAI's older Completions, of imported models whose template is ChatML. */
export const chatml = promptFormat({
  schema: z.strictObject({
    prompt: z.string().min(1),
    max_tokens: z.int().min(1).optional(),
    temperature: z.number().min(0).max(2).optional(),
    top_p: z.number().min(0).max(1).optional(),
    stop: z.array(z.string()).max(10).optional(),
  }),
  template: headed({ begin: '', open: '<|im_start|>', close: '\n', end: '<|im_end|>\n' }),
  limits: ({ max_tokens, stop }) => inferenceConfig(max_tokens, stop),
  toAnswer: (spoken, { text, stop }) => completion(spoken, text, stop),
  toChunk: (spoken, { text, stop }) => completion(spoken, text, stop),
})

function completion(spoken: Spoken, text: string, stop: string | null): Record<string, unknown> {
  const { created, model, usage } = spoken
  return {
    id: idOf(spoken, 'cmpl-'),
    object: 'text_completion',
    created,
    model: model.id,
    choices: [{ index: 0, text, logprobs: null, finish_reason: stop }],
    ...(stop === null
      ? {}
      : {
          usage: {
            prompt_tokens: usage.inputTokens,
            completion_tokens: usage.outputTokens,
            total_tokens: usage.inputTokens + usage.outputTokens,
          },
        }),
  }
}
