import type { Usage } from '../../contract/writer.ts'
import type { ChatUsage } from '../../formats/chat.ts'

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
      },
    }),
    ...(usage.reasoning !== undefined && { completion_tokens_details: { reasoning_tokens: usage.reasoning } }),
  }
}

const sum = (a: number | undefined, b: number | undefined) =>
  a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0)
