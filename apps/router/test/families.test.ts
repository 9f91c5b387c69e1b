import type { RecordedCall } from '@moho/aws-sim'
import type OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { bedrockEntry, running } from './running.ts'

const imported = (id: string) => `arn:aws:bedrock:us-east-1:123456789012:imported-model/${id}`

const router = running(
  (simulator) => ({
    providers: [
      { id: 'bedrock', ...bedrockEntry(simulator) },
      // As many gateways ask for it: OpenAI's API of the host, and everything else beside it.
      { ...bedrockEntry(simulator), id: 'seed', endpoints: undefined, baseUrl: `${simulator.url}/openai/v1` },
      {
        id: 'own',
        ...bedrockEntry(simulator),
        models: [
          { id: imported('chat00000000'), name: 'chat', format: 'openai-chat' },
          { id: imported('llama3000000'), name: 'llama3', format: 'llama3' },
          { id: imported('mistral00000'), name: 'mistral', format: 'mistral' },
          { id: imported('chatml000000'), name: 'chatml', format: 'chatml' },
          { id: 'us.deepseek.r1-v1:0', name: 'r1', path: 'invoke' },
          { id: 'openai.gpt-oss-20b-1:0', name: 'oss', path: 'invoke' },
        ],
      },
    ],
  }),
  undefined,
  {
    resources: {
      chat00000000: { format: 'openai-chat' },
      llama3000000: { format: 'llama3' },
      mistral00000: { format: 'mistral' },
      chatml000000: { format: 'chatml' },
    },
  },
)

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const tools = [
  { type: 'function' as const, function: { name: 'get_weather', description: 'The weather.', parameters } },
]
const request = (model: string, content: string, more: object = {}) =>
  ({
    model,
    messages: [{ role: 'user' as const, content }],
    max_tokens: 100,
    ...more,
  }) satisfies OpenAI.ChatCompletionCreateParams

const last = (): RecordedCall => router.simulator.calls.at(-1) ?? expect.fail('Nothing was sent.')
const pathOf = (id: string, operation: string) => `/model/${encodeURIComponent(id)}/${operation}`

/** What a stream says. */
async function said(model: string, content: string): Promise<string> {
  const stream = await router.openai().chat.completions.create({ ...request(model, content), stream: true })
  let text = ''
  let finish: string | null = null
  for await (const { choices } of stream) {
    text += choices[0]?.delta.content ?? ''
    finish = choices[0]?.finish_reason ?? finish
  }
  expect(finish).toBe('stop')
  return text
}

async function calledTool(model: string): Promise<void> {
  const answer = await router
    .openai()
    .chat.completions.create({ ...request(model, 'What is the weather in Rome?'), tools })
  const [choice] = answer.choices
  expect(choice?.finish_reason).toBe('tool_calls')
  const [call] = choice?.message.tool_calls ?? []
  if (call?.type !== 'function') return expect.fail('No tool was called.')
  expect(call.function.name).toBe('get_weather')
  expect(Object.keys(JSON.parse(call.function.arguments))).toEqual(['city'])
}

const families: readonly (readonly [family: string, id: string, tools?: 'none'])[] = [
  ['Anthropic', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ['Anthropic, a new generation', 'global.anthropic.claude-opus-5-5'],
  ['Nova', 'us.amazon.nova-lite-v1:0'],
  ['Nova 2', 'us.amazon.nova-2-lite-v1:0'],
  ['Llama 4', 'us.meta.llama4-maverick-17b-instruct-v1:0'],
  ['Llama 3.3', 'us.meta.llama3-3-70b-instruct-v1:0'],
  ['Mistral', 'mistral.mistral-large-3-675b-instruct'],
  ['Mistral, an old one', 'mistral.mistral-7b-instruct-v0:2', 'none'],
  ['Cohere', 'cohere.command-r-plus-v1:0'],
  ['DeepSeek', 'deepseek.v3.2'],
  ['DeepSeek R1', 'us.deepseek.r1-v1:0', 'none'],
  ['Qwen', 'qwen.qwen3-32b-v1:0'],
  ['gpt-oss', 'openai.gpt-oss-120b-1:0'],
  ['GPT', 'us.openai.gpt-5.6-sol'],
  ['Gemma', 'google.gemma-3-27b-it', 'none'],
  ['Kimi', 'moonshotai.kimi-k2.5'],
  ['MiniMax', 'minimax.minimax-m2.1'],
  ['GLM', 'zai.glm-4.7'],
  ['Nemotron', 'nvidia.nemotron-super-3-120b'],
  ['AI21', 'ai21.jamba-1-5-large-v1:0'],
  ['Writer', 'us.writer.palmyra-x5-v1:0'],
  ['Grok', 'us.xai.grok-4.6'],
]

describe.each(families.map(([family, id, has]) => ({ family, id, hasTools: has !== 'none' })))(
  '$family',
  ({ id, hasTools }) => {
    const model = `bedrock/${id}`
    const inferenceConfig = { maxTokens: 100 }

    it('chats by Converse', async () => {
      const { data, response } = await router
        .openai()
        .chat.completions.create(request(model, 'Good day.'))
        .withResponse()
      expect(data.choices[0]?.message.content).toContain('Good day.')
      expect(response.headers.get('x-moho-path')).toBe('converse')
      expect(last()).toMatchObject({
        path: pathOf(id, 'converse'),
        principal: { service: 'bedrock', region: 'us-east-1' },
      })
      expect(last().body).toEqual({ messages: [{ role: 'user', content: [{ text: 'Good day.' }] }], inferenceConfig })
    })

    it('streams by ConverseStream', async () => {
      expect(await said(model, 'Good day.')).toContain('Good day.')
      expect(last().path).toBe(pathOf(id, 'converse-stream'))
      expect(last().body).toEqual({ messages: [{ role: 'user', content: [{ text: 'Good day.' }] }], inferenceConfig })
    })

    it(hasTools ? 'calls a tool' : 'has no tools', async () => {
      if (!hasTools)
        return void (await expect(calledTool(model)).rejects.toMatchObject({ status: 400, code: 'unsupported' }))
      await calledTool(model)
      expect(last().body).toMatchObject({
        toolConfig: { tools: [{ toolSpec: { name: 'get_weather', inputSchema: { json: parameters } } }] },
      })
    })
  },
)

describe('an entry with the base URL of OpenAI’s API', () => {
  it.each([
    ['openai.gpt-oss-120b-1:0', 'openai'],
    ['qwen.qwen3-32b-v1:0', 'openai'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'converse'],
    ['us.amazon.nova-lite-v1:0', 'converse'],
    ['us.meta.llama3-3-70b-instruct-v1:0', 'converse'],
  ])('answers for %s, by its path %s', async (id, path) => {
    const model = `seed/${id}`
    const { data, response } = await router.openai().chat.completions.create(request(model, 'Good day.')).withResponse()
    expect(data.choices[0]?.message.content).toContain('Good day.')
    expect(data.model).toBe(model)
    expect(response.headers.get('x-moho-path')).toBe(path)
    expect(last().path).toBe(path === 'openai' ? '/openai/v1/chat/completions' : pathOf(id, 'converse'))
    expect(await said(model, 'Good day.')).toContain('Good day.')
    await calledTool(model)
  })

  it('forwards what the caller sent, but for the model’s name', async () => {
    await router.post('{"model":"seed/openai-gpt-oss-120b-1-0","messages":[{"role":"user","content":"Hi"}],"seed":7}')
    expect(last()).toMatchObject({
      principal: { service: 'bedrock', region: 'us-east-1' },
      body: { model: 'openai.gpt-oss-120b-1:0', messages: [{ role: 'user', content: 'Hi' }], seed: 7 },
    })
  })
})

describe('InvokeModel, in the body that a model takes', () => {
  it.each<[string, object]>([
    ['chat', { messages: [{ role: 'user', content: 'Good day.' }], max_tokens: 100 }],
    ['oss', { messages: [{ role: 'user', content: 'Good day.' }], max_tokens: 100 }],
    [
      'llama3',
      {
        prompt:
          '<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nGood day.<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
        max_gen_len: 100,
      },
    ],
    ['mistral', { prompt: '<s>[INST] Good day. [/INST]', max_tokens: 100 }],
    ['chatml', { prompt: '<|im_start|>user\nGood day.<|im_end|>\n<|im_start|>assistant\n', max_tokens: 100 }],
    ['r1', { prompt: '<｜begin▁of▁sentence｜><｜User｜>Good day.<｜Assistant｜><think>\n', max_tokens: 100 }],
  ])('%s', async (name, body) => {
    const model = `own/${name}`
    const { data, response } = await router.openai().chat.completions.create(request(model, 'Good day.')).withResponse()
    expect(data.choices[0]?.message.content).toContain('Good day.')
    expect(response.headers.get('x-moho-path')).toBe('invoke')
    expect(last().path).toMatch(/\/invoke$/)
    expect(last().body).toEqual(body)
    expect(await said(model, 'Good day.')).toContain('Good day.')
    expect(last().path).toMatch(/\/invoke-with-response-stream$/)
  })

  it('calls tools where the body has them, and says so where it has none', async () => {
    await calledTool('own/chat')
    await calledTool('own/oss')
    await expect(calledTool('own/llama3')).rejects.toMatchObject({ status: 400, code: 'unsupported', param: 'tools' })
  })
})
