import { conformance, ReplayClient, ReplayWeb } from '@moho/core/testing'
import { describe, expect, it } from 'vitest'
import { readOpenAiRefusal } from './errors.ts'
import { openai } from './index.ts'
import { resolveModel } from './models.ts'

const completion = (message: object, finish_reason: string) => ({
  body: JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-5-mini-2025-08-07',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: null, refusal: null, ...message },
        logprobs: null,
        finish_reason,
      },
    ],
    usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12, prompt_tokens_details: { cached_tokens: 4 } },
  }),
})
const chunk = (delta: object, more: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt-5-mini-2025-08-07',
  choices: [{ index: 0, delta, finish_reason: null }],
  usage: null,
  ...more,
})
const stream = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Hel' }),
  chunk({ content: 'lo' }),
  chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
  chunk({}, { choices: [], usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 } }),
]

describe('openai', () => {
  const checks = conformance({
    provider: openai,
    config: { baseUrl: 'https://openai.example/v1/' },
    auth: { type: 'api-key', apiKey: 'sk-secret-0123456789' },
    secret: 'sk-secret-0123456789',
    model: 'gpt-5-mini',
    answers: {
      text: completion({ content: 'Hello' }, 'stop'),
      toolCall: completion(
        {
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } },
          ],
        },
        'tool_calls',
      ),
      stream: {
        headers: { 'content-type': 'text/event-stream' },
        body: `${stream.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`,
      },
    },
  })
  for (const { name, run } of checks) it(name, run)
})

describe('a request', () => {
  const sent = async (streamUsage: boolean, text: string) => {
    const http = new ReplayClient([{ body: '{}' }])
    const { chat } = openai.connect(openai.config.parse({ baseUrl: 'https://openai.example/v1', streamUsage }))
    const { JsonBody } = await import('@moho/core/router')
    const { ChatRequest } = await import('@moho/core')
    const call = {
      id: 'c',
      signal: AbortSignal.timeout(1000),
      headers: {},
      http,
      web: new ReplayWeb(),
      log: { debug() {}, info() {}, warn() {}, error() {} },
      target: {
        entry: 'e',
        operation: 'chat',
        model: { id: 'up' },
        name: 'up',
        upstreamId: 'up',
        region: undefined,
        path: '',
      },
      secret: async () => 'sk-secret-0123456789',
      refused() {},
      dropped() {},
      note() {},
    } as const
    await chat?.(new JsonBody(Buffer.from(text), ChatRequest), call)
    return Buffer.from(http.requests[0]?.body ?? '').toString()
  }

  it('goes through byte for byte, but for the name of the model', async () => {
    const text = '{ "temperature": 1.0,"model":"entry/x", "big": 12345678901234567890,\n"messages":[ ] }'
    expect(await sent(true, text)).toBe(text.replace('"entry/x"', '"up"'))
  })

  it('asks a stream for its usage, unless the entry says not to, and keeps the caller’s other options', async () => {
    const text = '{"model":"x","stream":true,"stream_options":{"include_obfuscation":false},"messages":[]}'
    expect(JSON.parse(await sent(true, text)).stream_options).toEqual({
      include_obfuscation: false,
      include_usage: true,
    })
    expect(JSON.parse(await sent(false, text)).stream_options).toEqual({ include_obfuscation: false })
    expect(JSON.parse(await sent(true, '{"model":"x","messages":[]}'))).not.toHaveProperty('stream_options')
  })

  it('names one model to the router and to the upstream, however the body is spelled', async () => {
    for (const text of [
      '{"model":"a","model":"b","messages":[]}',
      '{"mod\\u0065l":"b","messages":[]}',
      '{"model":"a","mod\\u0065l":"b","messages":[]}',
    ]) {
      const body = await sent(true, text)
      expect(body.match(/mod/g)).toHaveLength(1)
      expect(JSON.parse(body).model).toBe('up')
    }
  })
})

describe('a refusal', () => {
  it.each([
    [400, 'context_length_exceeded', 'context_length_exceeded'],
    [400, 'content_filter', 'content_blocked'],
    [400, 'unsupported_parameter', 'unsupported'],
    [404, 'model_not_found', 'model_not_found'],
    [400, 'whatever', 'invalid_request'],
    [400, 'toString', 'invalid_request'],
    [429, 'rate_limit_exceeded', 'rate_limited'],
  ])('of status %i and code %s is %s', (status, code, expected) => {
    const text = JSON.stringify({ error: { message: 'No.', type: 't', param: 'messages', code } })
    const { error } = readOpenAiRefusal({ status, headers: {}, text })
    expect(error).toMatchObject({ code: expected, param: 'messages' })
    expect(error.message).toContain('No.')
  })
})

describe('a model’s id', () => {
  it.each(['gpt-5-mini', 'org/model:free', 'a b', 'ü'])('may be %j', (id) => {
    expect(resolveModel(id)).toEqual({ id })
  })

  it.each(['', ' x', 'x\n', 'x'.repeat(513)])('may not be %j', (id) => {
    expect(resolveModel(id)).toBeUndefined()
  })
})
