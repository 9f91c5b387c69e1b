import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { SqliteAnswer, SqliteFailure, SqliteRequest, SqliteResult, SqliteSettings } from './worker.ts'

/** The thread that has the connection. One that dies takes what it was asked with it, and the next query starts another. */
export class SqliteThread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #asked = 0
  #dead: SqliteThreadError | undefined

  constructor(settings: SqliteSettings) {
    const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js'
    this.#worker = new Worker(new URL(file, import.meta.url), {
      workerData: settings,
      // Node calls node:sqlite experimental with each start.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    this.#worker.on('message', (answer: SqliteAnswer) => this.#answered(answer))
    this.#worker.on('error', (error) => this.#die(error instanceof Error ? error.message : String(error)))
    this.#worker.on('exit', () => this.#die('It ended.'))
  }

  get isAlive(): boolean {
    return this.#dead === undefined
  }

  /** Rejects with a SqliteThreadError. */
  run(sql: string, parameters: readonly unknown[]): Promise<SqliteResult> {
    if (this.#dead !== undefined) return Promise.reject(this.#dead)
    return new Promise((resolve, reject) => {
      const id = this.#asked++
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, sql, parameters } satisfies SqliteRequest)
    })
  }

  /** Once it has answered everything, or when it does not answer at all. */
  async close(): Promise<void> {
    if (this.#dead !== undefined) return
    const exit = once(this.#worker, 'exit')
    this.#worker.postMessage('close')
    await Promise.race([exit, setTimeout(2000, undefined, { ref: false })])
  }

  #answered(answer: SqliteAnswer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('failure' in answer) waiting?.reject(new SqliteThreadError(answer.failure))
    else waiting?.resolve(answer)
  }

  #die(message: string): void {
    this.#dead ??= new SqliteThreadError(
      { code: undefined, message: `The thread of the database failed: ${message}` },
      true,
    )
    for (const { reject } of this.#waiting.values()) reject(this.#dead)
    this.#waiting.clear()
  }
}

export class SqliteThreadError extends Error {
  readonly code: number | undefined
  readonly isDead: boolean

  constructor({ code, message }: SqliteFailure, isDead = false) {
    super(message)
    this.code = code
    this.isDead = isDead
  }
}

interface Waiting {
  resolve(result: SqliteResult): void
  reject(error: SqliteThreadError): void
}
