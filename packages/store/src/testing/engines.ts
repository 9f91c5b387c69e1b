import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Log } from '@moho/core'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { type MasterKey, makeMasterKey, readMasterKey } from '../master-key.ts'
import { openStore, type Store } from '../open-store.ts'

/** Both databases, for tests that hold for each: `describe.each(engines)`. */
export const engines: readonly TestEngine[] = [
  { name: 'SQLite', fresh: freshSqlite },
  { name: 'PostgreSQL', fresh: freshPostgres },
]

interface TestEngine {
  readonly name: string
  /** An empty database that is gone when the test is. */
  fresh(): Promise<TestDatabase>
}

export interface TestDatabase {
  readonly url: string
  /** Everything in it, as its files or its rows have it. */
  dump(): Promise<string>
  /** From outside of the store. */
  run(sql: string): Promise<void>
  /** Closed with the test. */
  open(options?: Partial<{ masterKey: MasterKey; now: () => number; log: Log }>): Promise<Store>
}

export async function freshSqlite(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'moho-store-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const url = `sqlite:${join(folder, 'data', 'moho.db')}`
  return {
    url,
    open: opener(url),
    async run(sql) {
      mkdirSync(join(folder, 'data'), { recursive: true })
      const database = new DatabaseSync(join(folder, 'data', 'moho.db'))
      database.exec(sql)
      database.close()
    },
    async dump() {
      const files = await readdir(join(folder, 'data'))
      const texts = await Promise.all(files.map((name) => readFile(join(folder, 'data', name), 'latin1')))
      return texts.join('\n')
    },
  }
}

export async function freshPostgres(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const server = inject('postgresUrl')
  await query(`${server}/postgres`, `create database ${name}`)
  onTestFinished(async () => {
    await query(`${server}/postgres`, `drop database ${name} with (force)`)
  })
  const url = `${server}/${name}`
  return {
    url,
    open: opener(url),
    async run(sql) {
      await query(url, sql)
    },
    async dump() {
      const tables = await query(url, `select tablename from pg_tables where schemaname = 'public'`)
      const rows = await Promise.all(tables.map(({ tablename }) => query(url, `select * from "${tablename}"`)))
      return JSON.stringify(rows)
    },
  }
}

export async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const opener = (url: string): TestDatabase['open'] => {
  const masterKey = readMasterKey(makeMasterKey())
  return async (options = {}) => {
    const store = await openStore({ url, masterKey, ...options })
    onTestFinished(() => store.close())
    return store
  }
}

export const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** Waits for what must come, and fails where it does not within `ms`. */
export async function until(condition: () => boolean | Promise<boolean>, ms: number): Promise<void> {
  const end = performance.now() + ms
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`It did not come within ${ms} ms.`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
