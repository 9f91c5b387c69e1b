import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashKey, isKeyText, makeKeyText } from './key-text.ts'

test('a secret is 256 random bits, and is known as one', () => {
  const made = Array.from({ length: 1000 }, makeKeyText)
  expect(made.every(isKeyText)).toBe(true)
  expect(new Set(made.map((text) => text.slice(5, 48))).size).toBe(1000)
  expect(Buffer.from(made[0]?.slice(5, 48) ?? '', 'base64url')).toHaveLength(32)
})

test('one letter mistyped or left out is no secret', () => {
  const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
  fc.assert(
    fc.property(fc.nat({ max: 53 }), letter, (index, other) => {
      const text = makeKeyText()
      fc.pre(text[index] !== other)
      expect(isKeyText(text.slice(0, index) + other + text.slice(index + 1))).toBe(false)
      expect(isKeyText(text.slice(0, index) + text.slice(index + 1))).toBe(false)
    }),
  )
})

test('a hash is SHA-256 of the whole', () => {
  expect(hashKey('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
})
