import { type Simulator, startSimulator } from '@moho/aws-sim'
import { ChatRequest, type FrameSink, MohoError, type TextWriter, wholeBody } from '@moho/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readBedrockFailure } from '../errors.ts'
import { eventStream } from '../event-stream.ts'
import { type InvokeFormat, invokeFormats } from './format.ts'
import { fromInvoke } from './from-invoke.ts'
import { fromInvokeStream } from './from-invoke-stream.ts'
import { toInvoke } from './to-invoke.ts'

/** Models that were imported, one of each format: the stand-in for Bedrock knows the templates, and refuses what is not in them. */
const resources = Object.fromEntries(invokeFormats.map((format, index) => [`imported000${index}`, { format }]))
const arnOf = (format: InvokeFormat) =>
  `arn:aws:bedrock:us-east-1:123456789012:imported-model/imported000${invokeFormats.indexOf(format)}`

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ keepCalls: 0, resources })
})
afterAll(() => simulator.close())

function bodyOf(format: InvokeFormat, chat: ChatRequest): object {
  const id = arnOf(format)
  const target = {
    entry: 'e',
    operation: 'chat',
    model: { id },
    name: id,
    upstreamId: id,
    region: 'us-east-1',
    path: 'invoke',
  } as const
  return toInvoke(chat, format, { target, dropped() {} }).body
}

/** The text and the reasoning of an answer, and why it ended. */
async function ask(format: InvokeFormat, chat: ChatRequest) {
  const operation = chat.stream ? 'invoke-with-response-stream' : 'invoke'
  const response = await fetch(`${simulator.url}/model/${encodeURIComponent(arnOf(format))}/${operation}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulator.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(bodyOf(format, chat)),
  })
  const bytes = Buffer.from(await response.arrayBuffer())
  if (response.status !== 200) throw new Error(bytes.toString())
  const answer = { text: '', reasoning: '', reason: '', tokens: [] as unknown[] }
  const nothing = () => {}
  const out: TextWriter = {
    start: nothing,
    signature: nothing,
    redacted: nothing,
    toolCall: nothing,
    toolInput: nothing,
    refusal: nothing,
    close: nothing,
    text(delta) {
      answer.text += delta
    },
    reasoning(delta) {
      answer.reasoning += delta
    },
    usage(total) {
      answer.tokens = [total.input, total.output]
    },
    finish(reason) {
      answer.reason = reason
    },
  }
  const headers = Object.fromEntries(response.headers)
  const readFailure = readBedrockFailure('vendor.model', 'us-east-1', undefined)
  const sink: FrameSink = chat.stream
    ? fromInvokeStream(format, headers, readFailure)(out)
    : fromInvoke(format, headers)(out)
  const read = chat.stream ? eventStream(sink) : wholeBody(sink)
  read.chunk(bytes)
  read.end()
  return answer
}

test.each(invokeFormats)('%s: an answer is the same whole and streamed', async (format) => {
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'one' },
    { role: 'assistant', content: 'two' },
    { role: 'user', content: '[[sim:say=Grüße, 👋🏽 world!]]' },
  ]
  const chat = (stream: boolean) => ChatRequest.parse({ model: 'm', messages, stream })
  const whole = await ask(format, chat(false))
  expect(whole).toMatchObject({
    text: 'Grüße, 👋🏽 world!',
    reason: 'stop',
    tokens: [expect.any(Number), expect.any(Number)],
  })
  expect(await ask(format, chat(true))).toEqual(whole)
})

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('', ' ', '\n', '[INST]', '<|eot_id|>', '<|im_end|>', '<｜User｜>', '</think>', '</s>'),
)
const content = fc.oneof(
  text,
  fc.array(
    text.map((text) => ({ type: 'text', text })),
    { minLength: 1, maxLength: 3 },
  ),
)
const message = fc.record({ role: fc.constantFrom('system', 'developer', 'user', 'user', 'assistant'), content })
const settings = fc.record(
  {
    max_tokens: fc.integer({ min: 1, max: 50_000 }),
    max_completion_tokens: fc.integer({ min: 1, max: 9000 }),
    temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    top_p: fc.double({ min: 0, max: 1, noNaN: true }),
    top_k: fc.nat(300),
    stop: fc.oneof(fc.constantFrom('END', ''), fc.array(fc.constantFrom('END', '', 'STOP'), { maxLength: 14 })),
    reasoning_effort: fc.constantFrom('low', 'medium', 'high'),
    service_tier: fc.constantFrom('auto', 'flex'),
    seed: fc.integer(),
    user: text,
    metadata: fc.constant({ a: 'b' }),
    tool_choice: fc.constantFrom('none', 'auto', 'required'),
    stream: fc.boolean(),
  },
  { requiredKeys: [] },
)

test('any chat of text becomes a body that its format takes, or is refused with the member at fault', {
  timeout: 60_000,
}, async () => {
  const chats = fc
    .record({ messages: fc.array(message, { minLength: 1, maxLength: 5 }), settings })
    .map(({ messages, settings }) => ChatRequest.parse({ model: 'm', messages, ...settings }))
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...invokeFormats), chats, async (format, chat) => {
      try {
        bodyOf(format, chat)
      } catch (error) {
        if (!MohoError.is(error)) throw error
        expect(error.status).toBe(400)
        expect(error.param).toMatch(/^messages/)
        return
      }
      expect((await ask(format, chat)).reason).toMatch(/^(stop|length)$/)
    }),
    { numRuns: 300 },
  )
})
