import { describe, expect, it } from 'vitest'
import { startSimulator } from '../../index.ts'
import { fillSchema } from './fill-schema.ts'

/** An object of as many members as there are names, each of them the same object again. */
function recursive(names: readonly string[]) {
  const node = { type: 'object', properties: Object.fromEntries(names.map((name) => [name, { $ref: '#/$defs/node' }])) }
  return { ...node, required: names, $defs: { node: { ...node, required: names } } }
}

const letters = (count: number): string[] => Array.from({ length: count }, (_, index) => `m${index}`)

function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce<number>((sum, member) => sum + countValues(member), 1)
}

describe('a schema that names itself', () => {
  it.each([1, 2, 5, 7, 20, 1000])('is filled within bounds when it has %i members', (count) => {
    const value = fillSchema(recursive(letters(count)), 'Hi')
    expect(countValues(value)).toBeLessThanOrEqual(200)
    expect(countValues(value)).toBeGreaterThan(5)
    if (count <= 20) expect(value).toHaveProperty('m0.m0')
  })

  it('is filled as far down for each member', () => {
    const value = fillSchema(recursive(['left', 'right']), 'Hi')
    expect(value).toHaveProperty('left.left.left.left')
    expect(value).toHaveProperty('right.right.right.right')
  })

  it('is filled within bounds as an array', () => {
    const list = { type: 'array', minItems: 10, items: { $ref: '#/$defs/list' } }
    expect(countValues(fillSchema({ ...list, $defs: { list } }, 'Hi'))).toBeLessThanOrEqual(200)
  })

  it.each([7, 12])('does not hold up a call with %i members', async (count) => {
    const simulator = await startSimulator()
    const body = {
      model: 'any',
      messages: [{ role: 'user', content: 'Hello' }],
      tool_choice: 'required',
      tools: [{ type: 'function', function: { name: 'f', parameters: recursive(letters(count)) } }],
    }
    const response = await fetch(`${simulator.openaiUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${simulator.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    await simulator.close()
    expect([response.status, text.length < 10_000]).toEqual([200, true])
  })
})

it('fills a hundred members and more', () => {
  const names = letters(150)
  const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]))
  expect(Object.keys(Object(fillSchema({ type: 'object', properties }, 'Hi')))).toEqual(names)
})
