import type { Flags } from '../cli.ts'
import { ConfigError, formatFault } from '../config/fault.ts'
import { loadConfig } from '../config/load.ts'
import { UsageError } from '../usage-error.ts'
import { builtIn, configFile } from './config-file.ts'

/** `moho check`: each fault of a configuration with file, line and path. */
export async function check(flags: Flags): Promise<number> {
  const file = configFile(flags)
  if (file === undefined) throw new UsageError('There is no moho.yaml here. Name a file with --config.')
  try {
    const { entries, keys } = await loadConfig({ file, environment: process.env, builtIn })
    process.stdout.write(
      `${file} is fine: ${count(entries.length, 'provider entry', 'provider entries')}, ${count(keys.length, 'key', 'keys')}.\n`,
    )
    if (keys.length === 0) process.stdout.write('It has no key yet, so nobody can call it. Add one under `keys:`.\n')
    return 0
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const fault of error.faults) process.stderr.write(`${formatFault(fault)}\n`)
    return 1
  }
}

const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`
