import type { TextWriter } from '@moho/core'
import { describe, expect, test } from 'vitest'
import { readBedrockFailure } from '../errors.ts'
import { fromConverseStream } from './from-converse-stream.ts'
import { toolNames } from './tool-names.ts'

type Event = readonly [name: string, payload: unknown]

/** The verbs that events are told in, as far as they came, and the fault that ended them. */
function tell(events: readonly Event[], { requestId, names = [] }: { requestId?: string; names?: string[] } = {}) {
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
    close: verb('close'),
    usage: verb('usage'),
    finish: verb('finish'),
  }
  const readFailure = readBedrockFailure('vendor.model', 'us-east-1', requestId)
  const sink = fromConverseStream(toolNames(names), requestId, readFailure)(out)
  try {
    for (const [name, payload] of events)
      sink.frame(typeof payload === 'string' ? payload : JSON.stringify(payload), name)
    sink.end()
    return { verbs }
  } catch (fault) {
    return { verbs, fault }
  }
}

function told(events: readonly Event[], options?: Parameters<typeof tell>[1]): unknown[][] {
  const { verbs, fault } = tell(events, options)
  if (fault !== undefined) throw fault
  return verbs
}

const start: Event = ['messageStart', { p: 'abc', role: 'assistant' }]
const call = (contentBlockIndex: number, toolUse: object): Event => [
  'contentBlockStart',
  { contentBlockIndex, p: 'a', start: { toolUse } },
]
const delta = (contentBlockIndex: number, delta: unknown): Event => [
  'contentBlockDelta',
  { contentBlockIndex, delta, p: 'abcd' },
]
const close = (contentBlockIndex: number): Event => ['contentBlockStop', { contentBlockIndex, p: 'ab' }]
const stop = (stopReason: unknown): Event => [
  'messageStop',
  { additionalModelResponseFields: { delta: { stop_sequence: null } }, p: 'abc', stopReason },
]
const usage = { inputTokens: 577, outputTokens: 90, serverToolUsage: {}, totalTokens: 667 }
const metadata: Event = ['metadata', { metrics: { latencyMs: 948 }, p: 'ab', usage }]
const end = [stop('end_turn'), metadata]
const ended = [
  ['finish', 'stop', { raw: 'end_turn' }],
  ['usage', { input: 577, output: 90 }, undefined],
]
const failed = expect.objectContaining({ code: 'upstream_failed' })

test('a recorded answer: reasoning, text, and a call', () => {
  const events = [
    start,
    delta(0, { reasoningContent: { text: 'I need' } }),
    delta(0, { reasoningContent: { text: '' } }),
    delta(0, { reasoningContent: { signature: 'EsgE' } }),
    close(0),
    delta(1, { text: 'Hi' }),
    close(1),
    call(2, { name: 'get_weather', toolUseId: 'tooluse_KwOc7yNU1oNSN1wcVZdzqE', type: 'tool_use' }),
    delta(2, { toolUse: { input: '' } }),
    delta(2, { toolUse: { input: '{"city": "B' } }),
    delta(2, { toolUse: { input: 'erlin"}' } }),
    close(2),
    stop('tool_use'),
    metadata,
  ]
  expect(told(events, { requestId: 'r-1', names: ['get.weather', 'get_weather'] })).toEqual([
    ['start', { id: 'r-1' }],
    ['reasoning', 'I need', 0],
    ['signature', 'EsgE', 0],
    ['close', 0],
    ['text', 'Hi', 1],
    ['close', 1],
    ['toolCall', 'tooluse_KwOc7yNU1oNSN1wcVZdzqE', 'get_weather', 2],
    ['toolInput', '{"city": "B', 2],
    ['toolInput', 'erlin"}', 2],
    ['close', 2],
    ['finish', 'tool_calls', { raw: 'tool_use' }],
    ['usage', { input: 577, output: 90 }, undefined],
  ])
})

describe('content', () => {
  test.each<[string, Event[], unknown[][]]>([
    ['none', [start], []],
    ['empty text', [delta(0, { text: '' })], []],
    [
      'redacted reasoning, block by block',
      [
        delta(0, { reasoningContent: { redactedContent: 'QQ==' } }),
        delta(1, { reasoningContent: { redactedContent: 'Qg==' } }),
      ],
      [
        ['redacted', 'QQ==', 0],
        ['redacted', 'Qg==', 1],
      ],
    ],
    ['a citation, without its source', [delta(0, { text: 'a' }), delta(0, { citation: {} })], [['text', 'a', 0]]],
    ['a start that says nothing', [['contentBlockStart', { contentBlockIndex: 0, start: {} }]], []],
    [
      'kinds of events and members that are new',
      [['somethingNew', {}], ['constructor', {}], ['somethingNew', 'no JSON'], delta(0, { text: 'a', more: 1 })],
      [['text', 'a', 0]],
    ],
  ])('%s', (_, events, verbs) => {
    expect(told([...events, ...end])).toEqual([...verbs, ...ended])
  })

  test('a call without input whose end comes twice has it once', () => {
    const events = [call(0, { name: 'f', toolUseId: 'x' }), close(0), close(0), ...end]
    expect(told(events).filter(([verb]) => verb === 'toolInput')).toEqual([['toolInput', '{}', 0]])
  })

  test('two calls at once, one without input, by the names that the caller knows', () => {
    const events = [
      call(0, { name: 'a_b', toolUseId: 'x' }),
      call(1, { name: 'f<|channel|>commentary', toolUseId: 'y' }),
      delta(1, { toolUse: { input: '{"a":' } }),
      delta(0, { toolUse: { input: '' } }),
      delta(1, { toolUse: { input: '1}' } }),
      close(0),
      close(1),
      ...end,
    ]
    expect(told(events, { names: ['a.b', 'f'] })).toEqual([
      ['toolCall', 'x', 'a.b', 0],
      ['toolCall', 'y', 'f', 1],
      ['toolInput', '{"a":', 1],
      ['toolInput', '1}', 1],
      ['toolInput', '{}', 0],
      ['close', 0],
      ['close', 1],
      // Whatever it says.
      ['finish', 'tool_calls', { raw: 'end_turn' }],
      ['usage', { input: 577, output: 90 }, undefined],
    ])
  })
})

describe('the end', () => {
  test('with the tier that was used', () => {
    const verbs = told([stop('end_turn'), ['metadata', { usage, serviceTier: { type: 'flex' } }]])
    expect(verbs.at(-1)).toEqual(['usage', { input: 577, output: 90 }, 'flex'])
  })

  test.each([{}, { usage: null }, { usage: {} }])('without counts: %j', (payload) => {
    expect(told([stop('end_turn'), ['metadata', payload]])).toEqual([ended[0]])
  })

  test.each([
    [
      'what comes after the reason',
      [stop('end_turn'), delta(0, { text: 'a' }), close(0), stop('max_tokens'), metadata],
    ],
    ['what comes after the usage', [...end, metadata, stop('max_tokens'), start]],
    ['even a failure, which cannot take back a whole answer', [...end, ['failure:throttlingException', '{}'] as const]],
    ['and garbage', [stop('end_turn'), ['contentBlockDelta', '{'] as const, metadata, ['metadata', '{'] as const]],
  ])('is the end: %s', (_, events) => {
    expect(told(events)).toEqual(ended)
  })

  test.each([
    ['nothing', []],
    ['a beginning', [start]],
    ['content', [start, delta(0, { text: 'a' }), close(0)]],
    ['a reason to end, without usage', [start, delta(0, { text: 'a' }), stop('end_turn')]],
    ['usage, without a reason to end', [start, delta(0, { text: 'a' }), metadata]],
  ])('is missing after %s', (_, events) => {
    expect(() => told(events)).toThrow(failed)
  })
})

describe('what cannot be read', () => {
  test.each<[string, Event]>([
    ['no JSON', ['contentBlockDelta', '{"contentBlockIndex":0,"delta":']],
    ['an empty payload', ['messageStop', '']],
    ['a payload that is a list', ['metadata', '[]']],
    ['a delta without a place', ['contentBlockDelta', { delta: { text: 'a' } }]],
    ['a delta without content', ['contentBlockDelta', { contentBlockIndex: 0 }]],
    ['an empty delta', delta(0, {})],
    ['a kind of delta that is new', delta(0, { video: {} })],
    ['a kind of reasoning that is new', delta(0, { reasoningContent: { picture: 'a' } })],
    ['a kind of block that is new', ['contentBlockStart', { contentBlockIndex: 0, start: { image: {} } }]],
    ['a call without a name', call(1, { toolUseId: 'x' })],
    ['a call without an id', call(1, { name: 'f' })],
    ['a second call in a block', call(0, { name: 'f', toolUseId: 'z' })],
    ['input without a call', delta(1, { toolUse: { input: '{}' } })],
    ['input that is no text', delta(0, { toolUse: { input: {} } })],
    ...['malformed_model_output', 'malformed_tool_use', 'something_new', 'constructor', '', undefined, null, 5].map(
      (reason): [string, Event] => [`the stop reason ${reason}`, stop(reason)],
    ),
  ])('%s', (_, event) => {
    const { verbs, fault } = tell([call(0, { name: 'f', toolUseId: 'x' }), event, ...end])
    expect(fault).toEqual(failed)
    expect(verbs).toEqual([['toolCall', 'x', 'f', 0]])
  })
})

describe('failures inside the stream', () => {
  test('end it where they come, before or after content, and before the usage is told', () => {
    const failure: Event = ['failure:throttlingException', { message: 'Too many tokens.' }]
    const limited = expect.objectContaining({ code: 'rate_limited' })
    expect(tell([failure, ...end])).toEqual({ verbs: [], fault: limited })
    expect(tell([delta(0, { text: 'a' }), failure])).toEqual({ verbs: [['text', 'a', 0]], fault: limited })
    expect(tell([stop('end_turn'), failure])).toEqual({ verbs: [ended[0]], fault: limited })
  })
})
