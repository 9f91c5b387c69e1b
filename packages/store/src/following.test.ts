import { describe, expect, onTestFinished, test } from 'vitest'
import { makeMasterKey, readMasterKey } from './master-key.ts'
import { openStore } from './open-store.ts'
import { engines, freshPostgres, query, until } from './testing/engines.ts'
import { startNetwork } from './testing/network.ts'
import { startPostgres } from './testing/postgres-server.ts'

const entry = (id: string) => ({ id, type: 't', displayName: id, config: {}, auth: { settings: {} } })

describe.each(engines)('on $name', ({ fresh }) => {
  test('one store hears within a second of what another has changed, and of which kind', async () => {
    const { open } = await fresh()
    const [one, other] = [await open(), await open()]
    const heard: string[] = []
    other.changes((kind) => heard.push(kind))
    await one.entries.create(entry('a'))
    await until(() => heard.includes('entries'), 1000)
    expect(await other.entries.all()).toMatchObject([{ id: 'a' }])
    const { key, record } = await one.keys.create({ name: 'ci' })
    await until(() => heard.includes('keys'), 1000)
    expect(await other.keys.find(key)).toBeDefined()
    heard.length = 0
    await one.keys.revoke(record.id)
    await until(() => heard.length > 0, 1000)
    expect(heard).toEqual(['keys'])
  })

  test('a store hears of its own changes before they are acknowledged, once, and no longer than it listens', async () => {
    const store = await (await fresh()).open()
    const heard: string[] = []
    store.changes(() => {
      throw new Error('A listener that fails.')
    })
    const stop = store.changes((kind) => heard.push(kind))
    await store.entries.create(entry('a'))
    expect(heard).toEqual(['entries'])
    await store.entries.create(entry('b'))
    expect(heard).toEqual(['entries', 'entries'])
    stop()
    await store.entries.create(entry('c'))
    expect(heard).toEqual(['entries', 'entries'])
  })
})

describe('PostgreSQL', () => {
  test('changes are heard of within a second after every connection was cut', async () => {
    const { open, url } = await freshPostgres()
    const [one, other] = [await open(), await open()]
    const heard: string[] = []
    other.changes((kind) => heard.push(kind))
    for (const id of ['a', 'b', 'c']) {
      const cut = await query(url, `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %'`)
      expect(cut.length).toBeGreaterThan(0)
      await one.entries.create(entry(id))
      await until(() => heard.length > 0, 1000)
      heard.length = 0
      // Until it listens again, to be cut again.
      await until(async () => {
        const listening = await query(url, `select 1 from pg_stat_activity where query like 'listen %'`)
        return listening.length === 2
      }, 5000)
    }
  })

  test('a server that falls silent is away within two seconds, and the connections that it left hanging are not used again', async () => {
    const { url } = await freshPostgres()
    const network = await startNetwork(Number(new URL(url).port))
    const store = await openStore({
      url: url.replace(/:\d+\//, `:${network.port}/`),
      masterKey: readMasterKey(makeMasterKey()),
    })
    onTestFinished(async () => {
      network.speak()
      await store.close()
      await network.close()
    })
    await store.entries.create(entry('a'))
    network.fallSilent()
    const asked = performance.now()
    for (const outcome of await Promise.allSettled([store.entries.all(), store.entries.create(entry('b'))]))
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'overloaded' } })
    expect(performance.now() - asked).toBeLessThan(3000)
    expect(store.state().state).toBe('away')
    network.speak()
    await store.entries.create(entry('c'))
    expect(store.state().state).toBe('ready')
    expect(await store.entries.all()).toMatchObject([{ id: 'a' }, { id: 'c' }])
  })

  test('a server that stops is away, and everything goes on when it is back', async () => {
    const server = await startPostgres()
    onTestFinished(() => server.remove())
    const url = `${server.url}/postgres`
    const masterKey = readMasterKey(makeMasterKey())
    const open = async () => {
      const store = await openStore({ url, masterKey })
      onTestFinished(() => store.close())
      return store
    }
    const [one, other] = [await open(), await open()]
    const heard: string[] = []
    other.changes((kind) => heard.push(kind))
    await one.entries.create(entry('a'))
    expect(one.state()).toEqual({ state: 'ready' })

    const began = Date.now()
    await server.stop()
    await until(() => one.state().state === 'away', 3000)
    expect(one.state()).toEqual({ state: 'away', since: expect.any(Number) })
    const state = one.state()
    expect(state.state === 'away' && state.since >= began).toBe(true)
    const asked = performance.now()
    const operations = [
      one.entries.all(),
      one.entries.create(entry('b')),
      one.keys.find('moho_'),
      one.rotateMaster(masterKey),
    ]
    const outcomes = await Promise.allSettled(operations)
    expect(performance.now() - asked).toBeLessThan(2500)
    for (const outcome of outcomes.slice(0, 2))
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'overloaded', retry: 'again' } })
    heard.length = 0

    await server.start()
    await until(() => one.state().state === 'ready' && other.state().state === 'ready', 5000)
    await one.entries.create(entry('b'))
    await until(() => heard.length > 0, 1000)
    expect(await other.entries.all()).toMatchObject([{ id: 'a' }, { id: 'b' }])
  })
})
