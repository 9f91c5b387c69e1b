import { describe, expect, test } from 'vitest'
import { faultOf, translate } from '../testing/translate.ts'

const sonnet45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const opus5 = 'us.anthropic.claude-opus-5'
const haiku45 = 'us.anthropic.claude-haiku-4-5-20251001-v1:0'
const nova = 'amazon.nova-lite-v1:0'
const llama = 'us.meta.llama3-3-70b-instruct-v1:0'
const gptOss = 'openai.gpt-oss-120b-1:0'
const r1 = 'us.deepseek.r1-v1:0'

const schema = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
}
const format = (more: object = {}) => ({
  response_format: { type: 'json_schema', json_schema: { name: 'person', schema, ...more } },
})
const tool = (name: string) => ({ type: 'function', function: { name } })
const jsonTool = {
  toolSpec: {
    name: 'json_answer',
    description: 'Gives the answer, which is called person.',
    inputSchema: { json: schema },
  },
}
const spec = (name: string) => ({ toolSpec: { name, inputSchema: { json: { type: 'object', properties: {} } } } })

describe('the way', () => {
  test.each([
    [sonnet45, 'native'],
    [gptOss, 'native'],
    ['deepseek.v3.2', 'native'],
    ['us.openai.gpt-5.6-sol', 'native'],
    ['us.anthropic.claude-opus-4-5-20251101-v1:0', 'native'],
    ['us.anthropic.claude-sonnet-4-6', 'tool'],
    [haiku45, 'tool'],
    [opus5, 'tool'],
    ['us.anthropic.claude-opus-4-7', 'tool'],
    ['anthropic.claude-3-haiku-20240307-v1:0', 'tool'],
    [nova, 'tool'],
    ['vendor.unlisted-v1:0', 'tool'],
    [llama, 'auto'],
    [r1, 'prompt'],
    ['mistral.mistral-7b-instruct-v0:2', 'prompt'],
  ])('of %s is %s', (model, way) => {
    const { output, notes } = translate(format(), model)
    expect([output?.way, notes]).toEqual([way, { 'structured-output': way }])
  })

  test('native: the schema as text', () => {
    const { body, dropped } = translate(format({ description: 'A person.', strict: true }), sonnet45)
    expect(body.outputConfig).toEqual({
      textFormat: {
        type: 'json_schema',
        structure: { jsonSchema: { name: 'person', description: 'A person.', schema: JSON.stringify(schema) } },
      },
    })
    expect([body.toolConfig, dropped]).toEqual([undefined, []])
  })

  test('native: closed, without what the model refuses', () => {
    const given = { type: 'object', properties: { age: { type: 'integer', minimum: 0, maximum: 120 } } }
    const { body, dropped } = translate(format({ schema: given }), sonnet45)
    const sent = JSON.parse(body.outputConfig?.textFormat.structure.jsonSchema.schema ?? '')
    expect(sent).toMatchObject({ type: 'object', additionalProperties: false })
    expect(sent.properties.age).not.toHaveProperty('minimum')
    const path = 'response_format.json_schema.schema.properties.age'
    expect(dropped).toEqual([`${path}.minimum`, `${path}.maximum`])
  })

  test('native beside tools', () => {
    const { body } = translate({ ...format(), tools: [tool('f')] }, sonnet45)
    expect(body.toolConfig).toEqual({ tools: [spec('f')] })
    expect(body.outputConfig).toBeDefined()
  })

  test('a schema of itself goes by a tool', () => {
    const tree = { type: 'object', properties: { next: { $ref: '#' } } }
    expect(translate(format({ schema: tree }), sonnet45).output?.way).toBe('tool')
  })

  test('tool: it must be called', () => {
    const { body, dropped } = translate(format({ strict: true }), haiku45)
    expect(body.toolConfig).toEqual({ tools: [jsonTool], toolChoice: { any: {} } })
    expect(dropped).toEqual(['response_format.json_schema.strict'])
    expect(body.system).toBeUndefined()
  })

  test('tool: beside others, one of them must be called', () => {
    for (const tool_choice of [undefined, 'auto']) {
      const { body } = translate({ ...format(), tools: [tool('f')], tool_choice }, haiku45)
      expect(body.toolConfig).toEqual({ tools: [spec('f'), jsonTool], toolChoice: { any: {} } })
    }
  })

  test('tool: alone, where the others are not to be called', () => {
    const { body } = translate({ ...format(), tools: [tool('f')], tool_choice: 'none' }, haiku45)
    expect(body.toolConfig).toEqual({ tools: [jsonTool], toolChoice: { any: {} } })
  })

  test('tool: by a name that no other has', () => {
    const { output } = translate({ ...format(), tools: [tool('json_answer'), tool('json answer')] }, haiku45)
    expect(output).toMatchObject({ way: 'tool', tool: { name: 'json_answer_2' } })
  })

  test('a tool that must be called comes first', () => {
    const { output, body, notes } = translate({ ...format(), tools: [tool('f')], tool_choice: 'required' }, haiku45)
    expect(body.toolConfig).toEqual({ tools: [spec('f')], toolChoice: { any: {} } })
    expect([output, notes]).toEqual([undefined, {}])
  })

  test('auto: it is asked to call the tool', () => {
    for (const translated of [
      translate({ ...format(), tools: [tool('f')] }, llama),
      translate({ ...format(), tools: [tool('f')], reasoning_effort: 'low' }, haiku45),
    ]) {
      expect(translated.body.toolConfig).toEqual({ tools: [spec('f'), jsonTool], toolChoice: { auto: {} } })
      expect(translated.body.system).toEqual([{ text: expect.stringContaining('`json_answer`') }])
      expect(translated.notes).toEqual({ 'structured-output': 'auto' })
    }
  })

  test('prompt: the schema in the system prompt', () => {
    const messages = [
      { role: 'system', content: 's' },
      { role: 'user', content: 'q' },
    ]
    const { body } = translate({ ...format(), messages }, r1)
    expect(body.system).toEqual([{ text: 's' }, { text: expect.stringContaining(JSON.stringify(schema)) }])
    expect(body).not.toHaveProperty('toolConfig')
  })

  test('prompt: what the schema is said to be', () => {
    const { body } = translate(format({ description: 'A person of note.' }), r1)
    expect(body.system).toEqual([{ text: expect.stringContaining('A person of note.') }])
  })

  test.each([
    { response_format: { type: 'json_object' } },
    { response_format: { type: 'json_schema', json_schema: { name: 'any' } } },
  ])('any object: %j', (chat) => {
    for (const model of [sonnet45, llama, r1]) {
      const { body, notes } = translate(chat, model)
      expect(body.system).toEqual([{ text: expect.stringContaining('JSON object') }])
      expect(notes).toEqual({ 'structured-output': 'prompt' })
    }
  })

  test.each([undefined, null, { type: 'text' }])('text: %j', (response_format) => {
    expect(translate({ response_format }, haiku45)).toMatchObject({ output: undefined, notes: {}, dropped: [] })
  })
})

test('a root that refers to an object is that object', () => {
  const given = { $ref: '#/$defs/P', $defs: { P: schema } }
  const { body } = translate(format({ schema: given }), sonnet45)
  const sent = JSON.parse(body.outputConfig?.textFormat.structure.jsonSchema.schema ?? '')
  expect(sent).toEqual({ ...schema, $defs: { P: schema } })
  expect(translate(format({ schema: given }), haiku45).body.toolConfig?.tools[0]).toMatchObject({
    toolSpec: { inputSchema: { json: schema } },
  })
})

test('what is beside a reference at the root counts too', () => {
  const given = {
    $ref: '#/$defs/P',
    properties: { extra: { type: 'string' } },
    required: ['extra'],
    $defs: { P: schema },
  }
  const { body } = translate(format({ schema: given }), haiku45)
  expect(body.toolConfig?.tools[0]).toMatchObject({
    toolSpec: {
      inputSchema: {
        json: { properties: { ...schema.properties, extra: { type: 'string' } }, required: ['name', 'age', 'extra'] },
      },
    },
  })
})

test('the caller has begun the answer', () => {
  const messages = [
    { role: 'user', content: 'q' },
    { role: 'assistant', content: '{' },
  ]
  for (const chat of [format(), { response_format: { type: 'json_object' } }]) {
    const { body, output, notes } = translate({ ...chat, messages }, sonnet45)
    expect([output?.way, notes, body.outputConfig, body.toolConfig]).toEqual([
      'prefill',
      { 'structured-output': 'prefill' },
      undefined,
      undefined,
    ])
  }
})

describe('after calls, the tool that gives the answer stands beside the others', () => {
  const messages = [
    { role: 'user', content: 'q' },
    { role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{}' } }] },
    { role: 'tool', tool_call_id: 'a', content: 'r' },
  ]
  const tools = [tool('f')]
  const names = (model: string, chat: object) => {
    const { body, dropped } = translate({ ...format(), messages, ...chat }, model)
    const offered = body.toolConfig?.tools.map((one) => 'toolSpec' in one && one.toolSpec.name)
    return { offered, choice: body.toolConfig?.toolChoice, dropped }
  }
  test.each<[string, object, object]>([
    [haiku45, {}, { offered: ['f', 'json_answer'], choice: { tool: { name: 'json_answer' } }, dropped: [] }],
    [
      haiku45,
      { tools, tool_choice: 'none' },
      { offered: ['f', 'json_answer'], choice: { tool: { name: 'json_answer' } }, dropped: [] },
    ],
    [haiku45, { tools }, { offered: ['f', 'json_answer'], choice: { any: {} }, dropped: [] }],
    [llama, {}, { offered: ['f', 'json_answer'], choice: { auto: {} }, dropped: [] }],
    [
      llama,
      { tools, tool_choice: 'none' },
      { offered: ['f', 'json_answer'], choice: { auto: {} }, dropped: ['tool_choice'] },
    ],
  ])('%s, %j', (model, chat, expected) => expect(names(model, chat)).toEqual(expected))
})

test('members that nobody has named go by a tool', () => {
  const map = { type: 'object', properties: { tags: { type: 'object', additionalProperties: { type: 'string' } } } }
  const { output, dropped } = translate(format({ schema: map }), sonnet45)
  expect(output).toMatchObject({ way: 'tool', tool: { inputSchema: { json: map } } })
  expect(dropped).toEqual([])
})

test('a tool that cannot be forced leaves the answer its format', () => {
  const chat = { ...format(), tools: [tool('f')], tool_choice: 'required' }
  expect(translate({ ...chat, reasoning_effort: 'low' }, haiku45).output?.way).toBe('auto')
  expect(translate(chat, llama).output?.way).toBe('auto')
})

test.each([
  ['response_format.json_schema.schema.type', format({ schema: { type: 'array' } })],
  ['response_format.json_schema.schema.type', format({ schema: {} })],
  ['response_format.json_schema.schema.type', format({ schema: { enum: [1] } })],
  [
    'response_format.json_schema.schema.type',
    format({ schema: { $ref: '#/$defs/S', $defs: { S: { type: 'string' } } } }),
  ],
  ['response_format.json_schema.schema.anyOf', format({ schema: { anyOf: [{ type: 'object' }] } })],
  [
    'response_format.json_schema.schema.properties.a.$ref',
    format({ schema: { type: 'object', properties: { a: { $ref: 'https://x/y' } } } }),
  ],
])('refuses at %s', (param, chat) => {
  for (const model of [sonnet45, haiku45, llama])
    expect(faultOf(chat, model)).toMatchObject({ code: 'invalid_request', param })
})

describe('strict tools', () => {
  const chat = {
    tools: [
      {
        type: 'function',
        function: {
          name: 'f',
          strict: true,
          parameters: { type: 'object', properties: { n: { type: 'integer', minimum: 1 } } },
        },
      },
    ],
  }
  test('are held to the closed schema where the model can be', () => {
    const { body, dropped } = translate(chat, sonnet45)
    expect(body.toolConfig?.tools).toMatchObject([
      { toolSpec: { strict: true, inputSchema: { json: { additionalProperties: false } } } },
    ])
    expect(dropped).toEqual(['tools[0].function.parameters.properties.n.minimum'])
  })
  test('are given it otherwise', () => {
    const { body, dropped } = translate(chat, haiku45)
    expect(body.toolConfig?.tools).toEqual([
      { toolSpec: { name: 'f', inputSchema: { json: chat.tools[0]?.function.parameters } } },
    ])
    expect(dropped).toEqual(['tools[0].function.strict'])
  })
})
