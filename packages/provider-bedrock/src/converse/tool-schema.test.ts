import { MohoError } from '@moho/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anySchema, frozen } from '../testing/schemas.ts'
import { everySchema, isReference, resolveReference } from './schema-walk.ts'
import { toolSchema } from './tool-schema.ts'
import type { JsonObject } from './wire.ts'

type References = 'kept' | 'inlined'
const both: References[] = ['kept', 'inlined']

function made(schema: JsonObject, references: References = 'kept') {
  const dropped: string[] = []
  const result = toolSchema(frozen(schema), { references }, 'p', (path) => void dropped.push(path))
  return { result, dropped }
}

function faultOf(schema: JsonObject, references: References = 'kept') {
  try {
    made(schema, references)
  } catch (error) {
    return error
  }
  return undefined
}

const text = { type: 'string' }
const number = { type: 'number' }
const object = (properties: object, required?: string[]) => ({
  type: 'object',
  properties,
  ...(required && { required }),
})

/** As Pydantic writes a model. */
const pydantic = {
  $defs: {
    Address: {
      properties: { street: { title: 'Street', type: 'string' }, country: { $ref: '#/$defs/Country' } },
      required: ['street', 'country'],
      title: 'Address',
      type: 'object',
    },
    Country: { enum: ['de', 'fr'], title: 'Country', type: 'string' },
  },
  properties: {
    age: { anyOf: [{ minimum: 0, maximum: 120, type: 'integer' }, { type: 'null' }], default: null, title: 'Age' },
    home: { $ref: '#/$defs/Address', description: 'Where they live.' },
    others: { items: { $ref: '#/$defs/Address' }, title: 'Others', type: 'array' },
  },
  required: ['home'],
  title: 'Person',
  type: 'object',
}

describe.each(both)('the root, references %s', (references) => {
  test.each<[string, JsonObject, JsonObject]>([
    ['nothing', {}, object({})],
    ['no type', { properties: { a: text } }, object({ a: text })],
    ['a type of null', { type: null }, object({})],
    ['objects or null', { type: ['object', 'null'] }, object({})],
    ['no properties', { type: 'object', required: ['a'] }, { ...object({}), required: ['a'] }],
    ['properties of null', { type: 'object', properties: null }, object({})],
    [
      'what says nothing of the input',
      { $schema: 'http://json-schema.org/draft-07/schema#', $id: 'x', strict: true, type: 'object', properties: {} },
      object({}),
    ],
    ['empty choices', { anyOf: [], oneOf: null, type: 'object' }, object({})],
  ])('%s', (_, schema, expected) => {
    expect(made(schema, references)).toEqual({ result: expected, dropped: [] })
  })

  test.each<[string, JsonObject]>([
    ['p.type', { type: 'string' }],
    ['p.type', { type: ['string', 'null'] }],
    ['p.anyOf', { anyOf: [text, number] }],
  ])('refuses at %s: %j', (param, schema) => {
    expect(faultOf(schema, references)).toMatchObject({ code: 'invalid_request', param })
  })

  test('is the same object if nothing is to change, the order of its members too', () => {
    const schema = {
      required: ['b'],
      type: 'object',
      properties: {
        b: { $schema: 'x', type: ['object', 'null'], anyOf: [text] },
        $ref: text,
        a: { default: { $ref: 1 }, enum: [{ $ref: 'x' }] },
      },
      examples: [{ $ref: '#/nowhere' }],
    }
    expect(made(schema, references)).toEqual({ result: schema, dropped: [] })
    expect(made(schema, references).result).toBe(schema)
  })
})

describe('parts at the top', () => {
  const cat = object({ kind: { const: 'cat' }, lives: number }, ['kind', 'lives'])
  const dog = object({ kind: { const: 'dog' }, name: text }, ['kind', 'name'])
  const kind = { anyOf: [{ const: 'cat' }, { const: 'dog' }] }
  const both = object({ kind, lives: number, name: text }, ['kind'])
  const lost = ['p.anyOf']

  test.each<[string, JsonObject, JsonObject, string[]]>([
    ['a choice', { anyOf: [cat, dog] }, both, lost],
    ['one of', { oneOf: [cat, dog] }, both, ['p.oneOf']],
    ['a choice with null', { anyOf: [cat, dog, { type: 'null' }] }, both, lost],
    ['a choice of one', { anyOf: [cat, { type: 'null' }] }, cat, []],
    ['a choice with anything', { anyOf: [cat, true, false] }, object(cat.properties), lost],
    ['the same twice', { anyOf: [cat, cat] }, cat, lost],
    [
      'on top of the root',
      { ...object({ id: text, kind: text }, ['id']), description: 'd', anyOf: [cat, dog] },
      {
        ...object({ ...both.properties, id: text, kind: { allOf: [text, kind] } }, ['id', 'kind']),
        description: 'd',
      },
      lost,
    ],
    [
      'what is required',
      { ...object({ a: text, b: text }), anyOf: [{ required: ['a'] }, { required: ['b'] }] },
      object({ a: text, b: text }),
      lost,
    ],
    [
      'closed ones',
      { anyOf: [cat, dog].map((part) => ({ ...part, additionalProperties: false })) },
      { ...both, additionalProperties: false },
      lost,
    ],
    [
      'all of',
      { allOf: [{ ...object({ a: text }, ['a']), description: 'd' }, object({ b: text }, ['b'])] },
      { ...object({ a: text, b: text }, ['a', 'b']), description: 'd' },
      [],
    ],
    [
      'all of, in conflict',
      { allOf: [object({ a: text }), object({ a: number })] },
      object({ a: { allOf: [text, number] } }),
      [],
    ],
    [
      'all of, more than one schema can say',
      { allOf: [{ patternProperties: { x: text } }, { patternProperties: { y: text } }] },
      { ...object({}), patternProperties: { x: text } },
      ['p.allOf'],
    ],
    [
      'a choice in all of',
      { allOf: [{ anyOf: [cat, dog] }, object({ b: text })] },
      expect.anything(),
      ['p.allOf[0].anyOf'],
    ],
    ['all of a choice', { anyOf: [{ allOf: [cat] }, { anyOf: [dog] }] }, both, lost],
    [
      'a hostile name',
      { anyOf: [JSON.parse('{"properties":{"__proto__":{"type":"string"}}}'), object({ constructor: text })] },
      object(JSON.parse('{"__proto__":{"type":"string"},"constructor":{"type":"string"}}')),
      lost,
    ],
  ])('%s', (_, schema, expected, dropped) => {
    for (const references of ['kept', 'inlined'] as const) {
      const { result, dropped: reported } = made(schema, references)
      expect(result).toEqual(expected)
      expect(Object.keys(result.properties ?? {}).sort()).toEqual(
        Object.keys(expected.properties ?? result.properties ?? {}).sort(),
      )
      expect(reported).toEqual(dropped)
    }
  })

  const $defs = {
    Cat: { ...cat, properties: { ...cat.properties, owner: { $ref: '#/$defs/Owner' } } },
    Dog: dog,
    Owner: text,
  }
  const union = { $defs, oneOf: [{ $ref: '#/$defs/Cat' }, { $ref: '#/$defs/Dog', description: 'd' }] }

  test('follows references, and keeps those inside', () => {
    const { result, dropped } = made(union)
    expect(result).toEqual({
      $defs,
      ...object({ ...both.properties, owner: { $ref: '#/$defs/Owner' } }, ['kind']),
    })
    expect(result.$defs).toBe($defs)
    expect(dropped).toEqual(['p.oneOf'])
  })

  test('writes all out where a reference points into a part', () => {
    const schema = { anyOf: [cat, object({ lives: { $ref: '#/anyOf/0/properties/lives' } })] }
    expect(made(schema)).toEqual({ result: object({ kind: { const: 'cat' }, lives: number }), dropped: lost })
  })

  test.each<[string, JsonObject]>([
    ['itself', { anyOf: [{ $ref: '#' }, cat] }],
    ['a ring', { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } }, anyOf: [{ $ref: '#/$defs/a' }, cat] }],
  ])('a part that is %s adds nothing', (_, schema) => {
    expect(made(schema).result).toMatchObject(cat)
  })
})

describe('references kept', () => {
  test('stay as they are', () => {
    expect(made(pydantic).result).toBe(pydantic)
    const typeless = { ...pydantic, type: undefined, $schema: 's' }
    expect(made(typeless).result.$defs).toBe(pydantic.$defs)
  })
})

describe('references inlined', () => {
  test('of a Pydantic model', () => {
    const { $defs, ...rest } = pydantic
    const address = {
      ...$defs.Address,
      properties: { ...$defs.Address.properties, country: $defs.Country },
    }
    expect(made(pydantic, 'inlined')).toEqual({
      result: {
        ...rest,
        properties: {
          ...rest.properties,
          home: { ...address, description: 'Where they live.' },
          others: { ...rest.properties.others, items: address },
        },
      },
      dropped: [],
    })
  })

  test.each<[string, JsonObject, JsonObject]>([
    [
      'as zod writes them for what it saw before',
      object({ a: object({ b: text }), c: { $ref: '#/properties/a/properties/b' } }),
      object({ a: object({ b: text }), c: text }),
    ],
    ['of the root', { $ref: '#/definitions/A', definitions: { A: object({ a: text }) } }, object({ a: text })],
    [
      'escaped',
      { $defs: { 'a/b~c d%': text }, ...object({ a: { $ref: '#/$defs/a~1b~0c%20d%25' } }) },
      object({ a: text }),
    ],
    ['not quite escaped', { $defs: { '50 %': text }, ...object({ a: { $ref: '#/$defs/50 %' } }) }, object({ a: text })],
    [
      'to a list’s member',
      object({ a: { anyOf: [text, number] }, b: { $ref: '#/properties/a/anyOf/1' } }),
      object({ a: { anyOf: [text, number] }, b: number }),
    ],
    [
      'with more beside them',
      {
        $defs: { A: { ...object({ a: text }, ['a']), title: 'A' } },
        ...object({ x: { $ref: '#/$defs/A', title: 'X', ...object({ b: text }, ['b']) } }),
      },
      object({ x: { ...object({ a: text, b: text }, ['a', 'b']), title: 'X' } }),
    ],
    [
      'to true and false',
      { $defs: { t: true, f: false }, ...object({ t: { $ref: '#/$defs/t' }, f: { $ref: '#/$defs/f' } }) },
      object({ t: {}, f: { not: {} } }),
    ],
    [
      'by a hostile name',
      JSON.parse(
        '{"$defs":{"__proto__":{"type":"string"}},"type":"object","properties":{"__proto__":{"$ref":"#/$defs/__proto__"}}}',
      ),
      JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}'),
    ],
  ])('%s', (_, schema, expected) => {
    const { result, dropped } = made(schema, 'inlined')
    expect(JSON.parse(JSON.stringify(result))).toEqual(expected)
    expect(Object.keys(result.properties as object)).toEqual(Object.keys(expected.properties as object))
    expect(dropped).toEqual([])
  })

  test.each<[string, JsonObject, JsonObject]>([
    ['the root', object({ next: { $ref: '#' } }), object({ next: { type: 'object' } })],
    [
      'a definition',
      {
        $defs: { N: object({ l: { $ref: '#/$defs/N', title: 'L' }, r: { $ref: '#/$defs/N' } }) },
        ...object({ n: { $ref: '#/$defs/N' } }),
      },
      object({ n: object({ l: { type: 'object', title: 'L' }, r: { type: 'object' } }) }),
    ],
    [
      'one through another',
      {
        $defs: { A: { items: { $ref: '#/$defs/B' } }, B: { not: { $ref: '#/$defs/A' } } },
        ...object({ a: { $ref: '#/$defs/A' } }),
      },
      object({ a: { items: { not: {} } } }),
    ],
    [
      'what is around it',
      object({ a: object({ b: { $ref: '#/properties/a' } }) }),
      object({ a: object({ b: { type: 'object' } }) }),
    ],
    ['nothing else', { $ref: '#' }, object({})],
  ])('open where they come back to %s', (_, schema, expected) => {
    expect(made(schema, 'inlined')).toEqual({ result: expected, dropped: ['p'] })
  })

  /** Each definition names the one before twice. */
  const doubling = (levels: number, leaf: JsonObject = text) => ({
    $defs: Object.fromEntries(
      Array.from({ length: levels }, (_, level) => {
        const $ref = `#/$defs/d${level - 1}`
        return [`d${level}`, level === 0 ? leaf : object({ a: { $ref }, b: { $ref } })]
      }),
    ),
    ...object({ x: { $ref: `#/$defs/d${levels - 1}` } }),
  })

  test.each<[string, JsonObject, boolean]>([
    ['a thousand', doubling(10), true],
    ['millions', doubling(25), false],
    ['a few that are very long', doubling(8, { description: 'x'.repeat(100_000) }), false],
  ])('bounded: %s', (_, schema, fits) => {
    if (fits) expect(faultOf(schema, 'inlined')).toBeUndefined()
    else expect(faultOf(schema, 'inlined')).toMatchObject({ code: 'invalid_request', param: 'p' })
    expect(made(schema).result).toBe(schema)
  })

  test('bounded too where parts are merged', () => {
    const parts = Object.fromEntries(
      Array.from({ length: 30 }, (_, level) => {
        const $ref = `#/$defs/d${level - 1}`
        return [`d${level}`, level === 0 ? object({ a: text }) : { anyOf: [{ $ref }, { $ref, title: 't' }] }]
      }),
    )
    expect(faultOf({ $defs: parts, anyOf: [{ $ref: '#/$defs/d29' }] })).toMatchObject({ param: 'p' })
  })
})

describe.each(both)('refused, references %s', (references) => {
  test.each<[string, JsonObject]>([
    ['p.properties.a.$ref', object({ a: { $ref: 'https://example.com/a.json' } })],
    ['p.properties.a.items.$ref', object({ a: { items: { $ref: 'other.json#/$defs/a' } } })],
    ['p.properties.a.anyOf[1].$ref', object({ a: { anyOf: [text, { $ref: '#/$defs/none' }] } })],
    ['p.$defs.unused.$ref', { $defs: { unused: { $ref: '#anchor' } } }],
    ['p.properties.a.$ref', object({ a: { $ref: '#/$defs/constructor' }, b: {} })],
    ['p.properties.a.$ref', object({ a: { $ref: '#/required' } }, ['a'])],
    ['p.properties.$ref.$ref', object({ $ref: { $ref: null } })],
    ['p.anyOf[0].$ref', { anyOf: [{ $ref: '#/$defs/none' }] }],
  ])('%s', (param, schema) => {
    expect(faultOf(schema, references)).toMatchObject({ code: 'invalid_request', param })
  })

  const deep = (levels: number, key: string) => JSON.parse(`${`{"${key}":`.repeat(levels)}{}${'}'.repeat(levels)}`)
  const chain = Object.fromEntries(
    Array.from({ length: 4000 }, (_, at) => [`d${at}`, { items: at === 0 ? text : { $ref: `#/$defs/d${at - 1}` } }]),
  )

  test.each<[string, JsonObject]>([
    ['schemas', deep(5000, 'not')],
    ['parts', deep(5000, 'anyOf')],
    ['data', { type: 'object', default: deep(5000, 'a') }],
  ])('%s that nest too deeply', (_, schema) => {
    expect(made(deep(100, 'not'), references).result).toMatchObject(object({}))
    expect(faultOf(schema, references)).toMatchObject({ code: 'invalid_request', param: 'p' })
  })

  test('a chain of references that is too long, if it is followed', () => {
    const fault = faultOf({ $defs: chain, properties: { a: { $ref: '#/$defs/d3999' } } }, references)
    if (references === 'kept') expect(fault).toBeUndefined()
    else expect(fault).toMatchObject({ code: 'invalid_request', param: 'p' })
  })
})

describe('any schema', () => {
  const refusedForSize = (error: unknown) => MohoError.is(error) && /too large|too deeply|of type/.test(error.message)

  test.each(both)('references %s', (references) => {
    let read = 0
    fc.assert(
      fc.property(anySchema, (schema) => {
        const before = JSON.stringify(schema)
        let result: JsonObject
        try {
          result = made(schema, references).result
        } catch (error) {
          expect(error).toSatisfy(refusedForSize)
          return
        } finally {
          expect(JSON.stringify(schema)).toBe(before)
        }
        read++
        expect(result.type).toBe('object')
        for (const keyword of ['anyOf', 'oneOf', 'allOf']) expect(result).not.toHaveProperty(keyword)
        const properties = Object.keys(result.properties as object)
        for (const name of Object.keys((schema.properties as object | undefined) ?? {}))
          expect(properties).toContain(name)
        for (const [inner] of everySchema(result)) {
          if (references === 'inlined') expect(isReference(inner)).toBe(false)
          else if (isReference(inner)) expect(resolveReference(result, inner.$ref)).toBeDefined()
        }
        const again = made(result, references)
        expect(again.result).toBe(result)
        expect(again.dropped).toEqual([])
      }),
      { numRuns: 500 },
    )
    expect(read).toBeGreaterThan(200)
  })
})
