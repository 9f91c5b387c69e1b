import type { SimulatedModel } from '../../models.ts'
import type { ImportedFormat } from '../../resolve-model.ts'
import { chatml } from './bodies/chatml.ts'
import { claude } from './bodies/claude/index.ts'
import { deepseekR1 } from './bodies/deepseek-r1.ts'
import { llama3, llama4 } from './bodies/llama.ts'
import { mistral } from './bodies/mistral.ts'
import { openAiChat } from './bodies/openai-chat.ts'
import type { BodyFormat } from './body-format.ts'

/** Which format a model's bodies have; undefined where the simulator has none for it. */
export function formatOf(model: SimulatedModel, imported: ImportedFormat | undefined): BodyFormat | undefined {
  if (imported) return IMPORTED[imported]
  return BY_ID.find(([pattern]) => pattern.test(model.id))?.[1]
}

const IMPORTED: Readonly<Record<ImportedFormat, BodyFormat>> = {
  'openai-chat': openAiChat,
  llama3,
  llama4,
  mistral,
  chatml,
  'deepseek-r1': deepseekR1,
}

const BY_ID: readonly (readonly [RegExp, BodyFormat])[] = [
  [/^anthropic\.claude-/, claude],
  [/^meta\.llama3/, llama3],
  [/^meta\.llama4/, llama4],
  [/^mistral\.(?:mistral-7b|mixtral|mistral-(?:large|small)-2402)/, mistral],
  [/^mistral\.(?:mistral-large-3|magistral|ministral|devstral|voxtral)/, openAiChat],
  [/^deepseek\.r1/, deepseekR1],
  [/^(?:openai\.gpt-oss|deepseek\.v3|qwen\.qwen3|zai\.glm|moonshot(?:ai)?\.kimi)/, openAiChat],
  [/^(?:minimax\.minimax|google\.gemma|nvidia\.nemotron)/, openAiChat],
]
