import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TextWriter } from '../../contract/writer.ts'
import { sse } from '../../wire/sse.ts'
import { wholeBody } from '../../wire/whole-body.ts'
import { ChatObjectWriter } from './object-writer.ts'
import { readChat } from './read.ts'
import { ChatSseWriter } from './sse-writer.ts'

describe('an answer that is written and read back', () => {
  const head = { callId: 'req_1', model: 'entry/m', created: 7 }
  type Say = (out: TextWriter) => void
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 5 })
  const block = fc.option(fc.nat(2), { nil: undefined })
  const count = fc.nat(1000)
  const piece: fc.Arbitrary<Say> = fc.oneof(
    text.map(
      (delta): Say =>
        (out) =>
          out.text(delta),
    ),
    fc.tuple(text, block).map(
      ([delta, at]): Say =>
        (out) =>
          out.reasoning(delta, at),
    ),
    text.map(
      (value): Say =>
        (out) =>
          out.signature(value),
    ),
    text.map(
      (data): Say =>
        (out) =>
          out.redacted(data),
    ),
    text.map(
      (delta): Say =>
        (out) =>
          out.refusal(delta),
    ),
  )
  /** Input pieces for tools that were called, woven into the rest; tool n has block 10 + n. */
  const woven = fc
    .tuple(
      fc.array(fc.tuple(text, text), { maxLength: 3 }),
      fc.array(fc.oneof(piece, fc.tuple(fc.nat(2), text)), { maxLength: 12 }),
    )
    .map(([called, said]): Say[] => [
      ...called.map(
        ([id, name], n): Say =>
          (out) =>
            out.toolCall(id, name, 10 + n),
      ),
      ...said.flatMap((one): Say[] => {
        if (typeof one === 'function') return [one]
        const [n, input] = one
        return n < called.length ? [(out) => out.toolInput(input, 10 + n)] : []
      }),
    ])
  const usage = fc.record(
    { input: count, output: count, cacheRead: count, cacheWrite5m: count, reasoning: count },
    { requiredKeys: ['input', 'output'] },
  )
  const answer = fc
    .record({
      start: fc.option(fc.record({ id: text, serviceTier: fc.option(text, { nil: undefined }) })),
      before: fc.array(piece, { maxLength: 4 }),
      woven,
      reason: fc.constantFrom(
        'stop',
        'stop_sequence',
        'length',
        'context_full',
        'tool_calls',
        'content_filter',
        'pause',
      ),
      usage: fc.option(fc.tuple(usage, fc.option(text, { nil: undefined }))),
      usageFirst: fc.boolean(),
    })
    .map(
      (parts): Say =>
        (out) => {
          const tellUsage = () => {
            if (parts.usage !== null) out.usage(...parts.usage)
          }
          if (parts.start !== null) out.start(parts.start)
          for (const say of [...parts.before, ...parts.woven]) say(out)
          if (parts.usageFirst) tellUsage()
          out.finish(parts.reason)
          if (!parts.usageFirst) tellUsage()
        },
    )

  const objectOf = (say: Say) => {
    const out = new ChatObjectWriter(head)
    say(out)
    return out.toObject()
  }

  it('is the same as a stream', () => {
    fc.assert(
      fc.property(answer, fc.array(fc.nat(50), { maxLength: 20 }), (say, lengths) => {
        const stream = new ChatSseWriter(head, { includeUsage: true })
        say(stream)
        stream.end()
        const bytes = Buffer.from(stream.take())
        const readBack = objectOf((out) => {
          const sink = sse(readChat(out))
          let from = 0
          for (const length of lengths) {
            sink.chunk(bytes.subarray(from, from + length))
            from += length
          }
          sink.chunk(bytes.subarray(from))
          sink.end()
        })
        expect(readBack).toEqual(objectOf(say))
      }),
      { numRuns: 500 },
    )
  })

  it('is the same as a whole', () => {
    fc.assert(
      fc.property(answer, (say) => {
        const whole = objectOf(say)
        const readBack = objectOf((out) => {
          const sink = wholeBody(readChat(out))
          sink.chunk(Buffer.from(JSON.stringify(whole)))
          sink.end()
        })
        expect(readBack).toEqual(whole)
      }),
      { numRuns: 500 },
    )
  })
})
