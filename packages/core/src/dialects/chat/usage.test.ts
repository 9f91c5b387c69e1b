import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Usage } from '../../contract/writer.ts'
import { chatUsage, readChatUsage } from './usage.ts'

describe('usage in OpenAI’s shape', () => {
  it.each<[unknown, Usage | undefined]>([
    [
      { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
      { input: 3, output: 2 },
    ],
    [
      {
        prompt_tokens: 10,
        completion_tokens: 5,
        prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 2, audio_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 4 },
      },
      { input: 5, cacheRead: 3, cacheWrite5m: 2, output: 5, reasoning: 4 },
    ],
    [{ prompt_tokens: 3, prompt_tokens_details: null, completion_tokens_details: null }, { input: 3 }],
    [
      { prompt_tokens: 3, prompt_tokens_details: { cached_tokens: 4 } },
      { input: 0, cacheRead: 4 },
    ],
    [{ prompt_tokens: 1.5, completion_tokens: -1, prompt_tokens_details: { cached_tokens: '2' } }, undefined],
    [
      { prompt_tokens: 0, completion_tokens: 0 },
      { input: 0, output: 0 },
    ],
    [{}, undefined],
    [null, undefined],
    [[], undefined],
    ['7', undefined],
  ])('%j is read as %j', (value, usage) => {
    expect(readChatUsage(value)).toEqual(usage)
  })

  it('is read as the counts that it was written of', () => {
    const count = fc.nat(1_000_000)
    const counts = fc.record(
      { input: count, output: count, cacheRead: count, cacheWrite5m: count, reasoning: count },
      { requiredKeys: ['input', 'output'] },
    )
    // A split tells both.
    const split = fc.record({ input: count, output: count, cacheWrite5m: count, cacheWrite1h: count })
    fc.assert(
      fc.property(fc.oneof(counts, split), (usage) => {
        expect(readChatUsage(chatUsage(usage))).toEqual(usage)
      }),
    )
  })

  it('adds up to the same again, however long the cache is kept', () => {
    const usage = { input: 10, output: 5, cacheRead: 3, cacheWrite5m: 2, cacheWrite1h: 1 }
    const told = chatUsage(usage)
    expect(chatUsage(readChatUsage(told) ?? {})).toEqual(told)
  })
})
