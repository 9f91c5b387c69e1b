import type { DiscoveredModel } from '@moho/core'
import { createHttpClient, createWebClient } from '@moho/core/node'
import { askEntry, connectEntry, type EntrySettings } from '@moho/core/router'
import type { Flags } from '../cli.ts'
import { ConfigError, formatFault } from '../config/fault.ts'
import { loadConfig } from '../config/load.ts'
import { newRequestId } from '../request-id.ts'
import { table } from '../table.ts'
import { UsageError } from '../usage-error.ts'
import { builtIn, configFile } from './config-file.ts'

/** `moho discover`: what an entry's account can call, asked of its upstream. */
export async function discover(flags: Flags, [wanted]: readonly string[]): Promise<number> {
  const file = configFile(flags)
  if (file === undefined) throw new UsageError('There is no moho.yaml here. Name a file with --config.')
  try {
    const { entries } = await loadConfig({ file, environment: process.env, builtIn })
    const chosen = wanted === undefined ? entries : entries.filter(({ id }) => id === wanted)
    if (chosen.length === 0) {
      const known = entries.map(({ id }) => id).join(', ') || 'none'
      throw new UsageError(`${file} has no entry ${wanted ?? ''}. It has: ${known}.`)
    }
    const outcomes = []
    for (const settings of chosen) outcomes.push(await discoverEntry({ ...settings, simulated: false }))
    if (flags.json !== undefined) process.stdout.write(`${JSON.stringify(outcomes, null, 2)}\n`)
    else for (const outcome of outcomes) print(outcome)
    return outcomes.some(({ fault }) => fault !== undefined) ? 1 : 0
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const fault of error.faults) process.stderr.write(`${formatFault(fault)}\n`)
    return 1
  }
}

interface Outcome {
  readonly entry: string
  readonly models: readonly DiscoveredModel[]
  readonly warnings: readonly string[]
  readonly fault?: string
}

async function discoverEntry(settings: EntrySettings): Promise<Outcome> {
  const http = createHttpClient()
  const entry = connectEntry(settings, http)
  const none: Outcome = { entry: settings.id, models: [], warnings: [] }
  try {
    const { discover: ask } = entry
    if (ask === undefined) return { ...none, warnings: [`Entries of type ${settings.provider.id} cannot be asked.`] }
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    const parts = { id: newRequestId(), http, web: createWebClient(), log }
    return { ...none, ...(await askEntry(entry, parts, ask)) }
  } catch (error) {
    return { ...none, fault: error instanceof Error ? error.message : String(error) }
  } finally {
    await entry.close()
    await http.close()
  }
}

function print({ entry, models, warnings, fault }: Outcome): void {
  if (fault !== undefined) process.stderr.write(`${entry}: ${fault}\n`)
  for (const warning of warnings) process.stderr.write(`${entry}: ${warning}\n`)
  if (models.length === 0) return
  const columns = [...new Set(models.flatMap(({ about }) => Object.keys(about)))]
  const rows = models.map(({ id, about }) => [id, ...columns.map((column) => about[column] ?? '')])
  process.stdout.write(`${entry}: ${models.length} models\n\n${table(['id', ...columns], rows)}\n\n`)
}
