import type { Log } from '@moho/core'
import type { Kysely, Transaction } from 'kysely'
import type { Health } from './health.ts'
import type { Tables } from './tables.ts'

/** What SQLite and PostgreSQL do in different ways. Queries are the same for both. */
export interface Engine {
  readonly name: 'sqlite' | 'postgres'
  /** Every error out of it is a MohoError, and holds no values of a query. */
  readonly db: Kysely<Tables>
  hasTable(db: Kysely<Tables>, name: string): Promise<boolean>
  /** Whether there are any at all where Moho's would be. */
  hasTables(db: Kysely<Tables>): Promise<boolean>
  /** Held until the transaction ends. */
  lock(work: Transaction<Tables>, what: LockName, mode: 'shared' | 'exclusive'): Promise<void>
  /** Tells other processes, once the transaction is committed. */
  announce(work: Transaction<Tables>): Promise<void>
  /** Calls `look` whenever another process may have changed something. Ends it with what it returns. */
  watch(look: () => Promise<void>): () => Promise<void>
  close(): Promise<void>
}

export type LockName = 'schema' | 'master key'

export interface EngineParts {
  readonly health: Health
  readonly log: Log
  /** How long a query may take, where the database is one that may fall silent. */
  readonly queryMs: number
}
