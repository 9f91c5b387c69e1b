import type { Feature } from '@moho/core'
import { describe, expect, test } from 'vitest'
import type { BedrockFacts } from '../models.ts'
import { faultOf as fault, translate as translateFor } from '../testing/translate.ts'
import { toolNames } from './tool-names.ts'
import { toolUseIds } from './tool-use-ids.ts'

const translate = (chat: object, data: BedrockFacts = {}, features?: Feature[]) =>
  translateFor(chat, { data, features })
const faultOf = (chat: object, data: BedrockFacts = {}, features?: Feature[]) => fault(chat, { data, features })

const tool = (name: string, more: object = {}) => ({ type: 'function', function: { name, ...more } })
const named = (name: string) => ({ type: 'function', function: { name } })
const spec = (name: string, more: object = {}) => ({
  toolSpec: { name, inputSchema: { json: { type: 'object', properties: {} } }, ...more },
})
/** A conversation in which `name` was called. */
const after = (name: string, id = 'a') => [
  { role: 'user', content: 'q' },
  { role: 'assistant', tool_calls: [{ id, type: 'function', function: { name, arguments: '{}' } }] },
  { role: 'tool', tool_call_id: id, content: 'r' },
]

describe('definitions', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }

  test.each([
    ['nothing but a name', tool('f'), spec('f')],
    ['a description', tool('f', { description: 'd' }), spec('f', { description: 'd' })],
    ['a blank description', tool('f', { description: ' ' }), spec('f')],
    ['nulls', tool('f', { description: null, parameters: null, strict: null }), spec('f')],
    ['a schema', tool('f', { parameters: schema }), spec('f', { inputSchema: { json: schema } })],
    ['a schema without a type', tool('f', { parameters: { properties: {} } }), spec('f')],
    ['a schema with nulls', tool('f', { parameters: { type: 'object', properties: null, required: null } }), spec('f')],
    ['a schema of nothing', tool('f', { parameters: {} }), spec('f')],
    ['a schema of objects or null', tool('f', { parameters: { type: ['object', 'null'] } }), spec('f')],
  ])('%s', (_, given, expected) => {
    expect(translate({ tools: [given] }).body.toolConfig).toEqual({ tools: [expected] })
  })

  test('none', () => expect(translate({ tools: [] }).body).not.toHaveProperty('toolConfig'))

  test('reports that the schema is not enforced', () => {
    expect(translate({ tools: [tool('f', { strict: true })] }).dropped).toEqual(['tools[0].function.strict'])
    expect(translate({ tools: [tool('f', { strict: false })] }).dropped).toEqual([])
  })

  test.each([
    ['tools[0].function.parameters.type', { tools: [tool('f', { parameters: { type: 'string' } })] }],
    ['tools[1].function.name', { tools: [tool('f'), tool('f')] }],
  ])('refuses at %s', (param, chat) => {
    expect(faultOf(chat)).toMatchObject({ code: 'invalid_request', param })
  })

  test('refuses them for a model that has none', () => {
    expect(faultOf({ tools: [tool('f')] }, {}, [])).toMatchObject({ code: 'unsupported', param: 'tools' })
    expect(faultOf({ messages: after('f') }, {}, [])).toMatchObject({ code: 'unsupported', param: 'messages' })
    expect(translate({ tools: [tool('f')], tool_choice: 'none' }, {}, []).body).not.toHaveProperty('toolConfig')
  })
})

describe('choice', () => {
  const tools = [tool('f'), tool('g')]

  test.each<[unknown, unknown, string[], BedrockFacts?]>([
    [null, undefined, []],
    ['auto', { auto: {} }, []],
    ['required', { any: {} }, []],
    [named('g'), { tool: { name: 'g' } }, []],
    ['required', undefined, ['tool_choice'], { toolChoice: 'auto' }],
    [named('g'), undefined, ['tool_choice'], { toolChoice: 'auto' }],
  ])('%j → %j, without %j', (tool_choice, expected, dropped, facts) => {
    const translated = translate({ tools, tool_choice }, facts)
    expect(translated.body.toolConfig?.toolChoice).toEqual(expected)
    expect(translated.body.toolConfig?.tools).toHaveLength(2)
    expect(translated.dropped).toEqual(dropped)
  })

  test('a tool by its name, where the model can only be told to use any', () => {
    const { body, dropped } = translate({ tools, tool_choice: named('g') }, { toolChoice: 'any' })
    expect(body.toolConfig).toEqual({ tools: [spec('g')], toolChoice: { any: {} } })
    expect(dropped).toEqual([])
  })

  test('none leaves the tools out', () => {
    expect(translate({ tools, tool_choice: 'none' }).body).not.toHaveProperty('toolConfig')
    expect(translate({ tools, tool_choice: 'none' }).dropped).toEqual([])
  })

  const gone = spec('f', { description: 'No longer available. Do not call it.' })

  test('none after calls keeps the tools, as a kept prompt has them, and asks in words', () => {
    const { body, dropped } = translate({ tools, tool_choice: 'none', messages: after('f') })
    expect(body.toolConfig).toEqual({ tools: [spec('f'), spec('g')] })
    expect(body.messages.at(-1)?.content.at(-1)).toEqual({ text: 'Answer without calling a tool.' })
    expect(dropped).toEqual(['tool_choice'])
  })

  const allowed = (mode: string, ...names: string[]) => ({
    type: 'allowed_tools',
    allowed_tools: { mode, tools: names.map(named) },
  })

  test.each([
    [allowed('auto', 'g'), { tools: [spec('g')], toolChoice: { auto: {} } }],
    [allowed('required', 'g', 'f'), { tools: [spec('f'), spec('g')], toolChoice: { any: {} } }],
  ])('%j offers those that are allowed', (tool_choice, expected) => {
    const { body, dropped } = translate({ tools, tool_choice })
    expect([body.toolConfig, dropped]).toEqual([expected, []])
  })

  test('an input schema by its Anthropic name', () => {
    const anthropic = { type: 'function', function: { name: 'f', input_schema: { type: 'object' } } }
    expect(faultOf({ tools: [anthropic] })).toMatchObject({ param: 'tools[0].function.input_schema' })
  })

  test('hundreds of tools as clients make them are not', () => {
    const nullable = { anyOf: [{ type: 'string' }, { type: 'null' }] }
    const properties = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`p${n}`, nullable]))
    const filter = {
      type: 'object',
      properties: {
        and: { items: { $ref: '#/$defs/F' } },
        not: { $ref: '#/$defs/F' },
        text: { type: 'string', description: 'd'.repeat(2000) },
      },
    }
    const schemas = [
      { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', properties },
      { type: 'object', properties: { filter: { $ref: '#/$defs/F' } }, $defs: { F: filter } },
    ]
    for (const parameters of schemas) {
      const tools = Array.from({ length: 300 }, (_, n) => tool(`f${n}`, { parameters, strict: true }))
      for (const facts of [{}, { schemaReferences: 'kept' }] as const)
        expect(translate({ tools }, facts, ['tools', 'json_schema']).body.toolConfig?.tools).toHaveLength(300)
    }
  })

  test('many small schemas are too large together', () => {
    const doubled = (levels: number) => ({
      allOf: [{ $ref: '#/$defs/a0' }],
      $defs: Object.fromEntries(
        Array.from({ length: levels + 1 }, (_, n) => [
          `a${n}`,
          n === levels ? {} : { allOf: [{ $ref: `#/$defs/a${n + 1}` }, { $ref: `#/$defs/a${n + 1}` }] },
        ]),
      ),
    })
    const tools = Array.from({ length: 40 }, (_, n) => tool(`f${n}`, { parameters: doubled(11) }))
    for (const facts of [{}, { schemaReferences: 'kept' }] as const)
      expect(faultOf({ tools }, facts)).toMatchObject({
        code: 'invalid_request',
        param: expect.stringMatching(/^tools/),
      })
  })

  test('allowed tools that there are not', () => {
    expect(faultOf({ tools, tool_choice: allowed('auto', 'x') })).toMatchObject({
      param: 'tool_choice.allowed_tools.tools[0].function.name',
    })
  })

  test('what it does not know of a choice is reported', () => {
    const tool_choice = { type: 'function', function: { name: 'g', more: 1 }, other: 1 }
    expect(translate({ tools, tool_choice }).dropped).toEqual(['tool_choice.other', 'tool_choice.function.more'])
  })

  test('calls in the conversation, but no tools: the least that Converse takes', () => {
    const { body, dropped } = translate({ messages: after('f') })
    expect(body.toolConfig).toEqual({ tools: [gone] })
    expect(dropped).toEqual([])
  })

  test.each([
    ['a tool that is not there', { tools, tool_choice: named('h') }],
    ['one of no tools', { tool_choice: 'required' }],
  ])('refuses %s', (_, chat) => {
    expect(faultOf(chat)).toMatchObject({ code: 'invalid_request', param: 'tool_choice' })
  })

  test.each<[object, object, string[], BedrockFacts?]>([
    [{ parallel_tool_calls: true }, {}, []],
    [{ parallel_tool_calls: false }, {}, ['parallel_tool_calls']],
    [
      { parallel_tool_calls: false },
      { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
      [],
      { serialTools: 'anthropic' },
    ],
    [
      { parallel_tool_calls: false, tool_choice: 'auto' },
      { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
      [],
      { serialTools: 'anthropic' },
    ],
    [
      { parallel_tool_calls: false, tool_choice: 'required' },
      {},
      ['parallel_tool_calls'],
      { serialTools: 'anthropic' },
    ],
  ])('%j', (chat, fields, dropped, facts) => {
    const translated = translate({ tools, ...chat }, facts)
    expect(translated.body.additionalModelRequestFields ?? {}).toEqual(fields)
    expect(translated.dropped).toEqual(dropped)
  })

  test('parallel calls without tools are no matter', () => {
    expect(translate({ parallel_tool_calls: false }).dropped).toEqual([])
  })
})

describe('names', () => {
  test.each([
    ['get_weather', 'get_weather'],
    ['a-b', 'a-b'],
    ['a.b/c d', 'a_b_c_d'],
    ['é', '_'],
    ['x'.repeat(64), 'x'.repeat(64)],
  ])('%s goes as %s', (name, sent) => {
    const names = toolNames([name])
    expect(names.sent(name)).toBe(sent)
    expect(names.restored(sent)).toBe(name)
  })

  test('that are spelled alike or too long stay apart, and come back', () => {
    const all = ['a.b', 'a_b', 'a/b', `${'x'.repeat(70)}1`, `${'x'.repeat(70)}2`]
    const names = toolNames(all)
    const sent = all.map((name) => names.sent(name))
    expect(new Set(sent).size).toBe(all.length)
    for (const name of sent) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
    expect(sent.map((name) => names.restored(name))).toEqual(all)
    expect(names.sent('a_b')).toBe('a_b')
  })

  test('lose the channel that gpt-oss adds', () => {
    expect(toolNames(['f']).restored('f<|channel|>commentary')).toBe('f')
    expect(toolNames([]).restored('g')).toBe('g')
  })

  test('are the same in definitions, choice and calls', () => {
    const { body, names } = translate({ tools: [tool('a.b')], tool_choice: named('a.b'), messages: after('a.b') })
    expect(body.toolConfig).toMatchObject({ tools: [spec('a_b')], toolChoice: { tool: { name: 'a_b' } } })
    expect(body.messages[1]?.content).toEqual([{ toolUse: { toolUseId: 'a', name: 'a_b', input: {} } }])
    expect(names.restored('a_b')).toBe('a.b')
  })
})

describe('ids of tool calls', () => {
  test.each([
    [undefined, 'tooluse_KwOc7yNU1oNSN1wcVZdzqE', true],
    [undefined, 'call_a.b:c-1', true],
    [undefined, 'a b', false],
    [undefined, 'x'.repeat(65), false],
    ['nine', 'AbCdEf123', true],
    ['nine', 'call_1', false],
  ] as const)('%s: %s stays: %s', (style, id, stays) => {
    const sent = toolUseIds(style)(id)
    expect(sent === id).toBe(stays)
    expect(sent).toMatch(style === 'nine' ? /^[a-zA-Z0-9]{9}$/ : /^[a-zA-Z0-9_.:-]{1,64}$/)
    expect(toolUseIds(style)(id)).toBe(sent)
  })

  test('an id that comes back in a later turn is another call', () => {
    const messages = [...after('f', 'same'), ...after('f', 'same')]
    const ids = translate({ messages }).body.messages.flatMap(({ content }) =>
      content.flatMap((block) => {
        if ('toolUse' in block) return [block.toolUse.toolUseId]
        return 'toolResult' in block ? [block.toolResult.toolUseId] : []
      }),
    )
    const [, , other] = ids
    expect(other).not.toBe('same')
    expect(ids).toEqual(['same', 'same', other, other])
  })

  test('call and result go by one id', () => {
    const { body } = translate({ messages: after('f', 'an id with spaces') })
    const [, call, result] = body.messages.map(({ content }) => content[0])
    const id = call && 'toolUse' in call && call.toolUse.toolUseId
    expect(id).toMatch(/^tooluse_[0-9a-f]{32}$/)
    expect(result).toMatchObject({ toolResult: { toolUseId: id } })
  })
})
