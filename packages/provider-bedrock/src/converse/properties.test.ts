import { type Simulator, startSimulator } from '@moho/aws-sim'
import { ChatRequest, MohoError } from '@moho/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pathSegment, resolveModel } from '../resolve.ts'
import { toConverse } from './to-converse.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ keepCalls: 0 })
})
afterAll(() => simulator.close())

function translate(modelId: string, chat: ChatRequest) {
  const model = resolveModel(modelId, 'us-east-1')
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
  const { body } = toConverse(chat, { target, dropped: (path) => void dropped.push(path) })
  return { body, dropped }
}

/** What a stand-in for Bedrock that knows its rules says: '' if nothing. */
async function refusedBy(modelId: string, body: object): Promise<string> {
  const response = await fetch(`${simulator.url}/model/${pathSegment(modelId)}/converse`, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulator.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  return response.status === 200 ? '' : text
}

const modelIds = [
  'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'us.anthropic.claude-opus-5',
  'us.anthropic.claude-haiku-4-5-20251001-v1:0',
  'amazon.nova-lite-v1:0',
  'openai.gpt-oss-120b-1:0',
  'us.meta.llama3-3-70b-instruct-v1:0',
  'us.deepseek.r1-v1:0',
  'mistral.mistral-7b-instruct-v0:2',
]

const word = fc.string({ unit: 'grapheme', maxLength: 12 })
const text = fc.oneof(word, fc.constantFrom('', ' ', '\n\t', ' x '))
const said = fc.string({ minLength: 1, maxLength: 8 }).map((word) => `say ${word}`)
const textPart = text.map((text) => ({ type: 'text', text }))
const imagePart = fc.constant({
  type: 'image_url',
  image_url: { url: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==' },
})
const content = fc.oneof(text, fc.array(fc.oneof({ weight: 4, arbitrary: textPart }, imagePart), { maxLength: 3 }))

const toolName = fc.oneof(
  fc.constantFrom('f', 'a.b', 'a_b', 'a/b', 'get weather', 'é', 'x'.repeat(80)),
  fc.string({ minLength: 1, maxLength: 70 }),
)
const callId = fc.oneof(fc.constantFrom('call_1', 'call_2'), fc.string({ minLength: 1, maxLength: 80 }))
const input = fc.oneof(
  fc.constant(''),
  fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
)
const toolCalls = fc.uniqueArray(
  fc
    .record({ id: callId, function: fc.record({ name: toolName, arguments: input }) })
    .map((call) => ({ ...call, type: 'function' })),
  { maxLength: 3, selector: ({ id }) => id },
)

const system = fc.record({ role: fc.constantFrom('system', 'developer'), content: text })
/** The user speaks, and the model answers, with or without calls, all of which are answered in any order. */
const round = fc
  .record({
    asked: fc.array(fc.record({ role: fc.constant('user'), content }), { maxLength: 2 }),
    aside: fc.array(system, { maxLength: 1 }),
    text,
    toolCalls,
    result: content,
    reverse: fc.boolean(),
  })
  .map(({ asked, aside, text, toolCalls, result, reverse }) => {
    const results = toolCalls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: result }))
    return [
      { role: 'user', content: 'go on' },
      ...asked,
      ...aside,
      { role: 'assistant', content: text, ...(toolCalls.length > 0 && { tool_calls: toolCalls }) },
      ...(reverse ? results.reverse() : results),
    ]
  })
const conversation = fc
  .record({ rounds: fc.array(round, { maxLength: 4 }), last: said })
  .map(({ rounds, last }) => [...rounds.flat(), { role: 'user', content: last }])

const schema = fc.constantFrom(
  undefined,
  null,
  {},
  { type: 'object' },
  { properties: { city: { type: 'string' } }, required: ['city'] },
)
const tools = fc.uniqueArray(
  fc
    .record({ name: toolName, description: fc.option(text), parameters: schema })
    .map((definition) => ({ type: 'function', function: definition })),
  { maxLength: 4, selector: (tool) => tool.function.name },
)

const settings = fc.record(
  {
    max_tokens: fc.integer({ min: 1, max: 4096 }),
    max_completion_tokens: fc.integer({ min: 1, max: 4096 }),
    temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    top_p: fc.double({ min: 0, max: 1, noNaN: true }),
    stop: fc.oneof(text, fc.array(text, { maxLength: 4 })),
    parallel_tool_calls: fc.boolean(),
    service_tier: fc.constantFrom('auto', 'default', 'flex', 'priority', 'scale'),
    seed: fc.integer(),
  },
  { requiredKeys: [] },
)

const valid = fc
  .record({ messages: conversation, tools, settings, choice: fc.nat(10) })
  .map(({ messages, tools, settings, choice }) => {
    const picked = tools[choice - 4]
    const tool_choice =
      picked === undefined
        ? (['none', 'auto', ...(tools.length > 0 ? ['required'] : [])] as const)[choice]
        : { type: 'function', function: { name: picked.function.name } }
    return ChatRequest.parse({
      model: 'm',
      messages,
      tools,
      ...settings,
      ...(tool_choice !== undefined && { tool_choice }),
    })
  })

test('any valid request becomes one that Converse takes, the same each time, and is left as it was', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(valid, fc.constantFrom(...modelIds), async (chat, modelId) => {
      const before = structuredClone(chat)
      let translated: ReturnType<typeof translate>
      try {
        translated = translate(modelId, chat)
      } catch (error) {
        // A model that has no tools or no eyes.
        expect(error).toMatchObject({ code: 'unsupported' })
        expect(modelId).not.toContain('claude')
        return
      }
      expect(await refusedBy(modelId, translated.body)).toBe('')
      expect(translate(modelId, chat)).toEqual(translated)
      expect(chat).toEqual(before)
    }),
    { numRuns: 300 },
  )
})

const anyMessage = fc.oneof(
  system,
  fc.record({ role: fc.constant('user'), content }),
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
      expect(await refusedBy(modelId, body)).toBe('')
    }),
    { numRuns: 300 },
  )
})
