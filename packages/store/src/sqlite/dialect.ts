import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Health } from '../health.ts'
import { storeClosed } from '../query-error.ts'
import { sqliteFault } from './fault.ts'
import { Line } from './line.ts'
import { SqliteThread } from './sqlite-thread.ts'
import type { SqliteSettings } from './worker.ts'

/** Kysely on one connection in a thread. Transactions, and queries beside them, have it one after the other. */
export const sqliteDialect = (driver: SqliteThreadDriver): Dialect => ({
  createDriver: () => driver,
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createAdapter: () => new QueuedAdapter(),
  createIntrospector: (db) => new SqliteIntrospector(db),
})

/** The driver has the queue itself, because it must end the wait of those who stand in it. */
class QueuedAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

export class SqliteThreadDriver implements Driver {
  readonly #settings: SqliteSettings
  readonly #health: Health
  readonly #line = new Line()
  #isClosed = false
  #thread: SqliteThread | undefined
  #threads = 0

  constructor(settings: SqliteSettings, health: Health) {
    this.#settings = settings
    this.#health = health
  }

  /** How many connections there were: what SQLite says of one, it does not say of the next. */
  get connections(): number {
    return this.#threads
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#isClosed) throw storeClosed()
    await this.#line.turn()
    if (this.#thread?.isAlive !== true) {
      this.#thread = new SqliteThread(this.#settings)
      this.#threads++
    }
    // Those who stand in line would each wait as long again for the same lock.
    return new SqliteConnection(this.#thread, this.#health, (away) => this.#line.fail(away))
  }

  async releaseConnection(): Promise<void> {
    this.#line.next()
  }

  /** Immediate, because a transaction that begins by reading cannot always write afterwards. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // It fails with the thread alone, and then what failed before is to be told.
    await connection.executeQuery(CompiledQuery.raw('rollback')).catch(() => undefined)
  }

  /** After those who stand in line already. */
  async destroy(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#line.turn().catch(() => undefined)
    await this.#thread?.close()
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #thread: SqliteThread
  readonly #health: Health
  readonly #away: (error: Error) => void

  constructor(thread: SqliteThread, health: Health, away: (error: Error) => void) {
    this.#thread = thread
    this.#health = health
    this.#away = away
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      const { rows, changes } = await this.#thread.run(sql, parameters)
      this.#health.worked()
      return { rows: rows as Row[], ...(changes !== undefined && { numAffectedRows: BigInt(changes) }) }
    } catch (error) {
      const { fault, isAway } = sqliteFault(error, sql)
      if (isAway) {
        this.#health.failed(fault)
        this.#away(fault)
      }
      throw fault
    }
  }

  // biome-ignore lint/correctness/useYield: the interface wants a generator, and nobody streams from here
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('The store does not stream queries.')
  }
}
