import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const src = import.meta.dirname
const rooms = ['formats', 'contract', 'wire', 'dialects', 'router', 'testing'] as const

/** What each room may import besides itself: the rooms before it. `node` is a side room of the contract. */
const allowed = new Map<string, readonly string[]>([
  ...rooms.map((room, at): [string, readonly string[]] => [room, rooms.slice(0, at)]),
  ['node', ['contract']],
])
/** And from outside of core. */
const packages = new Map<string, readonly string[]>([
  ['formats', ['zod']],
  ['contract', ['zod']],
  ['wire', ['zod']],
  ['dialects', []],
  ['router', ['zod']],
  ['node', ['undici', 'node:dns/promises', 'node:net']],
  ['testing', ['zod', 'msw', 'msw/node', 'node:assert/strict']],
])

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
)
const importsOf = (file: string) =>
  [...readFileSync(join(src, file), 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name]) => name ?? '')
const roomOf = (file: string) => relative(src, file).split('/')[0] ?? ''

describe('a room of core', () => {
  const inRooms = sources.filter((file) => file.includes('/'))

  it('has a place in the order', () => {
    expect(inRooms.length).toBeGreaterThan(20)
    expect([...new Set(inRooms.map((file) => file.split('/')[0]))].filter((room) => !allowed.has(room ?? ''))).toEqual(
      [],
    )
  })

  it.each(inRooms)('imports downward: %s', (file) => {
    const room = file.split('/')[0] ?? ''
    const upward = importsOf(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => roomOf(resolve(src, dirname(file), name)))
      .filter((target) => target !== room && !allowed.get(room)?.includes(target))
      // The contract names the public formats that its operations take, as types alone.
      .filter((target) => !(room === 'contract' && target === 'formats'))
    expect(upward).toEqual([])
    const strange = importsOf(file).filter((name) => !name.startsWith('.') && !packages.get(room)?.includes(name))
    expect(strange).toEqual([])
  })
})

describe('what a provider author imports', () => {
  it('does not bring in the router, undici or Node’s HTTP', () => {
    const seen = new Set<string>()
    const walk = (file: string) => {
      if (seen.has(file)) return
      seen.add(file)
      for (const name of importsOf(file))
        if (name.startsWith('.')) walk(relative(src, resolve(src, dirname(file), name)))
    }
    walk('index.ts')
    expect([...seen].filter((file) => ['router', 'node', 'testing'].includes(file.split('/')[0] ?? ''))).toEqual([])
  })
})
