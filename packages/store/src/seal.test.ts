import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeMasterKey, readMasterKey } from './master-key.ts'
import { createSealer, keyIdOf } from './seal.ts'

const sealer = createSealer(readMasterKey(makeMasterKey()))
const other = createSealer(readMasterKey(makeMasterKey()))
const place = fc.record({ table: fc.string(), record: fc.string(), member: fc.string() })
const wellFormed = fc.string({ unit: 'grapheme' })

test('what was sealed opens at its place', () => {
  fc.assert(
    fc.property(wellFormed, place, (text, at) => {
      expect(sealer.open(sealer.seal(text, at), at)).toBe(text)
    }),
  )
})

test('it opens nowhere else', () => {
  fc.assert(
    fc.property(wellFormed, place, place, (text, at, elsewhere) => {
      fc.pre(JSON.stringify(at) !== JSON.stringify(elsewhere))
      expect(() => sealer.open(sealer.seal(text, at), elsewhere)).toThrow('belongs to another record')
    }),
  )
})

test('it opens under no other key, which is told apart by name', () => {
  const at = { table: 'entries', record: 'a', member: 'auth' }
  const envelope = sealer.seal('text', at)
  expect(() => other.open(envelope, at)).toThrow('another master key')
  expect(() => other.open(envelope.replace(sealer.id, other.id), at)).toThrow('was changed')
  expect(keyIdOf(envelope)).toBe(sealer.id)
})

test('it does not open when any of its bytes was changed, or some are missing', () => {
  const at = { table: 'entries', record: 'a', member: 'auth' }
  fc.assert(
    fc.property(wellFormed, fc.nat(), fc.integer({ min: 1, max: 255 }), (text, position, change) => {
      const [version, id, sealed = ''] = sealer.seal(text, at).split('.')
      const bytes = Buffer.from(sealed, 'base64url')
      const spoilt = Buffer.from(bytes)
      const index = position % bytes.length
      spoilt[index] = (bytes[index] ?? 0) ^ change
      for (const wrong of [spoilt, bytes.subarray(0, index)])
        expect(() => sealer.open(`${version}.${id}.${wrong.toString('base64url')}`, at)).toThrow('cannot be opened')
    }),
  )
})

test('the same text is never sealed alike', () => {
  const at = { table: 'entries', record: 'a', member: 'auth' }
  expect(new Set(Array.from({ length: 1000 }, () => sealer.seal('text', at))).size).toBe(1000)
})

test.each(['', 'v1', 'v1.a', 'v2.a.b', '{"text":1}'])('%j is no envelope', (envelope) => {
  expect(() => sealer.open(envelope, { table: 't', record: 'r', member: 'm' })).toThrow('does not know')
})
