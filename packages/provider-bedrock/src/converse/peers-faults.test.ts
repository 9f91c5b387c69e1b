import { ChatRequest, Ending } from '@moho/core'
import { chatError, connectEntry, createRouter, JsonBody } from '@moho/core/router'
import { type Recording, ReplayClient, ReplayWeb } from '@moho/core/testing'
import { describe, expect, test } from 'vitest'
import { bedrock } from '../index.ts'
import { converseStream } from '../testing/frames.ts'
import { faultOf, translate } from '../testing/translate.ts'

/** What other gateways got wrong, as their users met it, where no other test here has it: what must go upstream, or come out. */

const opus41 = 'us.anthropic.claude-opus-4-1-20250805-v1:0'
const opus47 = 'us.anthropic.claude-opus-4-7'
const opus5 = 'us.anthropic.claude-opus-5'
const sonnet4 = 'us.anthropic.claude-sonnet-4-20250514-v1:0'
const sonnet45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const haiku45 = 'us.anthropic.claude-haiku-4-5-20251001-v1:0'
const nova2 = 'us.amazon.nova-2-lite-v1:0'
const profileArn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456'

const user = (content: unknown, more: object = {}) => ({ role: 'user', content, ...more })
const assistant = (content: unknown, more: object = {}) => ({ role: 'assistant', content, ...more })
const result = (id: string, content: unknown, more: object = {}) => ({
  role: 'tool',
  tool_call_id: id,
  content,
  ...more,
})
const call = (id: string, args = '{}', more: object = {}) => ({
  id,
  type: 'function',
  function: { name: 'f', arguments: args },
  ...more,
})
const calls = (...ids: string[]) => ({ tool_calls: ids.map((id) => call(id)) })
const tool = (name: string, more: object = {}) => ({ type: 'function', function: { name, ...more } })
const text = (text: string) => ({ type: 'text', text })
const pdf = (more: object = {}) => ({
  type: 'file',
  file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0xLjQK' },
  ...more,
})
const sealed = (thinking: string) => ({ thinking_blocks: [{ type: 'thinking', thinking, signature: 's' }] })

const toolUse = (toolUseId: string, input: object = {}) => ({ toolUse: { toolUseId, name: 'f', input } })
const toolResult = (toolUseId: string, ...content: object[]) => ({ toolResult: { toolUseId, content } })
const reasoned = (text: string, more: object = { signature: 's' }) => ({
  reasoningContent: { reasoningText: { text, ...more } },
})
const document = { document: { format: 'pdf', name: 'a', source: { bytes: 'JVBERi0xLjQK' } } }
const point = { cachePoint: { type: 'default' } }
const hourPoint = { cachePoint: { type: 'default', ttl: '1h' } }
const mark = { cache_control: { type: 'ephemeral' } }
const hour = { cache_control: { type: 'ephemeral', ttl: '1h' } }
const long = 'word '.repeat(2000)

describe('a conversation', () => {
  test.each<[string, object[], object[][]]>([
    [
      'an assistant whose content is an empty list says nothing',
      [user('a'), assistant([]), user('b')],
      [[{ text: 'a' }, { text: 'b' }]],
    ],
    ['a user whose content is an empty list says nothing', [user([]), user('a')], [[{ text: 'a' }]]],
    [
      'parts of text go before the calls of the same message',
      [user('a'), assistant([text('b'), text('c')], calls('x')), result('x', 'r')],
      [[{ text: 'a' }], [{ text: 'b' }, { text: 'c' }, toolUse('x')], [toolResult('x', { text: 'r' })]],
    ],
    [
      'a call that a client keeps in two messages is one call',
      [user('a'), assistant(null, calls('x')), assistant(null, calls('x')), result('x', 'r')],
      [[{ text: 'a' }], [toolUse('x')], [toolResult('x', { text: 'r' })]],
    ],
    [
      'empty arguments are no arguments',
      [user('a'), assistant(null, { tool_calls: [call('x', '')] }), result('x', 'r')],
      [[{ text: 'a' }], [toolUse('x', {})], [toolResult('x', { text: 'r' })]],
    ],
    [
      'a blank result is told as none',
      [user('a'), assistant(null, calls('x')), result('x', ' \n')],
      [[{ text: 'a' }], [toolUse('x')], [toolResult('x', { text: '(no output)' })]],
    ],
    [
      'a document beside blank text still needs text',
      [user([pdf(), text(' \n')])],
      [[{ text: '(see the document)' }, document]],
    ],
    [
      'thoughts go before the calls of an answer without text',
      [user('a'), assistant(null, { ...sealed('t'), ...calls('x') }), result('x', 'r')],
      [[{ text: 'a' }], [reasoned('t'), toolUse('x')], [toolResult('x', { text: 'r' })]],
    ],
    [
      'white space at the end of sealed thoughts stays, though the beginning of an answer loses it',
      [user('a'), assistant('b  ', sealed('t   '))],
      [[{ text: 'a' }], [reasoned('t   '), { text: 'b' }]],
    ],
    [
      'thoughts, text and calls of one list keep to their places',
      [
        user('a'),
        assistant(
          [{ type: 'thinking', thinking: 't', signature: 's' }, { type: 'redacted_thinking', data: 'cmVk' }, text('b')],
          calls('x'),
        ),
        result('x', 'r'),
      ],
      [
        [{ text: 'a' }],
        [reasoned('t'), { reasoningContent: { redactedContent: 'cmVk' } }, { text: 'b' }, toolUse('x')],
        [toolResult('x', { text: 'r' })],
      ],
    ],
  ])('%s', (_, messages, expected) => {
    const { body, dropped } = translate({ messages }, sonnet45)
    expect(body.messages.map(({ content }) => content)).toEqual(expected)
    expect(dropped).toEqual([])
  })

  test('a result may be a document and a video', () => {
    const video = { type: 'video_url', video_url: { url: 'data:video/mp4;base64,AAAA' } }
    const messages = [user('a'), assistant(null, calls('x')), result('x', [pdf(), video])]
    const { body } = translate({ messages }, 'amazon.nova-pro-v1:0')
    const shown = { video: { format: 'mp4', source: { bytes: 'AAAA' } } }
    expect(body.messages[2]?.content).toEqual([toolResult('x', document, shown)])
  })

  test('an image of no type in particular is known by its bytes', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/*;base64,iVBORw0KGgo=' } }
    const { body } = translate({ messages: [user([image, text('?')])] }, sonnet45)
    expect(body.messages[0]?.content[0]).toEqual({ image: { format: 'png', source: { bytes: 'iVBORw0KGgo=' } } })
  })

  test.each([nova2, 'minimax.minimax-m2'])('thoughts that Claude sealed go to %s without the seal', (model) => {
    const { body } = translate({ messages: [user('a'), assistant('b', sealed('t')), user('c')] }, model)
    expect(body.messages[1]?.content).toEqual([reasoned('t', {}), { text: 'b' }])
  })
})

describe('tools', () => {
  test('the names of one request are not those of another', () => {
    const dotted = translate({ tools: [tool('a.b')] })
    const plain = translate({ tools: [tool('a_b')] })
    expect([dotted, plain].map(({ body }) => body.toolConfig?.tools)).toMatchObject([
      [{ toolSpec: { name: 'a_b' } }],
      [{ toolSpec: { name: 'a_b' } }],
    ])
    expect([dotted.names.restored('a_b'), plain.names.restored('a_b')]).toEqual(['a.b', 'a_b'])
  })

  test.each(['openai.gpt-oss-120b-1:0', 'us.meta.llama3-3-70b-instruct-v1:0', 'deepseek.v3.2'])(
    '%s is not told to use one, as it would refuse the request',
    (model) => {
      for (const tool_choice of ['required', tool('f')]) {
        const { body, dropped } = translate({ tools: [tool('f')], tool_choice }, model)
        expect(body.toolConfig).not.toHaveProperty('toolChoice')
        expect(dropped).toEqual(['tool_choice'])
      }
    },
  )

  test.each<[string, object | undefined]>([
    [sonnet4, undefined],
    [opus41, undefined],
    ['amazon.nova-pro-v1:0', undefined],
    [sonnet45, { tool_choice: { type: 'auto', disable_parallel_tool_use: true } }],
    [opus5, { tool_choice: { type: 'auto', disable_parallel_tool_use: true } }],
  ])('one at a time, of %s: %j', (model, fields) => {
    const { body, dropped } = translate({ tools: [tool('f')], parallel_tool_calls: false }, model)
    expect(body.additionalModelRequestFields).toEqual(fields)
    expect(dropped).toEqual(fields === undefined ? ['parallel_tool_calls'] : [])
    // Without tools the model would refuse a choice among them.
    const bare = translate({ parallel_tool_calls: false }, model)
    expect(bare.body).not.toHaveProperty('additionalModelRequestFields')
  })

  test('strict ones lose that where the newest Claude refuses it', () => {
    const { body, dropped } = translate({ tools: [tool('f', { strict: true })] }, opus47)
    expect(body.toolConfig?.tools).toEqual([
      { toolSpec: { name: 'f', inputSchema: { json: { type: 'object', properties: {} } } } },
    ])
    expect(dropped).toEqual(['tools[0].function.strict'])
  })
})

describe('parameters', () => {
  test.each<[string, object | undefined, string[]]>([
    [sonnet4, { temperature: 0.5, topP: 0.9 }, []],
    [opus41, { temperature: 0.5 }, ['top_p']],
    [haiku45, { temperature: 0.5 }, ['top_p']],
    [opus47, undefined, ['temperature', 'top_p']],
    [opus5, undefined, ['temperature', 'top_p']],
  ])('temperature and top_p of %s', (model, inferenceConfig, dropped) => {
    const translated = translate({ temperature: 0.5, top_p: 0.9 }, model)
    expect(translated.body.inferenceConfig).toEqual(inferenceConfig)
    expect(translated.dropped).toEqual(dropped)
  })

  test('a government’s profile of a model is that model', () => {
    const model = 'us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0'
    expect(translate({ top_k: 5 }, model).body.additionalModelRequestFields).toEqual({ top_k: 5 })
    expect(translate({ reasoning_effort: 'low', max_tokens: 8000 }, model).body.additionalModelRequestFields).toEqual({
      thinking: { type: 'enabled', budget_tokens: 2400 },
    })
  })

  test('a limit that another model took is cut to what this one writes', () => {
    const { body, dropped } = translate({ max_tokens: 128_000 }, haiku45)
    expect(body.inferenceConfig).toEqual({ maxTokens: 64_000 })
    expect(dropped).toEqual(['max_tokens'])
  })

  test('more stop sequences than some models take are all sent, and the model judges', () => {
    const stop = ['a', 'b', 'c', 'd', 'e']
    expect(translate({ stop }, nova2).body.inferenceConfig).toEqual({ stopSequences: stop })
  })

  test('credentials in a request go nowhere', () => {
    const secrets = { aws_access_key_id: 'canary', aws_secret_access_key: 'canary', aws_session_token: 'canary' }
    const { body, dropped } = translate({ ...secrets, extra_body: { aws_role_name: 'canary' } }, sonnet45)
    expect(JSON.stringify(body)).not.toContain('canary')
    expect(dropped).toEqual([...Object.keys(secrets), 'extra_body'])
  })
})

describe('prompt caching', () => {
  test('an hour is kept wherever the mark stands', () => {
    const chat = {
      tools: [{ ...tool('f', { description: long }), ...hour }],
      messages: [
        user('a'),
        assistant('b', hour),
        user('c'),
        assistant(null, { tool_calls: [call('x', '{}', hour)] }),
        result('x', 'r', hour),
      ],
    }
    const { body, dropped } = translate(chat, sonnet45)
    expect(dropped).toEqual([])
    expect(body.toolConfig?.tools[1]).toEqual(hourPoint)
    expect(body.messages.map(({ content }) => content.slice(1))).toEqual([
      [],
      [hourPoint],
      [],
      [hourPoint],
      [hourPoint],
    ])
  })

  test('of too many marks the first ones go, tools before all, and no text with them', () => {
    const chat = {
      tools: [{ ...tool('f', { description: long }), ...mark }],
      messages: [
        { role: 'system', content: 's', ...mark },
        user('a', mark),
        assistant(null, { ...calls('x'), ...mark }),
        result('x', 'r', mark),
        user('b', mark),
      ],
    }
    const { body, dropped } = translate(chat, sonnet45)
    expect(dropped).toEqual(['tools[0].cache_control', 'messages[0].cache_control'])
    expect(body.toolConfig?.tools).toHaveLength(1)
    expect(body.system).toEqual([{ text: 's' }])
    expect(body.messages.map(({ content }) => content)).toEqual([
      [{ text: 'a' }, point],
      [toolUse('x'), point],
      [toolResult('x', { text: 'r' }), point, { text: 'b' }, point],
    ])
  })

  test('a file is marked like text, and five minutes need no saying', () => {
    const marked = pdf({ cache_control: { type: 'ephemeral', ttl: '5m' } })
    const { body, dropped } = translate({ messages: [user([marked, text('?')])] }, sonnet45)
    expect(body.messages[0]?.content).toEqual([document, point, { text: '?' }])
    expect(dropped).toEqual([])
  })
})

describe('an answer by a schema', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } }
  const response_format = { type: 'json_schema', json_schema: { name: 'n', schema } }

  test.each([
    ['zai.glm-5', 'native'],
    ['deepseek.v3.2', 'native'],
    ['us.anthropic.claude-sonnet-5-5', 'tool'],
    // Nobody can say what is behind it.
    [profileArn, 'tool'],
  ])('%s: %s', (model, way) => {
    const { body, output } = translate({ response_format }, model)
    expect(output?.way).toBe(way)
    expect('outputConfig' in body).toBe(way === 'native')
    expect('toolConfig' in body).toBe(way === 'tool')
    // Never in the prompt alone, which would answer with prose and status 200.
    expect(body).not.toHaveProperty('system')
  })
})

/** What a caller gets for a chat whose upstream says this, by the whole way through the engine. Without an upstream nothing may be sent. */
async function answerTo(chat: object, upstream?: Recording) {
  const http = new ReplayClient(upstream === undefined ? [] : [upstream])
  const credentialKind = bedrock.credentials.find(({ type }) => type === 'api-key') ?? expect.fail()
  const entry = connectEntry(
    {
      id: 'e',
      displayName: 'e',
      provider: bedrock,
      config: bedrock.config.parse({ region: 'us-east-1' }),
      credentialKind,
      authSettings: credentialKind.settings.parse({ apiKey: 'ABSKexample-api-key' }),
      enabled: true,
      firstParty: false,
      simulated: false,
      unlistedModels: 'allow',
      models: undefined,
    },
    http,
  )
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const web = new ReplayWeb()
  const router = createRouter({ entries: new Map([['e', entry]]), guards: [], observers: [], http, web, log })
  const body = JSON.stringify({ model: `e/${sonnet45}`, messages: [user('hi')], ...chat })
  return router.dispatch({
    id: 'call-1',
    operation: 'chat',
    caller: { key: 'test', metadata: {} },
    access: { allows: () => true },
    body: new JsonBody(Buffer.from(body), ChatRequest),
    headers: {},
    ending: new Ending(),
    strict: false,
  })
}

async function wholeAnswer(chat: object, answer: object) {
  const got = await answerTo(chat, { body: JSON.stringify(answer) })
  if (got.kind === 'fault') throw got.error
  if (got.kind === 'stream') throw new Error('It streams where nobody asked it to.')
  return JSON.parse(Buffer.from(got.body).toString())
}

/** The events of a stream, parsed. */
async function streamedAnswer(chat: object, events: readonly (readonly [name: string, payload: object])[]) {
  const got = await answerTo(
    { ...chat, stream: true },
    { headers: { 'content-type': 'application/vnd.amazon.eventstream' }, body: converseStream(events) },
  )
  if (got.kind === 'fault') throw got.error
  if (got.kind !== 'stream') throw new Error('It does not stream.')
  const written = await new Promise<string>((resolve) => {
    let all = ''
    got.body.pipe({
      write: (piece) => {
        all += piece
      },
      end: () => resolve(all),
    })
  })
  return written
    .trimEnd()
    .split('\n\n')
    .map((event) => event.slice('data: '.length))
    .map((data) => (data === '[DONE]' ? data : JSON.parse(data)))
}

const usage = { inputTokens: 10, outputTokens: 5, cacheReadInputTokens: 3, cacheWriteInputTokens: 2, totalTokens: 20 }
const converse = (content: unknown, more: object = {}) => ({
  output: { message: { role: 'assistant', content } },
  stopReason: 'end_turn',
  usage,
  ...more,
})

/** A stream of blocks, each with its start, if it has one, and its deltas. */
const streamOf = (stopReason: string, ...blocks: (readonly [start: object | undefined, ...deltas: object[]])[]) => [
  ['messageStart', { role: 'assistant' }] as const,
  ...blocks.flatMap(([start, ...deltas], contentBlockIndex) => [
    ...(start === undefined ? [] : [['contentBlockStart', { contentBlockIndex, start }] as const]),
    ...deltas.map((delta) => ['contentBlockDelta', { contentBlockIndex, delta }] as const),
    ['contentBlockStop', { contentBlockIndex }] as const,
  ]),
  ['messageStop', { stopReason }] as const,
  ['metadata', { usage }] as const,
]

const deltasOf = (events: { choices?: { delta?: object }[] }[]) =>
  events.flatMap(({ choices }) => choices?.map(({ delta }) => delta) ?? [])
const started = (index: number, id: string) => ({
  tool_calls: [{ index, id, type: 'function', function: { name: 'f', arguments: '' } }],
})
const continued = (index: number, args: string) => ({ tool_calls: [{ index, function: { arguments: args } }] })

describe('an answer', () => {
  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['guardrail_intervened', 'content_filter'],
    ['content_filtered', 'content_filter'],
  ])('that ended by %s says %s, whole or streamed, and no word of Bedrock’s', async (stopReason, finish_reason) => {
    const whole = await wholeAnswer({}, converse([{ text: 'a' }], { stopReason }))
    expect(whole.choices[0]).toMatchObject({ message: { content: 'a' }, finish_reason })
    const streamed = await streamedAnswer({}, streamOf(stopReason, [undefined, { text: 'a' }]))
    expect(streamed.at(-2)).toMatchObject({ choices: [{ delta: {}, finish_reason }] })
    expect(streamed.at(-1)).toBe('[DONE]')
  })

  test.each([
    ['nothing', null],
    ['an empty list', []],
  ])('whose content is %s, without usage, is an empty text', async (_, content) => {
    const whole = await wholeAnswer({}, converse(content, { usage: null }))
    expect(whole.choices[0].message).toEqual({ role: 'assistant', content: '', refusal: null })
    expect(whole).not.toHaveProperty('usage')
  })

  test('has all of its texts as one, beside its calls', async () => {
    const whole = await wholeAnswer(
      {},
      converse([{ text: 'One.' }, toolUse('x', { a: 1 }), { text: ' Two.' }, toolUse('y')], { stopReason: 'tool_use' }),
    )
    expect(whole.choices[0]).toMatchObject({
      message: {
        content: 'One. Two.',
        tool_calls: [
          { id: 'x', function: { name: 'f', arguments: '{"a":1}' } },
          { id: 'y', function: { name: 'f', arguments: '{}' } },
        ],
      },
      finish_reason: 'tool_calls',
    })
  })

  test('counts what was read from the cache and written to it as prompt, once', async () => {
    const expected = {
      prompt_tokens: 15,
      completion_tokens: 5,
      total_tokens: 20,
      prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 2 },
    }
    expect((await wholeAnswer({}, converse([{ text: 'a' }]))).usage).toEqual(expected)
    const events = streamOf('end_turn', [undefined, { text: 'a' }])
    const told = await streamedAnswer({ stream_options: { include_usage: true } }, events)
    expect(told.at(-2)).toMatchObject({ choices: [], usage: expected })
    expect(JSON.stringify(await streamedAnswer({}, events))).not.toContain('usage')
  })

  test('in pieces tells its role once, counts calls and not blocks, and always gives them arguments', async () => {
    const events = await streamedAnswer(
      { tools: [tool('f')] },
      streamOf(
        'tool_use',
        [undefined, { reasoningContent: { text: 't' } }, { reasoningContent: { signature: 's' } }],
        [undefined, { text: 'a' }],
        [{ toolUse: { toolUseId: 'x', name: 'f' } }, { toolUse: { input: '{"a"' } }, { toolUse: { input: ':1}' } }],
        [{ toolUse: { toolUseId: 'y', name: 'f' } }],
      ),
    )
    expect(events.at(-1)).toBe('[DONE]')
    expect(deltasOf(events)).toEqual([
      { role: 'assistant', content: '' },
      { reasoning_content: 't' },
      { thinking_blocks: [{ type: 'thinking', thinking: 't', signature: 's' }] },
      { content: 'a' },
      started(0, 'x'),
      continued(0, '{"a"'),
      continued(0, ':1}'),
      started(1, 'y'),
      continued(1, '{}'),
      {},
    ])
    expect(new Set(events.slice(0, -1).map(({ id }) => id)).size).toBe(1)
  })

  test('whose model keeps its thoughts to itself has their seal and no empty thought', async () => {
    const events = await streamedAnswer(
      {},
      streamOf('end_turn', [undefined, { reasoningContent: { signature: 's' } }], [undefined, { text: 'a' }]),
    )
    expect(deltasOf(events)).toEqual([
      { role: 'assistant', content: '' },
      { thinking_blocks: [{ type: 'thinking', thinking: '', signature: 's' }] },
      { content: 'a' },
      {},
    ])
  })

  test('that is cut off within a call ends like any other, with the call as far as it came', async () => {
    const events = await streamedAnswer(
      { tools: [tool('f')], stream_options: { include_usage: true } },
      streamOf('max_tokens', [{ toolUse: { toolUseId: 'x', name: 'f' } }, { toolUse: { input: '{"a":"b' } }]),
    )
    expect(deltasOf(events).slice(1)).toEqual([started(0, 'x'), continued(0, '{"a":"b'), {}])
    expect(events.at(-3)).toMatchObject({ choices: [{ finish_reason: 'length' }] })
    expect(events.at(-2)).toMatchObject({ choices: [], usage: { total_tokens: 20 } })
    expect(events.at(-1)).toBe('[DONE]')
  })

  test.each([
    ['before it begins', { body: '', broken: true }],
    ['in the middle', { body: '{"output":{"message":', broken: true }],
  ])('whose connection breaks %s is a fault that may be tried again', async (_, upstream) => {
    const got = await answerTo({}, upstream)
    expect(got).toMatchObject({ kind: 'fault', error: { code: 'upstream_failed', retry: 'again' } })
  })
})

describe('a refusal', () => {
  test.each<[string, string, object]>([
    ['no model', 'model', { model: undefined }],
    ['a tool without a name', 'tools[1].function.name', { tools: [tool('f'), tool('')] }],
    ['a tool in another API’s shape', 'tools[0].type', { tools: [{ name: 'f', input_schema: { type: 'object' } }] }],
    [
      'a tool that is no function',
      'tools[0].type',
      { tools: [{ type: 'computer_20250124', name: 'computer', display_width_px: 800 }] },
    ],
    [
      'a call in another API’s shape',
      'messages[1].content[0].type',
      { messages: [user('a'), assistant([{ type: 'tool_use', id: 'x', name: 'f', input: {} }])] },
    ],
    [
      'a result in another API’s shape',
      'messages[0].content[0].type',
      { messages: [user([{ type: 'tool_result', tool_use_id: 'x', content: 'r' }])] },
    ],
    [
      'a call without an id',
      'messages[1].tool_calls[0].id',
      { messages: [user('a'), assistant(null, { tool_calls: [{ type: 'function', function: { name: 'f' } }] })] },
    ],
    [
      'a result that is neither text nor parts',
      'messages[2].content',
      { messages: [user('a'), assistant(null, calls('x')), result('x', { a: 1 })] },
    ],
    ['a choice by a bare name', 'tool_choice', { tools: [tool('f')], tool_choice: 'f' }],
    ['a choice that is a number', 'tool_choice', { tools: [tool('f')], tool_choice: 5 }],
    ['an empty choice', 'tool_choice.type', { tools: [tool('f')], tool_choice: {} }],
    ['an effort that is none', 'reasoning_effort', { reasoning_effort: '' }],
    ['a temperature below zero', 'temperature', { temperature: -1 }],
    [
      'a schema whose name Bedrock refuses',
      'response_format.json_schema.name',
      { response_format: { type: 'json_schema', json_schema: { name: 'x'.repeat(65), schema: { type: 'object' } } } },
    ],
  ])('%s is told at %s, and nothing is sent', async (_, param, chat) => {
    const got = await answerTo(chat)
    expect(got).toMatchObject({ kind: 'fault', error: { code: 'invalid_request', param } })
  })

  test('nothing but empty lists is a fault of the request', () => {
    expect(faultOf({ messages: [user([])] }, sonnet45)).toMatchObject({ code: 'invalid_request', param: 'messages' })
  })

  test.each([
    ['as a text', 'The model returned the following errors: {"error":{"message":"Bad tool."}}'],
    ['plainly', 'Bad tool.'],
  ])('of Bedrock’s, told %s, has the members that clients know, each of its type', async (_, message) => {
    const upstream: Recording = {
      status: 400,
      headers: { 'x-amzn-errortype': 'ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/' },
      body: JSON.stringify({ message }),
    }
    const got = await answerTo({}, upstream)
    if (got.kind !== 'fault') return expect.fail()
    expect(chatError(got.error)).toEqual({
      error: {
        message: 'Bedrock refused the request: Bad tool.',
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_request',
      },
    })
  })
})
