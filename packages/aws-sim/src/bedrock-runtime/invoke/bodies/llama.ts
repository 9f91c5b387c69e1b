import { z } from 'zod'
import { inferenceConfig, promptFormat } from '../prompt-format.ts'
import { headed, type Template } from '../templates.ts'

/** Meta's format of Llama 3 and 4; they differ in the tokens of their templates. */

const schema = z.strictObject({
  prompt: z.string().min(1),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  max_gen_len: z.int().min(1).max(2048).optional(),
})

/** Documented. */
const DEFAULT_MAX_TOKENS = 512

export const llama3 = llama(
  headed({
    begin: '<|begin_of_text|>',
    open: '<|start_header_id|>',
    close: '<|end_header_id|>\n\n',
    end: '<|eot_id|>',
  }),
)

export const llama4 = llama(
  headed({ begin: '<|begin_of_text|>', open: '<|header_start|>', close: '<|header_end|>\n\n', end: '<|eot|>' }),
)

function llama(template: Template) {
  return promptFormat({
    schema,
    template,
    limits: ({ max_gen_len }) => inferenceConfig(max_gen_len ?? DEFAULT_MAX_TOKENS),
    toAnswer: ({ usage }, { text, stop }) => ({
      generation: text,
      prompt_token_count: usage.inputTokens,
      generation_token_count: usage.outputTokens,
      stop_reason: stop,
    }),
    // The prompt is counted in the first chunk and, which is inferred, in the last; the answer as it grows.
    toChunk: ({ usage }, { text, index, stop }) => ({
      generation: text,
      prompt_token_count: index === 0 || stop !== null ? usage.inputTokens : null,
      generation_token_count: stop === null ? index + 1 : usage.outputTokens,
      stop_reason: stop,
    }),
  })
}
