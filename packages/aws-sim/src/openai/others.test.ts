import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../index.ts'

/** What the OpenAI-compatible service has besides Chat Completions. */

let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator({ now: () => new Date('2026-01-02T03:04:05Z') })
})
beforeEach(() => simulator.reset())
afterAll(() => simulator.close())

async function call(path: string, body?: unknown): Promise<{ status: number; text: string }> {
  const response = await fetch(simulator.openaiUrl + path, {
    headers: { authorization: `Bearer ${simulator.apiKey}` },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })
  return { status: response.status, text: await response.text() }
}

async function json(path: string, body?: unknown): Promise<unknown> {
  return JSON.parse((await call(path, body)).text)
}

interface ResponseEvent {
  type: string
  sequence_number: number
  delta?: string
  response?: Record<string, unknown>
}

/** Each event with its `event:` line, which must say the same as the data. */
function eventsOf(text: string): ResponseEvent[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const [, name, data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? []
      const event: ResponseEvent = JSON.parse(data)
      expect(event.type).toBe(name)
      return event
    })
}

describe('responses', () => {
  it('answer whole', async () => {
    expect(await json('/responses', { model: 'gpt-5.6', input: '[[sim:say=Hello]] [[sim:usage=4,2]]' })).toMatchObject({
      object: 'response',
      status: 'completed',
      model: 'gpt-5.6',
      output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello' }] }],
      usage: { input_tokens: 4, output_tokens: 2, total_tokens: 6 },
    })
  })

  it('answer in events in the official order', async () => {
    const { text } = await call('/responses', { model: 'gpt-5.6', input: '[[sim:say=Hello you]]', stream: true })
    const events = eventsOf(text)
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ])
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index))
    expect(events.map(({ delta }) => delta ?? '').join('')).toBe('Hello you')
    expect(events.at(-1)?.response).toMatchObject({ status: 'completed', usage: { output_tokens: 3 } })
  })

  it('call a function and take its result', async () => {
    const tool = { type: 'function', name: 'ping', parameters: { type: 'object' } }
    const { text } = await call('/responses', { model: 'x', input: 'ping', tools: [tool], stream: true })
    expect(eventsOf(text).map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.completed',
    ])
    const input = [
      { role: 'user', content: [{ type: 'input_text', text: 'ping' }] },
      { type: 'function_call', call_id: 'call_1', name: 'ping', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'pong' },
    ]
    expect(await json('/responses', { model: 'x', input, tools: [tool] })).toMatchObject({
      output: [{ content: [{ text: 'The tool ping answered: pong' }] }],
    })
  })

  it('end early, fail inside and refuse', async () => {
    const short = await call('/responses', { model: 'x', input: 'Hello', max_output_tokens: 2, stream: true })
    expect(eventsOf(short.text).at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
    })
    const failed = await call('/responses', {
      model: 'x',
      input: '[[sim:exception=server_error:broken]] [[sim:at=2]]',
      stream: true,
    })
    expect(eventsOf(failed.text).at(-1)).toEqual({
      type: 'error',
      sequence_number: 2,
      code: 'server_error',
      message: 'broken',
      param: null,
    })
    expect(await json('/responses', { model: 'x' })).toMatchObject({ error: { param: 'input' } })
    expect(await json('/responses', { model: 'x', input: 'a', messages: [] })).toMatchObject({
      error: { code: 'unknown_parameter', param: 'messages' },
    })
  })
})

describe('embeddings', () => {
  interface Embeddings {
    data: { index: number; embedding: number[] & string }[]
    usage: { prompt_tokens: number }
    model: string
  }
  const embed = async (more: object): Promise<Embeddings> =>
    JSON.parse((await call('/embeddings', { model: 'text-embedding-3-small', ...more })).text)

  it('are steady vectors of length 1', async () => {
    const { data, model } = await embed({ input: ['one', 'two'] })
    expect([model, data.map(({ index }) => index)]).toEqual(['text-embedding-3-small', [0, 1]])
    for (const { embedding } of data) {
      expect(embedding).toHaveLength(1536)
      expect(embedding.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5)
    }
    expect((await embed({ input: 'two' })).data[0]?.embedding).toEqual(data[1]?.embedding)
    expect(data[0]?.embedding).not.toEqual(data[1]?.embedding)
  })

  it('are the same in base64', async () => {
    const [floats] = (await embed({ input: 'one', dimensions: 7 })).data
    const [packed] = (await embed({ input: 'one', dimensions: 7, encoding_format: 'base64' })).data
    const bytes = Buffer.from(packed?.embedding ?? '', 'base64')
    const read = Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4))
    expect(read).toEqual(floats?.embedding)
  })

  it('take tokens, and refuse nothing and too much', async () => {
    expect((await embed({ input: [1, 2, 3], dimensions: 2 })).usage.prompt_tokens).toBe(3)
    expect((await embed({ input: [[1, 2], [3]], dimensions: 2 })).data).toHaveLength(2)
    for (const more of [{ input: '' }, { input: [] }, { input: ['a', ''] }, { input: 'a', dimensions: 4000 }, {}]) {
      expect((await call('/embeddings', { model: 'x', ...more })).status).toBe(400)
    }
  })
})

describe('images and models', () => {
  it('draws a PNG', async () => {
    const drawn = (await json('/images/generations', { model: 'gpt-image-1', prompt: 'A dot', n: 2 })) as {
      data: { b64_json: string }[]
    }
    expect(drawn.data.map((image) => Buffer.from(image.b64_json, 'base64').subarray(1, 4).toString())).toEqual([
      'PNG',
      'PNG',
    ])
    expect((await call('/images/generations', { prompt: '' })).status).toBe(400)
  })

  it('obeys directives and scripts', async () => {
    expect((await call('/images/generations', { prompt: '[[sim:error=content_policy_violation]]' })).status).toBe(400)
    expect((await call('/embeddings', { model: 'x', input: '[[sim:throttle]]' })).status).toBe(429)
    simulator.script({ error: 'server_is_overloaded' })
    expect((await call('/models')).status).toBe(503)
  })

  it('lists models', async () => {
    const { data } = (await json('/models')) as { data: { id: string }[] }
    expect(data.map(({ id }) => id)).toContain('gpt-oss-120b-1:0')
    expect(await json('/models/gpt-oss-120b-1%3A0')).toMatchObject({ id: 'gpt-oss-120b-1:0', object: 'model' })
    expect((await call('/models/none')).status).toBe(404)
  })
})
