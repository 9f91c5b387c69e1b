import { MohoError } from '@moho/core'
import type { Transaction } from 'kysely'
import type { Engine } from './engine.ts'
import { migrations as allMigrations, type Migration } from './migrations/index.ts'
import type { Tables } from './tables.ts'

/**
 * Brings a database to the newest version, one transaction for each. Of several processes that start together one does it, and the
 * others wait. Throws `invalid_request` for a database that is newer than this Moho.
 */
export async function migrate(engine: Engine, migrations: readonly Migration[] = allMigrations): Promise<void> {
  for (let done = false; !done; ) {
    done = await engine.db.transaction().execute(async (work) => {
      await engine.lock(work, 'schema', 'exclusive')
      const version = await versionOf(work, engine)
      if (version > migrations.length) throw tooNew(version, migrations.length)
      const next = migrations[version]
      if (next === undefined) return true
      await next(work, engine.name)
      await keepVersion(work, version + 1)
      return false
    })
  }
}

async function versionOf(work: Transaction<Tables>, engine: Engine): Promise<number> {
  if (!(await engine.hasTable(work, 'meta'))) {
    if (await engine.hasTables(work)) throw notMohos('it has tables, and no `meta` among them')
    return 0
  }
  const row = await work
    .selectFrom('meta')
    .select('value')
    .where('name', '=', versionName)
    .executeTakeFirst()
    .catch((error: unknown) => {
      // It has other columns.
      throw MohoError.is(error) && error.code === 'internal' ? notMohos('its table `meta` is another', error) : error
    })
  const version = Number(row?.value)
  if (!Number.isSafeInteger(version) || version < 1) throw notMohos('it has a table `meta` without a version')
  return version
}

const notMohos = (why: string, cause?: unknown): MohoError =>
  new MohoError(
    'invalid_request',
    `The database is not one of Moho’s: ${why}. Nothing was changed. Name an empty one, or one of Moho’s, in the store’s address.`,
    { cause },
  )

async function keepVersion(work: Transaction<Tables>, version: number): Promise<void> {
  const value = String(version)
  await work
    .insertInto('meta')
    .values({ name: versionName, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

const versionName = 'schema_version'

const tooNew = (version: number, known: number): MohoError =>
  new MohoError(
    'invalid_request',
    `The database is of version ${version}, and this Moho knows it up to version ${known}. A newer Moho has used it: install that one, or ` +
      'restore a backup from before. Nothing was changed.',
  )
