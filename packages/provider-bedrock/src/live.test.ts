import { type Simulator, startSimulator } from '@moho/aws-sim'
import { type CallRecord, ChatRequest, Ending } from '@moho/core'
import { createHttpClient } from '@moho/core/node'
import { connectEntry, createRouter, JsonBody } from '@moho/core/router'
import { ReplayWeb } from '@moho/core/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { bedrock } from './index.ts'

/** A completion as far as these tests read it. */
interface Completion {
  readonly id: string
  readonly choices: readonly [
    {
      readonly message: { readonly content: string | null; readonly tool_calls?: readonly Call[] }
      readonly finish_reason: string
    },
  ]
  readonly usage: { readonly prompt_tokens: number }
}
interface Call {
  readonly id: string
  readonly type: 'function'
  readonly function: { readonly name: string; readonly arguments: string }
}

const http = createHttpClient()
let simulator: Simulator

beforeAll(async () => {
  // By a clock that tests leave alone.
  simulator = await startSimulator({ now: () => new Date(performance.timeOrigin + performance.now()) })
})
afterEach(() => simulator.reset())
afterAll(() => Promise.all([simulator.close(), http.close()]))

async function chat(
  model: string,
  chat: object,
  auth?: Readonly<Record<string, string>>,
): Promise<{ completion: Completion; record: CallRecord }> {
  const { type = '', ...settings } = auth ?? { type: 'access-key', ...simulator.accessKey }
  const kind = bedrock.credentials.find((kind) => kind.type === type)
  if (kind === undefined) throw new Error(`There is no credential kind ${type}.`)
  const entry = connectEntry(
    {
      id: 'entry',
      displayName: 'Entry',
      provider: bedrock,
      config: bedrock.config.parse({ region: 'us-east-1', baseUrl: `${simulator.url}/openai/v1` }),
      credentialKind: kind,
      authSettings: kind.settings.parse(settings),
      enabled: true,
      firstParty: false,
      simulated: true,
      unlistedModels: 'allow',
      models: undefined,
    },
    http,
  )
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const web = new ReplayWeb()
  const router = createRouter({ entries: new Map([['entry', entry]]), guards: [], observers: [], http, web, log })
  const body = JSON.stringify({ model: `entry/${model}`, messages: [{ role: 'user', content: 'Hello' }], ...chat })
  const answer = await router.dispatch({
    id: 'call-1',
    operation: 'chat',
    caller: { key: 'test', metadata: {} },
    access: { allows: () => true },
    body: new JsonBody(Buffer.from(body), ChatRequest),
    headers: {},
    ending: new Ending(),
    strict: false,
  })
  if (answer.kind === 'fault') throw answer.error
  if (answer.kind === 'stream') throw new Error('It streams where nobody asked it to.')
  return { completion: JSON.parse(Buffer.from(answer.body).toString()), record: answer.record }
}

const says = (content: string) => ({ messages: [{ role: 'user', content }] })
const haiku = 'anthropic.claude-3-haiku-20240307-v1:0'
const sonnet = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'

describe('answers', () => {
  test('with text, usage and AWS’s own request id', async () => {
    const { completion, record } = await chat(haiku, says('Hello [[sim:say=Good day.]]'))
    expect(completion.choices[0]).toMatchObject({ message: { content: 'Good day.' }, finish_reason: 'stop' })
    expect(completion.id).toMatch(/^51300000-/)
    expect(record.attempts.at(-1)?.usage).toMatchObject({ state: 'measured', usage: { input: expect.any(Number) } })
  })

  test('with usage that adds up', async () => {
    const { completion, record } = await chat(haiku, says('[[sim:usage=10,5,3,2]]'))
    expect(completion.usage.prompt_tokens).toBe(15)
    expect(record.attempts.at(-1)?.usage).toEqual({
      state: 'measured',
      usage: { input: 10, cacheRead: 3, cacheWrite5m: 2, output: 5 },
    })
  })

  test('with tool calls, and takes their results', async () => {
    const tools = [
      {
        type: 'function',
        function: {
          name: 'weather.in/city',
          parameters: { properties: { city: { type: 'string' } }, required: ['city'] },
        },
      },
    ]
    const question = { role: 'user', content: 'Weather in the city? [[sim:tools=2]]' }
    const first = await chat(sonnet, { messages: [question], tools })
    const [{ message, finish_reason }] = first.completion.choices
    expect(finish_reason).toBe('tool_calls')
    expect(message.tool_calls?.map((call) => call.function.name)).toEqual(['weather.in/city', 'weather.in/city'])
    const calls = message.tool_calls ?? []
    const results = calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: `31 degrees, says ${id}` }))
    const second = await chat(sonnet, { messages: [question, message, ...results], tools })
    for (const { id } of calls) expect(second.completion.choices[0].message.content).toContain(`31 degrees, says ${id}`)
    // And without the tools.
    await chat(sonnet, { messages: [question, message, ...results] })
  })

  test.each([
    [haiku, 'us-east-1'],
    [sonnet, 'us-east-1'],
    ['us-anthropic-claude-sonnet-4-5-20250929-v1-0', 'us-east-1'],
    [`arn:aws:bedrock:eu-west-1::foundation-model/${haiku}`, 'eu-west-1'],
    [
      'arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'us-west-2',
    ],
    ['arn:aws:bedrock:ap-south-1:123456789012:application-inference-profile/abc123def456', 'ap-south-1'],
    ['arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:3', 'us-east-1'],
    ['arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint', 'us-east-1'],
  ])('from %s, signed for %s', async (model, region) => {
    await chat(model, {})
    expect(simulator.calls[0]).toMatchObject({
      status: 200,
      principal: { kind: 'access-key', region, service: 'bedrock' },
    })
  })

  test('the id goes out encoded once', async () => {
    await chat(haiku, {})
    expect(simulator.calls[0]?.path).toBe('/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse')
  })

  test('with an API key', async () => {
    await chat(haiku, {}, { type: 'api-key', apiKey: simulator.apiKey })
    expect(simulator.calls[0]).toMatchObject({ status: 200, principal: { kind: 'api-key' } })
  })

  test('when the clock is a day off, at the second try', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 86_400_000 })
    const { record } = await chat(haiku, {}).finally(() => vi.useRealTimers())
    expect(record.attempts.map(({ error }) => error?.code)).toEqual(['upstream_auth_failed', undefined])
  })
})

describe('faults', () => {
  test.each([
    ['ValidationException', 'invalid_request', 400],
    ['ServiceQuotaExceededException', 'rate_limited', 429],
    ['ConflictException', 'conflict', 409],
    ['AccessDeniedException', 'upstream_auth_failed', 502],
    ['ExpiredTokenException', 'upstream_auth_failed', 502],
    ['UnrecognizedClientException', 'upstream_auth_failed', 502],
    ['ResourceNotFoundException', 'model_not_found', 404],
    ['ModelTimeoutException', 'upstream_timeout', 504],
    ['ModelErrorException', 'upstream_failed', 502],
    ['ThrottlingException', 'rate_limited', 429],
    ['ModelNotReadyException', 'overloaded', 503],
    ['InternalServerException', 'upstream_failed', 502],
    ['ServiceUnavailableException', 'overloaded', 503],
  ])('%s → %s', async (name, code, status) => {
    await expect(chat(haiku, says(`[[sim:error=${name}]]`))).rejects.toMatchObject({ code, status })
  })

  test.each([
    ['a wrong secret', { type: 'access-key', accessKeyId: 'AKIAMOHOSIMULATOR001', secretAccessKey: 'wrong' }],
    ['an unknown key', { type: 'access-key', accessKeyId: 'AKIAUNKNOWN000000000', secretAccessKey: 'wrong' }],
    ['a wrong API key', { type: 'api-key', apiKey: 'ABSKwrong' }],
  ])('%s is the entry’s fault, not the caller’s', async (_, auth) => {
    const fault = await chat(haiku, {}, auth).catch((error: unknown) => error)
    expect(fault).toMatchObject({ code: 'upstream_auth_failed', status: 502 })
    expect(String(fault)).not.toMatch(/AKIA|ABSK|wrong/)
  })

  test('a model that needs a profile: the fault names those that there are', async () => {
    await expect(chat('anthropic.claude-sonnet-4-5-20250929-v1:0', {})).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining(sonnet),
    })
  })

  test.each([
    ['a profile of another geography', 'jp.anthropic.claude-sonnet-4-5-20250929-v1:0', 'model_not_found'],
    ['an id that Bedrock does not have', 'vendor.model', 'model_not_found'],
    ['an id that is none', 'not a model', 'model_not_found'],
  ])('%s', async (_, model, code) => {
    await expect(chat(model, {})).rejects.toMatchObject({ code })
  })

  test.each([
    ['a page', { status: 200, body: '<html></html>' }],
    ['an error in a 200', { status: 200, body: { Output: { __type: 'x#UnknownOperationException' } } }],
    ['an answer that is cut', { cutAfter: 40 }],
    ['a page of a load balancer', { status: 502, body: '<html>Bad gateway</html>' }],
  ])('%s', async (_, answer) => {
    simulator.script(answer)
    await expect(chat(haiku, {})).rejects.toMatchObject({ code: 'upstream_failed' })
  })

  test('what is dropped is on the record', async () => {
    const { record } = await chat(haiku, { seed: 1, temperature: 1.5 })
    expect(record.dropped.map(({ path }) => path)).toEqual(['seed', 'temperature'])
  })
})
