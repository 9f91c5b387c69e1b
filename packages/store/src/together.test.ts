import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { engines } from './testing/engines.ts'

const entry = (id: string) => ({ id, type: 't', displayName: id, config: {}, auth: { settings: {} } })

describe.each(engines)('on $name', ({ fresh }) => {
  test('what is done together is done whole or not at all, and heard of when it is done', async () => {
    const store = await (await fresh()).open()
    const heard: string[] = []
    store.changes((kind) => heard.push(kind))
    const failed = store.together(async ({ keys, audit }) => {
      await keys.create({ name: 'ci' })
      await audit.append({ who: 'user:ana', what: 'key.create', which: 'key:ci' })
      throw new Error('It was cut off.')
    })
    await expect(failed).rejects.toThrow('It was cut off.')
    expect(await store.keys.list()).toEqual([])
    expect((await store.audit.list()).events).toEqual([])
    expect(heard).toEqual([])

    await store.together(async ({ keys, audit }) => {
      await keys.create({ name: 'ci' })
      await audit.append({ who: 'user:ana', what: 'key.create', which: 'key:ci' })
      expect(heard).toEqual([])
    })
    expect(await store.keys.list()).toMatchObject([{ name: 'ci' }])
    expect(heard).toEqual(['keys'])
  })

  test('a verb that is not awaited is refused with all the rest, and what follows it too', async () => {
    const store = await (await fresh()).open()
    let late: Promise<unknown> | undefined
    const together = store.together(async ({ keys, entries }) => {
      await keys.create({ name: 'ci' })
      late = entries.create(entry('a')).then(() => entries.create(entry('b')))
      late.catch(() => undefined)
    })
    await expect(together).rejects.toMatchObject({ message: expect.stringContaining('not awaited') })
    await expect(late).rejects.toMatchObject({ message: expect.stringContaining('is over') })
    expect(await store.entries.all()).toEqual([])
    expect(await store.keys.list()).toEqual([])
  })

  test('one that is not awaited and fails does not end the process', async () => {
    const store = await (await fresh()).open()
    await store.entries.create(entry('a'))
    const unhandled = vi.fn()
    process.once('unhandledRejection', unhandled)
    onTestFinished(() => {
      process.off('unhandledRejection', unhandled)
    })
    const together = store.together(async ({ keys, entries }) => {
      entries.create(entry('a'))
      await keys.create({ name: 'ci' })
    })
    await expect(together).rejects.toMatchObject({ message: expect.stringContaining('not awaited') })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(unhandled).not.toHaveBeenCalled()
    expect(await store.keys.list()).toEqual([])
  })

  test('of verbs at once of which one fails, the others are not kept', async () => {
    const store = await (await fresh()).open()
    await store.entries.create(entry('a'))
    for (let turn = 0; turn < 10; turn++) {
      const together = store.together(({ keys, entries, handles }) =>
        Promise.all([
          entries.create(entry('a')),
          keys.create({ name: 'ci' }),
          handles.put({ kind: 'file', upstreamId: 'f', owner: { key: 'k' }, pin: { entry: 'e' }, data: 1 }),
        ]),
      )
      await expect(together).rejects.toMatchObject({ code: 'conflict' })
    }
    expect(await store.keys.list()).toEqual([])
    expect(await store.handles.list('file', { key: 'k' })).toEqual([])
  })

  test('a verb that fails fails the whole, also where that is caught', async () => {
    const store = await (await fresh()).open()
    const { record } = await store.keys.create({ name: 'ci' })
    const together = store.together(async ({ entries, keys }) => {
      await keys.rotate(record.id)
      await entries.create({ ...entry('a'), config: { big: 1n } }).catch(() => undefined)
      await keys.create({ name: 'other' })
    })
    await expect(together).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('config'),
    })
    expect(await store.keys.list()).toMatchObject([{ name: 'ci', secrets: [{ goodUntil: undefined }] }])
  })

  test('one that never ends is ended after ten seconds, so that others go on', async () => {
    const store = await (await fresh()).open()
    let goOn = () => {}
    let later: Promise<unknown> | undefined
    const together = store.together(async ({ keys }) => {
      await keys.create({ name: 'never' })
      vi.advanceTimersByTime(10_000)
      await new Promise<void>((resolve) => {
        goOn = resolve
      })
      later = keys.create({ name: 'later' })
    })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    await expect(together).rejects.toMatchObject({
      code: 'overloaded',
      message: expect.stringContaining('ten seconds'),
    })
    vi.useRealTimers()
    await store.keys.create({ name: 'other' })
    goOn()
    await new Promise(setImmediate)
    await expect(later).rejects.toMatchObject({ message: expect.stringContaining('is over') })
    expect(await store.keys.list()).toMatchObject([{ name: 'other' }])
    expect(store.state()).toEqual({ state: 'ready' })
  })
})
