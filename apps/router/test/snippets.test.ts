import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { createWebClient } from '@moho/core/node'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { bedrockEntry, running } from './running.ts'
import { samplePdf, samplePng } from './sample-files.ts'
import { type Told, waysOf } from './ways.ts'

/** What people copy from a guide to chat on Bedrock, line by line, through the OpenAI SDK. */
const entry: Parameters<typeof running>[0] = (simulator) => ({
  providers: [{ id: 'tfy-ai-bedrock', ...bedrockEntry(simulator) }],
})
const router = running(entry)
const model = 'tfy-ai-bedrock/global-anthropic-claude-sonnet-4-5-20250929-v1-0'
const { whole, helped, ways } = waysOf(router)

/** The body that the simulator received last. */
const sent = () => router.simulator.calls.at(-1)?.body
const dropped = ({ headers }: Told) => headers.get('x-moho-dropped')
const calledFunction = ({ message }: Told) => {
  const [call, ...others] = message.tool_calls ?? []
  expect(others).toEqual([])
  return call?.type === 'function' ? call : expect.fail('No tool was called.')
}
const endsWith = (finish: string, told: Told) =>
  expect({ finish: told.finish, dropped: dropped(told) }).toEqual({ finish, dropped: null })

const tools: OpenAI.ChatCompletionFunctionTool[] = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'Get the current weather for a city.',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
]
const toolSpec = {
  name: 'get_weather',
  description: 'Get the current weather for a city.',
  inputSchema: { json: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
}

const Person = z.strictObject({ name: z.string(), age: z.int(), hobbies: z.array(z.string()) })
const schema = {
  name: 'person',
  schema: {
    type: 'object',
    properties: {
      name: { type: 'string' },
      age: { type: 'integer' },
      hobbies: { type: 'array', items: { type: 'string' } },
    },
    required: ['name', 'age', 'hobbies'],
    additionalProperties: false,
  },
  strict: true,
}
const asPerson = { response_format: { type: 'json_schema' as const, json_schema: schema } }
const inventPerson = 'Invent a fictional person with name, age, and three hobbies.'
const user = (content: string | OpenAI.ChatCompletionContentPart[]) => ({ role: 'user' as const, content })

const puzzle = 'A bat and ball cost $1.10. The bat costs $1.00 more than the ball. How much is the ball?'

describe('a stream', () => {
  it('comes in pieces, which are checked before they are printed', async () => {
    const stream = await router.openai().chat.completions.create({
      model,
      messages: [user('Count from 1 to 5.')],
      stream: true,
    })
    const pieces: string[] = []
    for await (const chunk of stream) {
      if (chunk.choices && chunk.choices.length > 0 && chunk.choices[0]?.delta.content != null)
        pieces.push(chunk.choices[0].delta.content)
    }
    expect(pieces.length).toBeGreaterThan(5)
    expect(pieces.join('')).toContain('Count from 1 to 5.')
    expect(router.simulator.calls.at(-1)).toMatchObject({ operation: 'ConverseStream', clientLeft: false })
  })
})

describe.each(ways)('%s', (name, ask) => {
  it('a question', async () => {
    const told = await ask({ model, messages: [user('What is Moho in one line?')] })
    endsWith('stop', told)
    expect(told.message.content).toMatch(/^You said: What is Moho in one line\?/)
    expect(told.message.tool_calls).toBeUndefined()
    const { prompt_tokens = 0, completion_tokens = 0, total_tokens } = told.usage ?? {}
    expect(prompt_tokens * completion_tokens).toBeGreaterThan(0)
    expect(total_tokens).toBe(prompt_tokens + completion_tokens)
    expect(sent()).toEqual({ messages: [{ role: 'user', content: [{ text: 'What is Moho in one line?' }] }] })
    expect(router.simulator.calls.at(-1)?.modelId).toBe('global.anthropic.claude-sonnet-4-5-20250929-v1:0')
  })

  describe('a tool', () => {
    const result = JSON.stringify({ city: 'Bengaluru', temp_c: 28 })

    async function callTool() {
      const messages: OpenAI.ChatCompletionMessageParam[] = [user('Weather in Bengaluru?')]
      const told = await ask({
        model,
        messages,
        tools,
        tool_choice: { type: 'function', function: { name: 'get_weather' } },
      })
      endsWith('tool_calls', told)
      const call = calledFunction(told)
      messages.push(told.message, { role: 'tool', tool_call_id: call.id, content: result })
      return { call, messages }
    }
    const history = (id: string) => [
      { role: 'user', content: [{ text: 'Weather in Bengaluru?' }] },
      {
        role: 'assistant',
        content: [{ toolUse: { toolUseId: id, name: 'get_weather', input: { city: 'Bengaluru' } } }],
      },
      { role: 'user', content: [{ toolResult: { toolUseId: id, content: [{ text: result }] } }] },
    ]

    it('is called, and its result taken back', async () => {
      const { call, messages } = await callTool()
      expect(call.function.name).toBe('get_weather')
      expect(JSON.parse(call.function.arguments)).toEqual({ city: 'Bengaluru' })
      expect(sent()).toEqual({
        messages: history(call.id).slice(0, 1),
        toolConfig: { tools: [{ toolSpec }], toolChoice: { tool: { name: 'get_weather' } } },
      })

      const second = await ask({ model, messages, tools })
      endsWith('stop', second)
      expect(second.message.content).toBe(`The tool get_weather answered: ${result}`)
      expect(second.message.tool_calls).toBeUndefined()
      expect(sent()).toEqual({ messages: history(call.id), toolConfig: { tools: [{ toolSpec }] } })
    })

    it('needs not be told again', async () => {
      const { call, messages } = await callTool()
      const second = await ask({ model, messages })
      endsWith('stop', second)
      expect(second.message.content).toBe(`The tool get_weather answered: ${result}`)
      expect(sent()).toEqual({
        messages: history(call.id),
        toolConfig: { tools: [{ toolSpec: expect.objectContaining({ name: 'get_weather' }) }] },
      })
    })
  })

  it('an image', async () => {
    const data = samplePng().toString('base64')
    const told = await ask({
      model,
      messages: [
        user([
          { type: 'text', text: 'Describe this image in one sentence.' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } },
        ]),
      ],
    })
    endsWith('stop', told)
    expect(told.message.content).toMatch(/^You said: Describe this image in one sentence\./)
    expect(sent()).toEqual({
      messages: [
        {
          role: 'user',
          content: [
            { text: 'Describe this image in one sentence.' },
            { image: { format: 'png', source: { bytes: data } } },
          ],
        },
      ],
    })
  })

  it('a PDF', async () => {
    const data = samplePdf().toString('base64')
    const told = await ask({
      model,
      messages: [
        user([
          { type: 'text', text: 'What text is in this PDF?' },
          { type: 'file', file: { filename: 'sample.pdf', file_data: `data:application/pdf;base64,${data}` } },
        ]),
      ],
    })
    endsWith('stop', told)
    expect(told.message.content).toMatch(/^You said: What text is in this PDF\?/)
    expect(sent()).toEqual({
      messages: [
        {
          role: 'user',
          content: [
            { text: 'What text is in this PDF?' },
            { document: { format: 'pdf', name: 'sample', source: { bytes: data } } },
          ],
        },
      ],
    })
  })

  it('an answer by a JSON schema', async () => {
    const told = await ask({ model, messages: [user(inventPerson)], ...asPerson })
    endsWith('stop', told)
    expect(Person.parse(JSON.parse(told.message.content ?? ''))).toEqual({ name: 'name', age: 1, hobbies: ['hobbies'] })
    expect(told.message.refusal ?? null).toBeNull()
    expect(told.message.tool_calls).toBeUndefined()
    expect(told.headers.get('x-moho-structured-output')).toBe('native')
    expect(sent()).toEqual({
      messages: [{ role: 'user', content: [{ text: inventPerson }] }],
      outputConfig: {
        textFormat: {
          type: 'json_schema',
          structure: { jsonSchema: { name: 'person', schema: JSON.stringify(schema.schema) } },
        },
      },
    })
  })

  it('a long prompt, which is kept', async () => {
    // Its own for each way, as what one has written the others would read.
    const prompt = `${name}: You know Kubernetes. `.repeat(400)
    const marked = { type: 'text' as const, text: prompt, cache_control: { type: 'ephemeral' } }
    const asked = {
      model,
      messages: [{ role: 'system' as const, content: [marked] }, user('What is a Kubernetes pod?')],
    }
    const one = await ask(asked)
    const two = await ask(asked)
    for (const told of [one, two]) {
      endsWith('stop', told)
      expect(told.message.content).toMatch(/^You said: What is a Kubernetes pod\?/)
    }
    const written = one.usage?.prompt_tokens_details?.cache_write_tokens
    expect(written).toBeGreaterThan(1024)
    expect(one.usage?.prompt_tokens_details).toMatchObject({
      cached_tokens: 0,
      cache_write_tokens: written,
      cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
    })
    expect(two.usage?.prompt_tokens_details).toMatchObject({ cached_tokens: written, cache_write_tokens: 0 })
    expect(two.usage?.prompt_tokens).toBe(one.usage?.prompt_tokens)
    expect(sent()).toEqual({
      system: [{ text: prompt }, { cachePoint: { type: 'default' } }],
      messages: [{ role: 'user', content: [{ text: 'What is a Kubernetes pod?' }] }],
    })
  })
})

// The helper cannot join what it does not know.
describe.each(ways.filter(([, way]) => way !== helped))('reasoning, %s', (_, ask) => {
  const deep = { model, reasoning_effort: 'high' as const, max_tokens: 8000 }
  const thinkingSent = {
    inferenceConfig: { maxTokens: 8000 },
    additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 7200 } },
  }

  it('is told with the answer', async () => {
    const told = await ask({ ...deep, messages: [user(puzzle)] })
    endsWith('stop', told)
    const { content, reasoning_content, thinking_blocks = [] } = told.message
    expect(content).toContain('How much is the ball?')
    expect(reasoning_content).toContain(`The user wrote ${puzzle.length} characters.`)
    expect(thinking_blocks).toEqual([
      { type: 'thinking', thinking: reasoning_content, signature: expect.stringMatching(/^.{30}/) },
    ])
    expect(sent()).toEqual({ messages: [{ role: 'user', content: [{ text: puzzle }] }], ...thinkingSent })
  })

  it('goes on with the thoughts as they came', async () => {
    const { message } = await ask({ ...deep, messages: [user(puzzle)] })
    const again = user('And the bat?')
    const told = await ask({ ...deep, messages: [user(puzzle), message, again] })
    endsWith('stop', told)
    expect(told.message.content).toContain('And the bat?')
    const [block] = message.thinking_blocks ?? []
    expect(sent()).toEqual({
      messages: [
        { role: 'user', content: [{ text: puzzle }] },
        {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: block?.thinking, signature: block?.signature } } },
            { text: message.content },
          ],
        },
        { role: 'user', content: [{ text: 'And the bat?' }] },
      ],
      ...thinkingSent,
    })

    const changed = { ...message, thinking_blocks: [{ ...block, signature: `x${block?.signature}` }] }
    await expect(ask({ ...deep, messages: [user(puzzle), changed, again] })).rejects.toBeInstanceOf(
      OpenAI.BadRequestError,
    )
  })

  it('goes on after a call of a tool', async () => {
    const messages: OpenAI.ChatCompletionMessageParam[] = [user('Weather in Bengaluru?')]
    const one = await ask({ ...deep, messages, tools })
    endsWith('tool_calls', one)
    const call = calledFunction(one)
    messages.push(one.message, { role: 'tool', tool_call_id: call.id, content: '28 degrees' })
    const two = await ask({ ...deep, messages, tools })
    endsWith('stop', two)
    expect(two.message.content).toBe('The tool get_weather answered: 28 degrees')
    const [block] = one.message.thinking_blocks ?? []
    expect(sent()).toMatchObject({
      messages: [
        {},
        {
          content: [
            { reasoningContent: { reasoningText: { text: block?.thinking, signature: block?.signature } } },
            { toolUse: { toolUseId: call.id, input: { city: 'Bengaluru' } } },
          ],
        },
        {},
      ],
      ...thinkingSent,
    })
  })

  it('does without a temperature, and says so', async () => {
    const asked = { ...deep, temperature: 0.2, messages: [user(puzzle)] }
    const told = await ask(asked)
    expect(dropped(told)).toBe('temperature')
    expect(sent()).toMatchObject({ inferenceConfig: { maxTokens: 8000 } })
    expect(sent()).not.toHaveProperty('inferenceConfig.temperature')

    const before = router.simulator.calls.length
    await expect(ask(asked, { 'x-moho-strict': '1' })).rejects.toMatchObject({
      status: 400,
      param: 'temperature',
      message: expect.stringContaining('temperature'),
    })
    expect(router.simulator.calls).toHaveLength(before)
  })
})

describe.each([
  ['amazon.nova-pro-v1:0', 'tool'],
  ['us.meta.llama3-3-70b-instruct-v1:0', 'auto'],
  ['us.deepseek.r1-v1:0', 'prompt'],
  ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'tool'],
  ['us.anthropic.claude-opus-5', 'tool'],
  ['openai.gpt-oss-120b-1:0', 'native'],
])('JSON from %s, by %s', (id, way) => {
  const named = { model: `tfy-ai-bedrock/${id}` }
  const strictness = way === 'native' ? null : 'response_format.json_schema.strict'
  const isPerson = (told: Told) => {
    expect(told.message.tool_calls).toBeUndefined()
    expect({
      finish: told.finish,
      way: told.headers.get('x-moho-structured-output'),
      dropped: dropped(told),
    }).toEqual({ finish: 'stop', way, dropped: strictness })
    return Person.parse(JSON.parse(told.message.content ?? ''))
  }

  it.each(ways)('%s', async (_, ask) => {
    isPerson(await ask({ ...named, messages: [user(inventPerson)], ...asPerson }))
  })

  it.each(ways.filter(([, way]) => way !== whole))('%s, in pieces', async (_, ask) => {
    const long = `Tell ${'a long story of it. '.repeat(50)}`.trim()
    const Story = z.strictObject({ text: z.literal(long), question: z.literal(long) })
    const story = {
      name: 'story',
      schema: {
        type: 'object',
        properties: { text: { type: 'string' }, question: { type: 'string' } },
        required: ['text', 'question'],
        additionalProperties: false,
      },
    }
    const told = await ask({
      ...named,
      messages: [user(long)],
      response_format: { type: 'json_schema', json_schema: story },
    })
    expect(told.finish).toBe('stop')
    Story.parse(JSON.parse(told.message.content ?? ''))
    expect(told.pieces).toBeGreaterThan(10)
  })

  if (way === 'prompt') {
    it('takes no tools', async () => {
      await expect(whole({ ...named, messages: [user(inventPerson)], tools, ...asPerson })).rejects.toMatchObject({
        status: 400,
        param: 'tools',
      })
    })
  } else {
    it.each(ways)('%s, beside a tool that may be called', async (_, ask) => {
      const called = await ask({ ...named, messages: [user('What is the weather in Rome?')], tools, ...asPerson })
      expect(called.finish).toBe('tool_calls')
      const { function: call } = calledFunction(called)
      expect(call.name).toBe('get_weather')
      expect(JSON.parse(call.arguments)).toEqual({ city: 'Rome' })
      expect(called.message.content ?? '').toBe('')

      isPerson(await ask({ ...named, messages: [user(inventPerson)], tools, ...asPerson }))
    })
  }
})

/** Of this test alone: signed by itself, for 127.0.0.1, from 2020 to 2120. */
const cert = new X509Certificate(
  Buffer.from(
    'MIIBXTCCAQKgAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMMCTEyNy4wLjAuMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCrHVZzqkQ0PJ421cOGS85+EXgZLtxW+od5fDVLlj1fD/YAWFjtTc73NdCeE3a1zjjfwe5FkXDlS8yCU70hlEUOjQzBBMA8GA1UdEwEB/wQFMAMBAf8wDwYDVR0RBAgwBocEfwAAATAdBgNVHQ4EFgQUl0wRYphFV29IqCTMdR9pXBsgESAwCgYIKoZIzj0EAwIDSQAwRgIhAKZFj9NNuotsklrs6uDnSXSOWPeBgbZOiOS5TzQgYo9jAiEAkRJ4DsZL7PH3dqKLSxDRkWUtG0zBphAaxslNcUnHA0w=',
    'base64',
  ),
).toString()
const key = createPrivateKey({
  key: Buffer.from(
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9JVHnOkFnNhbiVGuAIdyUbIn71P3ZAQanlcxvLdX7GShRANCAAQqx1Wc6pENDyeNtXDhkvOfhF4GS7cVvqHeXw1S5Y9Xw/2AFhY7U3O9zXQnhN2tc4438HuRZFw5UvMglO9IZRFD',
    'base64',
  ),
  format: 'der',
  type: 'pkcs8',
}).export({ format: 'pem', type: 'pkcs8' })

describe('an image at an address', () => {
  const inside = running(entry, createWebClient({ allow: (address) => address === '127.0.0.1' }))
  const asked: string[] = []
  const server = createServer({ key, cert }, (request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(200, { 'content-type': 'image/png' }).end(samplePng())
  })
  beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)))
  afterAll(() => void server.close())

  const describeImage = (at: typeof router, protocol = 'https') =>
    at.openai().chat.completions.create({
      model,
      messages: [
        user([
          { type: 'text', text: 'Describe this image in one sentence.' },
          {
            type: 'image_url',
            image_url: { url: `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}/a.png` },
          },
        ]),
      ],
    })
  const member = 'messages[0].content[1].image_url.url'

  it('is fetched', async () => {
    trust()
    const answer = await describeImage(inside)
    expect(answer.choices[0]?.message.content).toMatch(/^You said: Describe this image/)
    expect(asked.splice(0)).toEqual(['/a.png'])
    expect(inside.simulator.calls.at(-1)?.body).toMatchObject({
      messages: [{ content: [{}, { image: { format: 'png', source: { bytes: samplePng().toString('base64') } } }] }],
    })
  })

  it.each([
    ['of this machine', 'https', () => router],
    ['over http', 'http', () => inside],
    ['that nobody vouches for', 'https', () => inside],
  ] as const)('%s is refused', async (_, protocol, at) => {
    const calls = at().simulator.calls.length
    await expect(describeImage(at(), protocol)).rejects.toMatchObject({
      status: 400,
      param: member,
      message: expect.stringContaining(member),
    })
    expect([asked, at().simulator.calls.length]).toEqual([[], calls])
  })
})

/** Takes the certificate for trusted, until the test ends. */
function trust(): void {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, cert])
  onTestFinished(() => setDefaultCACertificates(before))
}
