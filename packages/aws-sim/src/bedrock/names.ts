import type { SimulatedModel } from '../models.ts'

/** A model's names for people, such as `Claude Haiku 4.5` by `Anthropic`: read from its id where the row has none. */
export function modelName(model: SimulatedModel): string {
  if (model.name !== undefined) return model.name
  return model.id
    .slice(model.id.indexOf('.') + 1)
    .replace(/-v?\d+:\d+$|-v1$/, '')
    .replace(/-\d{8}$/, '')
    .replace(/^llama(?=\d)/, 'llama-')
    .replace(/(?<=-\d)-(?=\d(?:-|$))/, '.')
    .split('-')
    .map((word) => WORDS.get(word) ?? capitalised(word))
    .join(' ')
}

export function providerName({ id }: SimulatedModel): string {
  const vendor = id.slice(0, id.indexOf('.'))
  return PROVIDERS.get(vendor) ?? capitalised(vendor)
}

const PROVIDERS: ReadonlyMap<string, string> = new Map([
  ['openai', 'OpenAI'],
  ['mistral', 'Mistral AI'],
  ['deepseek', 'DeepSeek'],
  ['xai', 'xAI'],
  ['moonshot', 'Moonshot AI'],
  ['moonshotai', 'Moonshot AI'],
  ['zai', 'Z.AI'],
  ['minimax', 'MiniMax'],
  ['nvidia', 'NVIDIA'],
  ['ai21', 'AI21 Labs'],
  ['stability', 'Stability AI'],
])

const WORDS: ReadonlyMap<string, string> = new Map([
  ['gpt', 'GPT'],
  ['oss', 'OSS'],
  ['glm', 'GLM'],
  ['it', 'IT'],
  ['8x7b', '8x7B'],
  ['minimax', 'MiniMax'],
])

// Numbers of parameters have a capital B.
function capitalised(word: string): string {
  return /^a?\d+b$/.test(word) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1)
}
