import type { Usage } from '@moho/core'
import type { TokenUsage } from './wire.ts'

/** Converse's counts; undefined where it told neither side of the bill. */
export function usageOf(usage: TokenUsage): Usage | undefined {
  const input = count(usage.inputTokens)
  const output = count(usage.outputTokens)
  if (input === undefined && output === undefined) return undefined
  return { input, cacheRead: count(usage.cacheReadInputTokens), ...cacheWrites(usage), output }
}

/** The split by time to live counts only where it adds up; otherwise all of it was written for the usual five minutes. */
function cacheWrites({
  cacheWriteInputTokens,
  cacheDetails,
}: TokenUsage): Pick<Usage, 'cacheWrite5m' | 'cacheWrite1h'> {
  const written = count(cacheWriteInputTokens)
  if (written === undefined) return {}
  const details = Array.isArray(cacheDetails) ? cacheDetails : []
  const of = (ttl: string) =>
    details.reduce((sum, detail) => sum + (detail?.ttl === ttl ? (count(detail.inputTokens) ?? 0) : 0), 0)
  const [short, long] = [of('5m'), of('1h')]
  return details.length > 0 && short + long === written
    ? { cacheWrite5m: short, cacheWrite1h: long }
    : { cacheWrite5m: written }
}

const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined
