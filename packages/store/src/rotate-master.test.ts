import { describe, expect, test } from 'vitest'
import { makeMasterKey, readMasterKey } from './master-key.ts'
import type { Store } from './open-store.ts'
import { engines, quiet } from './testing/engines.ts'

const owner = { key: 'k' }
const put = (store: Store, id: string) =>
  store.handles.put({ kind: 'batch', upstreamId: id, owner, pin: { entry: 'e' }, data: { of: id } })
const entry = (id: string) => ({
  id,
  type: 't',
  displayName: id,
  config: {},
  auth: { settings: { password: `of ${id}` } },
})

describe.each(engines)('on $name', ({ fresh }) => {
  test('everything opens under the new key, in this process and the next, and nothing under the old', async () => {
    const { open } = await fresh()
    const store = await open()
    const ids = Array.from({ length: 1100 }, (_, number) => `job-${number}`)
    await store.together(async ({ handles }) => {
      for (const id of ids)
        await handles.put({ kind: 'batch', upstreamId: id, owner, pin: { entry: 'e' }, data: { of: id } })
    })
    await store.entries.create(entry('a'))
    const masterKey = readMasterKey(makeMasterKey())
    await store.rotateMaster(masterKey)
    await put(store, 'after')
    await store.close()
    await expect(open()).rejects.toMatchObject({ code: 'invalid_request' })
    const next = await open({ masterKey })
    expect(await next.entries.openAuth('a')).toEqual({ password: 'of a' })
    for (const id of [ids[0], ids[499], ids[500], ids[1099], 'after'])
      expect(await next.handles.find('batch', id ?? '', owner)).toMatchObject({ data: { of: id } })
    expect(await next.handles.list('batch', owner, { limit: 1000 })).toHaveLength(1000)
  })

  test('what is sealed meanwhile opens afterwards', async () => {
    const { open } = await fresh()
    const store = await open()
    const masterKey = readMasterKey(makeMasterKey())
    const ids = Array.from({ length: 60 }, (_, number) => `job-${number}`)
    const puts = ids.map(async (id, number) => {
      if (number === 20) await store.rotateMaster(masterKey)
      return put(store, id)
    })
    await Promise.all(puts)
    await store.close()
    const next = await open({ masterKey })
    for (const id of ids) expect(await next.handles.find('batch', id, owner)).toMatchObject({ data: { of: id } })
  })

  test('a process that has the old key seals nothing more, and says why', async () => {
    const { open } = await fresh()
    const [one, other] = [await open(), await open()]
    await one.entries.create(entry('a'))
    await one.rotateMaster(readMasterKey(makeMasterKey()))
    await expect(put(other, 'late')).rejects.toMatchObject({ message: expect.stringContaining('new key') })
    await expect(other.entries.openAuth('a')).rejects.toMatchObject({
      message: expect.stringContaining('another master key'),
    })
    expect(await other.entries.all()).toMatchObject([{ id: 'a' }])
    expect(await one.handles.find('batch', 'late', owner)).toBeUndefined()
  })

  test('records that cannot be opened are left and named, and keep nobody else', async () => {
    const { open, run } = await fresh()
    const warnings: unknown[] = []
    const store = await open({ log: { ...quiet, warn: (_, fields) => warnings.push(fields) } })
    for (const id of ['a', 'b']) {
      await store.entries.create(entry(id))
      await put(store, id)
    }
    await run(`update entries set auth = (select auth from entries where id = 'a') where id = 'b'`)
    await run(`update handles set data = (select data from handles where id = 'a') where id = 'b'`)
    const masterKey = readMasterKey(makeMasterKey())
    await store.rotateMaster(masterKey)
    expect(warnings).toMatchObject([
      { table: 'entries', record: 'b' },
      { table: 'handles', record: '["batch","key:k","b"]' },
    ])
    await store.close()
    const next = await open({ masterKey })
    expect(await next.entries.openAuth('a')).toEqual({ password: 'of a' })
    expect(await next.handles.list('batch', owner)).toMatchObject([
      { id: 'b', data: undefined },
      { id: 'a', data: { of: 'a' } },
    ])
    await expect(next.handles.find('batch', 'b', owner)).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('the batch b'),
    })

    // It is listed without its auth, and mended by entering that again.
    expect(await next.entries.list()).toMatchObject([{ auth: {} }, { id: 'b', auth: undefined }])
    await next.entries.rotateAuth('b', entry('b').auth)
    expect(await next.entries.openAuth('b')).toEqual({ password: 'of b' })
  })

  test('the same rotation may be repeated', async () => {
    const { open } = await fresh()
    const store = await open()
    await store.entries.create(entry('a'))
    const masterKey = readMasterKey(makeMasterKey())
    await store.rotateMaster(masterKey)
    await store.rotateMaster(masterKey)
    await store.close()
    expect(await (await open({ masterKey })).entries.openAuth('a')).toEqual({ password: 'of a' })
  })

  test('a process that has the old key sweeps and lists nothing, and what had expired is told by one that has the new', async () => {
    const { open, run } = await fresh()
    const [one, other] = [await open(), await open()]
    for (const id of ['a', 'b'])
      await one.handles.put({
        kind: 'batch',
        upstreamId: id,
        owner,
        pin: { entry: 'e' },
        data: { of: id },
        permits: { budget: id },
        expiresAt: Date.now() + 60_000,
      })
    await put(one, 'stays')
    await one.rotateMaster(readMasterKey(makeMasterKey()))
    await run('update handles set expires_at = 1 where expires_at is not null')
    await expect(other.handles.sweep()).rejects.toMatchObject({ message: expect.stringContaining('new key') })
    await expect(other.handles.list('batch', owner)).rejects.toMatchObject({
      message: expect.stringContaining('new key'),
    })
    await run(`update handles set data = 'v1.damaged' where id = 'b'`)
    const swept = await one.handles.sweep()
    expect(swept.toSorted((one, other) => (one.id < other.id ? -1 : 1))).toMatchObject([
      { id: 'a', data: { of: 'a' }, permits: { budget: 'a' } },
      { id: 'b', data: undefined, permits: { budget: 'b' } },
    ])
  })

  test('what is read beside many rotations opens', async () => {
    const { open } = await fresh()
    const store = await open()
    await store.entries.create(entry('a'))
    await put(store, 'a')
    let isRotating = true
    const reads = Array.from({ length: 4 }, async () => {
      while (isRotating) {
        expect(await store.entries.openAuth('a')).toEqual({ password: 'of a' })
        expect(await store.handles.list('batch', owner)).toMatchObject([{ data: { of: 'a' } }])
      }
    })
    for (let turn = 0; turn < 20; turn++) await store.rotateMaster(readMasterKey(makeMasterKey()))
    isRotating = false
    await Promise.all(reads)
  })
})
