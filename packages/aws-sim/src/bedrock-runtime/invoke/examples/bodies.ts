/** Bodies of each format that say one text. */

export const LLAMA = 'us.meta.llama3-3-70b-instruct-v1:0'
export const MISTRAL = 'mistral.mistral-7b-instruct-v0:2'
export const R1 = 'us.deepseek.r1-v1:0'

export const importedArn = (id: string): string => `arn:aws:bedrock:us-east-1:123456789012:imported-model/${id}`

/** A turn of the user and its answer that come first. */
type Before = readonly [user: string, assistant: string]

export const chat = (text: string, more: object = {}) => ({ messages: [{ role: 'user', content: text }], ...more })

export const claude = (text: string, more: object = {}) => ({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 1000,
  messages: [{ role: 'user', content: text as unknown }],
  ...more,
})

export const llama = (text: string, more: object = {}, before?: Before) => ({
  prompt: `<|begin_of_text|>${headed(llamaTurn, text, before)}<|start_header_id|>assistant<|end_header_id|>\n\n`,
  ...more,
})

const llamaTurn = (role: string, text: string) => `<|start_header_id|>${role}<|end_header_id|>\n\n${text}<|eot_id|>`

export const llama4 = (text: string, more: object = {}) => ({
  prompt: `<|begin_of_text|><|header_start|>user<|header_end|>\n\n${text}<|eot|><|header_start|>assistant<|header_end|>\n\n`,
  ...more,
})

export const chatml = (text: string, more: object = {}, before?: Before) => ({
  prompt: `${headed((role, said) => `<|im_start|>${role}\n${said}<|im_end|>\n`, text, before)}<|im_start|>assistant\n`,
  ...more,
})

export const mistral = (text: string, more: object = {}, before?: Before) => ({
  prompt: before
    ? `<s>[INST] ${before[0]} [/INST] ${before[1]}</s>[INST] ${text} [/INST]`
    : `<s>[INST] ${text} [/INST]`,
  ...more,
})

export const r1 = (text: string, more: object = {}, before?: Before) => ({
  prompt: `<｜begin▁of▁sentence｜>Be brief.${
    before ? `<｜User｜>${before[0]}<｜Assistant｜>${before[1]}<｜end▁of▁sentence｜>` : ''
  }<｜User｜>${text}<｜Assistant｜><think>\n`,
  ...more,
})

function headed(turn: (role: string, text: string) => string, text: string, before?: Before): string {
  const earlier = before ? turn('user', before[0]) + turn('assistant', before[1]) : ''
  return turn('system', 'Be brief.') + earlier + turn('user', text)
}
