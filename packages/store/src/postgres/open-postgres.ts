import { setTimeout } from 'node:timers/promises'
import { Kysely, PostgresDialect, sql } from 'kysely'
import type pg from 'pg'
import type { Engine, EngineParts, LockName } from '../engine.ts'
import { channel, Follower } from './follower.ts'
import { createPool, types } from './pool.ts'

/** A server that several routers share. `url` as libpq takes it. */
export function openPostgres(url: string, { health, log, queryMs }: EngineParts): Engine {
  const connection: pg.ClientConfig = {
    connectionString: url,
    application_name: 'moho',
    types,
    connectionTimeoutMillis: 2000,
    keepAlive: true,
  }
  const pool = createPool(connection, { health, queryMs })
  const db: Engine['db'] = new Kysely({ dialect: new PostgresDialect({ pool }) })
  return {
    name: 'postgres',
    db,
    async hasTable(at, name) {
      const { rows } = await sql<{ found: boolean }>`select to_regclass(${name}) is not null as found`.execute(at)
      return rows[0]?.found === true
    },
    async hasTables(at) {
      // An extension’s are nobody’s.
      const { rows } = await sql<{ found: boolean }>`
        select exists (
          select from pg_class where relnamespace = to_regnamespace(current_schema()) and relkind in ('r', 'p')
          and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')
        ) as found`.execute(at)
      return rows[0]?.found === true
    },
    async lock(work, what, mode) {
      const take = mode === 'shared' ? sql`pg_advisory_xact_lock_shared` : sql`pg_advisory_xact_lock`
      await sql`select ${take}(${sql.lit(lockSpace)}, ${sql.lit(lockNumbers[what])})`.execute(work)
    },
    async announce(work) {
      // Without a word of what: whoever hears it looks, and so believes nothing that somebody else says on this channel.
      await sql`select pg_notify(${channel}, '')`.execute(work)
    },
    watch(look) {
      const follower = new Follower(connection, look, log)
      return () => orGiveUp(follower.close())
    },
    close: () => orGiveUp(pool.end()),
  }
}

/** A server that is silent does not say goodbye either. */
const orGiveUp = (goodbye: Promise<void>): Promise<void> =>
  Promise.race([goodbye, setTimeout(2000, undefined, { ref: false })])

/** 'moho' in ASCII: advisory locks are numbers that all users of a database share. */
const lockSpace = 0x6d6f686f
const lockNumbers: { readonly [name in LockName]: number } = { schema: 1, 'master key': 2 }
