/** Writes the newest version's database under `recorded`, for the tests of all later ones: `pnpm record-version`, before a release that has a new migration. */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import { hashKey } from '../key-text.ts'
import { readMasterKey } from '../master-key.ts'
import { migrations } from '../migrations/index.ts'
import { openStore } from '../open-store.ts'
import type { Tables } from '../tables.ts'
import { kept, recordedMasterKey, versionFile } from './recorded.ts'

const version = migrations.length
if (existsSync(versionFile(version, 'sqlite')))
  throw new Error(`Version ${version} is recorded already, and stays as it is.`)
const folder = await mkdtemp(join(tmpdir(), 'moho-record-'))
const file = join(folder, 'moho.db')
const store = await openStore({
  url: `sqlite:${file}`,
  masterKey: readMasterKey(recordedMasterKey),
  now: () => kept.at,
})
const entry = { type: 'aws-bedrock', config: { region: 'us-east-1' }, auth: { settings: kept.auth, plain: ['/type'] } }
await store.entries.create({ ...entry, id: 'bedrock', displayName: 'Bedrock', models: [{ id: 'm' }] })
await store.entries.create({ ...entry, id: 'mantle', displayName: 'Mantle', enabled: false, firstParty: true })
await store.keys.create({ name: 'ci', models: ['bedrock/*'] })
await store.keys.revoke((await store.keys.create({ name: 'old' })).record.id)
await store.handles.put({
  kind: 'batch',
  upstreamId: kept.job,
  owner: { key: 'k', user: 'ana' },
  pin: { entry: 'bedrock', region: 'us-east-1' },
  data: { bucket: 'b' },
  permits: { budget: 't' },
})
await store.audit.append({ who: 'user:ana', what: 'entry.disable', which: 'entry:mantle', after: { enabled: false } })
await store.close()

const database = new DatabaseSync(file)
database.prepare('update key_secrets set hash = ?').run(hashKey(kept.key))
const tables = database.prepare(`select name from sqlite_master where type = 'table' order by rowid`).all()
const rows = tables.flatMap(({ name }) =>
  database
    .prepare(`select * from "${name}"`)
    .all()
    .map((row) => {
      const columns = Object.keys(row).map((column) => `"${column}"`)
      return `insert into "${name}" (${columns.join(', ')}) values (${Object.values(row).map(literal).join(', ')});`
    }),
)
const sqliteSchema = database.prepare('select sql from sqlite_master where sql is not null order by rowid').all()
writeFileSync(versionFile(version, 'sqlite'), lines([...sqliteSchema.map(({ sql }) => `${sql};`), ...rows]))
writeFileSync(versionFile(version, 'postgres'), lines([...(await postgresSchema()), ...rows]))
database.close()
rmSync(folder, { recursive: true })

/** What the migrations would ask of PostgreSQL. */
async function postgresSchema(): Promise<readonly string[]> {
  const asked: string[] = []
  const db = new Kysely<Tables>({
    dialect: {
      createDriver: () => new DummyDriver(),
      createAdapter: () => new PostgresAdapter(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (of) => new PostgresIntrospector(of),
    },
    log({ query }) {
      asked.push(`${query.sql};`)
    },
  })
  await db.transaction().execute(async (work) => {
    for (const migration of migrations) await migration(work, 'postgres')
  })
  return asked.filter((sql) => /^(create|alter|drop) /.test(sql))
}

function literal(value: unknown): string {
  if (value === null) return 'null'
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)
}

function lines(statements: readonly string[]): string {
  return `${statements.join('\n')}\n`
}
