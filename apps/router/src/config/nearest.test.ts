import { expect, test } from 'vitest'
import { choice, mustBe, nearest } from './nearest.ts'

test.each([
  ['regoin', 'region'],
  ['displayname', 'displayName'],
  ['display_name', 'displayName'],
  ['base-url', 'baseUrl'],
  ['nid', 'id'],
  ['', undefined],
  ['budgets', undefined],
  ['store', undefined],
])('%s → %s', (name, meant) => {
  expect(nearest(name, ['region', 'displayName', 'baseUrl', 'id', 'server', 'plugins'])).toBe(meant)
})

test('a choice is said as people say it', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(choice)).toEqual(['none', '"a"', '"a" or "b"', '"a", "b" or "c"'])
  expect(mustBe(['allow', 'refuse'], 'alow')).toBe('must be "allow" or "refuse"; did you mean "allow"?')
})
