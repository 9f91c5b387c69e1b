import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Engine } from './engine.ts'
import { createHealth } from './health.ts'
import { readMasterKey } from './master-key.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { openPostgres } from './postgres/open-postgres.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'
import { engines, quiet } from './testing/engines.ts'
import { kept, recordedMasterKey, versionFile } from './testing/recorded.ts'

const versions = migrations.map((_, index) => index + 1)

describe.each(engines)('on $name', ({ fresh }) => {
  test.each(versions)('a database of version %d is brought to the newest with all that is in it', async (version) => {
    const { url, open, run } = await fresh()
    const engine = url.startsWith('sqlite') ? 'sqlite' : 'postgres'
    await run(await readFile(versionFile(version, engine), 'utf8'))
    const store = await open({ masterKey: readMasterKey(recordedMasterKey), now: () => kept.at })
    expect(await store.entries.openAuth('bedrock')).toEqual(kept.auth)
    expect(await store.entries.list()).toMatchObject([
      { id: 'bedrock', enabled: true, models: [{ id: 'm' }], auth: { '/type': { value: 'access-key' } } },
      { id: 'mantle', enabled: false, firstParty: true },
    ])
    expect(await store.keys.find(kept.key)).toMatchObject({ name: 'ci', models: ['bedrock/*'] })
    expect(await store.keys.list()).toHaveLength(2)
    expect(await store.handles.find('batch', kept.job, { key: 'k', user: 'ana' })).toMatchObject({
      data: { bucket: 'b' },
      permits: { budget: 't' },
      pin: { entry: 'bedrock', region: 'us-east-1' },
    })
    expect((await store.audit.list()).events).toMatchObject([{ who: 'user:ana', after: { enabled: false } }])
  })

  test('those who start together on an empty database all succeed', async () => {
    const { open } = await fresh()
    const stores = await Promise.all([open(), open(), open(), open()])
    await stores[0]?.keys.create({ name: 'ci' })
    expect(await stores[3]?.keys.list()).toMatchObject([{ name: 'ci' }])
  })

  test('a migration that fails leaves the database at the version before it', async () => {
    const { url, open } = await fresh()
    await (await open()).close()
    const engine = openEngine(url)
    onTestFinished(() => engine.close())
    const fails: typeof migrations = [
      ...migrations,
      async (work) => {
        await work.schema.createTable('half_done').addColumn('id', 'integer').execute()
        await sql`insert into nowhere values (1)`.execute(work)
      },
    ]
    await expect(migrate(engine, fails)).rejects.toMatchObject({ code: 'internal' })
    expect(await engine.hasTable(engine.db, 'half_done')).toBe(false)
    await open()
  })
})

function openEngine(url: string): Engine {
  const parts = { health: createHealth(Date.now, quiet), log: quiet, queryMs: 2000 }
  return url.startsWith('sqlite:') ? openSqlite(url.slice('sqlite:'.length), parts) : openPostgres(url, parts)
}
