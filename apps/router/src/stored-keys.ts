import type { Log } from '@moho/core'
import type { KnownSecret, Store } from '@moho/store'
import { type Key, keyFor } from './keys.ts'

/** The keys of a store, in memory: what it says of them is known within a second, and stays known while it is away. */
export interface StoredKeys {
  /** By the hash of the key. */
  find(hash: string): Key | undefined
  readonly size: number
  close(): void
}

export async function followKeys(store: Pick<Store, 'keys' | 'changes'>, log: Log): Promise<StoredKeys> {
  let known = await read(store)
  let reading: Promise<void> | undefined
  let isAskedAgain = false
  let isClosed = false
  let timer: NodeJS.Timeout | undefined

  function reload(): Promise<void> {
    isAskedAgain = true
    reading ??= readUntilNothingWasAsked().finally(() => {
      reading = undefined
    })
    return reading
  }

  async function readUntilNothingWasAsked(): Promise<void> {
    clearTimeout(timer)
    try {
      while (isAskedAgain && !isClosed) {
        isAskedAgain = false
        known = await read(store)
      }
    } catch (error) {
      log.warn('the keys of the store could not be read again', { error: String(error) })
      if (!isClosed) timer = setTimeout(reload, againMs).unref()
    }
  }

  const stop = store.changes((kind) => (kind === 'keys' ? reload() : undefined))
  // What was changed between the two was told to nobody.
  await reload()
  return {
    find(hash) {
      const found = known.get(hash)
      if (found === undefined) return undefined
      return found.goodUntil === undefined || Date.now() < found.goodUntil ? found.key : undefined
    },
    get size() {
      return known.size
    },
    close() {
      isClosed = true
      clearTimeout(timer)
      stop()
    },
  }
}

const againMs = 1_000

interface StoredKey {
  readonly key: Key
  /** Milliseconds since 1970. */
  readonly goodUntil: number | undefined
}

async function read(store: Pick<Store, 'keys'>): Promise<ReadonlyMap<string, StoredKey>> {
  const secrets = await store.keys.all()
  return new Map(secrets.map(({ hash, goodUntil, record }: KnownSecret) => [hash, { key: keyFor(record), goodUntil }]))
}
