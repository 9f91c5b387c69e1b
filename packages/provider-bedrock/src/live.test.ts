import { type Simulator, startSimulator } from '@moho/aws-sim'
import { type CallRecord, ChatRequest, Ending, type ListedModel } from '@moho/core'
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
  simulator = await startSimulator({
    now: () => new Date(performance.timeOrigin + performance.now()),
    resources: {
      llama4300000: 'meta.llama4-maverick-17b-instruct-v1:0',
      cold00000000: { format: 'openai-chat' },
      llama3000000: { format: 'llama3' },
      chat00000000: { format: 'openai-chat' },
    },
  })
})
afterEach(() => simulator.reset())
afterAll(() => Promise.all([simulator.close(), http.close()]))

async function chat(
  model: string,
  /** Its members, or their very text. */
  chat: object | string,
  auth?: Readonly<Record<string, string>>,
  models?: readonly ListedModel[],
  config: object = {},
): Promise<{ completion: Completion; record: CallRecord }> {
  const { type = '', ...settings } = auth ?? { type: 'access-key', ...simulator.accessKey }
  const kind = bedrock.credentials.find((kind) => kind.type === type)
  if (kind === undefined) throw new Error(`There is no credential kind ${type}.`)
  const entry = connectEntry(
    {
      id: 'entry',
      displayName: 'Entry',
      provider: bedrock,
      config: bedrock.config.parse({
        region: 'us-east-1',
        endpoints: { runtime: simulator.url, control: simulator.url },
        ...config,
      }),
      credentialKind: kind,
      authSettings: kind.settings.parse(settings),
      enabled: true,
      firstParty: false,
      simulated: true,
      unlistedModels: 'allow',
      models,
    },
    http,
  )
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const web = new ReplayWeb()
  const router = createRouter({ entries: new Map([['entry', entry]]), guards: [], observers: [], http, web, log })
  const body =
    typeof chat === 'string'
      ? `{"model":"entry/${model}",${chat}}`
      : JSON.stringify({ model: `entry/${model}`, messages: [{ role: 'user', content: 'Hello' }], ...chat })
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
    await chat(model, {}, undefined, [{ id: model }])
    expect(simulator.calls.at(-1)).toMatchObject({
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

describe('an application profile', () => {
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/llama4300000'
  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }]
  const forced = { tools, tool_choice: 'required' }
  const operations = () => simulator.calls.map(({ operation }) => operation)

  test('is asked of AWS once, and then taken for the model that is behind it', async () => {
    // What Llama cannot be told is told in words, which for a model that nobody knows would not be so.
    const entry = [arn, 'vendor.model'].map((model) => ({ id: model }))
    const { record } = await chat(arn, forced, undefined, entry)
    expect(record.dropped.map(({ path }) => path)).toContain('tool_choice')
    expect(operations()).toEqual(['GetInferenceProfile', 'Converse'])
  })

  test('is not asked of AWS where the entry says what is behind it', async () => {
    const { record } = await chat(arn, forced, undefined, [
      { id: arn, base: 'us.meta.llama4-maverick-17b-instruct-v1:0' },
    ])
    expect(record.dropped.map(({ path }) => path)).toContain('tool_choice')
    expect(operations()).toEqual(['Converse'])
  })

  test('answers all the same where AWS does not tell, or cannot be asked', async () => {
    simulator.script({ error: 'AccessDeniedException', model: 'inference-profiles' })
    await chat(arn, {})
    simulator.reset()
    await chat(arn, {}, undefined, undefined, { endpoints: { runtime: simulator.url } })
    expect(operations()).toEqual(['Converse'])
  })
})

describe('the runtime’s own OpenAI API', () => {
  const oss = 'openai.gpt-oss-120b-1:0'
  const byOpenai = (body: object, auth?: Readonly<Record<string, string>>, config: object = {}) =>
    chat(oss, body, auth, [{ id: oss, path: 'openai' }], config)
  const last = () => simulator.calls.at(-1) ?? expect.fail('Nothing was sent.')
  const fault = (body: object, config?: object) => byOpenai(body, undefined, config).catch((error: unknown) => error)

  test('gets the caller’s body under its own name of the model, signed or with an API key', async () => {
    const body = { seed: 7, messages: [{ role: 'user', content: 'Hello' }] }
    await byOpenai(body)
    expect(last()).toMatchObject({
      path: '/openai/v1/chat/completions',
      principal: { kind: 'access-key', region: 'us-east-1', service: 'bedrock' },
    })
    expect(last().body).toEqual({ model: oss, ...body })
    await byOpenai(body, { type: 'api-key', apiKey: simulator.apiKey })
    expect(last()).toMatchObject({ status: 200, principal: { kind: 'api-key' } })
  })

  test('is told the entry’s guardrail, which goes before the caller’s, or the caller’s', async () => {
    const own = { guardrailConfig: { guardrailIdentifier: 'theirs', guardrailVersion: '2' } }
    const { completion } = await byOpenai(says('Bad. [[sim:guardrail]]'), undefined, {
      guardrail: { id: 'ours', version: '1' },
    })
    expect(completion.choices[0].finish_reason).toBe('content_filter')
    const headers = (id: string, version: string) => ({
      'x-amzn-bedrock-guardrailidentifier': id,
      'x-amzn-bedrock-guardrailversion': version,
    })
    const { record } = await byOpenai(own, undefined, { guardrail: { id: 'ours', version: '1' } })
    expect(record.dropped.map(({ path }) => path)).toEqual(['guardrailConfig'])
    expect(last().headers).toMatchObject(headers('ours', '1'))
    await byOpenai(own)
    expect(last().headers).toMatchObject(headers('theirs', '2'))
    expect(last().body).not.toHaveProperty('guardrailConfig')
  })

  const part = (url: string) => `{"type":"image_url","image_url":{"url":"${url}"}}`
  const inMessage = (content: string, more = '') => `"messages":[{"role":"user","content":[${content}]${more}}]`
  test.each([
    ['as it is', inMessage(part('s3://secret/key'))],
    ['escaped', inMessage(part(String.raw`\u0073\u0033\u003a//secret/key`))],
    ['after white space, in capitals', inMessage(part(' S3://open/../secret/key'))],
    ['with what readers of URLs pass over', inMessage(part(String.raw`s\n3\t:\u000d//secret/key`))],
    ['after a control character', inMessage(part(String.raw`\u0000s3://secret/key`))],
    [
      'in a part that says that it is text',
      inMessage('{"type":"text","text":"t","image_url":{"url":"s3://secret/key"}}'),
    ],
    ['beside the content', inMessage('{"type":"text","text":"t"}', ',"image_url":{"url":"s3://secret/key"}')],
    ['beside the messages', `${inMessage('{"type":"text","text":"t"}')},"files":["s3://secret/key"]`],
  ])('reads no object of S3 that the entry does not let messages name: %s', async (_, members) => {
    const fault = await chat(oss, members, undefined, [{ id: oss, path: 'openai' }], { s3Sources: ['open'] }).catch(
      (error: unknown) => error,
    )
    expect(fault).toMatchObject({ status: 400, message: expect.stringMatching(/S3/) })
    expect(simulator.calls).toEqual([])
  })

  test('sends a body that may name something in S3 as it was read, whatever its bytes say to others', async () => {
    const twice = '{"type":"text","text":"s3://is/spoken/of","text":"Hello"}'
    await chat(oss, inMessage(twice), undefined, [{ id: oss, path: 'openai' }])
    expect(last().body).toMatchObject({ messages: [{ content: [{ type: 'text', text: 'Hello' }] }] })
  })

  test('is not told which parts the entry’s guardrail reads', async () => {
    const loosening = { 'amazon-bedrock-guardrailConfig': { tagSuffix: 'x', streamProcessingMode: 'ASYNCHRONOUS' } }
    const { record } = await byOpenai(loosening, undefined, { guardrail: { id: 'ours', version: '1' } })
    expect(record.dropped.map(({ path }) => path)).toEqual(['amazon-bedrock-guardrailConfig'])
    expect(last().body).not.toHaveProperty('amazon-bedrock-guardrailConfig')
  })

  test('may speak of S3', async () => {
    await byOpenai(says('What is s3://bucket/key?'))
    expect(last().status).toBe(200)
  })

  test.each([
    [
      'a path that the host does not have',
      {
        status: 200,
        body: { Output: { __type: 'com.amazon.coral.service#UnknownOperationException' }, Version: '1.0' },
      },
      'upstream_failed',
      'no such API at this path',
    ],
    ['a page', { garbage: true }, 'upstream_failed', ''],
    ['an answer that is cut', { cutAfter: 40 }, 'upstream_failed', ''],
    ['a limit', { error: 'rate_limit_exceeded' }, 'rate_limited', 'Bedrock limits the rate'],
    [
      'a long prompt',
      { error: 'context_length_exceeded' },
      'context_length_exceeded',
      'longer than the model can read',
    ],
    ['a denied right', { error: 'AccessDeniedException' }, 'upstream_auth_failed', ''],
  ])('with %s', async (_, answer, code, said) => {
    simulator.script(answer, answer)
    expect(await fault({})).toMatchObject({ code, message: expect.stringContaining(said) })
    expect(await fault({ stream: true })).toMatchObject({ code, message: expect.stringContaining(said) })
  })

  test.each([
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'model_not_found', '`path: converse`'],
    ['us.amazon.nova-lite-v1:0', 'model_not_found', '`path: converse`'],
  ])('does not have %s', async (id, code, said) => {
    await expect(chat(id, {}, undefined, [{ id, path: 'openai' }])).rejects.toMatchObject({
      code,
      message: expect.stringContaining(said),
    })
  })
})

describe('InvokeModel', () => {
  test('a cold imported model is told as one that will be there in a minute', async () => {
    const id = 'arn:aws:bedrock:us-east-1:123456789012:imported-model/cold00000000'
    await expect(chat(id, {}, undefined, [{ id, format: 'openai-chat' }])).rejects.toMatchObject({
      code: 'overloaded',
      retry: 'again',
      message: expect.stringContaining('try again in a minute'),
    })
  })

  test('an imported model whose body nobody named: the fault says how to name it', async () => {
    const id = 'arn:aws:bedrock:us-east-1:123456789012:imported-model/llama3000000'
    await expect(chat(id, {}, undefined, [{ id }])).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('`format`'),
    })
  })
})

describe('discover', () => {
  test('lists what the account can call in its region', async () => {
    const connected = bedrock.connect(
      bedrock.config.parse({ region: 'eu-west-1', endpoints: { control: simulator.url } }),
    )
    const secret = { kind: 'signing', ...simulator.accessKey, clockOffsetMs: 0 }
    const { models, warnings } =
      (await connected.discover?.({
        id: 'call',
        signal: AbortSignal.timeout(10_000),
        headers: {},
        http,
        web: new ReplayWeb(),
        log: { debug() {}, info() {}, warn() {}, error() {} },
        secret: async () => secret,
        refused() {},
      })) ?? expect.fail()
    expect(warnings).toEqual([])
    const ids = models.map(({ id }) => id)
    expect(ids).toContain('eu.anthropic.claude-sonnet-4-5-20250929-v1:0')
    expect(ids).not.toContain('us.anthropic.claude-sonnet-4-5-20250929-v1:0')
    expect(models.find(({ id }) => id === 'openai.gpt-oss-120b-1:0')?.about).toMatchObject({
      kind: 'text',
      catalogue: 'yes',
    })
  })
})

describe('what an upstream says of accounts inside an answer', () => {
  const said =
    'arn:aws:sts::123456789012:assumed-role/admin/jane is throttled for account 123456789012, key AKIAABCDEFGHIJKLMNOP'
  const imported = 'arn:aws:bedrock:us-east-1:123456789012:imported-model/chat00000000'
  const oss = 'openai.gpt-oss-120b-1:0'
  test.each<[string, ListedModel, object]>([
    ['by OpenAI’s API, whole', { id: oss, path: 'openai' }, {}],
    ['by OpenAI’s API, in a stream', { id: oss, path: 'openai' }, { stream: true }],
    ['by InvokeModel, whole', { id: imported, format: 'openai-chat' }, {}],
  ])('does not reach callers %s', async (_, model, more) => {
    const error = { message: said, type: 'rate_limit_error', param: said, code: 'rate_limit_exceeded' }
    const stream = 'stream' in more
    simulator.script({
      headers: { 'content-type': stream ? 'text/event-stream' : 'application/json' },
      body: stream ? `data: ${JSON.stringify({ error })}\n\n` : { error },
    })
    const fault = await chat(model.id, more, undefined, [model]).catch((thrown: unknown) => thrown)
    expect(fault).toMatchObject({ code: 'rate_limited', message: expect.stringContaining('(account)') })
    expect(JSON.stringify([String(fault), (fault as { param?: string }).param])).not.toMatch(/\d{12}|jane|AKIA/)
    // The log has it in full.
    expect(String((fault as Error).cause)).toContain('123456789012')
  })
})
