import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ScriptedAnswer, type Simulator, startSimulator } from '../index.ts'
import { see } from '../testing/raw-client.ts'

let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator({ now: () => new Date('2026-01-02T03:04:05Z') })
})
beforeEach(() => simulator.reset())
afterAll(() => simulator.close())

async function call(
  path: string,
  body?: unknown,
  key = simulator.apiKey,
): Promise<{ response: Response; text: string }> {
  const response = await fetch(simulator.openaiUrl + path, {
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { response, text: await response.text() }
}

async function json(path: string, body?: unknown): Promise<unknown> {
  const { response, text } = await call(path, body)
  if (response.status !== 200) throw new Error(text)
  return JSON.parse(text)
}

const chat = (content: string, more: object = {}) => ({
  model: 'gpt-5.6',
  messages: [{ role: 'user', content }],
  ...more,
})
const tools = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
]
const toolCall = { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } }

interface Chunk {
  id: string
  model: string
  usage?: unknown
  choices: { delta: Record<string, unknown>; finish_reason: string | null }[]
}

const dataOf = (text: string): string[] => text.match(/(?<=^data: ).*$/gm) ?? []
const chunksOf = (text: string): Chunk[] =>
  dataOf(text)
    .filter((data) => data !== '[DONE]')
    .map((data) => JSON.parse(data))

describe('chat completions', () => {
  it('answers whole', async () => {
    const { response, text } = await call('/chat/completions', chat('[[sim:say=Hello there]] [[sim:usage=10,5,3,2]]'))
    expect(response.headers.get('x-request-id')).toBeTruthy()
    expect(JSON.parse(text)).toEqual({
      id: 'chatcmpl-sim000000000001',
      object: 'chat.completion',
      created: 1767323045,
      model: 'gpt-5.6',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello there', refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 15,
        completion_tokens: 5,
        total_tokens: 20,
        prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 2, audio_tokens: 0 },
        completion_tokens_details: {
          reasoning_tokens: 0,
          audio_tokens: 0,
          accepted_prediction_tokens: 0,
          rejected_prediction_tokens: 0,
        },
      },
      service_tier: 'default',
      system_fingerprint: 'fp_simulated',
    })
    expect(simulator.calls[0]).toMatchObject({ operation: 'ChatCompletions', modelId: 'gpt-5.6', status: 200 })
  })

  it('answers in chunks, with the usage only where it is asked for', async () => {
    const { response, text } = await call('/chat/completions', chat('[[sim:say=Hello there]]', { stream: true }))
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(dataOf(text).at(-1)).toBe('[DONE]')
    const chunks = chunksOf(text)
    expect(chunks.map(({ choices }) => choices[0]?.delta)).toEqual([
      { role: 'assistant', content: '', refusal: null },
      { content: 'Hell' },
      { content: 'o th' },
      { content: 'ere' },
      {},
    ])
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason)).toEqual([null, null, null, null, 'stop'])
    expect(new Set(chunks.map(({ id, model }) => id + model)).size).toBe(1)
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false)
  })

  it('sends null as usage until the last chunk, which has no choices', async () => {
    const more = { stream: true, stream_options: { include_usage: true } }
    const { text } = await call('/chat/completions', chat('[[sim:say=Hi]] [[sim:usage=7,2]]', more))
    const chunks = chunksOf(text)
    expect(chunks.map(({ usage }) => usage).slice(0, -1)).toEqual([null, null, null])
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 2 } })
    expect(dataOf(text).at(-1)).toBe('[DONE]')
  })

  it('calls a tool, whole and in chunks, and takes the result', async () => {
    const body = chat('What is the weather in Rome?', { tools })
    expect(await json('/chat/completions', body)).toMatchObject({
      choices: [
        {
          finish_reason: 'tool_calls',
          message: {
            content: null,
            tool_calls: [{ type: 'function', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } }],
          },
        },
      ],
    })
    const { text } = await call('/chat/completions', { ...body, stream: true })
    const pieces = chunksOf(text).flatMap(({ choices }) => {
      const calls = choices[0]?.delta.tool_calls
      return Array.isArray(calls) ? calls : []
    })
    expect(pieces[0]).toMatchObject({ index: 0, type: 'function', function: { name: 'get_weather', arguments: '' } })
    expect(pieces.slice(1).every((piece) => piece.index === 0 && !('id' in piece))).toBe(true)
    expect(pieces.map((piece) => piece.function.arguments).join('')).toBe('{"city":"Rome"}')
    const messages = [
      ...body.messages,
      { role: 'assistant', content: null, tool_calls: [toolCall] },
      { role: 'tool', tool_call_id: 'call_1', content: '31 degrees' },
    ]
    expect(await json('/chat/completions', { ...body, messages })).toMatchObject({
      choices: [{ finish_reason: 'stop', message: { content: 'The tool get_weather answered: 31 degrees' } }],
    })
  })

  it('thinks, fills schemas, stops and repeats itself', async () => {
    expect(await json('/chat/completions', chat('Hi [[sim:reasoning]]'))).toMatchObject({
      choices: [{ message: { reasoning_content: expect.stringContaining('The user wrote') } }],
    })
    const schema = { type: 'object', properties: { a: { type: 'boolean' } }, required: ['a'] }
    const format = { response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } }
    const filled = (await json('/chat/completions', chat('Hi', format))) as {
      choices: [{ message: { content: string } }]
    }
    expect(typeof JSON.parse(filled.choices[0].message.content).a).toBe('boolean')
    expect(await json('/chat/completions', chat('Hi', { max_completion_tokens: 1, n: 2 }))).toMatchObject({
      choices: [
        { index: 0, finish_reason: 'length', message: { content: 'You ' } },
        { index: 1, finish_reason: 'length', message: { content: 'You ' } },
      ],
      usage: { completion_tokens: 2 },
    })
    expect(await json('/chat/completions', chat('Hi', { stop: 'said' }))).toMatchObject({
      choices: [{ finish_reason: 'stop', message: { content: 'You ' } }],
    })
  })

  it.each<[string, unknown, string | null, string | null]>([
    ['no JSON', '{', null, null],
    ['no model', { messages: [] }, 'missing_required_parameter', 'model'],
    ['no messages', { model: 'x', messages: [] }, 'empty_array', 'messages'],
    ['an unknown parameter', chat('Hi', { foo: 1 }), 'unknown_parameter', 'foo'],
    ['a wrong type', chat('Hi', { temperature: 'hot' }), 'invalid_type', 'temperature'],
    ['a number that is too high', chat('Hi', { temperature: 3 }), 'decimal_above_maximum_value', 'temperature'],
    ['a number that is too low', chat('Hi', { max_tokens: 0 }), 'integer_below_minimum_value', 'max_tokens'],
    ['an unknown value', chat('Hi', { reasoning_effort: 'huge' }), 'invalid_value', 'reasoning_effort'],
    [
      'a role that is none',
      { model: 'x', messages: [{ role: 'bot', content: '' }] },
      'invalid_value',
      'messages[0].role',
    ],
    ['options of a stream that is none', chat('Hi', { stream_options: {} }), 'invalid_value', 'stream_options'],
    [
      'a result of no call',
      { model: 'x', messages: [{ role: 'tool', tool_call_id: 'a', content: '' }] },
      null,
      'messages.[0].role',
    ],
    [
      'a call without a result',
      { model: 'x', messages: [{ role: 'assistant', tool_calls: [toolCall] }] },
      null,
      'messages.[1].role',
    ],
    ['a choice without tools', chat('Hi', { tool_choice: 'auto' }), null, 'tool_choice'],
  ])('refuses %s', async (_what, body, code, param) => {
    const { response, text } = await call('/chat/completions', body)
    expect([response.status, JSON.parse(text)]).toEqual([
      400,
      { error: { message: expect.any(String), type: 'invalid_request_error', param, code } },
    ])
  })

  it.each<[string, number, string | null]>([
    ['rate_limit_exceeded', 429, 'rate_limit_exceeded'],
    ['insufficient_quota', 429, 'insufficient_quota'],
    ['context_length_exceeded', 400, 'context_length_exceeded'],
    ['model_not_found', 404, 'model_not_found'],
    ['server_error', 500, 'server_error'],
    ['server_is_overloaded', 503, 'server_is_overloaded'],
    ['ThrottlingException', 429, 'rate_limit_exceeded'],
  ])('fails with %s', async (name, status, code) => {
    const { response, text } = await call('/chat/completions', chat(`[[sim:error=${name}:said so]]`))
    expect([response.status, JSON.parse(text).error]).toMatchObject([status, { message: 'said so', code }])
    expect(simulator.calls[0]?.error).toBe(code)
  })
})

describe('server-sent events that go wrong', () => {
  const STREAM = '/compatible/v1/chat/completions'
  const ask = (directives: string): string =>
    JSON.stringify(chat(`[[sim:say=abcdefgh]] ${directives}`, { stream: true }))
  const PAIRS: [string, string, ScriptedAnswer, (text: string, data: string[]) => void][] = [
    [
      'an error as the first event',
      '[[sim:exception=rate_limit_exceeded:slow]]',
      { exception: 'rate_limit_exceeded:slow' },
      (_text, data) => {
        const error = { message: 'slow', type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' }
        expect(data.map((one) => JSON.parse(one))).toEqual([{ error }])
      },
    ],
    [
      'an error after two events',
      '[[sim:exception=server_error]] [[sim:at=2]]',
      { exception: 'server_error', at: 2 },
      (_text, data) => expect([data.length, JSON.parse(data[2] ?? '').error.code]).toEqual([3, 'server_error']),
    ],
    ['no [DONE]', '[[sim:without=done]]', { without: 'done' }, (text) => expect(text).not.toContain('[DONE]')],
    [
      'no finish_reason',
      '[[sim:without=finish]]',
      { without: 'finish' },
      (text, data) => {
        expect(data.at(-1)).toBe('[DONE]')
        expect(text).not.toContain('"finish_reason":"stop"')
      },
    ],
    [
      'two [DONE]',
      '[[sim:twice=done]]',
      { twice: 'done' },
      (_text, data) => expect(data.slice(-2)).toEqual(['[DONE]', '[DONE]']),
    ],
    [
      'data after [DONE]',
      '[[sim:afterEnd]]',
      { afterEnd: true },
      (_text, data) => expect([data.at(-2), data.at(-1)]).toEqual(['[DONE]', expect.stringContaining('chunk')]),
    ],
    ['comments', '[[sim:comments=2]]', { comments: 2 }, (text) => expect(text.match(/^: ping$/gm)).toHaveLength(3)],
    [
      'carriage returns',
      '[[sim:crlf]]',
      { crlf: true },
      (text) => expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/),
    ],
    [
      'data that is no JSON',
      '[[sim:garbageJson]] [[sim:at=1]]',
      { garbageJson: true, at: 1 },
      (_text, data) => expect(() => JSON.parse(data[1] ?? '')).toThrow(),
    ],
    [
      'bytes of nothing',
      '[[sim:garbageBytes=5]] [[sim:at=1]]',
      { garbageBytes: 5, at: 1 },
      (text) => expect(text).toContain('\ufffd'),
    ],
  ]
  it.each(PAIRS)('have %s', async (_what, directives, script, check) => {
    const directed = (await see(simulator, STREAM, ask(directives))).body.toString()
    check(directed, dataOf(directed))
    simulator.script(script)
    const scripted = (await see(simulator, STREAM, ask(''))).body.toString()
    check(scripted, dataOf(scripted))
  })

  it('are cut, hang and linger as any stream', async () => {
    const cut = await see(simulator, STREAM, ask('[[sim:cutAfterEvents=2]] [[sim:cutBy=rst]]'))
    expect([dataOf(cut.body.toString()).length, cut.ending]).toEqual([2, 'rst'])
    const hung = await see(simulator, STREAM, ask('[[sim:hangAfter=1]]'))
    expect([dataOf(hung.body.toString()).length, hung.ending]).toEqual([1, 'silent'])
    const lingering = await see(simulator, STREAM, ask('[[sim:linger]]'))
    expect([dataOf(lingering.body.toString()).at(-1), lingering.ending]).toEqual(['[DONE]', 'silent'])
  })
})

describe('authentication', () => {
  it('refuses no key and a wrong one, as OpenAI does', async () => {
    const wrong = await call('/chat/completions', chat('Hi'), 'sk-0123456789abcdef')
    expect([wrong.response.status, JSON.parse(wrong.text)]).toEqual([
      401,
      {
        error: {
          message: 'Incorrect API key provided: sk-0********cdef.',
          type: 'invalid_request_error',
          param: null,
          code: 'invalid_api_key',
        },
      },
    ])
    const none = await fetch(`${simulator.openaiUrl}/models`)
    expect([none.status, await none.json()]).toMatchObject([401, { error: { code: null } }])
  })

  it('answers other paths and methods as OpenAI does', async () => {
    expect((await call('/nothing')).response.status).toBe(404)
    expect((await call('/chat/completions')).response.status).toBe(405)
  })

  it('is at the path that is asked for', async () => {
    const other = await startSimulator({ openaiPath: '/v1' })
    const response = await fetch(`${other.openaiUrl}/models`, { headers: { authorization: `Bearer ${other.apiKey}` } })
    expect([other.openaiUrl, response.status]).toEqual([`${other.url}/v1`, 200])
    await other.close()
    await expect(startSimulator({ openaiPath: '/v1/' })).rejects.toThrow('openaiPath')
  })
})
