import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MemberChange } from '../contract/call.ts'
import { scanMembers } from './peek-json.ts'
import { spliceMembers } from './splice-json.ts'

const splice = (text: string, change: MemberChange) => Buffer.from(spliceMembers(Buffer.from(text), change)).toString()

describe('a spliced object', () => {
  it.each<[string, MemberChange, string]>([
    // Sets.
    ['{"model":"a","n":1}', { set: { model: 'b' } }, '{"model":"b","n":1}'],
    [' { "n" : 1.0 , "model" : "a" } ', { set: { model: 'b' } }, ' { "n" : 1.0 , "model" : "b" } '],
    ['{"n":1}', { set: { model: 'b', x: [1] } }, '{"n":1,"model":"b","x":[1]}'],
    ['{ }', { set: { model: 'b' } }, '{"model":"b" }'],
    ['{}', { set: { a: 1, b: 2 } }, '{"a":1,"b":2}'],
    ['{"a":1}', { set: { ['__proto__']: 2 } }, '{"a":1,"__proto__":2}'],
    ['{"a":1,"b":2}', { set: { a: undefined } }, '{"b":2}'],
    // Removes.
    ['{"a":1, "b":2, "c":3}', { remove: ['a'] }, '{"b":2, "c":3}'],
    ['{"a":1, "b":2, "c":3}', { remove: ['b'] }, '{"a":1, "c":3}'],
    ['{"a":1, "b":2, "c":3 }', { remove: ['c'] }, '{"a":1, "b":2 }'],
    ['{"a":1, "b":2, "c":3}', { remove: ['a', 'b'] }, '{"c":3}'],
    ['{"a":1, "b":2, "c":3}', { remove: ['b', 'c'] }, '{"a":1}'],
    ['{"a":1, "b":2, "c":3}', { remove: ['a', 'c'] }, '{"b":2}'],
    ['{ "a":1, "b":2 }', { remove: ['a', 'b'] }, '{  }'],
    ['{"a":1}', { remove: ['a'], set: { b: 2 } }, '{"b":2}'],
    ['{"a":1,"b":2}', { remove: ['a'], set: { a: 3 } }, '{"a":3,"b":2}'],
    // Merges.
    ['{"o":{"x":1, "y":1e3}}', { merge: { o: { x: 2, z: 3 } } }, '{"o":{"x":2, "y":1e3,"z":3}}'],
    ['{"a":1}', { merge: { o: { x: 2 } } }, '{"a":1,"o":{"x":2}}'],
    ['{"o":null,"a":1}', { merge: { o: { x: 2 } } }, '{"o":{"x":2},"a":1}'],
    ['{"o":[1]}', { merge: { o: { x: 2 } } }, '{"o":{"x":2}}'],
    ['{"o":{"x":1}}', { merge: { o: { x: undefined } } }, '{"o":{}}'],
    ['{"o":{"x":1,"x":2,"y":1.0}}', { merge: { o: { z: 3 } } }, '{"o":{"x":2,"y":1,"z":3}}'],
    // Leaves the spelling of all else.
    [
      '{"a":1.0,"b":1e3,"c":12345678901234567890,"d":"\\u0061","model":"a"}',
      { set: { model: 'é' } },
      '{"a":1.0,"b":1e3,"c":12345678901234567890,"d":"\\u0061","model":"é"}',
    ],
    // Reads what can be read in two ways as JSON.parse does.
    ['{"model":"a","model":"b"}', { set: { model: 'c' } }, '{"model":"c"}'],
    ['{"model":"a","\\u006dodel":"b"}', { remove: ['model'] }, '{}'],
    ['{"model":"a","model":"b"}', {}, '{"model":"b"}'],
    ['\ufeff{"model":"a"}', {}, '{"model":"a"}'],
    ['{"a":1,"a":{"x":1}}', { merge: { a: { y: 2 } } }, '{"a":{"x":1,"y":2}}'],
    ['{"a":1,"a":2,"__proto__":3}', { set: { b: 4 } }, '{"a":2,"__proto__":3,"b":4}'],
  ])('%s with %j is %s', (text, change, result) => {
    expect(splice(text, change)).toBe(result)
  })

  it.each<MemberChange>([
    {},
    { set: {}, merge: {}, remove: [] },
    { remove: ['x'] },
    { set: { model: 'a' } },
    { set: { x: undefined } },
    { merge: { o: {} } },
    { merge: { o: { x: 1 } } },
  ])('is the very same where nothing changes: %j', (change) => {
    const bytes = Buffer.from('{"model":"a","o":{"x":1}}')
    expect(spliceMembers(bytes, change)).toBe(bytes)
  })

  it.each(['', '[]', 'null', '{"a":1,}', '{"a":1}}'])('is refused where there is none: %j', (text) => {
    expect(() => splice(text, { set: { a: 1 } })).toThrow()
  })

  const key = fc.constantFrom('a', 'b', 'c', 'model', '__proto__', 'é', '', '0', 'toString')
  const member = fc.tuple(key, fc.oneof(fc.jsonValue(), fc.dictionary(key, fc.jsonValue())))
  const space = fc.constantFrom('', '', ' ', '\n  ', '\t')
  const object = fc
    .tuple(
      fc.array(fc.tuple(member, fc.array(space, { minLength: 4, maxLength: 4 })), { maxLength: 6 }),
      space,
      fc.nat(2),
    )
    .map(
      ([members, around, indent]) =>
        `${around}{${members
          .map(
            ([[name, value], [a, b, c, d]]) =>
              `${a}${JSON.stringify(name)}${b}:${c}${JSON.stringify(value, undefined, indent)}${d}`,
          )
          .join(',')}${around}}`,
    )
  const change: fc.Arbitrary<MemberChange> = fc.record(
    {
      set: fc.dictionary(key, fc.jsonValue(), { maxKeys: 3 }),
      merge: fc.dictionary(key, fc.dictionary(key, fc.jsonValue(), { maxKeys: 3 }), { maxKeys: 3 }),
      remove: fc.array(key, { maxLength: 3 }),
    },
    { requiredKeys: [] },
  )

  /** The change to what JSON.parse gives. */
  function changed(text: string, { set = {}, merge = {}, remove = [] }: MemberChange): unknown {
    const members = new Map<string, unknown>(Object.entries(JSON.parse(text)))
    for (const name of remove) members.delete(name)
    for (const [name, value] of Object.entries(set)) members.set(name, value)
    for (const [name, value] of Object.entries(merge)) {
      const old = members.get(name)
      const isObject = typeof old === 'object' && old !== null && !Array.isArray(old)
      members.set(name, Object.fromEntries(Object.entries(isObject ? old : {}).concat(Object.entries(value))))
    }
    return JSON.parse(JSON.stringify(Object.fromEntries(members)))
  }

  it('parses to the changed object', () => {
    fc.assert(
      fc.property(object, change, (text, asked) => {
        const result = splice(text, asked)
        const parsed: unknown = JSON.parse(result)
        if (!isDeepStrictEqual(parsed, changed(text, asked))) expect(result).toBe(JSON.stringify(changed(text, asked)))
      }),
      { numRuns: 500 },
    )
  })

  it('keeps the bytes and the order of members that are not named, and has each key once', () => {
    fc.assert(
      fc.property(object, change, (text, asked) => {
        const before = Buffer.from(text)
        const after = spliceMembers(before, asked)
        const members = scanMembers(before)
        const result = scanMembers(after)
        const named = new Set([
          ...Object.keys(asked.set ?? {}),
          ...Object.keys(asked.merge ?? {}),
          ...(asked.remove ?? []),
        ])
        const untouched = (from: typeof members, bytes: Uint8Array) =>
          [...(from ?? [])]
            .filter(([name]) => !named.has(name))
            .map(([name, { from: start, end }]) => [name, Buffer.from(bytes.subarray(start, end)).toString()])
        expect(result).toBeDefined()
        if (members !== undefined) expect(untouched(result, after)).toEqual(untouched(members, before))
      }),
      { numRuns: 300 },
    )
  })
})
