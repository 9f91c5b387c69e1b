import type { Usage } from '../contract/writer.ts'
import { chatError } from './chat/error.ts'
import { readChatUsage } from './chat/usage.ts'
import type { Dialect } from './dialect.ts'

/** OpenAI's surfaces that answer with a list of data, and never in a stream. */
const dataDialect = (readUsage: (usage: unknown) => Usage | undefined): Dialect => ({
  errorEvent: (error) => `data: ${JSON.stringify(chatError(error))}\n\n`,
  forwarded: { member: 'data', readUsage, marks: undefined, readEvent: () => ({}), usageIsOptional: false, end: '' },
})

export const embeddings: Dialect = dataDialect((usage) => {
  const read = readChatUsage(usage)
  // Embeddings have no output, which is known and not unknown.
  return read && { ...read, output: read.output ?? 0 }
})

export const images: Dialect = dataDialect((usage) => {
  if (typeof usage !== 'object' || usage === null) return undefined
  const { input_tokens: prompt_tokens, output_tokens: completion_tokens } = usage as Record<string, unknown>
  return readChatUsage({ prompt_tokens, completion_tokens })
})
