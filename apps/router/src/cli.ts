import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { check } from './commands/check.ts'
import { serveCommand } from './commands/serve.ts'
import { sim } from './commands/sim.ts'
import { UsageError } from './usage-error.ts'

const help = `moho: one endpoint for every model

  moho serve [--config moho.yaml] [--host 127.0.0.1] [--port 8787]
                      runs the router; without a moho.yaml, on a local simulator
  moho check [--config moho.yaml]
                      tells each fault of a configuration, with its line
  moho sim [--port 4599]
                      runs the simulator of Amazon Bedrock alone
  moho --version, moho help

Environment: HOST, PORT, MOHO_DATA_DIR (default .moho), LOG_LEVEL (debug, info,
warn, error or silent; default info).
Flags win over the environment, the environment over the file.
`

const commands: Readonly<Record<string, { options: readonly string[]; run(flags: Flags): Promise<number> }>> = {
  serve: { options: ['config', 'host', 'port'], run: serveCommand },
  check: { options: ['config'], run: check },
  sim: { options: ['port'], run: sim },
}

export type Flags = Readonly<Record<string, string | undefined>>

/** The command line. Resolves with the exit code once the command has ended. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${readVersion()}\n`)
    return 0
  }
  if (name === undefined || name === 'help' || args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help)
    return name === undefined ? 2 : 0
  }
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (command === undefined) throw new UsageError(`There is no command "${name}".`)
    return await command.run(readFlags(rest, command.options))
  } catch (error) {
    if (error instanceof UsageError)
      process.stderr.write(`moho: ${error.message}\nRun "moho help" for what there is.\n`)
    else process.stderr.write(`moho: ${error instanceof Error ? error.message : String(error)}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}

function readFlags(args: string[], names: readonly string[]): Flags {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]))
    return parseArgs({ args, options, allowPositionals: false }).values as Flags
  } catch (error) {
    throw new UsageError(error instanceof Error ? `${error.message.split('. ')[0]}.` : String(error))
  }
}

function readVersion(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return manifest.version
}
