import { countOf, isObject } from '../../wire/json-value.ts'
import type { Dialect, EventReading } from '../dialect.ts'
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
    isFinished: (choices) => Array.isArray(choices) && choices.some(hasReason),
    finished: /"finish_reason"\s*:\s*"[^"]/,
    readUsage: readChatUsage,
    marks: /"usage"\s*:\s*\{|"finish_reason"\s*:\s*"[^"]|"error"\s*:|\[DONE\]/,
    readEvent,
    usageIsOptional: true,
    end: 'data: [DONE]\n\n',
  },
}

function readEvent(data: unknown): EventReading {
  if (data === '[DONE]') return { ended: true }
  if (!isObject(data)) return {}
  if (data.error) return { failure: data.error }
  const choices: unknown[] = Array.isArray(data.choices) ? data.choices : []
  return {
    usage: readChatUsage(data.usage),
    serviceTier: typeof data.service_tier === 'string' ? data.service_tier : undefined,
    isStart: choices.every(saysNothing),
    finished: choices.flatMap((choice) => (hasReason(choice) ? [countOf(choice.index) ?? 0] : [])),
    usageOnly: choices.length === 0 && isObject(data.usage),
  }
}

/** A choice that tells the role, and nothing that the model says. */
function saysNothing(choice: unknown): boolean {
  if (!isObject(choice) || hasReason(choice)) return false
  const delta = isObject(choice.delta) ? choice.delta : {}
  return Object.entries(delta).every(([name, value]) => name === 'role' || value === null || value === '')
}

/** Some upstreams write an empty one until they have it. */
const hasReason = (choice: unknown): choice is { readonly finish_reason: string; readonly index?: unknown } =>
  isObject(choice) && typeof choice.finish_reason === 'string' && choice.finish_reason !== ''
