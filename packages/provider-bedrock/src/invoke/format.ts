/**
 * The bodies that InvokeModel takes and answers with. It has none of its own: each is that of the model's maker.
 * `openai-chat`: OpenAI's Chat Completions. The others are prompts of text alone, in the template of a family of models, which know
 * neither tools nor images: `llama3` and `llama4` (`prompt`, `max_gen_len` → `generation`), `mistral` (`prompt`, `max_tokens` → `outputs[].text`),
 * `deepseek-r1` and `chatml` (`prompt`, `max_tokens` → `choices[].text`).
 */
export const invokeFormats = ['openai-chat', 'llama3', 'llama4', 'mistral', 'deepseek-r1', 'chatml'] as const
export type InvokeFormat = (typeof invokeFormats)[number]

export type PromptFormat = Exclude<InvokeFormat, 'openai-chat'>
