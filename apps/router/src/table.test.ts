import { expect, test } from 'vitest'
import { table } from './table.ts'

test('columns are as wide as what is in them, and nothing in them moves the cursor', () => {
  expect(
    table(
      ['id', 'name'],
      [
        ['a', 'one'],
        ['long-id', '\u001b[2J\r\nfake'],
      ],
    ),
  ).toBe(['id       name', 'a        one', 'long-id  ·[2J··fake'].join('\n'))
})

test('there may be any number of rows', () => {
  expect(table(['id'], Array(200_000).fill(['a'])).split('\n')).toHaveLength(200_001)
})
