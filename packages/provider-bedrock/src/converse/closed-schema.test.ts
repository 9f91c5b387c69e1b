import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anySchema, frozen } from '../testing/schemas.ts'
import { closedSchema } from './closed-schema.ts'
import { everySchema } from './schema-walk.ts'
import type { JsonObject } from './wire.ts'

function made(schema: JsonObject) {
  const dropped: string[] = []
  const result = closedSchema(frozen(schema), 'p', (path) => void dropped.push(path))
  return { result, dropped }
}

const faultOf = (schema: JsonObject) => {
  try {
    made(schema)
  } catch (error) {
    return error
  }
  return undefined
}

const text = { type: 'string' }
const open = (properties: object, more: object = {}): JsonObject => ({ type: 'object', properties, ...more })
const shut = (properties: object, more: object = {}) => open(properties, { additionalProperties: false, ...more })

test('a Pydantic model', () => {
  const schema = {
    $defs: {
      Address: { properties: { street: text }, required: ['street'], title: 'Address', type: 'object' },
    },
    properties: {
      age: { anyOf: [{ minimum: 0, maximum: 120, type: 'integer' }, { type: 'null' }], title: 'Age' },
      homes: { items: { $ref: '#/$defs/Address' }, type: 'array', minItems: 1, maxItems: 3, description: 'All.' },
    },
    title: 'Person',
    type: 'object',
  }
  const { result, dropped } = made(schema)
  expect(result).toEqual({
    $defs: { Address: { ...schema.$defs.Address, additionalProperties: false } },
    properties: {
      age: { anyOf: [{ type: 'integer', description: 'Minimum: 0. Maximum: 120.' }, { type: 'null' }], title: 'Age' },
      homes: { items: { $ref: '#/$defs/Address' }, type: 'array', minItems: 1, description: 'All. Maximum items: 3.' },
    },
    title: 'Person',
    type: 'object',
    additionalProperties: false,
  })
  expect(dropped).toEqual([
    'p.properties.age.anyOf[0].minimum',
    'p.properties.age.anyOf[0].maximum',
    'p.properties.homes.maxItems',
  ])
})

test('a schema of zod', () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      email: { type: 'string', format: 'email', pattern: '^\\S+@\\S+$', maxLength: 99 },
      tags: { type: 'array', items: { type: 'string', minLength: 1 } },
    },
    required: ['email'],
    additionalProperties: false,
  }
  const { result, dropped } = made(schema)
  expect(result).toEqual(
    shut(
      {
        email: { type: 'string', format: 'email', pattern: '^\\S+@\\S+$', description: 'Maximum length: 99.' },
        tags: { type: 'array', items: { type: 'string', description: 'Minimum length: 1.' } },
      },
      { required: ['email'] },
    ),
  )
  expect(dropped).toEqual(['p.properties.email.maxLength', 'p.properties.tags.items.minLength'])
})

describe('objects are closed', () => {
  test.each<[string, JsonObject, JsonObject, string[]]>([
    ['at the root', open({}), shut({}), []],
    ['that are closed already', shut({}), shut({}), []],
    [
      'that may be null',
      { type: ['object', 'null'], properties: {} },
      { type: ['object', 'null'], properties: {}, additionalProperties: false },
      [],
    ],
    ['without a type', { properties: {} }, { properties: {}, additionalProperties: false }, []],
    ['in properties', open({ a: open({}) }), shut({ a: shut({}) }), []],
    ['in items', { items: open({}), prefixItems: [open({})] }, { items: shut({}), prefixItems: [shut({})] }, []],
    [
      'in choices',
      { prefixItems: [{ anyOf: [open({}), text] }, { oneOf: [open({})] }, { allOf: [open({})] }] },
      { prefixItems: [{ anyOf: [shut({}), text] }, { oneOf: [shut({})] }, { allOf: [shut({})] }] },
      [],
    ],
    ['in definitions', { definitions: { A: open({}) } }, { definitions: { A: shut({}) } }, []],
    [
      'that say to be open',
      open({ a: text }, { additionalProperties: true }),
      shut({ a: text }),
      ['p.additionalProperties'],
    ],
    [
      'that have no members and say so',
      { type: 'object', additionalProperties: false },
      { type: 'object', additionalProperties: false },
      [],
    ],
    [
      'but not parts that only require',
      open({ a: text }, { anyOf: [{ required: ['a'] }] }),
      shut({ a: text }, { anyOf: [{ required: ['a'] }] }),
      [],
    ],
    [
      'and data is left alone',
      { const: { type: 'object' }, default: { minimum: 1 }, examples: [{ properties: {} }] },
      { const: { type: 'object' }, default: { minimum: 1 }, examples: [{ properties: {} }] },
      [],
    ],
  ])('%s', (_, schema, expected, dropped) => {
    expect(made(schema)).toEqual({ result: expected, dropped })
  })
})

test.each<[string, JsonObject]>([
  ['that name nothing', { type: 'object' }],
  ['of any names', { type: 'object', additionalProperties: { minimum: 1 } }],
  ['open, that name nothing', open({}, { additionalProperties: true })],
  ['of any names, as zod writes them', { type: 'object', propertyNames: text, additionalProperties: {} }],
])('objects %s cannot be closed: they would hold nothing', (_, map) => {
  for (const schema of [map, open({ a: map }), open({ a: { items: map } }), open({}, { $defs: { M: map } })])
    expect(made(schema)).toEqual({ result: undefined, dropped: [] })
})

test.each<[string, JsonObject]>([
  ['all of', { allOf: [{ $ref: '#/$defs/A' }, open({ b: text })] }],
  ['a choice beside a type', { type: 'object', anyOf: [{ properties: { a: text } }, { properties: { b: text } }] }],
  ['a choice beside members', { properties: { a: text }, oneOf: [open({ b: text })] }],
  ['a reference beside a type', { type: 'object', $ref: '#/$defs/A' }],
])('%s: an object in several schemas cannot be closed', (_, spread) => {
  const schema = open({ p: spread }, { $defs: { A: open({ a: text }) } })
  expect(made(schema)).toEqual({ result: undefined, dropped: [] })
})

test('names without end are told in part', () => {
  const long = 'k'.repeat(100_000)
  const limits = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`p${n}`, { type: 'number', minimum: 0 }]))
  const { dropped } = made(open({ [long]: open(limits) }))
  expect(dropped).toHaveLength(1000)
  expect(Math.max(...dropped.map((path) => path.length))).toBeLessThan(400)
})

describe('limits', () => {
  test.each<[JsonObject, JsonObject, string[]]>([
    [{ minimum: 0 }, { description: 'Minimum: 0.' }, ['p.minimum']],
    [
      { description: 'The age.', minimum: 0, maximum: 120 },
      { description: 'The age. Minimum: 0. Maximum: 120.' },
      ['p.minimum', 'p.maximum'],
    ],
    [
      { exclusiveMinimum: 0, exclusiveMaximum: 1 },
      { description: 'Exclusive minimum: 0. Exclusive maximum: 1.' },
      ['p.exclusiveMinimum', 'p.exclusiveMaximum'],
    ],
    [{ multipleOf: 0.5 }, { description: 'Multiple of: 0.5.' }, ['p.multipleOf']],
    [{ minItems: 0 }, { minItems: 0 }, []],
    [{ minItems: 1 }, { minItems: 1 }, []],
    [{ minItems: 2 }, { description: 'Minimum items: 2.' }, ['p.minItems']],
    [{ uniqueItems: true }, { description: 'Unique items: true.' }, ['p.uniqueItems']],
    [{ uniqueItems: false, maximum: null }, {}, []],
    [
      { minProperties: 1, type: 'object', properties: {} },
      shut({}, { description: 'Minimum properties: 1.' }),
      ['p.minProperties'],
    ],
    [
      open({ minimum: text, maxLength: { maxLength: 3 } }),
      shut({ minimum: text, maxLength: { description: 'Maximum length: 3.' } }),
      ['p.properties.maxLength.maxLength'],
    ],
  ])('%j → %j', (schema, expected, dropped) => {
    expect(made(schema)).toEqual({ result: expected, dropped })
  })
})

describe('references', () => {
  test('stay', () => {
    const schema = { $defs: { A: text }, ...shut({ a: { $ref: '#/$defs/A' }, b: { $ref: '#/properties/a' } }) }
    expect(made(schema)).toEqual({ result: schema, dropped: [] })
  })

  test.each<[string, JsonObject]>([
    ['to the root', open({ a: { $ref: '#' } })],
    ['in a ring', { $defs: { A: { items: { $ref: '#/$defs/B' } }, B: { not: { $ref: '#/$defs/A' } } } }],
    ['through open properties', open({}, { additionalProperties: { $ref: '#' } })],
    ['into what goes', open({ a: { $ref: '#/additionalProperties' } }, { additionalProperties: text })],
    ['to a flag that changes', open({ a: { $ref: '#/additionalProperties' } }, { additionalProperties: true })],
    ['to where no schemas are', { components: { A: open({}) }, ...open({ a: { $ref: '#/components/A' } }) }],
  ])('%s cannot be told', (_, schema) => {
    expect(made(schema)).toEqual({ result: undefined, dropped: [] })
  })

  test.each<[string, JsonObject]>([
    ['p.properties.a.$ref', open({ a: { $ref: 'https://example.com' } })],
    ['p.items.$ref', { items: { $ref: '#/$defs/none' } }],
  ])('refused at %s', (param, schema) => {
    expect(faultOf(schema)).toMatchObject({ code: 'invalid_request', param })
  })

  test('refused in a chain without end', () => {
    const entries = Array.from({ length: 5000 }, (_, at) => [
      `d${at}`,
      at === 0 ? text : { $ref: `#/$defs/d${at - 1}` },
    ])
    expect(faultOf({ $defs: Object.fromEntries(entries.reverse()) })).toMatchObject({
      code: 'invalid_request',
      param: 'p',
    })
  })
})

const refused = [
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength'],
  ...['maxItems', 'uniqueItems', 'minProperties', 'maxProperties', 'minContains', 'maxContains'],
]

test('any schema', () => {
  let read = 0
  fc.assert(
    fc.property(anySchema, (schema) => {
      const before = JSON.stringify(schema)
      const { result, dropped } = made(schema)
      expect(JSON.stringify(schema)).toBe(before)
      if (result === undefined) return void expect(dropped).toEqual([])
      read++
      expect(Object.keys(result.properties as object)).toEqual(Object.keys(schema.properties as object))
      for (const [inner] of everySchema(result)) {
        for (const keyword of refused) expect(inner).not.toHaveProperty(keyword)
        if (inner.minItems !== undefined) expect(inner.minItems).toBeOneOf([0, 1])
        const isObject = [inner.type].flat().includes('object') || Object.hasOwn(inner, 'properties')
        if (isObject) expect(inner.additionalProperties).toBe(false)
      }
      expect(made(result)).toEqual({ result, dropped: [] })
      expect(JSON.stringify(made(result).result)).toBe(JSON.stringify(result))
    }),
    { numRuns: 1000 },
  )
  expect(read).toBeGreaterThan(30)
})
