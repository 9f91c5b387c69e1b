// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how a config refers to the environment
import { describe, expect, test } from 'vitest'
import { readDocument } from './document.ts'

const read = (text: string, environment: Readonly<Record<string, string>> = {}) => readDocument(text, environment)
const faultsOf = (text: string) => read(text).faults.map(({ line, column, message }) => `${line}:${column} ${message}`)

describe('YAML that cannot be read', () => {
  test.each([
    ['a tab', 'server:\n\tport: 1', ['2:1 is indented with a tab; use spaces']],
    ['an open bracket', 'a: [1, 2', ['1:9 is indented too little, or a bracket is not closed']],
    [
      'an open quotation mark',
      'a: "x',
      ['1:6 a quotation mark, a bracket, a comma, or the space after a colon is missing'],
    ],
    [
      'no space after a colon',
      'key:x\nb: 1',
      ['1:1 the space after a colon is missing, or a line is not indented as those around it'],
    ],
    [
      'two colons',
      'a: b: c',
      ['1:4 a member begins where a value was due; check the indentation, or put text that holds ": " in quotes'],
    ],
    ['a reserved character', 'a: @b', ['1:4 begins with a character that YAML keeps for itself; put it in quotes']],
    ['a bad escape', 'a: "\\q"', ['1:5 has an unknown escape; in double quotes a backslash is written \\\\']],
    ['two documents', 'a: 1\n---\nb: 1', ['2:1 a second document begins here; a config is one document']],
    ['a map as a name', '? {a: 1}\n: 2', ['1:3 the name of a member must be text']],
    [
      'an unknown tag',
      'a: !b c',
      ['1:4 has a tag (!name) that is unknown or does not fit; put it in quotes if it is text'],
    ],
    [
      'a binary',
      'a: !!binary aGk=',
      ['1:4 has a tag (!name) that is unknown or does not fit; put it in quotes if it is text'],
    ],
    [
      'an unknown alias',
      'a: *b',
      ['1:4 begins with *, so it is an alias, but no such anchor is before it; put it in quotes if it is text'],
    ],
    ['an alias of itself', 'a: &b [*b]', ['1:8 is an alias of what it stands in']],
    ['a merge of a number', 'a: {<<: 3}', ['1:5 << takes a map, an alias of one, or a list of these']],
    [
      'a fault in each of two lines',
      'a: "\\q"\nb: "\\q"',
      ['1:5', '2:5'].map((at) => `${at} has an unknown escape; in double quotes a backslash is written \\\\`),
    ],
  ])('%s', (_, text, expected) => {
    expect(faultsOf(text)).toEqual(expected)
    expect(read(text).data).toBeUndefined()
  })

  test('brackets without end', () => {
    expect(faultsOf('['.repeat(50_000))).toEqual([expect.stringMatching(/^1:\d+ is nested too deeply$/)])
  })

  test('aliases that multiply', () => {
    const bomb = [
      'a0: &a0 [x, x]',
      ...Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`),
    ].join('\n')
    expect(faultsOf(bomb)).toEqual(['1:1 its aliases multiply to more than 1000 repetitions'])
  })
})

test('a name that is written twice is told with its path, and the rest is read', () => {
  const { faults, data } = read('a:\n  - b: 1\n    c: 2\n    b: 3')
  expect(faults).toEqual([{ line: 4, column: 5, path: ['a', 0, 'b'], message: 'is written twice' }])
  expect(data).toEqual({ a: [{ b: 3, c: 2 }] })
})

test('references are filled in every kind of scalar, braces or not, and never in names or comments', () => {
  const text = [
    'plain: ${X}',
    "single: '${X}'",
    'double: "a ${X}\\n"',
    'flow: { in: ${X}, list: [${X}, ${Y:-a, b}], $${X}: $${X} }',
    'block: |',
    '  first ${X}',
    'folded: >-',
    '  ${X}',
    '  more',
    '${X}: name # ${NONE}',
    'number: 5',
  ].join('\n')
  expect(read(text, { X: 'x: {y' })).toMatchObject({
    faults: [],
    data: {
      plain: 'x: {y',
      single: 'x: {y',
      double: 'a x: {y\n',
      flow: { in: 'x: {y', list: ['x: {y', 'a, b'], '$${X}': '${X}' },
      block: 'first x: {y\n',
      folded: 'x: {y more',
      '${X}': 'name',
      number: 5,
    },
  })
})

test('a member is found where it is written, through aliases and merges', () => {
  const { place, origin } = read(
    'base: &b\n  x: 1\n  y: {z: 2}\nuse:\n  - <<: *b\n    w: ${W}\n  - *b\n  - <<: [{v: 1}, *b]\n',
    { W: '1' },
  )
  expect(place(['use', 0, 'w'])).toEqual({ line: 6, column: 5 })
  expect(place(['use', 0, 'y', 'z'])).toEqual({ line: 3, column: 7 })
  expect(place(['use', 1, 'x'])).toEqual({ line: 2, column: 3 })
  expect(place(['use', 2, 'x'])).toEqual({ line: 2, column: 3 })
  expect(place(['use', 1, 'missing', 'member'])).toEqual({ line: 7, column: 5 })
  expect(place([])).toEqual({ line: 1, column: 1 })
  expect([origin(['use', 0, 'w']), origin(['use', 0, 'x'])]).toEqual(['environment', 'written'])
})

test('a byte order mark and Windows line ends do no harm', () => {
  const { data, faults, place } = read('\ufeffa: 1\r\nb:\r\n  c: 2\r\n')
  expect([data, faults, place(['a']), place(['b', 'c'])]).toEqual([
    { a: 1, b: { c: 2 } },
    [],
    { line: 1, column: 1 },
    { line: 3, column: 3 },
  ])
})

test('an unset variable is told where it stands, and marks what is around it', () => {
  const { faults, origin, hasUnset } = read('a:\n  - b: x\n    c:\n      ${NOT_SET}')
  expect(faults).toMatchObject([{ line: 4, column: 7, path: ['a', 0, 'c'] }])
  expect(origin(['a', 0, 'c'])).toBe('unset')
  expect([hasUnset(['a', 0]), hasUnset(['a', 0, 'b'])]).toEqual([true, false])
})
