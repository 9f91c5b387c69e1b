import { isDeepStrictEqual } from 'node:util'
import type { HttpClient, Log, WebClient } from '@moho/core'
import { connectEntry, createRouter, type Entry, type EntrySettings, type Router } from '@moho/core/router'
import type { Config } from './config/load.ts'
import { createKeys } from './keys.ts'
import { logCalls } from './log.ts'
import type { StoredKeys } from './stored-keys.ts'

interface CompositionParts {
  readonly http: HttpClient
  readonly web: WebClient
  readonly log: Log
  readonly storedKeys: StoredKeys | undefined
  /** Where the local simulator listens: entries that point there are marked as simulated. */
  readonly simulatorUrl: string | undefined
}

/** What calls go through: made of a configuration, and made anew of another while calls are under way. */
export class Composition {
  readonly #parts: CompositionParts
  #now: Made

  constructor(config: Config, parts: CompositionParts) {
    this.#parts = parts
    this.#now = this.#make(config, new Map())
  }

  get router(): Router {
    return this.#now.router
  }

  get keys(): Made['keys'] {
    return this.#now.keys
  }

  /**
   * All of the new configuration or, where it throws, nothing of it. Entries that are as they were stay connected; resolves the others,
   * to be closed once their calls are over.
   */
  replace(config: Config): readonly Entry[] {
    const before = this.#now
    this.#now = this.#make(config, before.router.entries)
    const kept = new Set(this.#now.router.entries.values())
    return [...before.router.entries.values()].filter((entry) => !kept.has(entry))
  }

  close(): Promise<void> {
    return this.#now.router.close()
  }

  #make(config: Config, connected: ReadonlyMap<string, Entry>): Made {
    const { http, web, log, storedKeys, simulatorUrl } = this.#parts
    const fresh: Entry[] = []
    const connect = (configured: Config['entries'][number]): Entry => {
      const simulated = simulatorUrl !== undefined && pointsAt(configured.config, simulatorUrl)
      const settings = { ...configured, simulated }
      const same = connected.get(settings.id)
      if (same !== undefined && isDeepStrictEqual(unplaced(same.settings), unplaced(settings))) return same
      const entry = connectEntry(settings, http)
      fresh.push(entry)
      return entry
    }
    try {
      const router = createRouter({
        entries: new Map(config.entries.map((settings) => [settings.id, connect(settings)])),
        guards: config.plugins.flatMap(({ guards = [] }) => guards),
        observers: [logCalls(log), ...config.plugins.flatMap(({ observers = [] }) => observers)],
        http,
        web,
        log,
      })
      return { router, keys: createKeys(config.keys, storedKeys) }
    } catch (error) {
      for (const entry of fresh) entry.close().catch(() => undefined)
      throw error
    }
  }
}

interface Made {
  readonly router: Router
  readonly keys: ReturnType<typeof createKeys>
}

/** Without its line in the file. */
const unplaced = (settings: EntrySettings): object => ({ ...settings, source: undefined })

const pointsAt = (config: Readonly<Record<string, unknown>>, url: string): boolean =>
  Object.values(config.endpoints ?? {}).some((endpoint) => endpoint === url)
