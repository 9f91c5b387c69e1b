import { describe, expect, test } from 'vitest'
import { createKeys } from './keys.ts'

const secret = 'key-0123456789abcdef'

/** Whether a key with one pattern may use a model. */
function may(
  pattern: string,
  entry: string,
  id: string,
  { alias, listed = true }: { alias?: string; listed?: boolean } = {},
) {
  const keys = createKeys([{ name: 'k', key: secret, models: [pattern] }])
  const { access } = keys.authenticate({ authorization: `Bearer ${secret}` })
  return access.allows(entry, { row: { id }, alias, path: undefined, listed, targets: new Map() })
}

describe('a pattern', () => {
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:imported-model/abc'
  test.each([
    ['*', 'b', 'x'],
    ['b/*', 'b', 'x/y'],
    ['b/us.*', 'b', 'us.x'],
    ['b/us.x-v1:0', 'b', 'us.x-v1:0'],
    ['b/us-x-v1-0', 'b', 'us.x-v1:0'],
    ['us.x', 'b', 'us.x'],
    ['*nova*', 'b', 'us.amazon.nova-lite-v1:0'],
    [`b/${arn}`, 'b', arn],
    [arn, 'b', arn],
  ])('%s lets its key use %s/%s', (pattern, entry, id) => {
    expect(may(pattern, entry, id)).toBe(true)
  })

  test('may be an alias, with its entry or without', () => {
    for (const pattern of ['b/l3', 'l3']) expect(may(pattern, 'b', 'us.x', { alias: 'l3' })).toBe(true)
  })

  // Ids with slashes are ordinary behind other gateways, and an entry without a list takes any id.
  test.each([
    ['b/*', 'other', 'b/xyz'],
    ['b/us.x', 'other', 'b/us.x'],
    ['l3', 'other', 'l3'],
    [arn, 'other', arn],
    ['b/us.x', 'b', 'us.xy'],
    ['b/us.x', 'b2', 'us.x'],
  ])('%s does not let its key use %s/%s, which nobody lists', (pattern, entry, id) => {
    expect(may(pattern, entry, id, { listed: false })).toBe(false)
  })
})
