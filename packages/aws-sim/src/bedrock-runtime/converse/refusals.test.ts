import {
  BedrockRuntimeClient,
  BedrockRuntimeServiceException,
  type ContentBlock,
  ConverseCommand,
  type ConverseCommandInput,
  type ConverseCommandOutput,
  ConverseStreamCommand,
  type Message,
  type ToolConfiguration,
} from '@aws-sdk/client-bedrock-runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONVERSE_REFUSAL_EXAMPLES, type Simulator, startSimulator } from '../../index.ts'

const SONNET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const OPUS = 'us.anthropic.claude-opus-5'

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
afterAll(async () => {
  client.destroy()
  await simulator.close()
})

function converse(input: Partial<ConverseCommandInput>): Promise<ConverseCommandOutput> {
  return client.send(new ConverseCommand({ modelId: SONNET, messages: [user('Hello')], ...input }))
}

/** A body as it is on the wire, as the client takes it: files are bytes. */
function toInput(modelId: string, body: unknown): ConverseCommandInput {
  const read = JSON.parse(JSON.stringify(body), (key, value: unknown) =>
    (key === 'bytes' || key === 'redactedContent') && typeof value === 'string' ? Buffer.from(value, 'base64') : value,
  )
  return { modelId, ...read }
}

async function failure(call: Promise<unknown>): Promise<object> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof BedrockRuntimeServiceException)) throw new Error(`Not refused: ${String(error)}`)
  return { name: error.name, message: error.message, status: error.$metadata.httpStatusCode }
}

const user = (text: string): Message => ({ role: 'user', content: [{ text }] })
const said = (reply: ConverseCommandOutput): ContentBlock[] => reply.output?.message?.content ?? []
const textOf = (reply: ConverseCommandOutput): string => said(reply).at(-1)?.text ?? ''

const pairs = CONVERSE_REFUSAL_EXAMPLES.flatMap((example, index) =>
  example.taken ? [[`${index} ${example.rule}`, { ...example, taken: example.taken }] as const] : [],
)

describe.each(pairs)('the SDK, %s', (_title, { request, taken, name, message, status }) => {
  it('is refused', async () => {
    await expect(failure(converse(toInput(request.modelId, request.body)))).resolves.toEqual({ name, message, status })
  })

  it('is answered a little beside it', async () => {
    const input = toInput(taken.modelId ?? request.modelId, taken.body ?? request.body)
    await expect(converse(input)).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } })
  })
})

describe('thoughts of the SDK', () => {
  const thinking = { thinking: { type: 'enabled', budget_tokens: 2048 } }
  const weather: ToolConfiguration = {
    tools: [
      {
        toolSpec: {
          name: 'get_weather',
          inputSchema: { json: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
        },
      },
    ],
  }

  function goOn(asked: Message, content: ContentBlock[], more: object = {}): Promise<ConverseCommandOutput> {
    const results = content.flatMap((block) =>
      block.toolUse
        ? [{ toolResult: { toolUseId: block.toolUse.toolUseId, content: [{ text: 'sunny' }] } } satisfies ContentBlock]
        : [],
    )
    const next: Message = results.length > 0 ? { role: 'user', content: results } : user('Go on')
    return converse({ messages: [asked, { role: 'assistant', content }, next], toolConfig: weather, ...more })
  }

  it('come back as they were, or are refused', async () => {
    const asked = user('What is the weather in Rome?')
    const fields = { additionalModelRequestFields: thinking }
    const content = said(await converse({ messages: [asked], toolConfig: weather, ...fields }))
    expect(content.map((block) => Object.keys(block).join())).toEqual(['reasoningContent', 'toolUse'])
    expect(textOf(await goOn(asked, content, fields))).toBe('The tool get_weather answered: sunny')
    const { text = '', signature = '' } = content[0]?.reasoningContent?.reasoningText ?? {}
    const altered = (reasoningText: { text: string; signature?: string }) =>
      failure(goOn(asked, [{ reasoningContent: { reasoningText } }, ...content.slice(1)], fields))
    await expect(altered({ text: `${text}!`, signature })).resolves.toMatchObject({
      message: expect.stringContaining('Invalid `signature`'),
    })
    await expect(altered({ text })).resolves.toMatchObject({ message: expect.stringContaining('Field required') })
    await expect(failure(goOn(asked, content.slice(1), fields))).resolves.toMatchObject({
      message: expect.stringContaining('Expected `thinking` or `redacted_thinking`, but found `tool_use`'),
    })
  })

  it('are empty but signed where the model leaves them out', async () => {
    const asked = user('Hello')
    const content = said(await converse({ modelId: OPUS, messages: [asked] }))
    expect(content[0]?.reasoningContent?.reasoningText).toEqual({
      text: '',
      signature: expect.stringMatching(/^sim-/),
    })
    await expect(goOn(asked, content, { modelId: OPUS })).resolves.toBeDefined()
    const shown = { additionalModelRequestFields: { thinking: { type: 'adaptive', display: 'summarized' } } }
    const summary = said(await converse({ modelId: OPUS, ...shown }))
    expect(summary[0]?.reasoningContent?.reasoningText?.text).toContain('The user wrote')
    const off = { additionalModelRequestFields: { thinking: { type: 'disabled' } } }
    expect(said(await converse({ modelId: OPUS, ...off }))).toHaveLength(1)
  })

  it('cost tokens that are not shown', async () => {
    const off = { additionalModelRequestFields: { thinking: { type: 'disabled' } } }
    const [silent, none] = [await converse({ modelId: OPUS }), await converse({ modelId: OPUS, ...off })]
    expect(silent.usage?.outputTokens).toBeGreaterThan(none.usage?.outputTokens ?? 0)
  })

  it('can be redacted, in a stream too', async () => {
    const asked = user('Hello [[sim:reasoning]] [[sim:redacted]]')
    const content = said(await converse({ messages: [asked] }))
    expect(content.map((block) => Object.keys(block.reasoningContent ?? block).join())).toEqual([
      'reasoningText',
      'redactedContent',
      'text',
    ])
    await expect(goOn(asked, content)).resolves.toBeDefined()
    const redacted = Buffer.from(content[1]?.reasoningContent?.redactedContent ?? '')
    redacted[20] = (redacted[20] ?? 0) ^ 1
    const altered: ContentBlock = { reasoningContent: { redactedContent: redacted } }
    await expect(failure(goOn(asked, content.with(1, altered)))).resolves.toMatchObject({
      message: expect.stringContaining('Invalid `data` in `redacted_thinking` block'),
    })
    const reply = await client.send(new ConverseStreamCommand({ modelId: SONNET, messages: [asked] }))
    const deltas: (Uint8Array | undefined)[] = []
    for await (const event of reply.stream ?? []) {
      deltas.push(event.contentBlockDelta?.delta?.reasoningContent?.redactedContent)
    }
    expect(deltas.filter(Boolean)).toEqual([content[1]?.reasoningContent?.redactedContent])
  })

  it('are turned on by each dial', async () => {
    const thought = async (
      modelId: string,
      additionalModelRequestFields: ConverseCommandInput['additionalModelRequestFields'],
    ) => said(await converse({ modelId, additionalModelRequestFields }))[0]?.reasoningContent?.reasoningText
    const nova = 'us.amazon.nova-2-lite-v1:0'
    expect(await thought(nova, { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } })).toEqual({
      text: expect.any(String),
    })
    expect(await thought(nova, { reasoningConfig: { type: 'disabled' } })).toBe(undefined)
    expect(await thought('openai.gpt-oss-20b-1:0', { reasoning_effort: 'low' })).toEqual({ text: expect.any(String) })
    expect(await thought('us.openai.gpt-5.6-sol', { reasoning: { effort: 'high' } })).toBe(undefined)
  })
})

describe('tools of the SDK', () => {
  const tool = (name: string) => ({ toolSpec: { name, inputSchema: { json: { type: 'object' } } } })
  const toolConfig: ToolConfiguration = { tools: [tool('first'), tool('second')] }
  const ask = (text: string, more: object = {}) => converse({ messages: [user(text)], toolConfig, ...more })

  it('are called one at a time when Claude is told so', async () => {
    expect(said(await ask('[[sim:tools=2]]'))).toHaveLength(2)
    const serially = {
      additionalModelRequestFields: { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
    }
    expect(said(await ask('[[sim:tools=2]]', serially))).toHaveLength(1)
    expect((await ask('Hello', serially)).stopReason).toBe('end_turn')
  })

  it('have ids of nine characters at Mistral, which are taken back', async () => {
    const modelId = 'mistral.mistral-large-3-675b-instruct'
    const content = said(await ask('[[sim:tools=2]]', { modelId }))
    const ids = content.map((block) => block.toolUse?.toolUseId ?? '')
    expect(ids.filter((id) => /^[a-zA-Z0-9]{9}$/.test(id))).toHaveLength(2)
    const results = ids.map((toolUseId): ContentBlock => ({ toolResult: { toolUseId, content: [{ text: 'sunny' }] } }))
    const messages: Message[] = [user('Hi'), { role: 'assistant', content }, { role: 'user', content: results }]
    await expect(converse({ modelId, messages, toolConfig })).resolves.toMatchObject({ stopReason: 'end_turn' })
  })

  it('are called when the system prompt says so and the user speaks of no other', async () => {
    const told = { system: [{ text: 'To answer, call the tool `second` with your answer.' }] }
    const names = (reply: ConverseCommandOutput) => said(reply).map((block) => block.toolUse?.name ?? 'text')
    expect(names(await ask('Hello', told))).toEqual(['second'])
    expect(names(await ask('The first, please', told))).toEqual(['first'])
    expect(names(await ask('Hello', { system: [{ text: 'There is `second`.' }] }))).toEqual(['text'])
    expect(names(await ask('Hello [[sim:prose]]', told))).toEqual(['text'])
    const preamble = await ask('Hello [[sim:preamble]]', told)
    expect(names(preamble)).toEqual(['text', 'second'])
    expect(preamble.stopReason).toBe('tool_use')
  })

  it('are called with the answer after the results of others, and once', async () => {
    const told = { system: [{ text: 'To answer, call the tool `second` with your answer.' }], toolConfig }
    const after = (name: string) =>
      converse({
        ...told,
        messages: [
          user('Hello'),
          { role: 'assistant', content: [{ toolUse: { toolUseId: 'a', name, input: {} } }] },
          { role: 'user', content: [{ toolResult: { toolUseId: 'a', content: [{ text: 'done' }] } }] },
        ],
      })
    expect(said(await after('first'))[0]?.toolUse?.name).toBe('second')
    expect(textOf(await after('second'))).toBe('The tool second answered: done')
  })
})

describe('JSON that a prompt asks for in words', () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
  const words = `Answer with JSON that fits this schema:\n\`\`\`json\n${JSON.stringify(schema)}\n\`\`\``
  const ask = (text: string, more: Partial<ConverseCommandInput> = { system: [{ text: words }] }) =>
    converse({ messages: [user(text)], ...more })

  it('is the schema filled, as the directives have it', async () => {
    expect(textOf(await ask('A trip in Rome'))).toBe('{"city":"Rome"}')
    expect(textOf(await ask('A trip in Rome [[sim:fence]]'))).toBe('```json\n{"city":"Rome"}\n```')
    expect(textOf(await ask('A trip in Rome [[sim:preamble]]'))).toBe('Here is what you asked for.\n\n{"city":"Rome"}')
    expect(textOf(await ask('A trip in Rome [[sim:prose]]'))).toMatch(/^You said: A trip in Rome/)
  })

  it('may be asked for by the first user message', async () => {
    const modelId = 'mistral.mistral-7b-instruct-v0:2'
    expect(textOf(await ask(`${words}\n\nA trip in Rome`, { modelId }))).toBe('{"city":"Rome"}')
    const messages: Message[] = [user(words), { role: 'assistant', content: [{ text: 'Yes.' }] }, user('And in Rome?')]
    expect(textOf(await converse({ modelId, messages }))).toBe('{"city":"Rome"}')
  })

  it('is any object when there is no schema', async () => {
    const system = [{ text: 'Answer with a JSON object and nothing else.' }]
    expect(textOf(await ask('Hello', { system }))).toBe('{"answer":"Hello"}')
    expect(textOf(await ask('Hello', { system: [{ text: 'Be brief.' }] }))).toMatch(/^You said/)
  })
})

it('tells what was written to the cache by how long it is kept', async () => {
  const { usage } = await converse({
    system: [{ text: 'tree'.repeat(1100) }, { cachePoint: { type: 'default', ttl: '1h' } }],
    messages: [
      { role: 'user', content: [{ text: 'leaf'.repeat(200) }, { cachePoint: { type: 'default', ttl: '5m' } }] },
    ],
  })
  expect(usage).toMatchObject({
    inputTokens: 0,
    cacheWriteInputTokens: 1300,
    cacheDetails: [
      { ttl: '5m', inputTokens: 200 },
      { ttl: '1h', inputTokens: 1100 },
    ],
  })
})
