import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import pg from 'pg'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { makeMasterKey, readMasterKey } from './master-key.ts'
import { openStore, type Store } from './open-store.ts'
import { engines, freshPostgres, freshSqlite, query, until } from './testing/engines.ts'
import { type Network, startNetwork } from './testing/network.ts'
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

describe('SQLite', () => {
  test('what another process changes just after the thread ended is heard of', async () => {
    const { open } = await freshSqlite()
    const other = await open()
    const { store, worker } = await withWorker(open)
    const heard: string[] = []
    store.changes((kind) => heard.push(kind))
    for (const id of ['a', 'b', 'c']) {
      // It is looked at twice a second, and what the new connection says first must not pass for what was seen.
      await new Promise((resolve) => setTimeout(resolve, 600))
      await worker().terminate()
      await other.entries.create(entry(id))
      await until(() => heard.length > 0, 1500)
      heard.length = 0
    }
  })

  test('a write and a rotation whose answer was lost with the thread', async () => {
    const { open } = await freshSqlite()
    const { store, worker } = await withWorker(open)
    await store.entries.create(entry('a'))
    loseAnswerToCommit(worker())
    await expect(store.keys.create({ name: 'ci' })).rejects.toMatchObject({
      code: 'overloaded',
      message: expect.stringContaining('unknown whether'),
    })
    expect(await store.keys.list()).toMatchObject([{ name: 'ci' }])
    loseAnswerToCommit(worker())
    const masterKey = readMasterKey(makeMasterKey())
    await store.rotateMaster(masterKey)
    await store.close()
    expect(await (await open({ masterKey })).entries.openAuth('a')).toEqual({})
  })
})

async function withWorker(open: () => Promise<Store>): Promise<{ store: Store; worker: () => Worker }> {
  let latest: Worker | undefined
  const made = (worker: Worker) => {
    latest = worker
  }
  process.on('worker', made)
  onTestFinished(() => {
    process.off('worker', made)
  })
  const store = await open()
  return {
    store,
    worker() {
      if (latest === undefined) throw new Error('There is no thread.')
      return latest
    },
  }
}

/** The thread ends when it has committed, and before anybody hears of that. */
function loseAnswerToCommit(worker: Worker): void {
  const post = worker.postMessage.bind(worker)
  worker.postMessage = (message: { readonly sql?: string }) => {
    post(message)
    if (message.sql !== 'commit') return
    worker.removeAllListeners('message')
    worker.once('message', () => worker.terminate())
  }
}

async function throughNetwork(): Promise<{ store: Store; network: Network; url: string }> {
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
  return { store, network, url }
}

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

  test('a certificate that vanishes ends nothing, and changes are heard of all the same', async () => {
    const { url } = await freshPostgres()
    const folder = await mkdtemp(join(tmpdir(), 'moho-certificate-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const certificate = join(folder, 'root.pem')
    await writeFile(certificate, '')
    const masterKey = readMasterKey(makeMasterKey())
    const store = await openStore({ url: `${url}?sslrootcert=${certificate}&sslmode=disable`, masterKey })
    const other = await openStore({ url, masterKey })
    onTestFinished(() => Promise.all([store.close(), other.close()]).then(() => undefined))
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    onTestFinished(() => {
      process.off('unhandledRejection', unhandled)
    })
    const listeners = `select pid from pg_stat_activity where query like 'listen %'`
    await until(async () => (await query(url, listeners)).length === 2, 5000)
    const heard: string[] = []
    store.changes((kind) => heard.push(kind))
    await rm(certificate)
    await query(url, `select pg_terminate_backend(pid) from (${listeners}) as listening`)
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(unhandled).not.toHaveBeenCalled()
    await other.entries.create(entry('a'))
    await until(() => heard.length > 0, 1500)
  })

  test('a write whose answer was lost is not called undone', async () => {
    const { store, network } = await throughNetwork()
    network.loseAnswerTo('commit')
    await expect(store.keys.create({ name: 'ci' })).rejects.toMatchObject({
      code: 'overloaded',
      message: expect.stringContaining('unknown whether'),
    })
    expect(await store.keys.list()).toMatchObject([{ name: 'ci' }])
    await expect(store.keys.create({ name: 'ci' })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('a rotation whose answer was lost is settled where the database can be reached', async () => {
    const { store, network } = await throughNetwork()
    await store.entries.create(entry('a'))
    network.loseAnswerTo('commit')
    await store.rotateMaster(readMasterKey(makeMasterKey()))
    await store.entries.create(entry('b'))
    expect(await store.entries.openAuth('a')).toEqual({})
  })

  test('a rotation whose answer was lost with the database is repeated, and both keys open till then', async () => {
    const { store, network, url } = await throughNetwork()
    await store.entries.create(entry('a'))
    const masterKey = readMasterKey(makeMasterKey())
    network.loseAnswerTo('commit', () => network.fallSilent())
    await expect(store.rotateMaster(masterKey)).rejects.toMatchObject({
      code: 'overloaded',
      message: expect.stringContaining('Keep both'),
    })
    network.speak()
    expect(await store.entries.openAuth('a')).toEqual({})
    await store.entries.create(entry('b'))
    await store.rotateMaster(masterKey)
    await store.close()
    const next = await openStore({ url, masterKey })
    onTestFinished(() => next.close())
    for (const id of ['a', 'b']) expect(await next.entries.openAuth(id)).toEqual({})
  })

  test('whoever waits for a rotation of another process is told that the database is busy, and it is not away', async () => {
    const { open, url } = await freshPostgres()
    const store = await open()
    const rotating = new pg.Client({ connectionString: url })
    await rotating.connect()
    await rotating.query(`begin; select pg_advisory_xact_lock(${0x6d6f686f}, 2)`)
    const waiting = Array.from({ length: 20 }, (_, turn) => store.entries.create(entry(`a${turn}`)))
    for (const outcome of await Promise.allSettled(waiting))
      expect(outcome).toMatchObject({ reason: { code: 'overloaded', message: expect.stringContaining('busy') } })
    expect(store.state()).toEqual({ state: 'ready' })
    await rotating.end()
    await store.entries.create(entry('b'))
  })

  test('a server that falls silent is away within two seconds, and the connections that it left hanging are not used again', async () => {
    const { store, network } = await throughNetwork()
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
