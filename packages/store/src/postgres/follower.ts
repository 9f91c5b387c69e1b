import type { Log } from '@moho/core'
import pg from 'pg'

/**
 * Hears of other processes' commits by LISTEN, on a connection of its own. Looks by itself as well: often while that connection is
 * lost, seldom while it stands, because a network may swallow it without a word.
 */
export class Follower {
  readonly #connection: pg.ClientConfig
  readonly #look: () => Promise<void>
  readonly #log: Log
  #client: pg.Client | undefined
  #connecting: Promise<void> | undefined
  #isListening = false
  #isClosed = false
  #failures = 0
  #nextTry = 0
  #timer: NodeJS.Timeout | undefined

  constructor(connection: pg.ClientConfig, look: () => Promise<void>, log: Log) {
    this.#connection = connection
    this.#look = look
    this.#log = log
    this.#turn()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#connecting
    await this.#client?.end().catch(() => undefined)
  }

  #turn(): void {
    if (this.#isClosed) return
    if (this.#client === undefined && this.#connecting === undefined && performance.now() >= this.#nextTry) {
      this.#connecting = this.#connect().finally(() => {
        this.#connecting = undefined
      })
    }
    this.#look().then(
      () => this.#wait(),
      () => this.#wait(),
    )
  }

  #wait(): void {
    if (this.#isClosed) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#turn(), this.#isListening ? calmMs : alertMs)
  }

  async #connect(): Promise<void> {
    let made: pg.Client | undefined
    try {
      // Which reads the files that the address names, and throws where one is not there.
      const client = new pg.Client({ ...this.#connection, query_timeout: 2000 })
      made = client
      client.on('error', (error) => this.#lost(client, error))
      client.on('end', () => this.#lost(client, undefined))
      client.on('notification', () => this.#look().catch(() => undefined))
      await client.connect()
      await client.query(`listen ${channel}`)
      if (this.#isClosed) await client.end()
      this.#client = client
      this.#isListening = true
      this.#failures = 0
      // What was committed meanwhile was told to nobody.
      await this.#look().catch(() => undefined)
    } catch (error) {
      this.#log.debug('the store could not listen for changes', { error: String(error) })
      made?.end().catch(() => undefined)
      this.#nextTry = performance.now() + backoffMs(this.#failures++)
    }
  }

  #lost(client: pg.Client, error: Error | undefined): void {
    if (this.#client !== client) return
    this.#client = undefined
    this.#isListening = false
    if (this.#isClosed) return
    this.#log.info('the store’s connection that listens for changes was lost', { error: String(error ?? 'closed') })
    clearTimeout(this.#timer)
    this.#turn()
  }
}

export const channel = 'moho_changes'
const alertMs = 500
const calmMs = 5000

/** Half a second, then twice as long each time up to eight seconds, and never all replicas at once. */
const backoffMs = (failures: number): number => Math.min(8000, 500 * 2 ** failures) * (0.5 + Math.random() / 2)
