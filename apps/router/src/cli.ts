import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { check } from './commands/check.ts'
import { discover } from './commands/discover.ts'
import { keys } from './commands/keys.ts'
import { serveCommand } from './commands/serve.ts'
import { sim } from './commands/sim.ts'
import { UsageError } from './usage-error.ts'

const help = `moho: one endpoint for every model

  moho serve [--config moho.yaml] [--host 127.0.0.1] [--port 8787]
                      runs the router; without a moho.yaml, on a local simulator
  moho check [--config moho.yaml]
                      tells each fault of a configuration, with its line
  moho discover [ENTRY] [--config moho.yaml] [--json]
                      asks what the account of an entry can call
  moho keys create NAME [--models "ENTRY/*,ALIAS"] [--team T] [--user U] [--expires 90d|2030-01-31]
  moho keys list | revoke NAME | rotate NAME [--grace 24h] [--json]
                      callers’ keys in the store; a new one is shown once
  moho keys rotate-master [--to FILE]
                      seals the store anew, under a new master key
  moho sim [--port 4599] [--resources FILE]
                      runs the simulator of Amazon Bedrock alone; FILE: what its
                      account has, as JSON: { "abc123def456": { "format": "chatml" } }
  moho --version, moho help

Environment: HOST, PORT, MOHO_STORE (sqlite:PATH or postgres://…), MOHO_MASTER_KEY,
MOHO_DATA_DIR (default .moho), LOG_LEVEL (debug, info, warn, error or silent;
default info).
Flags win over the environment, the environment over the file.
`

const commands: Readonly<Record<string, Command>> = {
  serve: { options: ['config', 'host', 'port'], run: serveCommand },
  check: { options: ['config'], run: check },
  discover: { options: ['config'], switches: ['json'], names: 1, run: discover },
  keys: {
    options: ['config', 'models', 'team', 'user', 'expires', 'grace', 'to'],
    switches: ['json'],
    names: 2,
    run: keys,
  },
  sim: { options: ['port', 'resources'], run: sim },
}

interface Command {
  /** Flags with a value. */
  readonly options: readonly string[]
  /** Flags without one. */
  readonly switches?: readonly string[]
  /** How many names it takes beside its flags. */
  readonly names?: number
  run(flags: Flags, names: readonly string[]): Promise<number>
}

/** A flag without a value is '' where it is there. */
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
    const { flags, names } = readArguments(rest, command)
    return await command.run(flags, names)
  } catch (error) {
    if (error instanceof UsageError)
      process.stderr.write(`moho: ${error.message}\nRun "moho help" for what there is.\n`)
    else process.stderr.write(`moho: ${error instanceof Error ? error.message : String(error)}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}

function readArguments(
  args: string[],
  { options, switches = [], names = 0 }: Command,
): { readonly flags: Flags; readonly names: readonly string[] } {
  const known = {
    ...Object.fromEntries(options.map((name) => [name, { type: 'string' as const }])),
    ...Object.fromEntries(switches.map((name) => [name, { type: 'boolean' as const }])),
  }
  try {
    const { values, positionals } = parseArgs({ args, options: known, allowPositionals: names > 0 })
    const [, ...more] = positionals.slice(Math.max(0, names - 1))
    if (more.length > 0) throw new UsageError(`There is nothing to be done with "${more.join(' ')}".`)
    const flags = Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : ''])
    return { flags: Object.fromEntries(flags), names: positionals }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(error instanceof Error ? `${error.message.split('. ')[0]}.` : String(error))
  }
}

function readVersion(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return manifest.version
}
