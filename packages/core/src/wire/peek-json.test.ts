import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanMembers } from './peek-json.ts'

const scan = (text: string) => scanMembers(Buffer.from(text))
const valuesOf = (text: string) => {
  const members = scan(text)
  if (members === undefined) return undefined
  const bytes = Buffer.from(text)
  return [...members].map(([key, { start, end }]) => [key, bytes.toString('utf8', start, end)])
}

describe('the members of a JSON object', () => {
  it.each<[string, readonly (readonly [string, string])[]]>([
    ['{}', []],
    [' {\t}\n', []],
    ['{"a":1}', [['a', '1']]],
    [
      ' { "a" :\r\n1.0 , "b":\t"x" } ',
      [
        ['a', '1.0'],
        ['b', '"x"'],
      ],
    ],
    [
      '{"a":{"b":[1,{"c":"}]"}]},"d":null}',
      [
        ['a', '{"b":[1,{"c":"}]"}]}'],
        ['d', 'null'],
      ],
    ],
    [
      '{"a":"\\\\","b":"\\"","c":"\\\\\\""}',
      [
        ['a', '"\\\\"'],
        ['b', '"\\""'],
        ['c', '"\\\\\\""'],
      ],
    ],
    [
      '{"":true,"__proto__":-1e+3,"é":[]}',
      [
        ['', 'true'],
        ['__proto__', '-1e+3'],
        ['é', '[]'],
      ],
    ],
    ['{"\ufeffa":0}', [['\ufeffa', '0']]],
    [
      `{"a":"${'x'.repeat(100)}\\\\","b":"${'y'.repeat(100)}\\"z"}`,
      [
        ['a', `"${'x'.repeat(100)}\\\\"`],
        ['b', `"${'y'.repeat(100)}\\"z"`],
      ],
    ],
    [`{"a":${'['.repeat(100)}${']'.repeat(100)}}`, [['a', '['.repeat(100) + ']'.repeat(100)]]],
  ])('are found in %j', (text, values) => {
    expect(valuesOf(text)).toEqual(values)
  })

  it.each([
    ['nothing', ''],
    ['blanks', '  '],
    ['an array', '[]'],
    ['a string', '"a"'],
    ['a BOM', '\ufeff{"a":1}'],
    ['an escaped key', '{"\\u0061":1}'],
    ['a key with an escaped quote', '{"a\\"":1}'],
    ['a key that comes twice', '{"a":1,"b":2,"a":3}'],
    ['a control character in a key', '{"a\n":1}'],
    ['a key that is no string', '{a:1}'],
    ['bytes after the end', '{"a":1}x'],
    ['a second object', '{"a":1}{}'],
    ['no end', '{"a":1'],
    ['no end of a string', '{"a":"b}'],
    ['no end of a long string', `{"a":"${'b'.repeat(100)}\\"}`],
    ['no end of an escape', `{"a":"${'b'.repeat(62)}\\`],
    ['no end of an array', '{"a":[1'],
    ['brackets of two kinds', '{"a":[1}}'],
    ['a bracket too many', '{"a":1}}'],
    ['a comma at the end', '{"a":1,}'],
    ['a comma at the start', '{,"a":1}'],
    ['no comma', '{"a":1 "b":2}'],
    ['no colon', '{"a" 1}'],
    ['no value', '{"a":}'],
    ['a single quote', "{'a':1}"],
    ['a single quote within', `{"a":{'b"':1},"c":2}`],
    ['a comment', '{"a":[1/*"*/],"c":2}'],
    ['an empty comment', '{"a":[1/**/],"c":2}'],
    ['a word', '{"a":nil}'],
    ['NaN', '{"a":NaN}'],
    ['a number that JSON has not', '{"a":01}'],
    ['another', '{"a":.5}'],
    ['a blank that JSON has not', '{\u00a0"a":1}'],
  ])('are not told where there is %s', (_, text) => {
    expect(scan(text)).toBeUndefined()
  })

  it('are not told where a key is not UTF-8', () => {
    expect(scanMembers(Buffer.from([...Buffer.from('{"'), 0xff, ...Buffer.from('":1}')]))).toBeUndefined()
  })

  it('are found in a view into a larger buffer', () => {
    const whole = new Uint8Array(Buffer.from('xx{"a":1}yy'))
    expect(scanMembers(whole.subarray(2, 9))?.get('a')).toEqual({ from: 1, start: 5, end: 6 })
  })
})

describe('where the members of an object are told', () => {
  const space = fc.constantFrom('', '', '', ' ', '\n', '\r\n\t ')
  const escapeOf = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  const spelled = fc
    .string({ unit: fc.constantFrom('a', 'b', '"', '\\', '/', '\n', 'é', '😀', '{', ']', ',', ':', '\ud800') })
    .chain((text) =>
      fc.constantFrom(
        JSON.stringify(text),
        `"${text.replace(/[^ab]/g, escapeOf)}"`,
        // Beyond what is looked at byte by byte.
        `"${text.replace(/["\\\n\ud800]/g, '')}${'x'.repeat(70)}\\\\\\""`,
      ),
    )
  const key = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('"a"', '"b"', '"model"', '"__proto__"', '"é"', '""', '"toString"', '"0"') },
    { weight: 1, arbitrary: spelled },
  )
  const scalar = fc.constantFrom('0', '-0', '1e400', '1.50', '12345678901234567890', 'true', 'false', 'null')
  const { object } = fc.letrec<{ value: string; array: string; object: string }>((tie) => ({
    value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, spelled, tie('array'), tie('object')),
    array: fc
      .tuple(space, fc.array(fc.tuple(space, tie('value'), space), { maxLength: 4 }))
      .map(([blank, items]) => `[${items.map((parts) => parts.join('')).join(',') || blank}]`),
    object: fc
      .tuple(
        space,
        fc.array(fc.tuple(space, key, space, fc.constant(':'), space, tie('value'), space), { maxLength: 5 }),
      )
      .map(([blank, members]) => `{${members.map((parts) => parts.join('')).join(',') || blank}}`),
  }))
  const body = fc.tuple(space, object, space).map((parts) => Buffer.from(parts.join('')))
  const byte = fc.oneof(fc.constantFrom(...Buffer.from('{}[]",:\\ \n\'/a01-.e')), fc.nat(255))
  const edit = fc.record({ at: fc.nat(), removed: fc.nat(3), added: fc.array(byte, { maxLength: 3 }) })
  const mutated = fc.tuple(body, fc.array(edit, { minLength: 1, maxLength: 3 })).map(([bytes, edits]) =>
    edits.reduce((now, { at, removed, added }) => {
      const from = now.length === 0 ? 0 : at % now.length
      return Buffer.concat([now.subarray(0, from), Buffer.from(added), now.subarray(from + removed)])
    }, bytes),
  )

  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const parse = (bytes: Uint8Array): unknown => JSON.parse(utf8.decode(bytes))

  /** Whether JSON.parse agrees; undefined where one of the two refuses the bytes. */
  function agreement(bytes: Uint8Array): boolean | undefined {
    const members = scanMembers(bytes)
    if (members === undefined) return undefined
    let parsed: object
    try {
      parsed = parse(bytes) as object
    } catch {
      return undefined
    }
    const own = Object.getOwnPropertyDescriptors(parsed)
    return (
      isDeepStrictEqual([...members.keys()].sort(), Object.keys(own).sort()) &&
      [...members].every(([name, { start, end }]) =>
        isDeepStrictEqual(parse(bytes.subarray(start, end)), Object.getOwnPropertyDescriptor(parsed, name)?.value),
      )
    )
  }

  it('JSON.parse has just these keys with just these values', () => {
    let agreed = 0
    fc.assert(
      fc.property(body, (bytes) => {
        const agrees = agreement(bytes)
        if (agrees) agreed++
        expect(agrees).not.toBe(false)
      }),
      { numRuns: 1000 },
    )
    expect(agreed).toBeGreaterThan(200)
  })

  it('JSON.parse has them or throws where bytes were broken', () => {
    let agreed = 0
    fc.assert(
      fc.property(mutated, (bytes) => {
        const agrees = agreement(bytes)
        if (agrees) agreed++
        expect(agrees).not.toBe(false)
      }),
      { numRuns: 4000 },
    )
    expect(agreed).toBeGreaterThan(50)
  })

  it('they end where their strings do, however many backslashes are where', () => {
    for (let length = 0; length < 70; length++) {
      for (let slashes = 0; slashes < 8; slashes++) {
        const text = 'x'.repeat(length) + '\\'.repeat(slashes)
        const quoted = slashes % 2 === 0 ? `"${text}"` : `"${text}""`
        expect(agreement(Buffer.from(`{"a":${quoted},"c":1}`))).toBe(true)
        expect(agreement(Buffer.from(`{"a":"${text}","c":1,"d":"}`))).not.toBe(false)
      }
    }
  })

  it('they are told for every JSON object whose keys are plain and single', () => {
    const plainKey = fc.string({ unit: 'grapheme' }).filter((name) => JSON.stringify(name) === `"${name}"`)
    fc.assert(
      fc.property(fc.dictionary(plainKey, fc.jsonValue()), fc.nat(3), (value, indent) => {
        const members = scan(JSON.stringify(value, undefined, indent))
        expect(members === undefined ? undefined : [...members.keys()]).toEqual(Object.keys(value))
      }),
    )
  })
})
