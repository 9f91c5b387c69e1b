import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CONVERSE_REFUSAL_EXAMPLES, SIMULATED_MODEL_IDS, type Simulator, startSimulator } from '../../index.ts'
import { REFUSALS } from './refusals.ts'
import { redactedThought, signThought } from './signatures.ts'

const MODEL = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const SEED = Buffer.alloc(32)

let simulator: Simulator
let clock = Date.parse('2026-01-02T03:04:05Z')

beforeAll(async () => {
  simulator = await startSimulator({ now: () => new Date(clock) })
})
beforeEach(() => simulator.reset())
afterAll(() => simulator.close())

interface Wire {
  status: number
  error: string | null
  headers: Headers
  text: string
}

async function post(modelId: string, body: unknown): Promise<Wire> {
  const response = await fetch(`${simulator.url}/model/${encodeURIComponent(modelId)}/converse`, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulator.apiKey}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const { status, headers } = response
  return { status, headers, error: headers.get('x-amzn-errortype'), text: await response.text() }
}

interface Said {
  output: {
    message: {
      content: {
        text: string
        toolUse: { toolUseId: string; name: string }
        reasoningContent: { reasoningText: { signature?: string } }
      }[]
    }
  }
  stopReason: string
  usage: { totalTokens: number; outputTokens: number; cacheWriteInputTokens: number }
  additionalModelResponseFields?: unknown
}

async function say(text: string, more: object = {}, modelId = MODEL): Promise<Said> {
  const wire = await post(modelId, { messages: [{ role: 'user', content: [{ text }] }], ...more })
  if (wire.status !== 200) throw new Error(wire.text)
  return JSON.parse(wire.text)
}

describe('refusals', () => {
  it('have an example each', () => {
    const shown = new Set(CONVERSE_REFUSAL_EXAMPLES.map((example) => example.rule))
    expect(REFUSALS.map(({ rule }) => rule).filter((rule) => !shown.has(rule))).toEqual([])
    expect([...shown].filter((rule) => !REFUSALS.some((row) => row.rule === rule))).toEqual([])
  })

  it.each(CONVERSE_REFUSAL_EXAMPLES.map((example, index) => [`${index} ${example.rule}`, example] as const))(
    '%s',
    async (_title, { request, status, name, message }) => {
      const wire = await post(request.modelId, request.body)
      expect({ status: wire.status, name: wire.error?.replace(/:.*/, ''), ...JSON.parse(wire.text) }).toEqual({
        status,
        name,
        message,
      })
      expect(wire.headers.get('content-type')).toBe('application/json')
    },
  )

  it('name the service as AWS does', async () => {
    const wire = await post('anthropic.claude-9', {})
    expect(wire.error).toBe('ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/')
    expect(simulator.calls[0]).toMatchObject({ status: 400, error: 'ValidationException', operation: 'Converse' })
  })

  it('leave alone what AWS takes', async () => {
    const everything = {
      messages: [
        {
          role: 'user',
          content: [
            { text: 'Describe.' },
            {
              document: {
                format: 'txt',
                name: 'my report (1)',
                source: { bytes: 'SGk=' },
                context: 'c',
                citations: { enabled: true },
              },
            },
            { cachePoint: { type: 'default', ttl: '1h' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'Hm.', signature: signThought('claude', 'Hm.', SEED) } } },
            { reasoningContent: { redactedContent: redactedThought('claude', SEED) } },
            { toolUse: { toolUseId: 'tooluse_a', name: 'get_weather', input: { city: null } } },
          ],
        },
        {
          role: 'user',
          content: [{ toolResult: { toolUseId: 'tooluse_a', status: null, content: [{ json: { t: 20 } }] } }],
        },
      ],
      system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default', ttl: '1h' } }],
      inferenceConfig: { maxTokens: 512, temperature: 0.5, stopSequences: ['END'] },
      toolConfig: {
        tools: [
          {
            toolSpec: {
              name: 'get_weather',
              description: 'w',
              inputSchema: { json: { type: 'object', additionalProperties: false } },
              strict: true,
            },
          },
          { systemTool: { name: 'nova_grounding' } },
        ],
        toolChoice: { auto: {} },
      },
      guardrailConfig: { guardrailIdentifier: 'abc123', guardrailVersion: '1', trace: 'enabled' },
      additionalModelRequestFields: { top_k: 50, metadata: null },
      additionalModelResponseFieldPaths: ['/stop_sequence'],
      requestMetadata: { team: 'a' },
      performanceConfig: { latency: 'optimized' },
      serviceTier: { type: 'flex' },
      outputConfig: { effort: 'high' },
      promptVariables: { genre: { text: 'pop' } },
    }
    const wire = await post('us.anthropic.claude-opus-4-6-v1', everything)
    expect(wire.status).toBe(200)
    expect(JSON.parse(wire.text)).toMatchObject({
      performanceConfig: { latency: 'optimized' },
      serviceTier: { type: 'flex' },
      additionalModelResponseFields: { stop_sequence: null },
    })
  })
})

describe('replies', () => {
  it('echo the prompt in the shape of Converse', async () => {
    const reply = await say('Hello')
    expect(reply).toEqual({
      output: {
        message: {
          role: 'assistant',
          content: [
            {
              text: 'You said: Hello\n\n(This answer comes from the Moho AWS simulator playing anthropic.claude-sonnet-4-5-20250929-v1:0; no model was called.)',
            },
          ],
        },
      },
      stopReason: 'end_turn',
      usage: { inputTokens: 2, outputTokens: 34, totalTokens: 36, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 },
      metrics: { latencyMs: 134 },
    })
  })

  it('are the same for the same request, but for the request id', async () => {
    const tools = { toolConfig: { tools: [{ toolSpec: { name: 'look', inputSchema: { json: { type: 'object' } } } }] } }
    const body = {
      messages: [{ role: 'user', content: [{ text: 'look [[sim:reasoning]] [[sim:tools=2]]' }] }],
      ...tools,
    }
    const [one, two] = [await post(MODEL, body), await post(MODEL, body)]
    expect(one.text).toBe(two.text)
    expect(one.headers.get('x-amzn-requestid')).not.toBe(two.headers.get('x-amzn-requestid'))
  })

  it('come from every model that is listed', async () => {
    const region = (id: string): string =>
      ({
        eu: 'eu-west-1',
        jp: 'ap-northeast-1',
        apac: 'ap-south-1',
        au: 'ap-southeast-2',
        ca: 'ca-central-1',
        in: 'ap-south-1',
        'us-gov': 'us-gov-west-1',
      })[id.split('.')[0] ?? ''] ?? 'us-east-1'
    for (const id of SIMULATED_MODEL_IDS) {
      const elsewhere = await startSimulator({ region: region(id) })
      const response = await fetch(`${elsewhere.url}/model/${encodeURIComponent(id)}/converse`, {
        method: 'POST',
        headers: { authorization: `Bearer ${elsewhere.apiKey}` },
        body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }),
      })
      expect([id, response.status]).toEqual([id, 200])
      await elsewhere.close()
    }
  })

  it('stop at a stop sequence and at the token limit', async () => {
    const stopped = await say('one two three', {
      inferenceConfig: { stopSequences: ['three', 'two'] },
      additionalModelResponseFieldPaths: ['/stop_sequence'],
    })
    expect(stopped.output.message.content).toEqual([{ text: 'You said: one ' }])
    expect(stopped.stopReason).toBe('stop_sequence')
    expect(stopped.additionalModelResponseFields).toEqual({ stop_sequence: 'two' })

    const cut = await say('one two three', { inferenceConfig: { maxTokens: 3 } })
    expect(cut.output.message.content).toEqual([{ text: 'You said: on' }])
    expect(cut).toMatchObject({ stopReason: 'max_tokens', usage: { outputTokens: 3 } })
  })

  it('think where the model thinks', async () => {
    const open = await say('Hello', {}, 'openai.gpt-oss-20b-1:0')
    expect(open.output.message.content[0]?.reasoningContent.reasoningText).not.toHaveProperty('signature')
    const fields = { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } } }
    const claude = await say('Hello', fields)
    expect(claude.output.message.content[0]?.reasoningContent.reasoningText.signature).toMatch(/^sim-/)
    const off = { additionalModelRequestFields: { thinking: { type: 'disabled' } } }
    const opus = await say('Hello', off, 'us.anthropic.claude-opus-5')
    expect(opus.output.message.content).toHaveLength(1)
  })

  it('fill an output schema', async () => {
    const schema = JSON.stringify({
      type: 'object',
      properties: {
        city: { type: 'string' },
        days: { type: 'integer' },
        kind: { $ref: '#/$defs/kind' },
        tags: { type: 'array', items: { type: 'string' } },
      },
      required: ['city', 'days', 'kind', 'tags'],
      additionalProperties: false,
      $defs: { kind: { enum: ['short', 'long'] } },
    })
    const outputConfig = { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema } } } }
    const reply = await say('A long trip of 5 days in Rome', { outputConfig })
    expect(JSON.parse(reply.output.message.content[0]?.text ?? '')).toEqual({
      city: 'Rome',
      days: 5,
      kind: 'long',
      tags: ['Rome'],
    })
  })

  it('call a tool when they must', async () => {
    const tools = ['first', 'second'].map((name) => ({ toolSpec: { name, inputSchema: { json: { type: 'object' } } } }))
    const any = await say('Hello', { toolConfig: { tools, toolChoice: { any: {} } } })
    expect(any).toMatchObject({
      stopReason: 'tool_use',
      output: { message: { content: [{ toolUse: { name: 'first' } }] } },
    })
    const named = await say('Hello', { toolConfig: { tools, toolChoice: { tool: { name: 'second' } } } })
    expect(named.output.message.content).toMatchObject([{ toolUse: { name: 'second', input: {} } }])
    const free = await say('Hello', { toolConfig: { tools } })
    expect(free.stopReason).toBe('end_turn')
  })
})

describe('cached prompts', () => {
  const cached = (text: string) => ({ system: [{ text: text.repeat(1200) }, { cachePoint: { type: 'default' } }] })

  it('are written once and read until their time is over', async () => {
    const first = await say('Hello', cached('tree'))
    expect(first.usage).toMatchObject({
      inputTokens: 2,
      cacheReadInputTokens: 0,
      cacheWriteInputTokens: 1200,
      cacheDetails: [{ ttl: '5m', inputTokens: 1200 }],
    })
    const second = await say('Hello again', cached('tree'))
    expect(second.usage).toMatchObject({ inputTokens: 3, cacheReadInputTokens: 1200, cacheWriteInputTokens: 0 })
    expect(second.usage.totalTokens).toBe(3 + 1200 + second.usage.outputTokens)
    clock += 6 * 60_000
    expect((await say('Hello', cached('tree'))).usage.cacheWriteInputTokens).toBe(1200)
  })

  it('are ignored when they are short', async () => {
    const { usage } = await say('Hello', { system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default' } }] })
    expect(usage).toMatchObject({ inputTokens: 5, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 })
  })
})

describe('directives', () => {
  it.each([
    [
      '[[sim:reasoning]]',
      {
        output: { message: { content: [{ reasoningContent: {} }, { text: expect.stringContaining('You said: Hi') }] } },
      },
    ],
    ['[[sim:long=2000]]', { usage: { outputTokens: 2000 } }],
    ['[[sim:say=Just this.]]', { output: { message: { content: [{ text: 'Just this.' }] } } }],
    ['[[sim:empty]]', { output: { message: { content: [] } }, stopReason: 'end_turn' }],
    ['[[sim:stop=guardrail_intervened]]', { stopReason: 'guardrail_intervened' }],
    [
      '[[sim:usage=10,5,3,2]]',
      {
        usage: { inputTokens: 10, outputTokens: 5, totalTokens: 20, cacheReadInputTokens: 3, cacheWriteInputTokens: 2 },
      },
    ],
  ])('%s', async (directive, expected) => {
    await expect(say(`Hi ${directive}`)).resolves.toMatchObject(expected)
  })

  it('[[sim:tools=2]]', async () => {
    const tools = ['a', 'b'].map((name) => ({ toolSpec: { name, inputSchema: { json: { type: 'object' } } } }))
    const reply = await say('Hi [[sim:tools=3]]', { toolConfig: { tools } })
    const names = reply.output.message.content.map((block) => block.toolUse.name)
    expect(names).toEqual(['a', 'b', 'a'])
    const ids = reply.output.message.content.map((block) => block.toolUse.toolUseId)
    expect(new Set(ids).size).toBe(3)
  })

  it('[[sim:throttle]] and [[sim:error=…]]', async () => {
    const ask = (text: string) => post(MODEL, { messages: [{ role: 'user', content: [{ text }] }] })
    const throttled = await ask('[[sim:throttle]]')
    expect([throttled.status, throttled.text]).toEqual([
      429,
      '{"message":"Too many tokens, please wait before trying again."}',
    ])
    const unavailable = await ask('[[sim:error=ServiceUnavailableException]]')
    expect([unavailable.status, unavailable.text]).toEqual([
      503,
      '{"message":"Bedrock is unable to process your request."}',
    ])
  })

  it('[[sim:delay=…]] and [[sim:garbage]]', async () => {
    const started = performance.now()
    const wire = await post(MODEL, {
      messages: [{ role: 'user', content: [{ text: '[[sim:delay=60]] [[sim:garbage]]' }] }],
    })
    expect(performance.now() - started).toBeGreaterThan(55)
    expect(wire.status).toBe(200)
    expect(() => JSON.parse(wire.text)).toThrow()
  })
})
