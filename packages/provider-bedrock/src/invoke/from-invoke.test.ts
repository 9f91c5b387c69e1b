import { AnswerExcerpt, type FrameSink, type StringMap, type TextWriter, wholeBody } from '@moho/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBedrockFailure } from '../errors.ts'
import { eventStream } from '../event-stream.ts'
import { event, frameOf, text as header } from '../testing/frames.ts'
import { type InvokeFormat, invokeFormats } from './format.ts'
import { fromInvoke } from './from-invoke.ts'
import { fromInvokeStream } from './from-invoke-stream.ts'

type Verb = unknown[]

function recorder(): { verbs: Verb[]; out: TextWriter } {
  const verbs: Verb[] = []
  const verb =
    (name: string) =>
    (...args: unknown[]) =>
      void verbs.push([name, ...args.filter((arg) => arg !== undefined)])
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
  return { verbs, out }
}

function outcome(verbs: Verb[], read: () => void): { verbs: Verb[]; fault?: unknown } {
  try {
    read()
    return { verbs }
  } catch (fault) {
    return { verbs, fault }
  }
}

/** A whole body as it is told. */
function whole(format: InvokeFormat, body: object | string, headers: StringMap = {}) {
  const { verbs, out } = recorder()
  return outcome(verbs, () => {
    const sink = wholeBody(fromInvoke(format, headers)(out))
    sink.chunk(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)))
    sink.end()
  })
}

const readFailure = readBedrockFailure('vendor.model', 'us-east-1', undefined)
const bytesOf = (chunk: object | string) =>
  Buffer.from(typeof chunk === 'string' ? chunk : JSON.stringify(chunk)).toString('base64')

/** The chunks of a stream as they are told, in network reads of any size. */
function streamed(format: InvokeFormat, chunks: readonly (object | string)[], headers: StringMap = {}, slice = 7) {
  const bytes = Buffer.concat(
    chunks.map((chunk) => frameOf(event('chunk'), JSON.stringify({ bytes: bytesOf(chunk), p: 'abc' }))),
  )
  const { verbs, out } = recorder()
  return outcome(verbs, () => {
    const sink = eventStream(fromInvokeStream(format, headers, readFailure)(out))
    for (let at = 0; at < bytes.length; at += slice) sink.chunk(bytes.subarray(at, at + slice))
    sink.end()
  })
}

/** Frames by name, of any payload. */
function frames(format: InvokeFormat, all: readonly (readonly [name: string, data: string])[]) {
  const { verbs, out } = recorder()
  return outcome(verbs, () => {
    const sink: FrameSink = fromInvokeStream(format, {}, readFailure)(out)
    for (const [name, data] of all) sink.frame(data, name)
    sink.end()
  })
}
const chunk = (value: object | string) => ['chunk', JSON.stringify({ bytes: bytesOf(value), p: 'a' })] as const

/** Pieces of text or reasoning that come one after another are one. */
function joined(verbs: readonly Verb[]): Verb[] {
  const all: Verb[] = []
  for (const [name, delta] of verbs) {
    const last = all.at(-1)
    if ((name === 'text' || name === 'reasoning') && last?.[0] === name) last[1] = `${last[1]}${delta}`
    else all.push([name, delta])
  }
  return all
}

const metrics = {
  'amazon-bedrock-invocationMetrics': { inputTokenCount: 12, outputTokenCount: 34, invocationLatency: 8 },
}
const measured = ['usage', { input: 12, output: 34 }]
const counts: StringMap = {
  'x-amzn-requestid': 'r-1',
  'x-amzn-bedrock-service-tier': 'flex',
  'x-amzn-bedrock-input-token-count': '12',
  'x-amzn-bedrock-output-token-count': '34',
}
const begun = ['start', { id: 'r-1', serviceTier: 'flex' }]
const finish = (reason: string, raw?: string) => (raw === undefined ? ['finish', reason] : ['finish', reason, { raw }])
const failed = expect.objectContaining({ code: 'upstream_failed' })

const completion = (message: object, more: object = {}) => ({
  id: 'chatcmpl-1',
  choices: [{ index: 0, message, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 5 },
  ...more,
})
const called = [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }]

describe('whole answers', () => {
  test.each<[string, InvokeFormat, object, Verb[]]>([
    [
      'llama3',
      'llama3',
      { generation: 'Hi', prompt_token_count: 3, generation_token_count: 4, stop_reason: 'stop' },
      [['text', 'Hi'], finish('stop', 'stop'), ['usage', { input: 3, output: 4 }]],
    ],
    [
      'mistral',
      'mistral',
      { outputs: [{ text: ' Hi', stop_reason: 'length' }] },
      [['text', ' Hi'], finish('length', 'length'), measured],
    ],
    [
      'deepseek-r1',
      'deepseek-r1',
      { choices: [{ text: 'I think.\n</think>\n\nHi', stop_reason: 'stop' }] },
      [['reasoning', 'I think.\n'], ['text', 'Hi'], finish('stop', 'stop'), measured],
    ],
    [
      'deepseek-r1 that ran out of room',
      'deepseek-r1',
      { choices: [{ text: 'I think</thi', stop_reason: 'length' }] },
      [['reasoning', 'I think'], ['reasoning', '</thi'], finish('length', 'length'), measured],
    ],
    [
      'chatml, as OpenAI’s completions',
      'chatml',
      {
        choices: [{ index: 0, text: 'Hi', finish_reason: 'stop' }],
        usage: { prompt_tokens: 1, completion_tokens: 2 },
      },
      [['text', 'Hi'], finish('stop', 'stop'), ['usage', { input: 1, output: 2 }]],
    ],
    [
      'chatml, with no text',
      'chatml',
      { choices: [{ text: '', stop_reason: 'stop' }] },
      [finish('stop', 'stop'), measured],
    ],
    [
      'openai-chat with reasoning in its text',
      'openai-chat',
      completion({ content: '<reasoning>r</reasoning>Hi <reasoning>' }),
      [['reasoning', 'r'], ['text', 'Hi <reasoning>', 0], finish('stop'), ['usage', { input: 10, output: 5 }]],
    ],
    [
      'openai-chat with a call',
      'openai-chat',
      completion({ content: null, tool_calls: called }, { usage: undefined }),
      [['toolCall', 'c', 'f', 0], ['toolInput', '{}', 0], finish('tool_calls'), measured],
    ],
  ])('%s', (_, format, body, verbs) => {
    expect(whole(format, body, counts)).toEqual({ verbs: [begun, ...verbs] })
  })

  test('usage that nobody told is not told', () => {
    const body = { outputs: [{ text: 'Hi', stop_reason: 'stop' }] }
    expect(whole('mistral', body)).toEqual({ verbs: [['text', 'Hi'], finish('stop', 'stop')] })
  })

  test('an id of the model’s is used where AWS told none', () => {
    expect(whole('openai-chat', completion({ content: 'Hi' })).verbs[0]).toEqual([
      'start',
      { id: 'chatcmpl-1', serviceTier: undefined },
    ])
  })

  test.each<[string, InvokeFormat, object | string]>([
    ['no JSON', 'llama3', '<html>'],
    ['nothing', 'openai-chat', ''],
    ['a list', 'openai-chat', '[]'],
    ['another format', 'llama3', { outputs: [{ text: 'a', stop_reason: 'stop' }] }],
    ['another format', 'openai-chat', { generation: 'a', stop_reason: 'stop' }],
    ['an error', 'openai-chat', { error: { message: 'No.', code: 500 } }],
    ['no text', 'chatml', { choices: [{ stop_reason: 'stop' }] }],
    ['text that is none', 'mistral', { outputs: [{ text: 5, stop_reason: 'stop' }] }],
    ['no choices', 'deepseek-r1', { choices: [] }],
    ['no reason to end', 'llama3', { generation: 'a' }],
    ['an unknown reason', 'mistral', { outputs: [{ text: 'a', stop_reason: 'odd' }] }],
    ['an unknown reason', 'openai-chat', { choices: [{ message: { content: 'a' }, finish_reason: 'odd' }] }],
  ])('%s is a fault: %s', (_, format, body) => {
    expect(whole(format, body)).toMatchObject({ fault: failed })
  })

  test.each(invokeFormats)(
    'an error of AWS’s front with status 200 is a fault that says where to look: %s',
    (format) => {
      const body = { Output: { __type: 'com.amazon.coral.service#UnknownOperationException' }, Version: '1.0' }
      const { fault, verbs } = whole(format, body)
      expect(fault).toMatchObject({ code: 'upstream_failed', message: expect.stringMatching(/base URL/) })
      expect(verbs).toEqual([])
    },
  )
})

const llama = (generation: string, stop_reason: string | null = null, more: object = {}) => ({
  generation,
  prompt_token_count: null,
  generation_token_count: 1,
  stop_reason,
  ...more,
})
const delta = (content: string, more: object = {}) => ({
  id: 'x',
  choices: [{ index: 0, delta: { content }, ...more }],
})

describe('streams', () => {
  test.each<[string, InvokeFormat, object[], Verb[]]>([
    [
      'llama3',
      'llama3',
      [llama('', null, { prompt_token_count: 3 }), llama('H'), llama('i'), llama('', 'stop', metrics)],
      [['text', 'H'], ['text', 'i'], finish('stop', 'stop'), measured],
    ],
    [
      'mistral, whose metrics come by themselves',
      'mistral',
      [{ outputs: [{ text: 'Hi', stop_reason: null }] }, { outputs: [{ text: '', stop_reason: 'length' }] }, metrics],
      [['text', 'Hi'], finish('length', 'length'), measured],
    ],
    [
      'deepseek-r1',
      'deepseek-r1',
      [
        { choices: [{ text: 'r</th', stop_reason: null }] },
        { choices: [{ text: 'ink>\n', stop_reason: null }] },
        { choices: [{ text: '\nHi', stop_reason: 'stop' }], ...metrics },
      ],
      [['reasoning', 'r'], ['text', 'Hi'], finish('stop', 'stop'), measured],
    ],
    [
      'chatml, with usage in a chunk after the end',
      'chatml',
      [{ choices: [{ text: 'Hi', finish_reason: 'stop' }] }, { choices: [], usage: {}, ...metrics }],
      [['text', 'Hi'], finish('stop', 'stop'), measured],
    ],
    [
      'openai-chat, with usage of its own',
      'openai-chat',
      [
        delta('<reasoning>r</reasoning>'),
        delta('Hi'),
        { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
        {
          choices: [],
          usage: { prompt_tokens: 9, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 4 } },
          ...metrics,
        },
      ],
      [['reasoning', 'r'], ['text', 'Hi', 0], finish('stop'), ['usage', { input: 5, cacheRead: 4, output: 5 }]],
    ],
    [
      'openai-chat, with a call and AWS’s counts',
      'openai-chat',
      [
        { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...called[0] }] } }] },
        {
          choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
          'amazon-bedrock-invocationMetrics': {
            inputTokenCount: 12,
            outputTokenCount: 34,
            cacheReadInputTokenCount: 5,
            cacheWriteInputTokenCount: 6,
          },
        },
      ],
      [
        ['toolCall', 'c', 'f', 0],
        ['toolInput', '{}', 0],
        finish('tool_calls'),
        ['usage', { input: 12, cacheRead: 5, cacheWrite5m: 6, output: 34 }],
      ],
    ],
  ])('%s', (_, format, chunks, verbs) => {
    expect(streamed(format, chunks, { 'x-amzn-requestid': 'r-1' })).toEqual({
      verbs: [['start', { id: 'r-1', serviceTier: undefined }], ...verbs],
    })
  })

  test.each<[string, InvokeFormat, object[]]>([
    ['nothing', 'llama3', []],
    ['no reason', 'llama3', [llama('Hi', null, metrics)]],
    ['no reason', 'openai-chat', [delta('Hi'), { choices: [], ...metrics }]],
    ['no reason but [DONE]', 'openai-chat', [delta('Hi')]],
  ])('an answer that ends with %s has broken off: %s', (name, format, chunks) => {
    const all = name.includes('[DONE]') ? [...chunks, '[DONE]'] : chunks
    expect(streamed(format, all)).toMatchObject({ fault: failed })
  })

  test('what is told at the end of a stream without metrics are the counts of the answer', () => {
    const chunks = [llama('H', null, { prompt_token_count: 3 }), llama('i', 'stop', { generation_token_count: 2 })]
    expect(streamed('llama3', chunks).verbs.at(-1)).toEqual(['usage', { input: 3, output: 2 }])
  })

  test.each<[string, string]>([
    ['no bytes', '{"p":"abc"}'],
    ['empty bytes', '{"bytes":""}'],
    ['bytes of another type', '{"bytes":5}'],
    ['no Base64', '{"bytes":"!!!!"}'],
    ['Base64 with more around it', `{"bytes":"!!!!${bytesOf(llama('a', 'stop'))}"}`],
    ['no text', `{"bytes":"${Buffer.from([0x22, 0xff, 0x22]).toString('base64')}"}`],
    ['no JSON', `{"bytes":"${bytesOf('{"generation":')}"}`],
    ['no object', `{"bytes":"${bytesOf('[1]')}"}`],
    ['a frame that is no JSON', 'x'.repeat(100_000)],
  ])('a chunk of %s is a fault, with a bounded excerpt for the log', (_, data) => {
    for (const format of ['llama3', 'openai-chat'] as const) {
      const { fault } = frames(format, [['chunk', data]])
      expect(fault).toMatchObject({ code: 'upstream_failed', cause: expect.any(AnswerExcerpt) })
      expect(((fault as Error).cause as AnswerExcerpt).text.length).toBeLessThan(5000)
    }
  })

  test('a failure inside the stream is told by Bedrock’s table', () => {
    const bytes = frameOf(
      [header(':exception-type', 'modelTimeoutException'), header(':message-type', 'exception')],
      '{"message":"Too long."}',
    )
    const { out } = recorder()
    const sink = eventStream(fromInvokeStream('llama3', {}, readFailure)(out))
    expect(() => sink.chunk(bytes)).toThrow(expect.objectContaining({ code: 'upstream_timeout' }))
  })

  test('a failure takes nothing back of an answer that was whole, and is told of one whose usage is due', () => {
    const failure = ['failure:throttlingException', '{"message":"Slow down."}'] as const
    const end = (more: object) => chunk(llama('Hi', 'stop', more))
    expect(frames('llama3', [end(metrics), failure, ['chunk', 'no JSON']])).toEqual({
      verbs: [['text', 'Hi'], finish('stop', 'stop'), measured],
    })
    expect(frames('llama3', [end({}), failure])).toMatchObject({ fault: { code: 'rate_limited' } })
  })

  test('events of a new kind are passed over', () => {
    expect(frames('llama3', [['somethingNew', 'no JSON'], chunk(llama('Hi', 'stop', metrics))]).fault).toBeUndefined()
  })
})

describe('any pieces of a text are the same answer', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 6 }),
    fc.constantFrom('😀', '<', '</', '<reasoning>', '</reasoning>', '</think>', '\n', '</thi', '<reas', 'a'),
  )
  const said = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
  const text = fc.oneof(
    said,
    said.map((rest) => `<reasoning>${rest}`),
  )
  /** Cut anywhere, between the halves of a character too; or everywhere. */
  const cuts = (text: string) =>
    fc.oneof(
      { weight: 4, arbitrary: fc.array(fc.nat(text.length), { maxLength: 12 }) },
      { weight: 1, arbitrary: fc.constant(Array.from(text, (_, index) => index)) },
    )
  const cutText = text.chain((text) => fc.tuple(fc.constant(text), cuts(text)))
  const pieces = (text: string, at: readonly number[]) => {
    const places = [0, ...at.toSorted((a, b) => a - b), text.length]
    return places.slice(1).map((end, index) => text.slice(places[index], end))
  }

  const split = (all: string, tag: string): readonly [reasoning: string, text: string] => {
    const end = all.indexOf(tag)
    const trimmed = (text: string) => text.replace(/^[\r\n]+/, '')
    return end === -1 ? [trimmed(all), ''] : [trimmed(all.slice(0, end)), trimmed(all.slice(end + tag.length))]
  }
  const formats: readonly (readonly [
    InvokeFormat,
    (text: string, end: boolean) => object,
    (text: string) => readonly [string, string],
  ])[] = [
    ['llama3', (text, end) => llama(text, end ? 'stop' : null), (text) => ['', text]],
    [
      'deepseek-r1',
      (text, end) => ({ choices: [{ text, stop_reason: end ? 'stop' : null }] }),
      (text) => split(text, '</think>'),
    ],
    [
      'openai-chat',
      (text, end) => delta(text, end ? { finish_reason: 'stop' } : {}),
      (text) => (text.startsWith('<reasoning>') ? split(text.slice('<reasoning>'.length), '</reasoning>') : ['', text]),
    ],
  ]

  test.each(formats)('%s', (format, chunkOf, expected) => {
    fc.assert(
      fc.property(cutText, fc.integer({ min: 1, max: 300 }), ([text, at], slice) => {
        const all = pieces(text, at)
        const { verbs, fault } = streamed(
          format,
          all.map((piece, index) => chunkOf(piece, index === all.length - 1)),
          { 'x-amzn-requestid': 'r-1' },
          slice,
        )
        expect(fault).toBeUndefined()
        const [reasoning, rest] = expected(text)
        expect(joined(verbs.slice(1)).filter(([name]) => name !== 'usage')).toEqual([
          ...(reasoning === '' ? [] : [['reasoning', reasoning]]),
          ...(rest === '' ? [] : [['text', rest]]),
          ['finish', 'stop'],
        ])
        for (const [name, delta] of verbs) if (name === 'text') expect(String(delta).isWellFormed()).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
