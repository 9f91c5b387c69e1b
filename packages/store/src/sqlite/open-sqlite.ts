import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { MohoError } from '@moho/core'
import { Kysely, sql } from 'kysely'
import type { Engine, EngineParts } from '../engine.ts'
import { SqliteThreadDriver, sqliteDialect } from './dialect.ts'

/** A file of the machine, for one router, or for several processes of one machine. */
export function openSqlite(path: string, { health, log }: EngineParts): Engine {
  const file = resolve(path)
  makeFile(file)
  const driver = new SqliteThreadDriver({ path: file, busyMs: 2000 }, health)
  const db: Engine['db'] = new Kysely({ dialect: sqliteDialect(driver) })
  return {
    name: 'sqlite',
    db,
    async hasTable(at, name) {
      const { rows } = await sql`select 1 from sqlite_master where type = 'table' and name = ${name}`.execute(at)
      return rows.length > 0
    },
    // There is one that writes at a time, and a transaction is taken for writing when it begins.
    async lock() {},
    async announce() {},
    watch(look) {
      let seen: string | undefined
      const ask = async () => {
        const { rows } = await sql<{ data_version: number }>`pragma data_version`.execute(db)
        const version = `${driver.connections} ${rows[0]?.data_version}`
        if (version !== seen) await look()
        seen = version
      }
      let isAsking = false
      const timer = setInterval(() => {
        if (isAsking) return
        isAsking = true
        ask()
          .catch((error: unknown) => log.debug('the store could not look for changes', { error }))
          .finally(() => {
            isAsking = false
          })
      }, pollMs)
      return async () => clearInterval(timer)
    },
    close: () => driver.destroy(),
  }
}

/** SQLite tells what other processes have committed, and nothing of this one. */
const pollMs = 500

/** Before SQLite makes it, which leaves it open to everybody whom the umask lets. What it makes beside it is as open as the file. */
function makeFile(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    closeSync(openSync(file, 'a', 0o600))
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new MohoError(
      'overloaded',
      `The store’s database file cannot be made or written (${why}). Look whether its folder is there and Moho’s user may write to it.`,
      { cause: error },
    )
  }
}
