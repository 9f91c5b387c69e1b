import {
  BedrockRuntimeClient,
  ConverseCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../index.ts'
import { chat, chatml, claude, importedArn, LLAMA, llama, llama4, MISTRAL, mistral, R1, r1 } from './examples/bodies.ts'

const SONNET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const OSS = 'openai.gpt-oss-120b-1:0'
const QWEN = 'qwen.qwen3-32b-v1:0'
const CHATML = importedArn('chatml123456')
const COLD = importedArn('cold12345678')

let simulator: Simulator
let client: BedrockRuntimeClient

beforeAll(async () => {
  simulator = await startSimulator({
    resources: { chatml123456: { format: 'chatml' }, cold12345678: { format: 'openai-chat' } },
  })
  client = new BedrockRuntimeClient({
    endpoint: simulator.url,
    region: 'us-east-1',
    credentials: simulator.accessKey,
    maxAttempts: 1,
  })
})
beforeEach(() => simulator.reset())
afterAll(async () => {
  client.destroy()
  await simulator.close()
})

/** What the tests read of an answer or a chunk of any format. */
interface Answered {
  readonly type?: string
  readonly generation?: string
  readonly outputs?: readonly { readonly text: string }[]
  readonly content?: readonly { readonly id?: string; readonly text?: string }[]
  readonly choices?: readonly {
    readonly text?: string
    readonly message?: { readonly content: string }
    readonly delta?: {
      readonly content?: string
      readonly tool_calls?: readonly { readonly function: { readonly arguments: string } }[]
    }
    readonly finish_reason?: string | null
  }[]
  readonly delta?: { readonly text?: string; readonly partial_json?: string }
  readonly stop_reason?: string
  readonly usage?: Readonly<Record<string, number>>
  readonly 'amazon-bedrock-invocationMetrics'?: Readonly<Record<string, number>>
}

async function invoke(modelId: string, body: object): Promise<Answered> {
  const input = { modelId, contentType: 'application/json', body: JSON.stringify(body) }
  const { body: answer } = await client.send(new InvokeModelCommand(input))
  return JSON.parse(answer.transformToString())
}

async function stream(modelId: string, body: object): Promise<Answered[]> {
  const input = { modelId, contentType: 'application/json', body: JSON.stringify(body) }
  const answer = await client.send(new InvokeModelWithResponseStreamCommand(input))
  expect(answer.contentType).toBe('application/json')
  const chunks: Answered[] = []
  for await (const event of answer.body ?? []) chunks.push(JSON.parse(Buffer.from(event.chunk?.bytes ?? []).toString()))
  return chunks
}

const SAID = 'abcdefgh'
const SAY = `[[sim:say=${SAID}]]`
const delta = (chunk: Answered) => chunk.choices?.[0]?.delta ?? {}

describe.each<[string, string, (text: string) => object, object, (chunk: Answered) => string | undefined]>([
  [
    'openai-chat',
    QWEN,
    chat,
    {
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: SAID }, finish_reason: 'stop' }],
      usage: { completion_tokens: 2 },
    },
    (chunk) => delta(chunk).content ?? '',
  ],
  [
    'llama3',
    LLAMA,
    llama,
    { generation: SAID, prompt_token_count: expect.any(Number), generation_token_count: 2, stop_reason: 'stop' },
    (chunk) => chunk.generation,
  ],
  [
    'the tokens of Llama 4',
    'us.meta.llama4-scout-17b-instruct-v1:0',
    llama4,
    { generation: SAID, generation_token_count: 2, stop_reason: 'stop' },
    (chunk) => chunk.generation,
  ],
  [
    'mistral',
    MISTRAL,
    mistral,
    { outputs: [{ text: SAID, stop_reason: 'stop' }] },
    (chunk) => chunk.outputs?.[0]?.text,
  ],
  [
    'deepseek-r1',
    R1,
    r1,
    { choices: [{ text: expect.stringMatching(`^The user wrote .*\n</think>\n\n${SAID}$`), stop_reason: 'stop' }] },
    (chunk) => chunk.choices?.[0]?.text,
  ],
  [
    'chatml',
    CHATML,
    chatml,
    {
      object: 'text_completion',
      choices: [{ index: 0, text: SAID, finish_reason: 'stop' }],
      usage: { completion_tokens: 2 },
    },
    (chunk) => chunk.choices?.[0]?.text,
  ],
  [
    'claude',
    SONNET,
    claude,
    {
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5-20250929',
      content: [{ type: 'text', text: SAID }],
      stop_reason: 'end_turn',
      usage: { output_tokens: 2 },
    },
    (chunk) => chunk.delta?.text ?? '',
  ],
])('a body of the format %s', (_format, modelId, body, answer, textOf) => {
  it('is answered', async () => {
    expect(await invoke(modelId, body(SAY))).toMatchObject(answer)
  })

  it('is answered from the last text of the user', async () => {
    expect(JSON.stringify(await invoke(modelId, body('Hello')))).toContain('You said: Hello')
  })

  it('streams the same in pieces, with the counts of the service at the end', async () => {
    const chunks = await stream(modelId, body(SAY))
    const pieces = chunks.map(textOf).filter((piece) => piece)
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.join('')).toBe(textOfAnswer(await invoke(modelId, body(SAY))))
    const counted = chunks.filter((chunk) => 'amazon-bedrock-invocationMetrics' in chunk)
    expect(counted).toEqual([chunks.at(-1)])
  })
})

function textOfAnswer({ choices, outputs, content, generation }: Answered): string | undefined {
  return choices?.[0]?.message?.content ?? (choices ?? outputs ?? content)?.[0]?.text ?? generation
}

describe('an answer', () => {
  it('is counted as Converse counts: in the headers, the body and the last chunk', async () => {
    const converse = await client.send(
      new ConverseCommand({ modelId: QWEN, messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }),
    )
    const response = await fetch(`${simulator.url}/model/${QWEN}/invoke`, {
      method: 'POST',
      headers: { authorization: `Bearer ${simulator.apiKey}`, 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(chat('Hello')),
    })
    const inHeaders = ['input-token-count', 'output-token-count', 'invocation-latency'].map((name) =>
      Number(response.headers.get(`x-amzn-bedrock-${name}`)),
    )
    const { usage }: Answered = JSON.parse(await response.text())
    const last = (await stream(QWEN, chat('Hello'))).at(-1)
    const metrics = last?.['amazon-bedrock-invocationMetrics']
    const counts = [converse.usage?.inputTokens, converse.usage?.outputTokens]
    const counted = [...counts, converse.metrics?.latencyMs]
    expect(inHeaders).toEqual(counted)
    expect([metrics?.inputTokenCount, metrics?.outputTokenCount, metrics?.invocationLatency]).toEqual(counted)
    expect([usage?.prompt_tokens, usage?.completion_tokens]).toEqual(counts)
    expect([last?.usage?.prompt_tokens, last?.usage?.completion_tokens]).toEqual(counts)
  })

  it.each<[string, string, object, object]>([
    ['openai-chat', QWEN, chat(SAY, { max_tokens: 1 }), { choices: [{ finish_reason: 'length' }] }],
    ['llama3', LLAMA, llama(SAY, { max_gen_len: 1 }), { generation: 'abcd', stop_reason: 'length' }],
    ['mistral', MISTRAL, mistral(SAY, { max_tokens: 1 }), { outputs: [{ text: 'abcd', stop_reason: 'length' }] }],
    ['deepseek-r1', R1, r1(SAY, { max_tokens: 1 }), { choices: [{ stop_reason: 'length' }] }],
    ['chatml', CHATML, chatml(SAY, { max_tokens: 1 }), { choices: [{ text: 'abcd', finish_reason: 'length' }] }],
    ['claude', SONNET, claude(SAY, { max_tokens: 1 }), { content: [{ text: 'abcd' }], stop_reason: 'max_tokens' }],
    ['mistral, stopped', MISTRAL, mistral(SAY, { stop: ['cd'] }), { outputs: [{ text: 'ab', stop_reason: 'stop' }] }],
    ['chatml, stopped', CHATML, chatml(SAY, { stop: ['cd'] }), { choices: [{ text: 'ab', finish_reason: 'stop' }] }],
    [
      'claude, stopped',
      SONNET,
      claude(SAY, { stop_sequences: ['cd'] }),
      { content: [{ text: 'ab' }], stop_reason: 'stop_sequence', stop_sequence: 'cd' },
    ],
  ])('ends where the body says: %s', async (_title, modelId, body, answer) => {
    expect(await invoke(modelId, body)).toMatchObject(answer)
  })

  it('of Llama is cut at 512 tokens when the body sets no limit', async () => {
    expect(await invoke(LLAMA, llama('[[sim:long=600]]'))).toMatchObject({
      generation_token_count: 512,
      stop_reason: 'length',
    })
  })

  it('has the thoughts of gpt-oss inside its text and those of others beside it', async () => {
    const content = textOfAnswer(await invoke(OSS, chat(`${SAY} [[sim:reasoning]]`)))
    expect(content).toMatch(new RegExp(`^<reasoning>.+</reasoning>${SAID}$`))
    expect((await stream(OSS, chat(SAY))).map((chunk) => delta(chunk).content ?? '').join('')).toBe(content)
    const { choices } = await invoke('moonshotai.kimi-k2.5', chat(SAY))
    expect(choices?.[0]?.message).toMatchObject({ content: SAID, reasoning: expect.stringMatching(/./) })
  })

  it('calls the functions of Chat Completions', async () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }]
    const body = chat('What is the weather in Rome?', { tools })
    const called = { type: 'function', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } }
    expect((await invoke(QWEN, body)).choices?.[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: null, tool_calls: [called] },
    })
    const pieces = (await stream(QWEN, body)).flatMap((chunk) => delta(chunk).tool_calls ?? [])
    expect(pieces.map((piece) => piece.function.arguments).join('')).toBe('{"city":"Rome"}')
  })

  it('of Claude calls tools and tells its blocks event by event', async () => {
    const input_schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
    const body = claude('What is the weather in Rome?', { tools: [{ name: 'get_weather', input_schema }] })
    const { content, stop_reason } = await invoke(SONNET, body)
    expect([content, stop_reason]).toEqual([
      [
        {
          type: 'tool_use',
          id: expect.stringMatching(/^toolu_bdrk_/),
          name: 'get_weather',
          input: { city: 'Rome' },
        },
      ],
      'tool_use',
    ])
    const events = await stream(SONNET, body)
    expect(events.map(({ type }) => type).filter((type, at, all) => type !== all[at - 1])).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
    expect(events.map((event) => event.delta?.partial_json ?? '').join('')).toBe('{"city":"Rome"}')
    const result = { type: 'tool_result', tool_use_id: content?.[0]?.id, content: 'sunny' }
    const messages = [...body.messages, { role: 'assistant', content }, { role: 'user', content: [result] }]
    expect(textOfAnswer(await invoke(SONNET, { ...body, messages }))).toBe('The tool get_weather answered: sunny')
  })

  it('of Claude thinks, and reads what it cached', async () => {
    const body = claude(SAY, {
      max_tokens: 4000,
      thinking: { type: 'enabled', budget_tokens: 2000 },
      system: [{ type: 'text', text: 'tree'.repeat(1100), cache_control: { type: 'ephemeral' } }],
    })
    const first = await invoke(SONNET, body)
    expect(first.content?.[0]).toEqual({
      type: 'thinking',
      thinking: expect.stringMatching(/./),
      signature: expect.stringMatching(/^sim-/),
    })
    const second = await invoke(SONNET, body)
    expect([first.usage, second.usage]).toMatchObject([
      { cache_creation_input_tokens: 1100, cache_read_input_tokens: 0 },
      { cache_creation_input_tokens: 0, cache_read_input_tokens: 1100 },
    ])
  })

  it.each([
    ['llama3', LLAMA, llama],
    ['mistral', MISTRAL, mistral],
    ['chatml', CHATML, chatml],
  ] as const)('continues what was begun for it: %s', async (_format, modelId, body) => {
    const { prompt } = body('Hello')
    expect(JSON.stringify(await invoke(modelId, { prompt: `${prompt}Well,` }))).toContain('You said: Hello')
  })

  it.each([
    ['llama3', LLAMA, llama],
    ['mistral', MISTRAL, mistral],
    ['deepseek-r1', R1, r1],
    ['chatml', CHATML, chatml],
  ] as const)('is to the last of several turns: %s', async (_format, modelId, body) => {
    const { prompt } = body('[[sim:say=second]]', {}, ['first', 'an answer'])
    expect(JSON.stringify(await invoke(modelId, { prompt }))).toContain('second')
  })
})

describe('what goes wrong', () => {
  it.each(['throttlingException', 'modelTimeoutException', 'modelStreamErrorException'])(
    'in a stream is an exception: %s',
    async (name) => {
      const failed = stream(QWEN, chat(`${SAY} [[sim:exception=${name}]] [[sim:at=2]]`))
      await expect(failed).rejects.toMatchObject({ name: name[0]?.toUpperCase() + name.slice(1) })
    },
  )

  it('leaves out chunks by the names of the format', async () => {
    const chunks = await stream(QWEN, chat(`${SAY} [[sim:without=finish]]`))
    expect(chunks.filter((chunk) => chunk.choices?.[0]?.finish_reason)).toEqual([])
    const events = await stream(SONNET, claude(`${SAY} [[sim:without=message_stop]]`))
    expect(events.at(-1)?.type).toBe('message_delta')
  })

  it('is scripted and recorded', async () => {
    simulator.script({ error: 'ModelErrorException', model: 'qwen' })
    await expect(invoke(QWEN, chat('Hello'))).rejects.toMatchObject({ name: 'ModelErrorException' })
    await expect(invoke(LLAMA, llama('[[sim:throttle]]'))).rejects.toMatchObject({ name: 'ThrottlingException' })
    await stream(CHATML, chatml('Hello'))
    expect(simulator.calls.map(({ operation, modelId, status }) => [operation, modelId, status])).toEqual([
      ['InvokeModel', QWEN, 424],
      ['InvokeModel', LLAMA, 429],
      ['InvokeModelWithResponseStream', CHATML, 200],
    ])
  })
})

it('an imported model that is cold is ready the second time, until the simulator forgets', async () => {
  const cold = { name: 'ModelNotReadyException', $metadata: expect.objectContaining({ httpStatusCode: 429 }) }
  await expect(invoke(COLD, chat(SAY))).rejects.toMatchObject(cold)
  expect(textOfAnswer(await invoke(COLD, chat(SAY)))).toBe(SAID)
  simulator.reset()
  await expect(stream(COLD, chat(SAY))).rejects.toMatchObject(cold)
})

it('an imported model of a format of its own has no Converse', async () => {
  const messages = [{ role: 'user' as const, content: [{ text: 'Hello' }] }]
  await expect(client.send(new ConverseCommand({ modelId: CHATML, messages }))).rejects.toMatchObject({
    name: 'ValidationException',
    message: "This action doesn't support the model that you provided. Try again with a supported text or chat model.",
  })
  const known = await client.send(new ConverseCommand({ modelId: importedArn('abcdef123456'), messages }))
  expect(known.stopReason).toBe('end_turn')
})

it('a format says nothing of a resource that is no imported model', async () => {
  const profile = CHATML.replace('imported-model', 'application-inference-profile')
  await expect(invoke(profile, chatml('Hello'))).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'The provided model identifier is invalid.',
  })
})
