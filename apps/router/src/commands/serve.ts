import { startSimulator } from '@moho/aws-sim'
import type { Flags } from '../cli.ts'
import { ConfigError, formatFault } from '../config/fault.ts'
import { loadConfig } from '../config/load.ts'
import { embeddedConfig, embeddedKey, embeddedWelcome } from '../embedded.ts'
import { createLog } from '../log.ts'
import { serve } from '../serve.ts'
import { builtIn, configFile } from './config-file.ts'
import { readPort } from './port.ts'
import { untilStopped } from './until-stopped.ts'

/** How long `/ready` says 503 before the port closes on SIGTERM, in milliseconds. A person who presses Ctrl-C does not wait. */
const drainMs = 1_000

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
  const config = await loadConfig({ file, environment: process.env, builtIn })
  const serving = await serve({ config, ...surroundings(flags, config.server) })
  process.stdout.write(`listening on ${serving.url}\n`)
  await serving.stop((await untilStopped()) === 'SIGTERM' ? drainMs : 0)
  return 0
}

async function serveEmbedded(flags: Flags): Promise<number> {
  const simulator = await startSimulator({ port: 0 })
  try {
    const key = await embeddedKey(process.env.MOHO_DATA_DIR || '.moho')
    const text = embeddedConfig(simulator, key)
    const config = await loadConfig({ file: 'the embedded default', text, environment: {}, builtIn })
    const serving = await serve({ config, ...surroundings(flags, config.server), simulatorUrl: simulator.url })
    process.stdout.write(`listening on ${serving.url}\n${embeddedWelcome(serving.url, key)}\n`)
    await serving.stop((await untilStopped()) === 'SIGTERM' ? drainMs : 0)
    return 0
  } finally {
    await simulator.close()
  }
}

/** Flags win over the environment, the environment over the file. */
function surroundings(flags: Flags, server: { readonly host: string; readonly port: number }) {
  const { HOST, PORT, LOG_LEVEL } = process.env
  return {
    host: flags.host ?? (HOST || server.host),
    port: flags.port !== undefined ? readPort(flags.port, '--port') : PORT ? readPort(PORT, 'PORT') : server.port,
    log: createLog(LOG_LEVEL || 'info'),
  }
}
