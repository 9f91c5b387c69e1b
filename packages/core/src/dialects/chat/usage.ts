import type { Usage } from '../../contract/writer.ts'
import type { ChatUsage } from '../../formats/chat.ts'
import { countOf, isObject } from '../../wire/json-value.ts'

/** Disjoint counts as OpenAI adds them up. Unknown where either side of the bill is. */
export function chatUsage(usage: Usage): ChatUsage | undefined {
  if (usage.input === undefined || usage.output === undefined) return undefined
  const written = sum(usage.cacheWrite5m, usage.cacheWrite1h)
  const prompt = usage.input + (usage.cacheRead ?? 0) + (written ?? 0)
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output,
    total_tokens: prompt + usage.output,
    ...((usage.cacheRead !== undefined || written !== undefined) && {
      prompt_tokens_details: {
        ...(usage.cacheRead !== undefined && { cached_tokens: usage.cacheRead }),
        ...(written !== undefined && { cache_write_tokens: written }),
        ...(usage.cacheWrite1h !== undefined && {
          cache_creation: {
            ephemeral_5m_input_tokens: usage.cacheWrite5m ?? 0,
            ephemeral_1h_input_tokens: usage.cacheWrite1h,
          },
        }),
      },
    }),
    ...(usage.reasoning !== undefined && { completion_tokens_details: { reasoning_tokens: usage.reasoning } }),
  }
}

/**
 * The way back: OpenAI's usage as disjoint counts. Undefined where it tells no count. What was written to the cache counts as
 * kept for five minutes, unless a split by time to live adds up to it.
 */
export function readChatUsage(value: unknown): Usage | undefined {
  if (!isObject(value)) return undefined
  const prompt = countOf(value.prompt_tokens)
  const output = countOf(value.completion_tokens)
  const cacheRead = detail(value.prompt_tokens_details, 'cached_tokens')
  const written = detail(value.prompt_tokens_details, 'cache_write_tokens')
  const reasoning = detail(value.completion_tokens_details, 'reasoning_tokens')
  const usage: Usage = {
    ...(prompt !== undefined && { input: Math.max(0, prompt - (cacheRead ?? 0) - (written ?? 0)) }),
    ...(cacheRead !== undefined && { cacheRead }),
    ...(written !== undefined && writes(written, value.prompt_tokens_details)),
    ...(output !== undefined && { output }),
    ...(reasoning !== undefined && { reasoning }),
  }
  return Object.keys(usage).length === 0 ? undefined : usage
}

function writes(written: number, details: unknown): Pick<Usage, 'cacheWrite5m' | 'cacheWrite1h'> {
  const split = isObject(details) ? details.cache_creation : undefined
  const [short, long] = [detail(split, 'ephemeral_5m_input_tokens'), detail(split, 'ephemeral_1h_input_tokens')]
  return short !== undefined && long !== undefined && short + long === written
    ? { cacheWrite5m: short, cacheWrite1h: long }
    : { cacheWrite5m: written }
}

const detail = (details: unknown, name: string) => (isObject(details) ? countOf(details[name]) : undefined)

const sum = (a: number | undefined, b: number | undefined) =>
  a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0)
