import { isObject } from '../../wire/json-value.ts'
import type { Dialect, EventReading } from '../dialect.ts'
import { readOpenAiError } from '../openai-error.ts'
import { chatError } from './error.ts'
import { ChatObjectWriter } from './object-writer.ts'
import { ChatSseWriter } from './sse-writer.ts'
import { readChatUsage } from './usage.ts'

/** OpenAI's Chat Completions. */
export const chat: Dialect = {
  objectWriter: (head) => new ChatObjectWriter(head),
  streamWriter: (head, { usage }) => new ChatSseWriter(head, { includeUsage: usage }),
  errorEvent: (error) => `data: ${JSON.stringify(chatError(error))}\n\n`,
  forwarded: {
    member: 'choices',
    readUsage: readChatUsage,
    marks: /"usage":\s*\{|"finish_reason":\s*"|"error":|\[DONE\]/,
    readEvent,
    usageIsOptional: true,
    end: 'data: [DONE]\n\n',
  },
}

function readEvent(data: unknown): EventReading {
  if (data === '[DONE]') return { finished: true, ended: true }
  if (!isObject(data)) return {}
  if (data.error) return { error: readOpenAiError(data.error) }
  const choices: unknown[] = Array.isArray(data.choices) ? data.choices : []
  return {
    usage: readChatUsage(data.usage),
    serviceTier: typeof data.service_tier === 'string' ? data.service_tier : undefined,
    finished: choices.some((choice) => isObject(choice) && typeof choice.finish_reason === 'string'),
    usageOnly: choices.length === 0 && isObject(data.usage),
  }
}
