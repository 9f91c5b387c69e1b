import { describe, expect, test } from 'vitest'
import { makeMasterKey, readMasterKey } from './master-key.ts'
import type { Store } from './open-store.ts'
import { engines } from './testing/engines.ts'

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

  test('one record that cannot be opened leaves everything as it was', async () => {
    const { open, run } = await fresh()
    const store = await open()
    await store.entries.create(entry('a'))
    await store.entries.create(entry('b'))
    await run(`update entries set auth = (select auth from entries where id = 'a') where id = 'b'`)
    await expect(store.rotateMaster(readMasterKey(makeMasterKey()))).rejects.toMatchObject({ code: 'internal' })
    expect(await store.entries.openAuth('a')).toEqual({ password: 'of a' })
    await put(store, 'after')

    // It is listed without its auth, and mended by entering that again.
    expect(await store.entries.list()).toMatchObject([{ auth: {} }, { id: 'b', auth: undefined }])
    await store.entries.rotateAuth('b', entry('b').auth)
    const masterKey = readMasterKey(makeMasterKey())
    await store.rotateMaster(masterKey)
    await store.close()
    expect(await (await open({ masterKey })).entries.openAuth('b')).toEqual({ password: 'of b' })
  })

  test('the key in use is not taken for a new one', async () => {
    const { open } = await fresh()
    const masterKey = readMasterKey(makeMasterKey())
    await expect((await open({ masterKey })).rotateMaster(masterKey)).rejects.toMatchObject({ code: 'invalid_request' })
  })
})
