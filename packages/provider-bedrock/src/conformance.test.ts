import { conformance } from '@moho/core/testing'
import { describe, test } from 'vitest'
import { bedrock } from './index.ts'
import { converseStream } from './testing/frames.ts'

const answer = (content: object[], stopReason: string) => ({
  headers: { 'x-amzn-requestid': '51300000-0000-4000-8000-000000000001' },
  body: JSON.stringify({
    metrics: { latencyMs: 948 },
    output: { message: { content, role: 'assistant' } },
    stopReason,
    usage: { inputTokens: 577, outputTokens: 90, serverToolUsage: {}, totalTokens: 667 },
  }),
})

const shared = {
  provider: bedrock,
  config: { region: 'us-east-1' },
  answers: {
    text: answer([{ text: 'Hello' }], 'end_turn'),
    toolCall: answer(
      [{ toolUse: { toolUseId: 'tooluse_1', name: 'get_weather', input: { city: 'Rome' } } }],
      'tool_use',
    ),
    stream: {
      headers: { 'content-type': 'application/vnd.amazon.eventstream' },
      body: converseStream([
        ['messageStart', { role: 'assistant', p: 'abc' }],
        ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hel' }, p: 'abcdef' }],
        ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'lo' }, p: 'a' }],
        ['contentBlockStop', { contentBlockIndex: 0 }],
        ['messageStop', { stopReason: 'end_turn' }],
        ['metadata', { metrics: { latencyMs: 9 }, usage: { inputTokens: 5, outputTokens: 2, totalTokens: 7 } }],
      ]),
    },
  },
}

const suites = [
  {
    auth: { type: 'access-key', accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example-secret-key' },
    secret: 'example-secret-key',
    model: 'anthropic.claude-3-haiku-20240307-v1:0',
  },
  {
    auth: { type: 'api-key', apiKey: 'ABSKexample-api-key' },
    secret: 'ABSKexample-api-key',
    model: 'amazon.nova-lite-v1:0',
  },
]

for (const suite of suites) {
  describe(`a provider with ${suite.auth.type}`, () => {
    for (const { name, run } of conformance({ ...shared, ...suite })) test(name, run)
  })
}
