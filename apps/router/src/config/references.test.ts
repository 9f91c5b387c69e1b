// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how a config refers to the environment
import { describe, expect, test } from 'vitest'
import { expand, shield, unshield } from './references.ts'

const environment = { NAME: 'value', EMPTY: '', NESTED: '${NAME} $${NAME}', DOLLARS: "$& $1 $'", UNSET: undefined }

describe('a reference', () => {
  test.each([
    ['${NAME}', 'value'],
    ['a ${NAME} and ${NAME}.', 'a value and value.'],
    ['${NAME:-other}', 'value'],
    ['${UNSET:-other}', 'other'],
    ['${EMPTY:-other}', 'other'],
    ['${EMPTY}', ''],
    ['${UNSET:-}', ''],
    ['${UNSET:-http://[::1]:80/?a=b,c#d}', 'http://[::1]:80/?a=b,c#d'],
    ['$${NAME}', '${NAME}'],
    ['$${NAME} ${NAME}', '${NAME} value'],
    ['$$${NAME}', '$${NAME}'],
    ['${NESTED}', '${NAME} $${NAME}'],
    ['${DOLLARS}', "$& $1 $'"],
    ['$NAME $ {NAME} $', '$NAME $ {NAME} $'],
  ])('%s is %s', (text, expected) => {
    expect(expand(text, environment)).toMatchObject({ text: expected, faults: [] })
  })

  test.each(['${}', '${1A}', '${A-b}', '${A:+b}', '${A B}', '${NAME', '${A:-${NAME}}'])('%s is a fault', (text) => {
    expect(expand(text, environment).faults).toEqual([
      'has a "${" that begins no reference; write ${NAME} or ${NAME:-default}, or $${ for a literal ${',
    ])
  })

  test('to a variable that is not set names it, once', () => {
    const message = (name: string) =>
      `the environment variable ${name} is not set; set it, or write \${${name}:-default}`
    expect(expand('${UNSET} ${UNSET} ${constructor}', environment).faults).toEqual([
      message('UNSET'),
      message('constructor'),
    ])
  })

  test('tells what came out of the environment, which a default does not', () => {
    expect(expand('${NAME} ${UNSET:-other}', environment)).toMatchObject({ values: ['value'], filled: true })
    expect(expand('plain', environment)).toMatchObject({ values: [], filled: false })
  })
})

test('a shield keeps the length and is undone', () => {
  const text = 'a: { b: ${B:-[1, 2]: #x}, c: $${C} }'
  expect(shield(text)).toHaveLength(text.length)
  expect(shield(text)).not.toContain('${')
  expect(unshield(shield(text))).toBe(text)
})
