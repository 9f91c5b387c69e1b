import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  type ConverseStreamCommandInput,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CONVERSE_REFUSAL_EXAMPLES, type Simulator, startSimulator } from '../../index.ts'
import { findModel } from '../../models.ts'
import { streamsWithoutSupport } from './refusals.ts'

const SONNET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const OSS = 'openai.gpt-oss-120b-1:0'

let simulator: Simulator
let client: BedrockRuntimeClient

beforeAll(async () => {
  simulator = await startSimulator()
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

const asked = (text: string, more: Partial<ConverseStreamCommandInput> = {}): ConverseStreamCommandInput => ({
  modelId: SONNET,
  messages: [{ role: 'user', content: [{ text }] }],
  ...more,
})

async function stream(text: string, more: Partial<ConverseStreamCommandInput> = {}): Promise<ConverseStreamOutput[]> {
  const reply = await client.send(new ConverseStreamCommand(asked(text, more)))
  const events: ConverseStreamOutput[] = []
  for await (const event of reply.stream ?? []) events.push(event)
  return events
}

const kinds = (events: readonly ConverseStreamOutput[]): string[] => events.map((event) => Object.keys(event).join())
const squeezed = (names: readonly string[]): string[] => names.filter((name, at) => name !== names[at - 1])
const textOf = (events: readonly ConverseStreamOutput[]): string =>
  events.map((event) => event.contentBlockDelta?.delta?.text ?? '').join('')

const weather = {
  tools: [
    {
      toolSpec: {
        name: 'get_weather',
        inputSchema: { json: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
      },
    },
  ],
}

interface RawEvent {
  type: string
  payload: Record<string, unknown>
}

async function raw(body: unknown, modelId = SONNET): Promise<{ response: Response; bytes: Buffer }> {
  const response = await fetch(`${simulator.url}/model/${encodeURIComponent(modelId)}/converse-stream`, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulator.apiKey}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}

function decode(bytes: Buffer): RawEvent[] {
  const events: RawEvent[] = []
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    const frame = bytes.subarray(at, at + bytes.readUInt32BE(at))
    const headers = frame.readUInt32BE(4)
    const type = /:event-type\x07..([A-Za-z]+)/s.exec(frame.subarray(12, 12 + headers).toString('latin1'))?.[1] ?? ''
    events.push({ type, payload: JSON.parse(frame.subarray(12 + headers, -4).toString()) })
  }
  return events
}

describe('the stream that the SDK reads', () => {
  it('tells a text in the order of recorded streams', async () => {
    const events = await stream('Hello')
    expect(squeezed(kinds(events))).toEqual([
      'messageStart',
      'contentBlockDelta',
      'contentBlockStop',
      'messageStop',
      'metadata',
    ])
    expect(textOf(events)).toMatch(/^You said: Hello\n/)
    expect(events.at(-2)?.messageStop?.stopReason).toBe('end_turn')
    expect(events.at(-1)?.metadata?.metrics?.latencyMs).toBeGreaterThan(100)
  })

  it('says the same as Converse', async () => {
    const events = await stream('Hello')
    const whole = await client.send(new ConverseCommand(asked('Hello')))
    expect(textOf(events)).toBe(whole.output?.message?.content?.[0]?.text)
    expect(events.at(-1)?.metadata?.usage).toMatchObject({ ...whole.usage })
  })

  it('thinks first: texts, then the signature alone', async () => {
    const events = await stream('Hello [[sim:reasoning]]')
    const thought = events.flatMap((event) => event.contentBlockDelta?.delta?.reasoningContent ?? [])
    expect(thought.at(-1)?.signature).toMatch(/^sim-/)
    expect(thought.slice(0, -1).every((delta) => delta.text !== undefined)).toBe(true)
    expect(events.some((event) => event.contentBlockStart)).toBe(false)
    expect(events.filter((event) => event.contentBlockStop).map((event) => event.contentBlockStop)).toEqual([
      { contentBlockIndex: 0 },
      { contentBlockIndex: 1 },
    ])
  })

  it('signs no thought of a model that does not', async () => {
    const events = await stream('Hello', { modelId: OSS })
    expect(events.some((event) => event.contentBlockDelta?.delta?.reasoningContent?.text)).toBe(true)
    expect(events.some((event) => event.contentBlockDelta?.delta?.reasoningContent?.signature)).toBe(false)
  })

  it('sends only the signature of a thought that is left out', async () => {
    const events = await stream('Hello', { modelId: 'us.anthropic.claude-opus-5' })
    const thought = events.flatMap((event) => event.contentBlockDelta?.delta?.reasoningContent ?? [])
    expect(thought).toEqual([{ signature: expect.stringMatching(/^sim-/) }])
  })

  it('calls tools, each in a block that is announced and begins with an empty piece', async () => {
    const events = await stream('What is the weather in New York? [[sim:tools=2]]', { toolConfig: weather })
    expect(events.at(-2)?.messageStop?.stopReason).toBe('tool_use')
    const starts = events.flatMap((event) => event.contentBlockStart ?? [])
    expect(starts.map((start) => [start.contentBlockIndex, start.start?.toolUse?.name])).toEqual([
      [0, 'get_weather'],
      [1, 'get_weather'],
    ])
    for (const index of [0, 1]) {
      const pieces = events.flatMap((event) =>
        event.contentBlockDelta?.contentBlockIndex === index
          ? (event.contentBlockDelta.delta?.toolUse?.input ?? [])
          : [],
      )
      expect(pieces[0]).toBe('')
      expect(pieces.length).toBeGreaterThan(3)
      expect(JSON.parse(pieces.join(''))).toEqual({ city: 'New York' })
    }
  })

  it('sends only the empty piece for a tool that takes nothing', async () => {
    const toolConfig = { tools: [{ toolSpec: { name: 'ping', inputSchema: { json: { type: 'object' } } } }] }
    const events = await stream('ping', { toolConfig })
    const inputs = events.flatMap((event) => event.contentBlockDelta?.delta?.toolUse?.input ?? [])
    expect(inputs).toEqual([''])
  })

  it('ends at the limit, at a stop sequence, and with nothing', async () => {
    const cut = await stream('Hello', { inferenceConfig: { maxTokens: 3 } })
    expect([cut.at(-2)?.messageStop?.stopReason, textOf(cut)]).toEqual(['max_tokens', 'You said: He'])
    const stopped = await stream('Hello', {
      inferenceConfig: { stopSequences: ['said'] },
      additionalModelResponseFieldPaths: ['/delta/stop_sequence'],
    })
    expect(stopped.at(-2)?.messageStop).toEqual({
      stopReason: 'stop_sequence',
      additionalModelResponseFields: { delta: { stop_sequence: 'said' } },
    })
    expect(kinds(await stream('[[sim:empty]]'))).toEqual(['messageStart', 'messageStop', 'metadata'])
  })

  it('sends a long answer a token at a time and whole characters only', async () => {
    const long = await stream('[[sim:long=2000]]')
    expect(long.filter((event) => event.contentBlockDelta)).toHaveLength(2000)
    expect(long.at(-1)?.metadata?.usage?.outputTokens).toBe(2000)
    expect(textOf(await stream('[[sim:say=ab🙂🙂🙂🙂 żółć]]'))).toBe('ab🙂🙂🙂🙂 żółć')
  })

  it('reads the cache the second time, though the request is the same', async () => {
    const system = [{ text: 'x'.repeat(8000) }, { cachePoint: { type: 'default' as const } }]
    const first = await stream('Hello', { system })
    const second = await stream('Hello', { system })
    expect(first.at(-1)?.metadata?.usage?.cacheWriteInputTokens).toBe(2000)
    expect(second.at(-1)?.metadata?.usage?.cacheReadInputTokens).toBe(2000)
  })

  it('takes streamProcessingMode, and Converse does not', async () => {
    const guardrailConfig = {
      guardrailIdentifier: 'abc',
      guardrailVersion: '1',
      streamProcessingMode: 'sync' as const,
    }
    expect(kinds(await stream('Hello', { guardrailConfig })).at(-1)).toBe('metadata')
    const body = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }], guardrailConfig }
    const plain = await fetch(`${simulator.url}/model/${encodeURIComponent(SONNET)}/converse`, {
      method: 'POST',
      headers: { authorization: `Bearer ${simulator.apiKey}` },
      body: JSON.stringify(body),
    })
    expect([plain.status, await plain.text()]).toEqual([400, expect.stringContaining('streamProcessingMode')])
    const wrong = await raw({ ...body, guardrailConfig: { ...guardrailConfig, streamProcessingMode: 'fast' } })
    expect(wrong.response.status).toBe(400)
  })
})

const refusal = {
  $metadata: expect.objectContaining({ httpStatusCode: 400 }),
  name: 'ValidationException',
}

describe('a model that cannot stream all that it says', () => {
  const LARGE = 'mistral.mistral-large-2407-v1:0'
  const messages = [{ role: 'user' as const, content: [{ text: 'Hello' }] }]

  it('streams without tools, and uses tools unstreamed', async () => {
    await expect(stream('Hello', { modelId: LARGE, toolConfig: weather })).rejects.toMatchObject({
      ...refusal,
      message: "This model doesn't support tool use in streaming mode.",
    })
    expect(textOf(await stream('Hello', { modelId: LARGE }))).toMatch(/^You said: Hello/)
    const whole = await client.send(new ConverseCommand({ modelId: LARGE, messages, toolConfig: weather }))
    expect(whole.stopReason).toBe('end_turn')
  })

  // No model of the table takes Converse and no stream.
  it.each([
    [{ streaming: false }, 'The model is unsupported for streaming.'],
    [{ streaming: true }, undefined],
  ])('is refused where its row says so: %o', (row, message) => {
    const model = findModel('amazon.nova-lite-v1:0')
    if (!model) throw new Error('The table of models lacks it.')
    expect(streamsWithoutSupport({ model: { ...model, ...row } })).toBe(message)
  })
})

describe('the stream on the wire', () => {
  it('has the head, the padding and the member order of recorded streams', async () => {
    const { response, bytes } = await raw({
      messages: [{ role: 'user', content: [{ text: '[[sim:say=Hi]] [[sim:usage=577,90]]' }] }],
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/vnd.amazon.eventstream')
    expect(response.headers.get('content-length')).toBe(null)
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
    const events = decode(bytes)
    expect(events.map(({ type, payload }) => [type, Object.keys(payload).join()])).toEqual([
      ['messageStart', 'p,role'],
      ['contentBlockDelta', 'contentBlockIndex,delta,p'],
      ['contentBlockStop', 'contentBlockIndex,p'],
      ['messageStop', 'p,stopReason'],
      ['metadata', 'metrics,p,usage'],
    ])
    expect(new Set(events.map(({ payload }) => String(payload.p).length)).size).toBeGreaterThan(3)
    expect(events.at(-1)?.payload.usage).toEqual({
      cacheReadInputTokens: 0,
      cacheWriteInputTokens: 0,
      inputTokens: 577,
      outputTokens: 90,
      serverToolUsage: {},
      totalTokens: 667,
    })
  })

  it('is the same every time', async () => {
    const body = { messages: [{ role: 'user', content: [{ text: 'Hello [[sim:reasoning]]' }] }] }
    const first = await raw(body)
    simulator.reset()
    expect((await raw(body)).bytes.equals(first.bytes)).toBe(true)
  })

  it.each(CONVERSE_REFUSAL_EXAMPLES.map((example, index) => [`${index} ${example.rule}`, example] as const))(
    'refuses %s as Converse does, in JSON',
    async (_title, { request, status, name, message }) => {
      const { response, bytes } = await raw(request.body, request.modelId)
      expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/json'])
      expect(response.headers.get('x-amzn-errortype')?.replace(/:.*/, '')).toBe(name)
      expect(JSON.parse(bytes.toString())).toEqual({ message })
    },
  )
})
