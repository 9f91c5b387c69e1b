import { expect, test } from 'vitest'
import { type ChangeKind, createChanges } from './changes.ts'
import type { Engine } from './engine.ts'
import { quiet } from './testing/engines.ts'

/** Counters that are read when the test says so. */
function started(revision: number, log = quiet) {
  const reads: ((revision: number) => void)[] = []
  const execute = async () => {
    const read = await new Promise<number>((resolve) => reads.push(resolve))
    return [{ kind: 'keys', revision: read }]
  }
  const db = { selectFrom: () => ({ selectAll: () => ({ execute }) }) }
  const changes = createChanges({ db } as unknown as Engine, log)
  const heard: ChangeKind[] = []
  const first = changes.look()
  const read = async (revision: number) => {
    reads.shift()?.(revision)
    await new Promise(setImmediate)
  }
  const ready = read(revision).then(() => first)
  changes.listen((kind) => heard.push(kind))
  return { changes, heard, read, ready, asked: () => reads.length }
}

test('a change of our own that was looked at before it was acknowledged is told once', async () => {
  const { changes, heard, read, ready } = started(1)
  await ready
  const look = changes.look()
  await read(2)
  await look
  changes.made('keys', 2)
  expect(heard).toEqual(['keys'])
})

test('a look that began before a change of our own does not tell it again', async () => {
  const { changes, heard, read, ready, asked } = started(1)
  await ready
  const look = changes.look()
  changes.made('keys', 2)
  await read(1)
  await read(2)
  await look
  expect(heard).toEqual(['keys'])
  expect(asked()).toBe(0)
})

test('a listener that fails by and by is told to the log, and ends nothing', async () => {
  const said: unknown[] = []
  const { changes, read, ready, heard } = started(1, { ...quiet, error: (_, fields) => said.push(fields) })
  await ready
  const error = new Error('A listener that fails.')
  changes.listen(async () => {
    throw error
  })
  const look = changes.look()
  await read(2)
  await look
  await new Promise(setImmediate)
  expect(said).toEqual([{ error }])
  expect(heard).toEqual(['keys'])
})

test('one listener given twice hears twice, until it is taken back twice', async () => {
  const { changes, ready } = started(1)
  await ready
  let heard = 0
  const listener = () => heard++
  const stops = [changes.listen(listener), changes.listen(listener)]
  for (const [turn, stop] of stops.entries()) {
    heard = 0
    changes.made('keys', 10 + turn)
    expect(heard).toBe(2 - turn)
    stop()
  }
})

test('what another process changed meanwhile is told', async () => {
  const { changes, heard, read, ready } = started(1)
  await ready
  const look = changes.look()
  changes.made('keys', 2)
  await read(1)
  await read(3)
  await look
  expect(heard).toEqual(['keys', 'keys'])
})
