import { type Simulator, startSimulator } from '@moho/aws-sim'
import { ChatRequest, type ModelCall, type TextWriter, type Usage } from '@moho/core'
import { createHttpClient } from '@moho/core/node'
import { JsonBody } from '@moho/core/router'
import { ReplayWeb } from '@moho/core/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { bedrock } from './index.ts'

const http = createHttpClient()
let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator()
})
afterEach(() => simulator.reset())
afterAll(() => Promise.all([simulator.close(), http.close()]))

const haiku = 'anthropic.claude-3-haiku-20240307-v1:0'
const sonnet = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'

/** What came of a call, and how far it came. */
interface Told {
  id?: string
  text: string
  reasoning: string
  signatures: number
  calls: { id: string; name: string; input: string }[]
  /** How many pieces of content there were. */
  pieces: number
  usage?: Usage
  tier?: string | undefined
  finish?: string
  fault?: unknown
}

async function ask(model: string, chat: object, stream = true): Promise<Told> {
  const told: Told = { text: '', reasoning: '', signatures: 0, calls: [], pieces: 0 }
  const blocks = new Map<number, Told['calls'][number]>()
  const out: TextWriter = {
    start: ({ id, serviceTier }) => void Object.assign(told, { id, tier: serviceTier }),
    text(delta) {
      told.text += delta
      told.pieces++
    },
    reasoning(delta) {
      told.reasoning += delta
    },
    signature: () => void told.signatures++,
    redacted() {},
    toolCall(id, name, block) {
      const call = { id, name, input: '' }
      blocks.set(block, call)
      told.calls.push(call)
    },
    toolInput(delta, block) {
      const call = blocks.get(block)
      if (call === undefined) throw new Error(`Block ${block} calls no tool.`)
      call.input += delta
    },
    refusal() {},
    close() {},
    usage: (usage, tier) => void Object.assign(told, { usage, tier: tier ?? told.tier }),
    finish: (reason) => void Object.assign(told, { finish: reason }),
  }
  const row = bedrock.resolve?.(model, { region: 'us-east-1' })
  if (row === undefined) throw new Error(`${model} is no model.`)
  const call: ModelCall<unknown> = {
    id: 'call-1',
    signal: new AbortController().signal,
    headers: {},
    http,
    web: new ReplayWeb(),
    log: { debug() {}, info() {}, warn() {}, error() {} },
    target: {
      entry: 'e',
      operation: 'chat',
      model: row,
      name: model,
      upstreamId: model,
      region: row.region,
      path: 'converse',
    },
    secret: async () => ({ kind: 'bearer', token: simulator.apiKey }),
    refused() {},
    dropped() {},
    note() {},
  }
  const operations = bedrock.connect(bedrock.config.parse({ region: 'us-east-1', baseUrl: simulator.url }))
  const messages = [{ role: 'user', content: 'Hello' }]
  const body = new JsonBody(Buffer.from(JSON.stringify({ model, messages, stream, ...chat })), ChatRequest)
  try {
    const reply = await operations.chat?.(body, call)
    if (reply?.kind !== 'write') throw new Error('It has no answer that is translated.')
    const sink = reply.framing(reply.translate(out))
    await new Promise<void>((resolve, reject) => {
      reply.response.pipe({
        chunk: (bytes) => sink.chunk(bytes),
        end() {
          sink.end()
          resolve()
        },
        fail: reject,
      })
    })
  } catch (fault) {
    return { ...told, fault }
  }
  return told
}

const says = (content: string, more: object = {}) => ({ messages: [{ role: 'user', content }], ...more })
const weather = {
  type: 'function',
  function: {
    name: 'weather.in/city',
    parameters: { properties: { city: { type: 'string' } }, required: ['city'] },
  },
}

describe('streams', () => {
  test('go to ConverseStream, with what Converse would have got', async () => {
    const tools = { tools: [weather], max_tokens: 50 }
    await ask(haiku, tools)
    await ask(haiku, tools, false)
    const [streamed, whole] = simulator.calls
    expect(streamed?.path).toBe('/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse-stream')
    expect(whole?.path).toBe('/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse')
    expect(streamed?.body).toEqual(whole?.body)
  })

  test.each([
    ['text', haiku, says('Tell me. [[sim:long=200]]')],
    ['a few words', haiku, says('[[sim:say=Grüße 👋 from Rome.]]')],
    ['nothing', haiku, says('[[sim:empty]]')],
    ['reasoning', sonnet, says('Hello [[sim:reasoning]]')],
    ['calls', sonnet, says('Weather in the city of Rome? [[sim:tools=2]]', { tools: [weather] })],
    ['usage', haiku, says('[[sim:usage=10,5,3,2]]')],
    ['a limit', haiku, says('Tell me. [[sim:long=50]]', { max_tokens: 10 })],
    ['a tier', haiku, says('Hello', { service_tier: 'flex' })],
  ])('say what whole answers say: %s', async (_, model, chat) => {
    const { id, pieces, calls, ...streamed } = await ask(model, chat)
    const whole = await ask(model, chat, false)
    expect(streamed.fault).toBeUndefined()
    expect(id).toMatch(/^51300000-/)
    expect({ ...whole, id, pieces, calls }).toEqual({ ...streamed, id, pieces, calls })
    // Each call of a model gets an id of its own.
    const bare = (all: Told['calls']) => all.map(({ name, input }) => ({ name, input: JSON.parse(input) }))
    expect(bare(calls)).toEqual(bare(whole.calls))
  })

  test('come in pieces', async () => {
    expect((await ask(haiku, says('Tell me. [[sim:long=200]]'))).pieces).toBeGreaterThan(20)
  })

  test.each(['[[sim:trickle=1]]', '[[sim:split=3]]', '[[sim:split=100]]', '[[sim:burst=1000]]'])(
    'are the same in any writes: %s',
    async (writes) => {
      const { id, ...usual } = await ask(haiku, says('[[sim:say=Grüße 👋 from Rome.]][[sim:usage=10,5,3,2]]'))
      const cut = await ask(haiku, says(`[[sim:say=Grüße 👋 from Rome.]][[sim:usage=10,5,3,2]]${writes}`))
      expect({ ...cut, id }).toEqual({ ...usual, id })
      expect(cut.finish).toBe('stop')
    },
  )
})

describe('faults', () => {
  test('before the stream are those of whole answers', async () => {
    const { fault, id } = await ask(haiku, says('[[sim:throttle]]'))
    expect([fault, id]).toEqual([expect.objectContaining({ code: 'rate_limited' }), undefined])
  })

  test.each([
    ['internalServerException', 'upstream_failed'],
    ['modelStreamErrorException', 'upstream_failed'],
    ['validationException', 'invalid_request'],
    ['throttlingException', 'rate_limited'],
    ['serviceUnavailableException', 'overloaded'],
  ])('%s, at once or in the middle', async (name, code) => {
    for (const at of [0, 4]) {
      const told = await ask(haiku, says(`[[sim:long=50]][[sim:exception=${name}:Enough.]][[sim:at=${at}]]`))
      expect(told.fault).toMatchObject({ code, message: expect.stringContaining('Enough.') })
      expect(told.finish).toBeUndefined()
      expect(told.pieces > 0).toBe(at > 0)
    }
  })

  test('the status of the model behind it', async () => {
    const chat = says('[[sim:exception=modelStreamErrorException:Enough.]][[sim:originalStatusCode=429]]')
    expect((await ask(haiku, chat)).fault).toMatchObject({ code: 'rate_limited' })
  })

  test.each([
    '[[sim:errorFrame=InternalError:boom]][[sim:at=3]]',
    '[[sim:cutAfter=300]]',
    '[[sim:cutAfter=300]][[sim:cutBy=rst]]',
    '[[sim:cutAfter=300]][[sim:cutBy=end]]',
    '[[sim:cutAfterEvents=4]][[sim:cutBy=end]]',
    '[[sim:without=messageStop]]',
    '[[sim:without=metadata]]',
    '[[sim:badCrc=prelude]][[sim:at=3]]',
    '[[sim:badCrc=message]][[sim:at=3]]',
    '[[sim:frameLength=4000000000]][[sim:at=3]]',
    '[[sim:garbageBytes=100]][[sim:at=3]]',
    '[[sim:garbageJson]][[sim:at=3]]',
    '[[sim:garbage]]',
    '[[sim:emptyBody]]',
  ])('%s', async (mishap) => {
    const told = await ask(haiku, says(`[[sim:long=50]]${mishap}`))
    expect(told.fault).toMatchObject({ code: 'upstream_failed' })
  })

  test.each([
    ['an error', { body: { Output: { __type: 'x#UnknownOperationException' } } }, /Check the entry’s base URL/],
    ['a page', { body: '<html></html>', headers: { 'content-type': 'text/html' } }, /not JSON/],
    ['nothing', { body: '' }, /empty body/],
    ['JSON of another kind', { body: { message: 'No.' } }, /no stream/],
  ])('a 200 that is no stream but %s', async (_, answer, message) => {
    simulator.script({ status: 200, ...answer })
    const { fault } = await ask(haiku, {})
    expect(fault).toMatchObject({ code: 'upstream_failed', message: expect.stringMatching(message) })
  })

  test.each(['[[sim:twice=messageStop]]', '[[sim:twice=metadata]]', '[[sim:afterEnd]]'])(
    'are none where the answer is whole: %s',
    async (mishap) => {
      const { fault, text, finish } = await ask(haiku, says(`[[sim:say=Good day.]]${mishap}`))
      expect({ fault, text, finish }).toEqual({ fault: undefined, text: 'Good day.', finish: 'stop' })
    },
  )
})
