import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Log, MohoError, type WebClient } from '@moho/core'
import { createHttpClient, createWebClient } from '@moho/core/node'
import type { Entry } from '@moho/core/router'
import type { Store } from '@moho/store'
import { Composition } from './composition.ts'
import type { Config } from './config/load.ts'
import { listenError } from './listen-error.ts'
import { createListener } from './listener.ts'
import { refuse } from './refuse.ts'
import { stopServer } from './shutdown.ts'
import { followKeys } from './stored-keys.ts'
import { UnderWay } from './under-way.ts'

export interface ServeOptions {
  readonly config: Config
  readonly log: Log
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** Where the local simulator listens: entries that point there are marked as simulated. */
  readonly simulatorUrl?: string | undefined
  /** Whose keys are taken beside those of the configuration. It stays open when the router stops. */
  readonly store?: Store | undefined
  /** For tests, whose hosts are not public. */
  readonly web?: WebClient | undefined
}

export interface Serving {
  readonly url: string
  /**
   * Calls go by another configuration from now on, and those under way by theirs; `server` and `store` of it are passed over. Throws where
   * it cannot be taken, and nothing of it is. Resolves when the entries that it took the place of are closed.
   */
  reload(config: Config): Promise<void>
  /** `/ready` turns 503 first; calls under way end; then everything is closed. */
  stop(drainMs?: number): Promise<void>
}

/** The largest JSON body and the largest head of a request, in bytes. */
const maxBodyBytes = 32 * 1024 * 1024
const maxHeaderBytes = 32 * 1024
/** How long calls under way may go on after a stop, in milliseconds. */
const graceMs = 30_000

/** Composes the router from a configuration and serves it. Resolves once the port is open. */
export async function serve({
  config,
  log,
  host,
  port,
  simulatorUrl,
  store,
  web = createWebClient(),
}: ServeOptions): Promise<Serving> {
  const storedKeys = store && (await followKeys(store, log))
  if (config.keys.length === 0 && !storedKeys?.size) log.warn('there is no key, so nobody can call a model')
  const http = createHttpClient()
  const composition = new Composition(config, { http, web, log, storedKeys, simulatorUrl })
  let ready = true
  const underWay = new UnderWay()
  const server = createServer(
    { maxHeaderSize: maxHeaderBytes },
    createListener({
      composition,
      log,
      maxBodyBytes,
      underWay,
      isReady: () => ready,
      storeState: () => store?.state(),
    }),
  )
  server.on('clientError', refuse)
  const close = async () => {
    underWay.close()
    storedKeys?.close()
    await composition.close()
    await http.close()
  }
  try {
    await listen(server, host, port)
  } catch (error) {
    await close()
    throw error
  }
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    reload(next) {
      const left = composition.replace(next)
      return left.length === 0 ? Promise.resolve() : closeWhenOver(left, underWay)
    },
    async stop(drainMs = 0) {
      ready = false
      const endCalls = () => {
        const reason = new MohoError('overloaded', 'Moho is stopping. Call again.')
        underWay.endAll(reason)
      }
      await stopServer(server, { drainMs, graceMs, endCalls })
      await close()
    },
  }
}

async function closeWhenOver(entries: readonly Entry[], underWay: UnderWay): Promise<void> {
  await underWay.thoseNowAreOver()
  for (const entry of entries) await entry.close()
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)))
    server.listen(port, host, () => resolve())
  })
}
