import type { MohoError } from '@moho/core'
import type { PostgresPool } from 'kysely'
import pg from 'pg'
import type { Health } from '../health.ts'
import { storeClosed } from '../query-error.ts'
import { postgresFault } from './fault.ts'

/** Kysely's pool over pg's: whatever it throws is a MohoError, and a connection that may be broken is not given out again. */
export function createPool(connection: pg.ClientConfig, { health, queryMs }: PoolParts): PostgresPool {
  const pool = new pg.Pool({ ...connection, query_timeout: queryMs, max: 10 })
  // One that is lost between two queries says so, and ends the process where nobody listens. Its next query fails.
  pool.on('connect', (client) => client.on('error', () => undefined))
  // Of a connection that nobody uses. The next to want one gets another.
  pool.on('error', (error) => health.failed(postgresFault(error, undefined).fault))
  // Whoever waits for another's lock is told so, before it would look like a server that is silent.
  const begin = `begin; set local lock_timeout = ${Math.round(queryMs * 0.75)}`
  const failed = (error: unknown, sql: string | undefined) => {
    const { fault, isAway } = postgresFault(error, sql)
    if (isAway) health.failed(fault)
    return { fault, isAway }
  }
  return {
    options: {},
    end: () => pool.end(),
    async connect() {
      if (pool.ending) throw storeClosed()
      let client: pg.PoolClient
      try {
        client = await pool.connect()
      } catch (error) {
        throw failed(error, undefined).fault
      }
      let broken: MohoError | undefined
      async function query(text: string, parameters: readonly unknown[]) {
        // It would stand in line behind one that is never answered.
        if (broken !== undefined) throw broken
        try {
          const result = await client.query(text === 'begin' ? begin : text, [...parameters])
          health.worked()
          return result
        } catch (error) {
          const { fault, isAway } = failed(error, text)
          if (isAway) broken = fault
          throw fault
        }
      }
      return {
        // Cursors, which the other form takes, are not used.
        query: query as unknown as PoolQuery,
        release: (destroy) => client.release(destroy === true || broken !== undefined),
      }
    },
  }
}

type PoolQuery = Awaited<ReturnType<PostgresPool['connect']>>['query']

interface PoolParts {
  readonly health: Health
  readonly queryMs: number
}

/** Times are `bigint`, which pg gives as text because not every one of them is a number. These are, for some hundred thousand years. */
export const types: pg.CustomTypesConfig = {
  getTypeParser: (id: number, format?: 'text' | 'binary') =>
    id === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(id, format),
}
