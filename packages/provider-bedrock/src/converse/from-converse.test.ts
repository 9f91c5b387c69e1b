import type { TextWriter } from '@moho/core'
import { describe, expect, test } from 'vitest'
import { fromConverse } from './from-converse.ts'
import { toolNames } from './tool-names.ts'

/** The verbs that a body is told in. */
function told(body: unknown, { requestId, names = [] }: { requestId?: string; names?: string[] } = {}): unknown[][] {
  const verbs: unknown[][] = []
  const verb =
    (name: string) =>
    (...args: unknown[]) =>
      void verbs.push([name, ...args])
  const out: TextWriter = {
    start: verb('start'),
    text: verb('text'),
    reasoning: verb('reasoning'),
    signature: verb('signature'),
    redacted: verb('redacted'),
    toolCall: verb('toolCall'),
    toolInput: verb('toolInput'),
    refusal: verb('refusal'),
    close() {},
    usage: verb('usage'),
    finish: verb('finish'),
  }
  const sink = fromConverse(toolNames(names), requestId)(out)
  sink.frame(typeof body === 'string' ? body : JSON.stringify(body), '')
  sink.end()
  return verbs
}

const answer = (content: unknown, more: object = {}) => ({
  output: { message: { role: 'assistant', content } },
  stopReason: 'end_turn',
  ...more,
})
const finish = (reason: string, raw: string) => ['finish', reason, { raw }]
const end = finish('stop', 'end_turn')

describe('content', () => {
  test.each<[string, unknown, unknown[][]]>([
    ['text', [{ text: 'a' }], [['text', 'a', 0]]],
    [
      'two texts',
      [{ text: 'a' }, { text: ' b' }],
      [
        ['text', 'a', 0],
        ['text', ' b', 1],
      ],
    ],
    ['white space', [{ text: ' \n' }], [['text', ' \n', 0]]],
    ['nothing', [], []],
    ['null', null, []],
    ['empty text', [{ text: '' }], []],
    [
      'sealed reasoning',
      [{ reasoningContent: { reasoningText: { text: 'r', signature: 's' } } }, { text: 'a' }],
      [
        ['reasoning', 'r', 0],
        ['signature', 's', 0],
        ['text', 'a', 1],
      ],
    ],
    ['open reasoning', [{ reasoningContent: { reasoningText: { text: 'r' } } }], [['reasoning', 'r', 0]]],
    ['a seal alone', [{ reasoningContent: { reasoningText: { text: '', signature: 's' } } }], [['signature', 's', 0]]],
    ['redacted reasoning', [{ reasoningContent: { redactedContent: 'QQ==' } }], [['redacted', 'QQ==', 0]]],
    [
      'citations',
      [{ citationsContent: { content: [{ text: 'a' }, { text: 'b' }], citations: [{}] } }],
      [
        ['text', 'a', 0],
        ['text', 'b', 0],
      ],
    ],
  ])('%s', (_, content, verbs) => {
    expect(told(answer(content))).toEqual([...verbs, end])
  })

  test('tool calls, by the names that the caller knows', () => {
    const content = [
      { text: 'a' },
      { toolUse: { toolUseId: 'x', name: 'a_b', input: { city: 'Rome' } } },
      { toolUse: { toolUseId: 'y', name: 'f<|channel|>commentary', type: 'tool_use' } },
    ]
    expect(told(answer(content, { stopReason: 'tool_use' }), { names: ['a.b', 'f'] })).toEqual([
      ['text', 'a', 0],
      ['toolCall', 'x', 'a.b', 1],
      ['toolInput', '{"city":"Rome"}', 1],
      ['toolCall', 'y', 'f', 2],
      ['toolInput', '{}', 2],
      finish('tool_calls', 'tool_use'),
    ])
  })

  test('a turn that ends with a call is one of tool calls, whatever it says', () => {
    expect(told(answer([{ toolUse: { toolUseId: 'x', name: 'f', input: {} } }])).at(-1)).toEqual(
      finish('tool_calls', 'end_turn'),
    )
  })

  test('the request id is the answer’s, with the tier', () => {
    const verbs = told(answer([], { serviceTier: { type: 'flex' } }), { requestId: 'r-1' })
    expect(verbs[0]).toEqual(['start', { id: 'r-1', serviceTier: 'flex' }])
  })
})

describe('stop reasons', () => {
  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop_sequence'],
    ['tool_use', 'tool_calls'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'context_full'],
    ['guardrail_intervened', 'content_filter'],
    ['content_filtered', 'content_filter'],
  ])('%s → %s', (stopReason, reason) => {
    expect(told(answer([{ text: 'a' }], { stopReason })).at(-1)).toEqual(finish(reason, stopReason))
  })

  test.each(['malformed_model_output', 'malformed_tool_use', 'something_new', 'constructor', '', undefined, null, 5])(
    '%j is a fault of the upstream, and nothing is told',
    (stopReason) => {
      expect(() => told(answer([{ text: 'a' }], { stopReason }))).toThrow(
        expect.objectContaining({ code: 'upstream_failed', retry: 'again' }),
      )
    },
  )
})

describe('usage', () => {
  test.each<[unknown, object | undefined]>([
    [
      { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
      { input: 10, output: 5 },
    ],
    [
      { inputTokens: 10, outputTokens: 5, totalTokens: 20, cacheReadInputTokens: 3, cacheWriteInputTokens: 2 },
      { input: 10, cacheRead: 3, cacheWrite5m: 2, output: 5 },
    ],
    [
      {
        inputTokens: 1,
        outputTokens: 1,
        cacheWriteInputTokens: 9,
        cacheDetails: [
          { ttl: '1h', inputTokens: 7 },
          { ttl: '5m', inputTokens: 2 },
        ],
      },
      { input: 1, cacheWrite5m: 2, cacheWrite1h: 7, output: 1 },
    ],
    // A split that does not add up.
    [
      { inputTokens: 1, outputTokens: 1, cacheWriteInputTokens: 9, cacheDetails: [{ ttl: '1h', inputTokens: 7 }] },
      { input: 1, cacheWrite5m: 9, output: 1 },
    ],
    [
      { inputTokens: 1, outputTokens: 1, cacheWriteInputTokens: 9, cacheDetails: [null, {}] },
      { input: 1, cacheWrite5m: 9, output: 1 },
    ],
    [
      { inputTokens: 1, outputTokens: 1, cacheWriteInputTokens: 0, cacheDetails: [] },
      { input: 1, cacheWrite5m: 0, output: 1 },
    ],
    [{ inputTokens: -1, outputTokens: 1.5 }, undefined],
    [null, undefined],
    [{}, undefined],
  ])('%j → %j', (usage, expected) => {
    const [reading] = told(answer([], { usage })).filter(([verb]) => verb === 'usage')
    expect(reading?.[1]).toEqual(expected)
  })

  test('with the tier that was used', () => {
    const body = answer([], { usage: { inputTokens: 1, outputTokens: 1 }, serviceTier: { type: 'default' } })
    expect(told(body)[0]).toEqual(['usage', { input: 1, output: 1 }, 'default'])
  })
})

describe('what is no answer', () => {
  test.each([
    ['an empty body', ''],
    ['half of a body', '{"output":{"mess'],
    ['a page', '<html>Bad gateway</html>'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no output', {}],
    ['a null output', { output: null }],
    ['no message', { output: {}, stopReason: 'end_turn' }],
    ['content of a wrong type', answer('a')],
    ['a block of a wrong type', answer(['a'])],
    ['content of an unknown kind', answer([{ video: {} }])],
    ['a call without a name', answer([{ toolUse: { toolUseId: 'x', input: {} } }])],
    ['a call without an id', answer([{ toolUse: { name: 'f', input: {} } }])],
    ['input that is text', answer([{ toolUse: { toolUseId: 'x', name: 'f', input: '{}' } }])],
  ])('%s', (_, body) => {
    expect(() => told(body)).toThrow(expect.objectContaining({ code: 'upstream_failed' }))
  })

  test('names the error in a 200, and keeps an excerpt', () => {
    const body = { Output: { __type: 'com.amazon.coral.service#InternalFailure' }, Version: '1.0' }
    expect(() => told(body)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('InternalFailure'),
        cause: { text: JSON.stringify(body) },
      }),
    )
  })

  test('says what to do where the path is none of Bedrock’s', () => {
    const body = { Output: { __type: 'com.amazon.coral.service#UnknownOperationException' }, Version: '1.0' }
    expect(() => told(body)).toThrow(/Check the entry’s base URL/)
  })
})
