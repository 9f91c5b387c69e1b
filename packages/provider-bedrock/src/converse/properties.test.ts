import { uriEncode } from '@moho/auth-aws'
import { type Simulator, startSimulator } from '@moho/aws-sim'
import { ChatRequest, MohoError, reasoningEfforts } from '@moho/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { models } from '../models.ts'
import { resolveModel } from '../resolve.ts'
import { anySchema } from '../testing/schemas.ts'
import type { FetchedFiles } from './fetch-files.ts'
import { toConverse } from './to-converse.ts'

let simulator: Simulator
/** Reasoning that Claude has sealed, as it comes in an answer. */
let sealed: object[] = []

beforeAll(async () => {
  simulator = await startSimulator({ keepCalls: 0 })
  const body = {
    messages: [{ role: 'user', content: [{ text: 'think' }] }],
    inferenceConfig: { maxTokens: 2000 },
    additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } },
  }
  const answer = JSON.parse(await post('us.anthropic.claude-sonnet-4-5-20250929-v1:0', body))
  const { reasoningText } = answer.output.message.content[0].reasoningContent
  sealed = [{ type: 'thinking', thinking: reasoningText.text, signature: reasoningText.signature }]
})
afterAll(() => simulator.close())

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const address = 'https://images.example.com/a.png'
const files: FetchedFiles = new Map([[address, { contentType: 'image/png', bytes: Buffer.from(png, 'base64') }]])

function translate(modelId: string, chat: ChatRequest) {
  const model = resolveModel(modelId, { region: 'us-east-1' })
  if (model === undefined) throw new Error(`${modelId} is no model.`)
  const dropped: string[] = []
  const target = {
    entry: 'e',
    operation: 'chat',
    model,
    name: modelId,
    upstreamId: modelId,
    region: 'us-east-1',
    path: 'converse',
  } as const
  const { body } = toConverse(chat, { target, dropped: (path) => void dropped.push(path), files })
  return { body, dropped }
}

async function post(modelId: string, body: object): Promise<string> {
  const response = await fetch(`${simulator.url}/model/${uriEncode(modelId)}/converse`, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulator.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${text} ${JSON.stringify(body)}`)
  return text
}

/** Those that can be called from this region: one for each base model. */
const modelIds = [
  ...new Map(
    models
      .filter(({ id, paths }) => paths?.chat?.includes('converse') && isCallable(id))
      .map(({ id }) => [id.replace(/^(us|global)\./, ''), id]),
  ).values(),
]

function isCallable(id: string): boolean {
  try {
    return resolveModel(id, { region: 'us-east-1' }) !== undefined
  } catch {
    return false
  }
}

const word = fc.string({ unit: 'grapheme', maxLength: 12 })
const text = fc.oneof(word, fc.constantFrom('', ' ', '\n\t', ' x ', 'long '.repeat(900)))
const said = fc.string({ minLength: 1, maxLength: 8 }).map((word) => `say ${word}`)
const cacheControl = fc.option(
  fc.constantFrom(
    { type: 'ephemeral' },
    { type: 'ephemeral', ttl: '5m' },
    { type: 'ephemeral', ttl: '1h' },
    { type: 'ephemeral', scope: 'global' },
  ),
  { freq: 3, nil: undefined },
)
const marked = (part: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  fc.tuple(part, cacheControl).map(([value, cache_control]) => ({ ...value, ...(cache_control && { cache_control }) }))

const textPart = marked(text.map((text) => ({ type: 'text', text })))
const mediaPart = marked(
  fc.constantFrom(
    { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
    { type: 'image_url', image_url: address },
    {
      type: 'file',
      file: { filename: 'quarterly/report_1.pdf', file_data: 'data:application/pdf;base64,JVBERi0xLjQK' },
    },
    { type: 'file', file: { filename: 'a.csv', file_data: 'data:text/csv,a%2Cb' } },
  ),
)
/** Few, for there is a limit to documents in a request. */
const content = fc.oneof(
  { weight: 5, arbitrary: text },
  { weight: 4, arbitrary: fc.array(textPart, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.tuple(textPart, mediaPart).map((parts) => [...parts]) },
)
const systemContent = fc.oneof(text, fc.array(textPart, { maxLength: 2 }))

const toolName = fc.oneof(
  fc.constantFrom('f', 'a.b', 'a_b', 'a/b', 'get weather', 'é', 'json_answer', 'x'.repeat(80)),
  fc.string({ minLength: 1, maxLength: 70 }),
)
const callId = fc.oneof(fc.constantFrom('call_1', 'call_2'), fc.string({ minLength: 1, maxLength: 80 }))
const input = fc.oneof(
  fc.constantFrom('', '{', '[1]', '{}{}', 'null'),
  fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
)
const toolCalls = fc.uniqueArray(
  marked(
    fc
      .record({ id: callId, function: fc.record({ name: toolName, arguments: input }) })
      .map((call) => ({ ...call, type: 'function' })),
  ).map((call) => call as { id: string }),
  { maxLength: 3, selector: ({ id }) => id },
)

const system = marked(fc.record({ role: fc.constantFrom('system', 'developer'), content: systemContent }))
const user = marked(fc.record({ role: fc.constant('user'), content }))
/** What came before the answer: sealed by Claude, by nobody, or nothing. */
const thoughts = fc.constantFrom('sealed', 'open', undefined, undefined)
const reasoned = (how: 'sealed' | 'open' | undefined) => {
  if (how === undefined) return {}
  return how === 'open' ? { reasoning_content: 'So.' } : { reasoning_content: 'So.', thinking_blocks: sealed }
}

/** The user speaks, and the model answers, with or without calls, of which some are answered, in any order. */
const round = fc
  .record({
    asked: fc.array(user, { maxLength: 2 }),
    aside: fc.array(system, { maxLength: 1 }),
    text,
    thoughts,
    toolCalls,
    result: content,
    reverse: fc.boolean(),
    unanswered: fc.nat(6),
  })
  .map(({ asked, aside, text, thoughts, toolCalls, result, reverse, unanswered }) => {
    const results = toolCalls
      .map(({ id }) => ({ role: 'tool', tool_call_id: id, content: result }))
      .filter((_, index) => index !== unanswered)
    return (isClaude: boolean) => [
      { role: 'user', content: 'go on' },
      ...asked,
      ...aside,
      {
        role: 'assistant',
        content: text,
        // What Claude has sealed is for Claude.
        ...reasoned(thoughts === 'sealed' && !isClaude ? 'open' : thoughts),
        ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
      },
      ...(reverse ? [...results].reverse() : results),
    ]
  })
const conversation = fc
  .record({ rounds: fc.array(round, { maxLength: 3 }), last: fc.option(said, { freq: 8 }) })
  .map(({ rounds, last }) => (isClaude: boolean) => [
    ...rounds.flatMap((round) => round(isClaude)),
    ...(last === null && rounds.length > 0 ? [] : [{ role: 'user', content: last ?? 'hi' }]),
  ])

const schema = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    {},
    { type: 'object' },
    { properties: { city: { type: 'string', minLength: 1 } }, required: ['city'] },
    { anyOf: [{ type: 'object', properties: { a: { type: 'string' } } }, { type: 'null' }] },
    { type: 'object', properties: { next: { $ref: '#' } } },
  ),
  anySchema,
)
const tools = fc.uniqueArray(
  marked(
    fc
      .record({
        name: toolName,
        description: fc.option(text),
        parameters: schema,
        strict: fc.option(fc.boolean(), { nil: undefined }),
      })
      .map((definition) => ({ type: 'function', function: definition })),
  ).map((tool) => tool as { function: { name: string } }),
  { maxLength: 4, selector: (tool) => tool.function.name },
)

const responseFormat = fc.oneof(
  fc.constantFrom<object>(
    { type: 'text' },
    { type: 'json_object' },
    { type: 'json_schema', json_schema: { name: 'any' } },
    {
      type: 'json_schema',
      json_schema: {
        name: 'n',
        strict: true,
        schema: { type: 'object', properties: { n: { type: 'integer', maximum: 3 } } },
      },
    },
  ),
  anySchema.map(({ anyOf: _, oneOf: __, allOf: ___, ...schema }) => ({
    type: 'json_schema',
    json_schema: { name: 'any', schema: { ...schema, type: 'object' } },
  })),
)

const settings = fc.record(
  {
    max_tokens: fc.oneof(fc.integer({ min: 1, max: 4096 }), fc.integer({ min: 1, max: 300_000 })),
    max_completion_tokens: fc.integer({ min: 1, max: 4096 }),
    temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    top_p: fc.double({ min: 0, max: 1, noNaN: true }),
    top_k: fc.integer({ min: 0, max: 100 }),
    stop: fc.oneof(fc.constantFrom('END', ''), fc.array(fc.constantFrom('a', '', '\n', 'b'), { maxLength: 4 })),
    parallel_tool_calls: fc.boolean(),
    service_tier: fc.constantFrom('auto', 'default', 'flex', 'priority', 'scale'),
    seed: fc.integer(),
    user: word,
    metadata: fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), word, { maxKeys: 20 }),
    performanceConfig: fc.constantFrom({ latency: 'standard' }, { latency: 'optimized' }),
    guardrailConfig: fc.constant({ guardrailIdentifier: 'abc1', guardrailVersion: 'DRAFT', trace: 'enabled' }),
    reasoning_effort: fc.constantFrom(...reasoningEfforts),
    thinking: fc.constantFrom(
      { type: 'enabled', budget_tokens: 1024 },
      { type: 'enabled', budget_tokens: 3000 },
      { type: 'adaptive' },
      { type: 'disabled' },
    ),
    response_format: responseFormat,
  },
  { requiredKeys: [] },
)

const valid = fc
  .record({ messages: conversation, tools, settings, choice: fc.nat(10) })
  .map(({ messages, tools, settings, choice }) => (isClaude: boolean) => {
    const picked = tools[choice - 4]
    const tool_choice =
      picked === undefined
        ? (['none', 'auto', ...(tools.length > 0 ? ['required'] : [])] as const)[choice]
        : { type: 'function', function: { name: picked.function.name } }
    return ChatRequest.parse({
      model: 'm',
      messages: messages(isClaude),
      tools,
      ...settings,
      ...(tool_choice !== undefined && { tool_choice }),
    })
  })

test('any valid request becomes one that Converse takes, the same each time, and is left as it was', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(valid, fc.constantFrom(...modelIds), async (made, modelId) => {
      const chat = made(modelId.includes('anthropic.'))
      const before = structuredClone(chat)
      let translated: ReturnType<typeof translate>
      try {
        translated = translate(modelId, chat)
      } catch (error) {
        // A model without tools or eyes, a budget that does not fit, more documents than there may be, a schema that cannot be: each
        // names its member.
        if (!MohoError.is(error)) throw error
        expect(error.status).toBe(400)
        expect(error.param).toMatch(/^(messages|tools|thinking|response_format)/)
        return
      }
      const knowsLimit = resolveModel(modelId, { region: 'us-east-1' })?.limits?.outputTokens !== undefined
      await post(modelId, translated.body).catch((error: Error) => {
        // How much the model may write is not known of all.
        if (knowsLimit || !error.message.includes('The maximum tokens you requested exceeds')) throw error
      })
      expect(translate(modelId, chat)).toEqual(translated)
      expect(chat).toEqual(before)
    }),
    { numRuns: 600 },
  )
})

const anyMessage = fc.oneof(
  system,
  user,
  fc.record({ role: fc.constant('assistant'), content: fc.option(text), tool_calls: toolCalls }),
  fc.record({ role: fc.constant('tool'), tool_call_id: callId, content: fc.option(content) }),
)

test('any order of messages becomes one that Converse takes, or is refused with the member at fault', {
  timeout: 60_000,
}, async () => {
  const modelId = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
  await fc.assert(
    fc.asyncProperty(fc.array(anyMessage, { minLength: 1, maxLength: 6 }), async (messages) => {
      const chat = ChatRequest.parse({ model: 'm', messages })
      let body: object
      try {
        body = translate(modelId, chat).body
      } catch (error) {
        if (!MohoError.is(error)) throw error
        expect(error.code).toBe('invalid_request')
        expect(error.param).toMatch(/^messages/)
        return
      }
      await post(modelId, body)
    }),
    { numRuns: 300 },
  )
})
