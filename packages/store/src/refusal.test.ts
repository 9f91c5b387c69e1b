import { execFileSync, spawn } from 'node:child_process'
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import { createHealth } from './health.ts'
import { Keyring } from './keyring.ts'
import { makeMasterKey, readMasterKey } from './master-key.ts'
import { migrate } from './migrate.ts'
import { openStore, storeOn } from './open-store.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'
import { engines, freshPostgres, freshSqlite, quiet, until } from './testing/engines.ts'

const masterKey = readMasterKey(makeMasterKey())
const entry = { id: 'a', type: 't', displayName: 'A', config: {}, auth: { settings: { password: 'p4ssword' } } }
const handle = (upstreamId: string, length = 10) => ({
  kind: 'file' as const,
  upstreamId,
  owner: { key: 'k' },
  pin: { entry: 'e' },
  data: 'x'.repeat(length),
})

describe.each(engines)('on $name', ({ fresh }) => {
  test('a wrong master key is refused, and the right one finds all as it was', async () => {
    const { url, open } = await fresh()
    const store = await open()
    await store.entries.create(entry)
    await store.close()
    await expect(openStore({ url, masterKey })).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('MOHO_MASTER_KEY'),
    })
    expect(await (await open()).entries.openAuth('a')).toEqual(entry.auth.settings)
  })

  test('a database of a newer version is refused, and left as it is', async () => {
    const { url, open, run, dump } = await fresh()
    await (await open()).close()
    await run(`update meta set value = '99' where name = 'schema_version'`)
    const before = await dump()
    await expect(open()).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('version 99'),
    })
    if (url.startsWith('postgres')) expect(await dump()).toBe(before)
  })

  test.each([
    'create table users (id integer)',
    'create table meta (name text, value text)',
    'create table meta (id integer)',
  ])('a database of something else is refused and left as it is: %s', async (made) => {
    const { open, run, dump } = await fresh()
    await run(made)
    const before = await dump()
    await expect(open()).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('not one of Moho’s'),
    })
    expect(await dump()).toBe(before)
  })

  test.each([undefined, 'a text', Buffer.alloc(32)])(
    '%j is no master key, and nothing is made with it',
    async (key) => {
      const { open, run } = await fresh()
      await expect(open({ masterKey: key as never })).rejects.toMatchObject({
        code: 'invalid_request',
        message: expect.stringContaining('MOHO_MASTER_KEY'),
      })
      await run('create table meta (name text)')
    },
  )

  test('a store that was closed says so', async () => {
    const store = await (await fresh()).open()
    await store.close()
    await store.close()
    await expect(store.entries.all()).rejects.toMatchObject({ code: 'overloaded' })
    await expect(store.keys.create({ name: 'a' })).rejects.toMatchObject({ code: 'overloaded' })
  })
})

test.each([
  ['mysql://host/db', 'no kind'],
  ['sqlite:', 'no file'],
  ['sqlite::memory:', 'no file'],
  ['postgres://user:p4ss word@ho st/db', 'percent-encoded'],
  ['postgres://user:p4ss%zz@host/db', 'percent-encoded'],
  ['', 'no kind'],
])('the address %j is refused without its password', async (url, why) => {
  const opening = openStore({ url, masterKey })
  await expect(opening).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringContaining(why) })
  await expect(opening).rejects.toMatchObject({ message: expect.not.stringContaining('p4ss') })
})

describe('SQLite', () => {
  test('a file that is no database is refused', async () => {
    const { url, open } = await freshSqlite()
    const path = url.slice('sqlite:'.length)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, 'Dear diary, '.repeat(1000))
    await expect(open()).rejects.toMatchObject({ message: expect.stringContaining('not a SQLite database') })
  })

  test.each([
    ['a folder', 'mkdir'],
    ['a FIFO', 'mkfifo'],
  ])('%s in place of the file is refused, and not waited for', async (_, make) => {
    const { url } = await freshSqlite()
    const path = url.slice('sqlite:'.length)
    await mkdir(dirname(path), { recursive: true })
    execFileSync(make, [path])
    await expect(openStore({ url, masterKey })).rejects.toMatchObject({ message: expect.stringContaining('no file') })
  })

  test('a file that is open to others is told to the log, once', async () => {
    const { url, open } = await freshSqlite()
    await (await open()).close()
    const warnings: string[] = []
    const log = { ...quiet, warn: (message: string) => warnings.push(message) }
    await (await open({ log })).close()
    expect(warnings).toEqual([])
    await chmod(url.slice('sqlite:'.length), 0o644)
    await open({ log })
    expect(warnings).toEqual([expect.stringContaining('open to other users')])
  })

  test.each([
    ['removed', async () => undefined],
    ['replaced', (path: string) => writeFile(path, '')],
  ])(
    'a file that is %s while the store is open is away until it is back, and no write is lost in it',
    async (_, replace) => {
      const { url, open } = await freshSqlite()
      const store = await open()
      await store.keys.create({ name: 'before' })
      const path = url.slice('sqlite:'.length)
      await rename(path, `${path}.moved`)
      await replace(path)
      await until(() => store.state().state === 'away', 1500)
      await expect(store.keys.create({ name: 'lost' })).rejects.toMatchObject({
        code: 'overloaded',
        message: expect.stringContaining('removed or replaced'),
      })
      await rename(`${path}.moved`, path)
      await store.keys.create({ name: 'after' })
      expect(store.state()).toEqual({ state: 'ready' })
      expect((await store.keys.list()).map(({ name }) => name).sort()).toEqual(['after', 'before'])
    },
  )

  test('a store closes although something that is done together never ends', async () => {
    const store = await (await freshSqlite()).open()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    let began = () => {}
    const hasBegun = new Promise<void>((resolve) => {
      began = resolve
    })
    const never = store.together(() => {
      began()
      return new Promise(() => {})
    })
    const refused = expect(never).rejects.toMatchObject({ code: 'overloaded' })
    await hasBegun
    const closing = store.close()
    await vi.advanceTimersByTimeAsync(10_000)
    await refused
    await closing
  })

  test('a file that another process has locked is refused within seconds, and opens when it is free', async () => {
    const { url, open } = await freshSqlite()
    await (await open()).close()
    const unlock = await lockInAnotherProcess(url)
    const began = performance.now()
    await expect(open()).rejects.toMatchObject({ code: 'overloaded', message: expect.stringContaining('locked') })
    expect(performance.now() - began).toBeLessThan(8000)
    await unlock()
    await open()
  })

  test('a lock while the store is open fails all who wait, and is over when it is gone', async () => {
    const { url, open } = await freshSqlite()
    const store = await open()
    const unlock = await lockInAnotherProcess(url)
    const began = performance.now()
    const writes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, turn) => store.handles.put(handle(`${turn}`))),
    )
    expect(performance.now() - began).toBeLessThan(4000)
    for (const write of writes)
      expect(write).toMatchObject({ status: 'rejected', reason: { code: 'overloaded', retry: 'again' } })
    await unlock()
    await store.handles.put(handle('now'))
    expect(store.state()).toEqual({ state: 'ready' })
  })

  test('a query beside the transaction that it is part of is refused, and not waited for', async () => {
    const store = await (await freshSqlite()).open()
    await store.together(async ({ keys }) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      onTestFinished(() => {
        vi.useRealTimers()
      })
      const beside = expect(store.keys.list()).rejects.toMatchObject({ code: 'overloaded' })
      await vi.advanceTimersByTimeAsync(10_000)
      await beside
      await keys.create({ name: 'ci' })
    })
    expect(await store.keys.list()).toHaveLength(1)
  })

  test('a full disk refuses a write whole, and what was there is read on', async () => {
    const { url } = await freshSqlite()
    const health = createHealth(Date.now, quiet)
    const engine = openSqlite(url.slice('sqlite:'.length), { health, log: quiet, queryMs: 0 })
    await migrate(engine)
    const store = await storeOn(engine, { keyring: new Keyring(masterKey), now: Date.now, health, log: quiet })
    onTestFinished(() => store.close())
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(engine.db)
    await sql`pragma max_page_count = ${sql.lit((rows[0]?.page_count ?? 0) + 20)}`.execute(engine.db)
    await store.handles.put(handle('small'))
    const write = store.together(async ({ keys, handles }) => {
      await keys.create({ name: 'ci' })
      await handles.put(handle('large', 500_000))
    })
    await expect(write).rejects.toMatchObject({ code: 'overloaded', message: expect.stringContaining('full') })
    expect(await store.keys.list()).toEqual([])
    expect(await store.handles.list('file', { key: 'k' })).toMatchObject([{ id: 'small' }])
    await sql`pragma max_page_count = 100000`.execute(engine.db)
    await store.handles.put(handle('large', 500_000))
  })
})

describe('PostgreSQL', () => {
  test.each([
    ['that is not there', async () => 'postgres://moho@127.0.0.1:9/moho', 'cannot be reached'],
    ['that never answers', silentServer, 'cannot be reached'],
    [
      'that wants another password',
      async () => (await freshPostgres()).url.replace(/moho:\w+/, 'moho:wr0ng'),
      'let Moho in',
    ],
    ['without the database', async () => `${inject('postgresUrl')}/nowhere`, 'let Moho in'],
  ])('a server %s is told within three seconds', async (_, serverUrl, why) => {
    const url = await serverUrl()
    const began = performance.now()
    const opening = openStore({ url, masterKey })
    await expect(opening).rejects.toMatchObject({ code: 'overloaded', message: expect.stringContaining(why) })
    await expect(opening).rejects.toMatchObject({ message: expect.not.stringContaining('wr0ng') })
    expect(performance.now() - began).toBeLessThan(3000)
  })
})

async function silentServer(): Promise<string> {
  const server = createServer(() => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  const address = server.address()
  return `postgres://moho@127.0.0.1:${typeof address === 'object' ? address?.port : 0}/moho`
}

/** As a backup or another router does that was left behind. */
async function lockInAnotherProcess(url: string): Promise<() => Promise<void>> {
  const script =
    'const db = new (require("node:sqlite").DatabaseSync)(process.argv[1]); db.exec("begin exclusive"); console.log("locked"); setInterval(() => {}, 1000)'
  const child = spawn(process.execPath, ['-e', script, url.slice('sqlite:'.length)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let isLocked = false
  child.stdout.once('data', () => {
    isLocked = true
  })
  await until(() => isLocked, 5000)
  return async () => {
    child.kill('SIGKILL')
    await ended
  }
}
