import { isDeepStrictEqual } from 'node:util'
import type { Log } from '@moho/core'
import type { Store } from '@moho/store'
import type { Flags } from '../cli.ts'
import { ConfigError, formatFault } from '../config/fault.ts'
import { type Config, loadConfig } from '../config/load.ts'
import { embeddedConfig, embeddedKey, embeddedWelcome } from '../embedded.ts'
import { fileMark, followFile } from '../follow-file.ts'
import { createLog, type LogLevel, logLevels } from '../log.ts'
import { dataDir, embeddedStore, openStore, storePlace } from '../open-store.ts'
import { type Serving, serve } from '../serve.ts'
import { UsageError } from '../usage-error.ts'
import { builtIn, configFile } from './config-file.ts'
import { readPort } from './port.ts'
import { untilStopped } from './until-stopped.ts'

/** How long `/ready` says 503 before the port closes on SIGTERM, in milliseconds. A person who presses Ctrl-C does not wait. */
const drainMs = 1_000

/** How long a changed file and its plugins may take to load, in milliseconds. */
const patienceMs = 10_000

/** How long the log may take to be written once everything has stopped, in milliseconds. */
const lastWordsMs = 2_000

/** `moho serve`: the router, from a file or on the embedded default. */
export async function serveCommand(flags: Flags): Promise<number> {
  const file = configFile(flags)
  try {
    return file === undefined ? await serveEmbedded(flags) : await serveFile(flags, file)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const fault of error.faults) process.stderr.write(`${formatFault(fault)}\n`)
    return 1
  }
}

async function serveFile(flags: Flags, file: string): Promise<number> {
  const mark = fileMark(file)
  const config = await loadConfig({ file, environment: process.env, builtIn })
  const around = surroundings(flags, config.server)
  const { log } = around
  const place = storePlace(config.store, process.env)
  const store = place && (await openStore(place, log))
  try {
    const serving = await serve({ config, store, ...around })
    const told = untilStopped()
    process.stdout.write(`listening on ${serving.url}\n`)
    log.info('serving', { file, entries: config.entries.map(({ id }) => id), keys: config.keys.length })
    const unfollow = followFile(file, mark, () => reload(file, config, serving, log))
    await stopWhen(told, serving, log).finally(unfollow)
  } finally {
    await store?.close()
  }
  return 0
}

/** What the file says now, whole or not at all. Never rejects. */
async function reload(file: string, started: Config, serving: Serving, log: Log): Promise<void> {
  try {
    if (fileMark(file) === undefined) throw new Error('there is no such file')
    const config = await withinPatience(loadConfig({ file, environment: process.env, builtIn }))
    const needRestart = (['server', 'store'] as const).filter((name) => !isDeepStrictEqual(config[name], started[name]))
    serving.reload(config).catch((error: unknown) => log.error('an entry could not be closed', { error }))
    log.info('configuration taken', { file, entries: config.entries.map(({ id }) => id), keys: config.keys.length })
    if (needRestart.length > 0) log.warn('this takes a restart', { file, sections: needRestart })
  } catch (error) {
    const why = error instanceof ConfigError ? error.faults.map(formatFault) : String(error)
    log.error('configuration not taken; the one before stays', { file, why })
  }
}

/** A plugin that never finishes loading must not keep the next change from being taken. */
async function withinPatience<Loaded>(loading: Promise<Loaded>): Promise<Loaded> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it could not be read within 10 seconds')), patienceMs)
  })
  return Promise.race([loading, tooLong]).finally(() => clearTimeout(timer))
}

/** `told` is listened for before anybody reads that the router is there, for whoever reads it may stop it at once. */
async function stopWhen(told: ReturnType<typeof untilStopped>, serving: Serving, log: Log): Promise<void> {
  const signal = await told
  log.info('stopping', { signal })
  await serving.stop(signal === 'SIGTERM' ? drainMs : 0)
  log.info('stopped')
  // What others have begun may go on for ever: a command of an AWS profile, a plugin's timer.
  setTimeout(() => process.exit(), lastWordsMs).unref()
}

async function serveEmbedded(flags: Flags): Promise<number> {
  // Only here, for a router with entries of its own has no use for the simulator's code.
  const { startSimulator } = await import('@moho/aws-sim')
  const simulator = await startSimulator({ port: 0 })
  let store: Store | undefined
  try {
    const key = await embeddedKey(dataDir(process.env))
    const text = embeddedConfig(simulator, key)
    const config = await loadConfig({ file: 'the embedded default', text, environment: {}, builtIn })
    const around = surroundings(flags, config.server)
    store = await openStore(embeddedStore(process.env), around.log)
    const serving = await serve({ config, store, ...around, simulatorUrl: simulator.url })
    const told = untilStopped()
    process.stdout.write(`listening on ${serving.url}\n${embeddedWelcome(serving.url, key)}\n`)
    await stopWhen(told, serving, around.log)
    return 0
  } finally {
    await store?.close()
    await simulator.close()
  }
}

/** Flags win over the environment, the environment over the file. */
function surroundings(flags: Flags, server: { readonly host: string; readonly port: number }) {
  const { HOST, PORT, LOG_LEVEL } = process.env
  return {
    // An empty one, as of a variable that is not set, would open the port on every address.
    host: flags.host || HOST || server.host,
    port: flags.port !== undefined ? readPort(flags.port, '--port') : PORT ? readPort(PORT, 'PORT') : server.port,
    log: createLog(readLevel(LOG_LEVEL || 'info')),
  }
}

function readLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text.toLowerCase())
  if (level === undefined) throw new UsageError(`LOG_LEVEL must be one of ${logLevels.join(', ')}, not "${text}".`)
  return level
}
