import { describe, expect, it } from 'vitest'
import type { TextWriter } from '../../contract/writer.ts'
import { ChatObjectWriter } from './object-writer.ts'

const written = (say: (out: TextWriter) => void) => {
  const out = new ChatObjectWriter({ callId: 'req_1', model: 'entry/m', created: 7 })
  say(out)
  return out.toObject()
}
const messageOf = (say: (out: TextWriter) => void) => written(say).choices[0].message

describe('a chat completion', () => {
  it('has every member that clients read unguarded', () => {
    expect(
      written((out) => {
        out.text('Hel')
        out.text('lo')
        out.usage({ input: 3, output: 2 })
        out.finish('stop')
      }),
    ).toEqual({
      id: 'chatcmpl-req_1',
      object: 'chat.completion',
      created: 7,
      model: 'entry/m',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    })
  })

  it('takes the upstream’s id and the last tier that was told', () => {
    const completion = written((out) => {
      out.start({ id: 'up-1', serviceTier: 'default' })
      out.usage({}, 'flex')
      out.finish('stop')
    })
    expect(completion).toMatchObject({ id: 'up-1', service_tier: 'flex' })
  })

  it('keeps interleaved tools apart, in the order of their calls', () => {
    const { content, tool_calls } = messageOf((out) => {
      out.toolCall('a', 'f', 1)
      out.toolCall('b', 'g', 2)
      out.toolInput('{"x"', 1)
      out.toolInput('{"y"', 2)
      out.toolInput(':1}', 1)
      out.toolInput(':2}', 2)
      out.finish('tool_calls')
    })
    expect(content).toBeNull()
    expect(tool_calls).toEqual([
      { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
      { id: 'b', type: 'function', function: { name: 'g', arguments: '{"y":2}' } },
    ])
  })

  it('gives a tool without input the arguments {}', () => {
    const { tool_calls } = messageOf((out) => {
      out.toolCall('a', 'f', 0)
      out.finish('tool_calls')
    })
    expect(tool_calls?.[0]?.function.arguments).toBe('{}')
  })

  it('has no tool_calls where no tool is called, and an empty answer is a text', () => {
    const message = messageOf((out) => out.finish('stop'))
    expect(message).toEqual({ role: 'assistant', content: '', refusal: null })
  })

  it('keeps reasoning in sealed blocks and as one text', () => {
    const message = messageOf((out) => {
      out.reasoning('one ', 0)
      out.reasoning('thought', 0)
      out.signature('sig', 0)
      out.redacted('secret', 1)
      out.reasoning('another', 2)
      out.text('Hi', 3)
      out.finish('stop')
    })
    expect(message.reasoning_content).toBe('one thoughtanother')
    expect(message.thinking_blocks).toEqual([
      { type: 'thinking', thinking: 'one thought', signature: 'sig' },
      { type: 'redacted_thinking', data: 'secret' },
    ])
  })

  it('tells a seal without thoughts, and no empty reasoning', () => {
    const message = messageOf((out) => {
      out.signature('sig', 0)
      out.finish('stop')
    })
    expect(message.thinking_blocks).toEqual([{ type: 'thinking', thinking: '', signature: 'sig' }])
    expect(message).not.toHaveProperty('reasoning_content')
  })

  it.each([
    [
      { input: 10, output: 5, cacheRead: 3, cacheWrite5m: 2, cacheWrite1h: 1 },
      16,
      {
        cached_tokens: 3,
        cache_write_tokens: 3,
        cache_creation: { ephemeral_5m_input_tokens: 2, ephemeral_1h_input_tokens: 1 },
      },
    ],
    [{ input: 10, output: 5, cacheRead: 0 }, 10, { cached_tokens: 0 }],
    [{ input: 10, output: 5 }, 10, undefined],
  ])('adds up usage: %j', (usage, prompt, details) => {
    const completion = written((out) => {
      out.usage(usage)
      out.finish('stop')
    })
    expect(completion.usage?.prompt_tokens).toBe(prompt)
    expect(completion.usage?.total_tokens).toBe(prompt + 5)
    expect(completion.usage?.prompt_tokens_details).toEqual(details)
  })

  it('leaves usage out where it is not known', () => {
    expect(written((out) => out.finish('stop'))).not.toHaveProperty('usage')
  })
})
