import { BedrockRuntimeClient, type BedrockRuntimeClientConfig, ConverseCommand } from '@aws-sdk/client-bedrock-runtime'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../index.ts'

const PATH = '/openai/v1/chat/completions'
const GPT_OSS = 'openai.gpt-oss-120b-1:0'
const GPT = 'us.openai.gpt-5.6-sol'
const ARN = 'arn:aws:bedrock:us-east-1'

let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator()
})
beforeEach(() => simulator.reset())
afterAll(() => simulator.close())

interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

async function call(
  body: unknown,
  { path = PATH, ...headers }: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const response = await fetch(simulator.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulator.apiKey}`, ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

const chat = (content: unknown, more: object = {}) => ({
  model: GPT_OSS,
  messages: [{ role: 'user', content }],
  ...more,
})
const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }]
const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }
const json = ({ status, text }: Answered) => ({ status, body: JSON.parse(text) })
const chunksOf = ({ text }: Answered) => text.match(/(?<=^data: ).*$/gm) ?? []

describe("Bedrock Runtime's Chat Completions", () => {
  it('answers whole, with the thoughts of a model that thinks in the open', async () => {
    const answered = await call(chat('[[sim:say=Hello there]] [[sim:usage=10,5,3,2]]'))
    expect(answered.headers.get('x-amzn-requestid')).toBeTruthy()
    expect(json(answered)).toMatchObject({
      status: 200,
      body: {
        object: 'chat.completion',
        model: GPT_OSS,
        choices: [{ message: { content: 'Hello there', reasoning: expect.any(String) }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 15, completion_tokens: 5, total_tokens: 20 },
      },
    })
  })

  it('streams text and usage', async () => {
    const body = chat('[[sim:say=Hello you]]', { model: GPT, stream: true, stream_options: { include_usage: true } })
    const chunks = chunksOf(await call(body))
    expect(chunks.pop()).toBe('[DONE]')
    const read = chunks.map((chunk) => JSON.parse(chunk))
    expect(read.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('Hello you')
    expect(read.at(-1)).toMatchObject({ choices: [], model: GPT, usage: { completion_tokens: 3 } })
  })

  it('calls a tool', async () => {
    const { body } = json(await call(chat('What is the weather?', { tools, model: 'qwen.qwen3-32b-v1:0' })))
    expect(body.choices[0]).toMatchObject({
      message: { tool_calls: [{ function: { name: 'get_weather' } }] },
      finish_reason: 'tool_calls',
    })
  })

  it.each([
    'openai.gpt-oss-20b-1:0',
    'us.openai.gpt-5.6-sol',
    'global.openai.gpt-6-luna',
    'us.xai.grok-4.6',
    'qwen.qwen3-coder-30b-a3b-v1:0',
    'deepseek.v3-v1:0',
    'zai.glm-5',
    'moonshotai.kimi-k2.5',
    'minimax.minimax-m2.1',
    `${ARN}::foundation-model/openai.gpt-oss-120b-1:0`,
    `${ARN}:123456789012:inference-profile/us.openai.gpt-5.6-sol`,
  ])('serves %s', async (model) => {
    expect(json(await call(chat('Hello', { model })))).toMatchObject({ status: 200, body: { model } })
  })

  it.each([
    ['us.anthropic.claude-sonnet-5', 'Claude'],
    ['amazon.nova-lite-v1:0', 'Nova'],
    ['us.meta.llama4-scout-17b-instruct-v1:0', 'Llama'],
    ['us.deepseek.r1-v1:0', 'of its family V3 alone'],
    ['openai.gpt-5.6-sol', 'by profile alone'],
    ['openai.gpt-oss-120b', 'spelled as on another endpoint'],
    ['gpt-4o', 'unknown'],
    ['amazon.titan-embed-text-v2:0', 'without text'],
    [`${ARN}:123456789012:imported-model/abcdefghij12`, 'imported'],
    ['arn:aws:bedrock:us-west-2::foundation-model/openai.gpt-oss-120b-1:0', 'of another region'],
  ])('does not have %s: %s', async (model) => {
    expect(json(await call(chat('Hello', { model })))).toEqual({
      status: 404,
      body: {
        error: {
          message: "The model doesn't exist or doesn't support this API",
          type: 'invalid_request_error',
          param: null,
          code: 'validation_error',
        },
      },
    })
  })

  it('has a profile in its geography alone', async () => {
    const ask = (region: string, model: string) => call(chat('Hello', { model }), { path: `/${region}${PATH}` })
    expect((await ask('us-west-2', GPT)).status).toBe(200)
    expect((await ask('eu-west-1', GPT)).status).toBe(404)
    expect((await ask('eu-west-1', 'global.openai.gpt-5.6-sol')).status).toBe(200)
  })

  it('refuses an application profile by what it is', async () => {
    const model = `${ARN}:123456789012:application-inference-profile/abcdefghij12`
    const { status, body } = json(await call(chat('Hello', { model })))
    expect([status, body.error.message]).toEqual([400, expect.stringContaining('not supported by this API')])
  })

  it.each([
    ['an unknown parameter', { background: true }, {}, 'background', 'unknown_parameter'],
    ['too many tokens', { max_tokens: 16_385 }, { max_tokens: 16_384 }, 'max_tokens', 'invalid_value'],
    ['an image', { messages: [{ role: 'user', content: [image] }] }, {}, 'messages', 'invalid_value'],
    ['an effort', { reasoning_effort: 'max' }, { reasoning_effort: 'high' }, 'reasoning_effort', 'unsupported_value'],
    ['tools', { tools, model: 'openai.gpt-oss-safeguard-20b' }, { tools }, 'tools', 'unsupported_parameter'],
    [
      'a long prompt',
      { messages: [{ role: 'user', content: 'word '.repeat(30_000) }], model: 'qwen.qwen3-32b-v1:0' },
      { messages: [{ role: 'user', content: 'word '.repeat(30_000) }] },
      'messages',
      'context_length_exceeded',
    ],
    [
      'max_tokens of GPT',
      { max_tokens: 10, model: GPT },
      { max_completion_tokens: 10, model: GPT },
      'max_tokens',
      'unsupported_parameter',
    ],
    ['top_p of GPT', { top_p: 1, model: GPT }, { top_p: 1 }, 'top_p', 'unsupported_parameter'],
    [
      'warmth of GPT',
      { temperature: 0, model: GPT },
      { temperature: 1, model: GPT },
      'temperature',
      'unsupported_value',
    ],
    [
      'tools while GPT thinks',
      { tools, model: GPT },
      { tools, model: GPT, reasoning_effort: 'none' },
      'reasoning_effort',
      null,
    ],
  ])('refuses %s, and takes its neighbour', async (_title, wrong, right, param, code) => {
    const refused = json(await call(chat('Hello', wrong)))
    expect(refused).toMatchObject({ status: 400, body: { error: { param, code, type: 'invalid_request_error' } } })
    expect(await call(chat('Hello', right))).toMatchObject({ status: 200 })
  })

  it('fails on command, in the shape of OpenAI', async () => {
    const told = json(await call(chat('[[sim:throttle]]')))
    expect(told).toMatchObject({ status: 429, body: { error: { code: 'rate_limit_exceeded' } } })
    simulator.script({ error: 'ServiceUnavailableException', model: 'gpt-oss' })
    expect(json(await call(chat('Hello')))).toMatchObject({ status: 503, body: { error: { type: 'server_error' } } })
    const stream = await call(chat('[[sim:exception=throttlingException]]', { stream: true }))
    expect(JSON.parse(chunksOf(stream).at(-1) ?? '')).toMatchObject({ error: { code: 'rate_limit_exceeded' } })
  })
})

describe('callers', () => {
  // The official client signs whatever its middleware makes of the request.
  async function signed(config: BedrockRuntimeClientConfig = {}): Promise<number | undefined> {
    const client = new BedrockRuntimeClient({
      endpoint: simulator.url,
      region: 'us-east-1',
      credentials: simulator.accessKey,
      maxAttempts: 1,
      ...config,
    })
    client.middlewareStack.add(
      (next) => (args) => {
        const body = JSON.stringify(chat('Hello'))
        const request = args.request as { path: string; body: string; headers: Record<string, string> }
        request.path = PATH
        request.body = body
        request.headers['content-length'] = String(body.length)
        return next(args)
      },
      { step: 'build', priority: 'low' },
    )
    const reply = await client.send(new ConverseCommand({ modelId: GPT_OSS, messages: [] }))
    return reply.$metadata.httpStatusCode
  }

  it('are known by a signature', async () => {
    expect(await signed()).toBe(200)
    expect(simulator.calls[0]).toMatchObject({
      operation: 'BedrockChatCompletions',
      modelId: GPT_OSS,
      principal: { kind: 'access-key', region: 'us-east-1', service: 'bedrock' },
    })
  })

  it('are refused by Bedrock, in its own shape', async () => {
    const credentials = { ...simulator.accessKey, secretAccessKey: 'wrong' }
    await expect(signed({ credentials })).rejects.toMatchObject({ name: 'InvalidSignatureException' })
    const refused = await call(chat('Hello'), { authorization: 'Bearer wrong' })
    expect(json(refused)).toEqual({
      status: 403,
      body: { Message: 'Authentication failed: Please make sure your API Key is valid.' },
    })
    expect(refused.headers.get('x-amzn-errortype')).toContain('AccessDeniedException')
  })
})

describe('a guardrail', () => {
  const identifier = 'X-Amzn-Bedrock-GuardrailIdentifier'
  const version = 'X-Amzn-Bedrock-GuardrailVersion'
  const guarded = { [identifier]: 'abc123', [version]: 'DRAFT' }
  const blocked = 'Sorry, the model cannot answer this question.'

  it('blocks what it is told to', async () => {
    const body = chat('[[sim:guardrail]] What is the weather?', { tools })
    const choice = { message: { content: blocked }, finish_reason: 'content_filter' }
    expect(json(await call(body, guarded)).body).toMatchObject({ choices: [choice], usage: { total_tokens: 0 } })
    expect(simulator.calls[0]?.headers).toMatchObject({
      [identifier.toLowerCase()]: 'abc123',
      [version.toLowerCase()]: 'DRAFT',
    })
    const chunks = chunksOf(await call({ ...body, stream: true }, guarded)).slice(0, -1)
    const choices = chunks.map((chunk) => JSON.parse(chunk).choices[0])
    expect(choices.map(({ delta }) => delta.content ?? '').join('')).toBe(blocked)
    expect(choices.at(-1).finish_reason).toBe('content_filter')
  })

  it.each([
    ['is not told to', 'Hello', guarded],
    ['is not there', '[[sim:guardrail]] Hello', {}],
  ])('blocks nothing when it %s', async (_title, content, headers) => {
    const { body } = json(await call(chat(content), headers))
    expect(body.choices[0]).toMatchObject({
      message: { content: expect.stringContaining('You said: Hello') },
      finish_reason: 'stop',
    })
  })

  it.each([
    [{ [identifier]: 'abc123' }, 'together'],
    [{ [version]: '1' }, 'together'],
    [{ ...guarded, [version]: '0' }, 'neither a number nor DRAFT'],
    [{ ...guarded, [identifier]: 'ABC' }, 'neither the id nor the ARN'],
  ])('is refused as %j', async (headers, words) => {
    const { status, body } = json(await call(chat('Hello'), headers))
    expect([status, body.error.message]).toEqual([400, expect.stringContaining(words)])
  })
})

describe('paths beside it', () => {
  it.each([
    ['POST', '/v1/chat/completions'],
    ['POST', '/v1/responses'],
    ['POST', '/openai/v1/responses'],
    ['POST', '/openai/v1/embeddings'],
    ['GET', '/openai/v1/models'],
    ['GET', PATH],
    ['POST', '/openai/v1'],
  ])('are answered with status 200 and an unknown operation: %s %s', async (method, path) => {
    const response = await fetch(simulator.url + path, { method })
    expect([response.status, await response.json()]).toEqual([
      200,
      { Output: { __type: 'com.amazon.coral.service#UnknownOperationException' }, Version: '1.0' },
    ])
  })
})
