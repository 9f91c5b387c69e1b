import { createHash } from 'node:crypto'
import type { SimulatedModel } from '../../models.ts'
import { charactersOf, tokensIn } from '../../tokens.ts'
import type { ConverseRequest } from './request-schema.ts'

/** Token counts of an answer, as they are on the wire. */
export interface TokenUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly totalTokens: number
  readonly cacheReadInputTokens: number
  readonly cacheWriteInputTokens: number
  readonly cacheDetails?: readonly { readonly ttl: '5m' | '1h'; readonly inputTokens: number }[]
}

const IMAGE_TOKENS = 1500

/** The prompt in the order in which it is read and cached: tools, system, messages. */
export function promptParts(body: ConverseRequest): { tokens: number; value: object; ttl?: '5m' | '1h' }[] {
  const blocks = [
    ...(body.toolConfig?.tools ?? []),
    ...(body.system ?? []),
    ...(body.messages ?? []).flatMap((message) => message.content),
  ]
  return blocks.map((block) =>
    block.cachePoint
      ? { tokens: 0, value: {}, ttl: block.cachePoint.ttl ?? '5m' }
      : { tokens: tokensIn(weigh(block)), value: block },
  )
}

export function hasCachePoints(body: ConverseRequest): boolean {
  return promptParts(body).some(isCachePoint)
}

function isCachePoint(part: { readonly ttl?: string }): boolean {
  return part.ttl !== undefined
}

/**
 * Counts a prompt and its answer. A prefix that ends in a cache point is written the first time and read afterwards, as
 * long as its time to live has not passed and it is long enough for the model.
 */
export function measureUsage(
  body: ConverseRequest,
  model: SimulatedModel,
  outputTokens: number,
  cache: Map<string, number>,
  now: number,
): TokenUsage {
  const hash = createHash('sha256').update(model.id)
  const written = { '5m': 0, '1h': 0 }
  let total = 0
  let read = 0
  let cached = 0
  const parts = promptParts(body)
  const isCached = parts.some(isCachePoint)
  for (const part of parts) {
    total += part.tokens
    if (part.ttl === undefined) {
      if (isCached) hash.update(JSON.stringify(part.value))
      continue
    }
    if (total < (model.cache?.minimum ?? Number.POSITIVE_INFINITY)) continue
    const key = hash.copy().digest('base64')
    if ((cache.get(key) ?? 0) > now) {
      read = total
      written['5m'] = 0
      written['1h'] = 0
    } else written[part.ttl] += total - cached
    cached = total
    cache.set(key, now + LIFE_MS[part.ttl])
  }
  const cacheWriteInputTokens = written['5m'] + written['1h']
  const inputTokens = total - read - cacheWriteInputTokens
  return {
    inputTokens,
    outputTokens,
    // As AWS counts it: everything that was read, cached or not.
    totalTokens: inputTokens + read + cacheWriteInputTokens + outputTokens,
    cacheReadInputTokens: read,
    cacheWriteInputTokens,
    ...(cacheWriteInputTokens > 0
      ? {
          cacheDetails: [
            { ttl: '5m' as const, inputTokens: written['5m'] },
            { ttl: '1h' as const, inputTokens: written['1h'] },
          ].filter((detail) => detail.inputTokens > 0),
        }
      : {}),
  }
}

const LIFE_MS = { '5m': 5 * 60_000, '1h': 60 * 60_000 } as const

// Characters of everything that is text; an image counts the same whatever its size, other files by their bytes.
function weigh(value: unknown, key = ''): number {
  if (typeof value === 'string') return key === 'bytes' ? (value.length * 3) / 4 : value.length
  if (typeof value === 'number' || typeof value === 'boolean') return String(value).length
  if (typeof value !== 'object' || value === null) return 0
  if (key === 'image') return charactersOf(IMAGE_TOKENS)
  if (Array.isArray(value)) return value.reduce((sum: number, entry: unknown) => sum + weigh(entry), 0)
  return Object.entries(value).reduce((sum, [name, member]) => sum + weigh(member, name), 0)
}
