import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { bedrockEntry, model, running } from './running.ts'

const router = running((simulator) => ({
  providers: [
    { id: 'bedrock', ...bedrockEntry(simulator) },
    { id: 'by-key', ...bedrockEntry(simulator), auth: { type: 'api-key', apiKey: simulator.apiKey } },
    {
      id: 'listed',
      ...bedrockEntry(simulator),
      firstParty: true,
      models: [
        { id: 'amazon.nova-lite-v1:0', name: 'nova' },
        { id: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', region: 'us-west-2' },
      ],
    },
    { id: 'off', ...bedrockEntry(simulator), enabled: false },
  ],
  keys: [
    { name: 'test', key: 'test-key-0123456789' },
    { name: 'narrow', key: 'narrow-key-0123456789', models: ['listed/nova'] },
  ],
}))

const tools = [
  {
    type: 'function' as const,
    function: {
      name: 'get_weather',
      description: 'The weather in a city.',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
]
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

describe('the OpenAI SDK', () => {
  it('has a conversation', async () => {
    const answer = await router.openai().chat.completions.create({
      model,
      messages: [
        { role: 'system', content: 'You are brief.' },
        { role: 'user', content: 'Hello.' },
        { role: 'assistant', content: 'Hi.' },
        { role: 'user', content: 'How are you?' },
      ],
      max_completion_tokens: 100,
      temperature: 0.5,
      stop: ['END'],
    })
    expect(answer.object).toBe('chat.completion')
    expect(answer.model).toBe(model)
    expect(answer.choices[0]?.message.content).toContain('How are you?')
    expect(answer.choices[0]?.finish_reason).toBe('stop')
    expect(answer.usage?.total_tokens).toBeGreaterThan(0)
    expect(router.simulator.calls.at(-1)?.body).toMatchObject({
      system: [{ text: 'You are brief.' }],
      inferenceConfig: { maxTokens: 100, temperature: 0.5, stopSequences: ['END'] },
    })
  })

  it('calls a tool and takes its result back', async () => {
    const client = router.openai()
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'What is the weather in Rome?' }]
    const first = await client.chat.completions.create({ model, messages, tools, tool_choice: 'required' })
    expect(first.choices[0]?.finish_reason).toBe('tool_calls')
    const message = first.choices[0]?.message ?? expect.fail()
    const [call] = message.tool_calls ?? []
    if (call?.type !== 'function') return expect.fail('No tool was called.')
    expect(call.function.name).toBe('get_weather')
    expect(Object.keys(JSON.parse(call.function.arguments))).toEqual(['city'])

    messages.push(message, { role: 'tool', tool_call_id: call.id, content: '31 degrees and sunny' })
    const second = await client.chat.completions.create({ model, messages, tools })
    expect(second.choices[0]?.message.content).toContain('31 degrees and sunny')
  })

  it('calls tools in parallel, and runs them by its own tool runner', async () => {
    const seen: string[] = []
    const runner = router.openai().chat.completions.runTools({
      model,
      messages: [{ role: 'user', content: 'Weather in Rome and in Paris? [[sim:tools=2]]' }],
      tools: [
        {
          type: 'function',
          function: {
            ...(tools[0] ?? expect.fail()).function,
            parse: (text: string): { city: string } => JSON.parse(text),
            function: ({ city }: { city: string }) => {
              seen.push(city)
              return `${city}: 31 degrees`
            },
          },
        },
      ],
    })
    expect(await runner.finalContent()).toContain('31 degrees')
    expect(seen).toHaveLength(2)
  })

  it('shows an image', async () => {
    const answer = await router.openai().chat.completions.create({
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } },
          ],
        },
      ],
    })
    expect(answer.choices[0]?.message.content).toContain('What is this?')
    const { body } = router.simulator.calls.at(-1) ?? expect.fail()
    expect(body).toMatchObject({
      messages: [{ content: [{ text: 'What is this?' }, { image: { format: 'png', source: { bytes: pixel } } }] }],
    })
  })

  it('reads reasoning, and a cut answer', async () => {
    const answer = await router
      .openai()
      .chat.completions.create({ model, messages: [{ role: 'user', content: '[[sim:reasoning]] Why?' }] })
    expect(answer.choices[0]?.message).toMatchObject({
      reasoning_content: expect.any(String),
      thinking_blocks: [{ type: 'thinking' }],
    })
    const cut = await router
      .openai()
      .chat.completions.create({ model, max_tokens: 5, messages: [{ role: 'user', content: '[[sim:long=500]]' }] })
    expect(cut.choices[0]?.finish_reason).toBe('length')
  })

  it.each([
    ['slug', 'bedrock/us-anthropic-claude-sonnet-4-5-20250929-v1-0'],
    ['@', '@bedrock/@us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['alias', 'listed/nova'],
    ['bare alias', 'nova'],
    [
      'ARN',
      'bedrock/arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    ],
    ['Bedrock API key', 'by-key/us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['another family', 'bedrock/amazon.nova-pro-v1:0'],
  ])('reaches a model by %s', async (_, name) => {
    const { data, response } = await router
      .openai()
      .chat.completions.create({ model: name, messages: [{ role: 'user', content: 'Hi' }] })
      .withResponse()
    expect(data.model).toBe(name)
    expect(response.headers.get('x-moho-path')).toBe('converse')
  })

  it('works with every spelling of the base URL', async () => {
    for (const baseURL of [router.url, `${router.url}/`, `${router.url}/v1`, `${router.url}/v1/v1`]) {
      await router.openai({ baseURL }).chat.completions.create({ model, messages: [{ role: 'user', content: 'Hi' }] })
    }
  })

  it('can follow what became of a call', async () => {
    const call = router.openai().chat.completions.create({
      model: 'listed/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      messages: [{ role: 'user', content: 'Hi' }],
      seed: 7,
    })
    const { response, request_id } = await call.withResponse()
    const headers = Object.fromEntries(response.headers)
    expect(headers).toMatchObject({
      'x-request-id': request_id,
      'request-id': request_id,
      'x-moho-model': 'listed/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'x-moho-region': 'us-west-2',
      'x-moho-attempts': '1',
      'x-moho-dropped': 'seed',
    })
    expect(headers['server-timing']).toMatch(/^moho;dur=\d+\.\d\d, upstream;dur=\d+\.\d\d$/)
    expect(router.log.at(-1)?.fields).toMatchObject({ requestId: request_id, key: 'test', dropped: ['seed'] })
  })

  it('lists models, first-party entries first, and only what the key may use', async () => {
    const all = (await router.openai().models.list()).data
    expect(all[0]).toMatchObject({ id: 'listed/nova', object: 'model', simulated: true })
    expect(all.some(({ id }) => id.startsWith('off/'))).toBe(false)
    expect(all.some(({ id }) => id.startsWith('bedrock/global.'))).toBe(true)
    const narrow = router.openai({ apiKey: 'narrow-key-0123456789' })
    expect((await narrow.models.list()).data.map(({ id }) => id)).toEqual(['listed/nova'])
    expect(await narrow.models.retrieve('listed/nova')).toMatchObject({ id: 'listed/nova' })
    await expect(narrow.models.retrieve(model)).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    await narrow.chat.completions.create({ model: 'nova', messages: [{ role: 'user', content: 'Hi' }] })
    await expect(
      narrow.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hi' }] }),
    ).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
  })

  it('lists what can be called in the entry’s region, and says what users should know of it', async () => {
    const all = (await router.openai().models.list()).data as (OpenAI.Model & { advice?: string })[]
    const ids = all.map(({ id }) => id)
    expect(ids).toContain('bedrock/us.amazon.nova-lite-v1:0')
    expect(ids).not.toContain('bedrock/eu.amazon.nova-lite-v1:0')
    // What is no model for chats can be asked for, and is in no list.
    expect(ids).not.toContain('bedrock/amazon.titan-embed-text-v2:0')
    expect(all.find(({ id }) => id === 'listed/nova')?.advice).toBe(
      'Bound to us-east-1. Inference profiles reach more regions: us.amazon.nova-lite-v1:0.',
    )
    expect(all.find(({ id }) => id === 'bedrock/us.amazon.nova-lite-v1:0')).not.toHaveProperty('advice')
  })

  it.each([
    ['bedrock/amazon.titan-embed-text-v2:0', 400, 'unsupported', 'It makes embeddings.'],
    [
      'bedrock/eu.amazon.nova-lite-v1:0',
      404,
      'model_not_found',
      'From us-east-1 this model has us.amazon.nova-lite-v1:0.',
    ],
    [
      'bedrock/arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0',
      400,
      'invalid_request',
      'the entry calls us-east-1',
    ],
    ['bedrock/amazon.nova lite', 404, 'model_not_found', 'There is no model'],
    ['bedrock/amazon.nova\u0007', 404, 'model_not_found', 'There is no model'],
    // What it is is for those to know who may use it.
    ['listed/amazon.titan-embed-text-v2:0', 404, 'model_not_found', 'There is no model'],
  ])('is told what is wrong with %s before anything is sent', async (name, status, code, words) => {
    const before = router.simulator.calls.length
    await expect(
      router.openai().chat.completions.create({ model: name, messages: [{ role: 'user', content: 'Hi' }] }),
    ).rejects.toMatchObject({ status, code, param: 'model', message: expect.stringContaining(words) })
    expect(router.simulator.calls.length).toBe(before)
  })

  it.each([
    ['[[sim:throttle]]', OpenAI.RateLimitError, 'rate_limited', 429],
    ['[[sim:error=ValidationException]]', OpenAI.BadRequestError, 'invalid_request', 400],
    ['[[sim:error=AccessDeniedException]]', OpenAI.InternalServerError, 'upstream_auth_failed', 502],
    ['[[sim:error=ResourceNotFoundException]]', OpenAI.NotFoundError, 'model_not_found', 404],
    ['[[sim:error=InternalServerException]]', OpenAI.InternalServerError, 'upstream_failed', 502],
    ['[[sim:error=ServiceUnavailableException]]', OpenAI.InternalServerError, 'overloaded', 503],
    ['[[sim:error=ModelTimeoutException]]', OpenAI.InternalServerError, 'upstream_timeout', 504],
    ['[[sim:garbage]]', OpenAI.InternalServerError, 'upstream_failed', 502],
    ['[[sim:cut]]', OpenAI.InternalServerError, 'upstream_failed', 502],
  ])('gets %s as its own error class', async (content, type, code, status) => {
    const fault: unknown = await router
      .openai()
      .chat.completions.create({ model, messages: [{ role: 'user', content }] })
      .catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(type)
    expect(fault).toMatchObject({ status, code })
    if (status === 429) expect((fault as InstanceType<typeof OpenAI.APIError>).headers?.get('retry-after')).toBe('5')
  })

  it('is told no time to come back where a quota is used up', async () => {
    const content = '[[sim:error=ThrottlingException:Too many tokens per day, please wait before trying again.]]'
    const { headers, status } = await router.post({ model, messages: [{ role: 'user', content }] })
    expect([status, headers.get('retry-after'), headers.get('x-should-retry')]).toEqual([429, null, 'false'])
  })

  it('tries again by itself only where that can help', async () => {
    const ask = (content: string) =>
      router
        .openai({ maxRetries: 1 })
        .chat.completions.create({ model, messages: [{ role: 'user', content }] })
        .catch(() => undefined)
    const tries = async (content: string) => {
      const before = router.simulator.calls.length
      await ask(content)
      return router.simulator.calls.length - before
    }
    expect(await tries('[[sim:error=InternalServerException]]')).toBe(2)
    // A 502 too, but with `x-should-retry: false`.
    expect(await tries('[[sim:error=AccessDeniedException]]')).toBe(1)
  })
})
