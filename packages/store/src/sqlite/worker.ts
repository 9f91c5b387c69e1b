/** Runs queries on one connection, in a thread of its own: a query on the disk would else stop every stream of the router. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { type DatabaseFile, fileMoved, isInPlace } from './database-file.ts'

export interface SqliteSettings {
  readonly file: DatabaseFile
  /** How long a query waits for another process’s lock. */
  readonly busyMs: number
}

export interface SqliteRequest {
  readonly id: number
  readonly sql: string
  readonly parameters: readonly unknown[]
}

export type SqliteAnswer = { readonly id: number } & (SqliteResult | { readonly failure: SqliteFailure })

export interface SqliteResult {
  readonly rows: readonly unknown[]
  /** Undefined for a query that gives rows. */
  readonly changes: number | undefined
}

export interface SqliteFailure {
  /** SQLite’s, extended. Undefined where it is not SQLite that failed. */
  readonly code: number | undefined
  readonly message: string
}

/** Beyond it the oldest goes. */
const mostStatements = 200
const statements = new Map<string, StatementSync>()
const settings = workerData as SqliteSettings
let opened: DatabaseSync | undefined

parentPort?.on('message', (message: SqliteRequest | 'close') => {
  if (message === 'close') {
    opened?.close()
    parentPort?.close()
    return
  }
  const { id, sql, parameters } = message
  let answer: SqliteAnswer
  try {
    answer = { id, ...run(sql, parameters) }
  } catch (error) {
    answer = { id, failure: failureOf(error) }
  }
  parentPort?.postMessage(answer)
})

function run(sql: string, parameters: readonly unknown[]): SqliteResult {
  if (opened?.isTransaction !== true) {
    // SQLite ends a transaction by itself where the disk is full, and another end would be a second fault.
    if (sql === 'rollback') return { rows: [], changes: undefined }
    if (!isInPlace(settings.file)) throw Object.assign(new Error('The file is another.'), { errcode: fileMoved })
  }
  const database = connection()
  const statement = prepared(database, sql)
  const values = parameters as SQLInputValue[]
  if (statement.columns().length > 0) return { rows: statement.all(...values), changes: undefined }
  return { rows: [], changes: Number(statement.run(...values).changes) }
}

/** Opened by the first query, and again by the next where that failed. */
function connection(): DatabaseSync {
  if (opened !== undefined) return opened
  const database = new DatabaseSync(settings.file.path, { timeout: settings.busyMs })
  try {
    if (!isForeign(database)) database.exec('pragma journal_mode = wal')
    database.exec('pragma synchronous = full; pragma foreign_keys = on')
  } catch (error) {
    database.close()
    throw error
  }
  opened = database
  return database
}

/** Whether it is of something else, and so is refused and left as it is. The journal’s mode would stay in the file. */
function isForeign(database: DatabaseSync): boolean {
  const tables = database.prepare(`select name from sqlite_master where type = 'table'`).all()
  return tables.length > 0 && !['meta', 'revisions'].every((mohos) => tables.some(({ name }) => name === mohos))
}

function prepared(database: DatabaseSync, sql: string): StatementSync {
  const known = statements.get(sql)
  if (known !== undefined) return known
  const statement = database.prepare(sql)
  const [oldest] = statements.keys()
  if (statements.size >= mostStatements && oldest !== undefined) statements.delete(oldest)
  statements.set(sql, statement)
  return statement
}

function failureOf(error: unknown): SqliteFailure {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined
  return { code, message: error instanceof Error ? error.message : String(error) }
}
