import type { FrameSink, TextWriter, Translate, Usage } from '@moho/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromConverse } from './from-converse.ts'
import { fromConverseStream } from './from-converse-stream.ts'
import { toolNames } from './tool-names.ts'

/** A block as the whole answer has it, and the pieces that a stream has it in. */
interface Block {
  readonly whole: object
  readonly start?: object
  readonly deltas: readonly object[]
}

const text = fc.string({ unit: 'grapheme', maxLength: 20 })
/** A text, and pieces that it comes in, empty ones among them. */
const pieces = fc.array(text, { maxLength: 4 }).map((parts) => ({ joined: parts.join(''), parts }))
const base64 = fc.base64String({ minLength: 4, maxLength: 12 })
const name = fc.constantFrom('f', 'a.b', 'a_b', 'unknown')

const textBlock = pieces.map(
  ({ joined, parts }): Block => ({ whole: { text: joined }, deltas: parts.map((text) => ({ text })) }),
)
const citedBlock = pieces.map(
  ({ parts }): Block => ({
    whole: { citationsContent: { content: parts.map((text) => ({ text })), citations: [{ title: 'a' }] } },
    deltas: [...parts.map((text) => ({ text })), { citation: { title: 'a' } }],
  }),
)
const reasoningBlock = fc.tuple(pieces, fc.option(base64)).map(
  ([{ joined, parts }, signature]): Block => ({
    whole: { reasoningContent: { reasoningText: { text: joined, ...(signature !== null && { signature }) } } },
    deltas: [...parts.map((text) => ({ text })), ...(signature === null ? [] : [{ signature }])].map(
      (reasoningContent) => ({ reasoningContent }),
    ),
  }),
)
const redactedBlock = base64.map((redactedContent): Block => {
  const reasoningContent = { redactedContent }
  return { whole: { reasoningContent }, deltas: [{ reasoningContent }] }
})
const toolBlock = fc
  .tuple(name, base64, fc.dictionary(text, fc.jsonValue()), fc.array(fc.nat(), { maxLength: 5 }))
  .map(([name, toolUseId, input, cuts]): Block => {
    const json = JSON.stringify(input)
    const places = [...cuts.map((cut) => cut % (json.length + 1)), json.length].sort((a, b) => a - b)
    const parts = json === '{}' ? [''] : ['', ...places.map((to, at) => json.slice(places[at - 1] ?? 0, to))]
    return {
      whole: { toolUse: { name, toolUseId, input } },
      start: { toolUse: { name, toolUseId, type: 'tool_use' } },
      deltas: parts.map((input) => ({ toolUse: { input } })),
    }
  })
const count = fc.nat(1000)
const usage = fc
  .record({ inputTokens: count, outputTokens: count, cacheReadInputTokens: count, cacheWriteInputTokens: count })
  .map((counts) => ({ ...counts, cacheDetails: [{ ttl: '1h', inputTokens: counts.cacheWriteInputTokens }] }))
const answers = fc.record({
  blocks: fc.array(fc.oneof(textBlock, citedBlock, reasoningBlock, redactedBlock, toolBlock), { maxLength: 6 }),
  stopReason: fc.constantFrom('end_turn', 'tool_use', 'max_tokens', 'stop_sequence', 'guardrail_intervened', 'new'),
  usage: fc.oneof(usage, fc.constant({ inputTokens: 1, outputTokens: 2 })),
  tier: fc.constantFrom(undefined, 'default', 'flex'),
  requestId: fc.constantFrom(undefined, 'r-1'),
})

/** All that a writer of any dialect learns of an answer, however it is cut into pieces. */
function learned(translate: Translate, feed: (sink: FrameSink) => void) {
  const answer = {
    id: undefined as string | undefined,
    tier: undefined as string | undefined,
    parts: [] as { kind: string; value: string; block: number | undefined; name?: string }[],
    closed: [] as number[],
    usage: undefined as Usage | undefined,
    finish: [] as unknown[],
  }
  const add = (kind: string) => (value: string, block?: number) => {
    const last = answer.parts.at(-1)
    if (last?.kind === kind && last.block === block) last.value += value
    else answer.parts.push({ kind, value, block })
  }
  const out: TextWriter = {
    start({ id, serviceTier }) {
      answer.id = id
      answer.tier = serviceTier
    },
    text: add('text'),
    reasoning: add('reasoning'),
    signature: add('signature'),
    redacted: (value, block) => void answer.parts.push({ kind: 'redacted', value, block }),
    toolCall: (value, name, block) => void answer.parts.push({ kind: 'call', value, name, block }),
    toolInput: add('input'),
    refusal: add('refusal'),
    close: (block) => void answer.closed.push(block),
    usage(total, tier) {
      answer.usage = total
      answer.tier = tier ?? answer.tier
    },
    finish: (...args) => void answer.finish.push(args),
  }
  const sink = translate(out)
  try {
    feed(sink)
    sink.end()
  } catch (error) {
    return { code: (error as { code?: unknown }).code }
  }
  return answer
}

test('an answer is the same whether it comes whole or as a stream', () => {
  fc.assert(
    fc.property(answers, ({ blocks, stopReason, usage, tier, requestId }) => {
      const names = toolNames(['a.b', 'a_b', 'f'])
      const rest = { usage, ...(tier !== undefined && { serviceTier: { type: tier } }) }
      const whole = learned(fromConverse(names, requestId), (sink) => {
        const content = blocks.map((block) => block.whole)
        sink.frame(JSON.stringify({ output: { message: { role: 'assistant', content } }, stopReason, ...rest }), '')
      })
      const fail = () => {
        throw new Error('There is no failure in it.')
      }
      const streamed = learned(fromConverseStream(names, requestId, fail), (sink) => {
        const event = (name: string, payload: object) => sink.frame(JSON.stringify({ ...payload, p: 'abc' }), name)
        event('messageStart', { role: 'assistant' })
        for (const [contentBlockIndex, { start, deltas }] of blocks.entries()) {
          if (start !== undefined) event('contentBlockStart', { contentBlockIndex, start })
          for (const delta of deltas) event('contentBlockDelta', { contentBlockIndex, delta })
          event('contentBlockStop', { contentBlockIndex })
        }
        event('messageStop', { stopReason })
        event('metadata', rest)
      })
      expect(streamed).toEqual(whole)
      expect('code' in whole).toBe(stopReason === 'new')
    }),
    { numRuns: 500 },
  )
})
