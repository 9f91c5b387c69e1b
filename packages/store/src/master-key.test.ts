import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { makeMasterKey, readMasterKey } from './master-key.ts'

const bytes = randomBytes(32)

test.each([
  ['base64', bytes.toString('base64')],
  ['base64url', bytes.toString('base64url')],
  ['hex', bytes.toString('hex')],
  ['hex in capitals', bytes.toString('hex').toUpperCase()],
  ['a file’s content', `${bytes.toString('base64')}\n`],
])('is read from %s', (_, text) => {
  expect(readMasterKey(text).export()).toEqual(bytes)
})

test('is made as it is read, and prints as nothing', () => {
  const text = makeMasterKey()
  const key = readMasterKey(text)
  expect(key.export().toString('base64')).toBe(text)
  expect(inspect({ key }, { depth: 9, showHidden: true }) + JSON.stringify({ key })).not.toContain(text.slice(0, 8))
})

test.each([
  ['', 'is empty'],
  [' \n', 'is empty'],
  [`"${bytes.toString('base64')}"`, 'quotation marks'],
  [`${bytes.toString('hex').slice(0, 32)}\n${bytes.toString('hex').slice(32)}`, 'white space'],
  [bytes.toString('base64').slice(0, 40), '30 bytes'],
  [bytes.toString('hex').slice(0, 62), 'bytes and not 32'],
  [`${bytes.toString('base64').slice(0, 42)}é`, 'neither base64 nor hex'],
  ['01'.repeat(32), 'bytes repeat'],
])('%j is refused without being told', (text, why) => {
  expect(() => readMasterKey(text)).toThrow(why)
  try {
    readMasterKey(text)
  } catch (error) {
    if (text.length > 10) expect(inspect(error)).not.toContain(text.trim().slice(1, 12))
  }
})
