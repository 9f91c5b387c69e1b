import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Log, MohoError, type WebClient } from '@moho/core'
import { createHttpClient, createWebClient } from '@moho/core/node'
import { connectEntry, createRouter } from '@moho/core/router'
import type { Store } from '@moho/store'
import type { Config } from './config/load.ts'
import { createKeys } from './keys.ts'
import { listenError } from './listen-error.ts'
import { createListener } from './listener.ts'
import { logCalls } from './log.ts'
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
  const entries = new Map(
    config.entries.map((settings) => [
      settings.id,
      connectEntry(
        { ...settings, simulated: simulatorUrl !== undefined && pointsAt(settings.config, simulatorUrl) },
        http,
      ),
    ]),
  )
  const router = createRouter({
    entries,
    guards: config.plugins.flatMap(({ guards = [] }) => guards),
    observers: [logCalls(log), ...config.plugins.flatMap(({ observers = [] }) => observers)],
    http,
    web,
    log,
  })
  let ready = true
  const underWay = new UnderWay()
  const server = createServer(
    { maxHeaderSize: maxHeaderBytes },
    createListener({
      router,
      keys: createKeys(config.keys, storedKeys),
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
    await router.close()
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

const pointsAt = (config: Readonly<Record<string, unknown>>, url: string): boolean =>
  Object.values(config.endpoints ?? {}).some((endpoint) => endpoint === url)

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)))
    server.listen(port, host, () => resolve())
  })
}
