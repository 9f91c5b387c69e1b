import { describe, expect, it } from 'vitest'
import { MohoError } from '../../contract/errors.ts'
import type { TextWriter } from '../../contract/writer.ts'
import { ChatSseWriter } from './sse-writer.ts'

const writer = (includeUsage = false) =>
  new ChatSseWriter({ callId: 'req_1', model: 'entry/m', created: 7 }, { includeUsage })

const chunksOf = (text: string): unknown[] => {
  if (text === '') return []
  expect(text.endsWith('\n\n')).toBe(true)
  return text
    .slice(0, -2)
    .split('\n\n')
    .map((event) => {
      expect(event.startsWith('data: ')).toBe(true)
      return event === 'data: [DONE]' ? '[DONE]' : JSON.parse(event.slice('data: '.length))
    })
}
const chunksIn = (say: (out: TextWriter) => void, includeUsage = false) => {
  const out = writer(includeUsage)
  say(out)
  out.end()
  return chunksOf(out.take())
}
/** What the chunks say, after the role and up to the finish. */
const deltasIn = (say: (out: TextWriter) => void) =>
  chunksIn((out) => {
    say(out)
    out.finish('stop')
  })
    .slice(1, -2)
    .map((chunk) => (chunk as { choices: [{ delta: unknown }] }).choices[0].delta)

const chunk = (delta: object, finish_reason: string | null = null) => ({
  id: 'chatcmpl-req_1',
  object: 'chat.completion.chunk',
  created: 7,
  model: 'entry/m',
  choices: [{ index: 0, delta, finish_reason }],
})

describe('a chat completion stream', () => {
  it('tells the role once, then deltas, the reason to end and [DONE]', () => {
    expect(
      chunksIn((out) => {
        out.text('Hel')
        out.text('lo\n\n"é"')
        out.usage({ input: 3, output: 2 })
        out.finish('stop_sequence')
      }),
    ).toEqual([
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'Hel' }),
      chunk({ content: 'lo\n\n"é"' }),
      chunk({}, 'stop'),
      '[DONE]',
    ])
  })

  it('writes nothing before the answer itself', () => {
    const out = writer(true)
    out.start({ id: 'up-1', serviceTier: 'flex' })
    out.usage({ input: 3 })
    out.text('')
    out.reasoning('')
    expect(out.take()).toBe('')
    out.refusal('No.')
    expect(chunksOf(out.take())).toHaveLength(2)
    expect(out.take()).toBe('')
  })

  it('has one id throughout, be the upstream’s told late or not', () => {
    const out = writer()
    out.text('a')
    out.start({ id: 'up-1' })
    out.text('b')
    out.finish('stop')
    expect(chunksOf(out.take())).toEqual(Array(4).fill(expect.objectContaining({ id: 'chatcmpl-req_1' })))
  })

  it('has every chunk say null for usage and the last one tell it, where that was asked for', () => {
    const chunks = chunksIn((out) => {
      out.start({ id: 'up-1', serviceTier: 'default' })
      out.text('a')
      out.finish('length')
      out.usage({ input: 10, output: 5, cacheRead: 3 }, 'flex')
    }, true)
    const head = { id: 'up-1', object: 'chat.completion.chunk', created: 7, model: 'entry/m' }
    const choice = { index: 0, delta: {}, finish_reason: 'length' }
    expect(chunks.slice(2)).toEqual([
      { ...head, choices: [choice], usage: null, service_tier: 'default' },
      {
        ...head,
        choices: [],
        usage: {
          prompt_tokens: 13,
          completion_tokens: 5,
          total_tokens: 18,
          prompt_tokens_details: { cached_tokens: 3 },
        },
        service_tier: 'flex',
      },
      '[DONE]',
    ])
  })

  it.each([undefined, {}, { output: 5 }])('tells no usage that is not known: %j', (usage) => {
    const chunks = chunksIn((out) => {
      out.text('a')
      if (usage !== undefined) out.usage(usage)
      out.finish('stop')
    }, true)
    expect(chunks).toHaveLength(4)
  })

  it('counts tool calls, whatever the upstream’s blocks, and keeps interleaved ones apart', () => {
    expect(
      deltasIn((out) => {
        out.toolCall('a', 'f', 3)
        out.toolCall('b', 'g', 1)
        out.toolInput('{"x"', 1)
        out.toolInput('', 3)
        out.toolInput('{}', 3)
        out.toolInput(':1}', 1)
        out.close(1)
        out.close(3)
      }),
    ).toEqual([
      { tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }] },
      { tool_calls: [{ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '' } }] },
      { tool_calls: [{ index: 1, function: { arguments: '{"x"' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{}' } }] },
      { tool_calls: [{ index: 1, function: { arguments: ':1}' } }] },
    ])
  })

  it('gives a tool without input the arguments {}, once', () => {
    const empty = (index: number) => ({ tool_calls: [{ index, function: { arguments: '{}' } }] })
    const deltas = deltasIn((out) => {
      out.toolCall('a', 'f', 0)
      out.close(0)
      out.text('between', 1)
      out.toolCall('b', 'g', 2)
    })
    expect([deltas[1], deltas[4]]).toEqual([empty(0), empty(1)])
    expect(deltas).toHaveLength(5)
  })

  it('refuses input for a tool that was not called', () => {
    expect(() => writer().toolInput('{}', 1)).toThrow('block 1')
  })

  it('tells reasoning in pieces, and each sealed block once more and whole', () => {
    expect(
      deltasIn((out) => {
        out.reasoning('one ', 0)
        out.reasoning('thought', 0)
        out.signature('sig', 0)
        out.redacted('secret', 1)
        out.reasoning('two', 2)
        out.reasoning('three', 3)
        out.text('Hi', 4)
      }),
    ).toEqual([
      { reasoning_content: 'one ' },
      { reasoning_content: 'thought' },
      { thinking_blocks: [{ type: 'thinking', thinking: 'one thought', signature: 'sig' }] },
      { thinking_blocks: [{ type: 'redacted_thinking', data: 'secret' }] },
      { reasoning_content: 'two' },
      { thinking_blocks: [{ type: 'thinking', thinking: 'two' }] },
      { reasoning_content: 'three' },
      { content: 'Hi' },
    ])
  })

  it('ends a broken answer with the fault, and nothing else ever', () => {
    const out = writer(true)
    out.text('a')
    out.toolCall('t', 'f', 1)
    out.take()
    out.fail(new MohoError('overloaded', 'Busy.'))
    out.text('b')
    out.usage({ input: 1, output: 1 })
    out.finish('stop')
    out.end()
    out.fail(new MohoError('internal', 'Again.'))
    expect(chunksOf(out.take())).toEqual([
      { error: { message: 'Busy.', type: 'server_error', param: null, code: 'overloaded' } },
    ])
  })

  it('tells the engine what it asks', () => {
    const out = writer()
    expect(out).toMatchObject({ finished: false, reading: { state: 'unmeasured' }, serviceTier: undefined })
    out.usage({ output: 1 }, 'flex')
    out.finish('stop')
    expect(out).toMatchObject({
      finished: true,
      reading: { state: 'measured', usage: { output: 1 } },
      serviceTier: 'flex',
    })
  })
})
