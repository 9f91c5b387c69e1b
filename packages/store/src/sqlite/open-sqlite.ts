import { closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Log, MohoError } from '@moho/core'
import { Kysely, sql } from 'kysely'
import type { Engine, EngineParts } from '../engine.ts'
import { type DatabaseFile, fileAt } from './database-file.ts'
import { SqliteThreadDriver, sqliteDialect } from './dialect.ts'

/** A file of the machine, for one router, or for several processes of one machine. */
export function openSqlite(path: string, { health, log }: EngineParts): Engine {
  const driver = new SqliteThreadDriver({ file: makeFile(path, log), busyMs: 2000 }, health)
  const db: Engine['db'] = new Kysely({ dialect: sqliteDialect(driver) })
  return {
    name: 'sqlite',
    db,
    async hasTable(at, name) {
      const { rows } = await sql`select 1 from sqlite_master where type = 'table' and name = ${name}`.execute(at)
      return rows.length > 0
    },
    async hasTables(at) {
      const { rows } = await sql`select 1 from sqlite_master where type = 'table' limit 1`.execute(at)
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

/** Made before SQLite does it, which leaves it open to everybody whom the umask lets. What SQLite makes beside it is as open as the file. */
function makeFile(given: string, log: Log): DatabaseFile {
  const path = resolve(given)
  try {
    // A FIFO would stop the thread until somebody reads from it.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === false)
      throw new MohoError('invalid_request', 'The store’s address names something that is no file. Name a file.')
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    closeSync(openSync(path, 'a', 0o600))
    // Windows has no such rights.
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0)
      log.warn('the store’s database file is open to other users of the machine: let its owner alone read and write it')
    return fileAt(path)
  } catch (error) {
    if (MohoError.is(error)) throw error
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new MohoError(
      'overloaded',
      `The store’s database file cannot be made or written (${why}). Look whether its folder is there and Moho’s user may write to it.`,
      { cause: error },
    )
  }
}
