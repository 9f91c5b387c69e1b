import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Plugin } from '@moho/core'
import { check } from './check.ts'
import { readDocument } from './document.ts'
import { type ConfiguredEntry, readEntry } from './entry.ts'
import { ConfigError, type ConfigFault } from './fault.ts'
import { type EntryNames, entryNames, readKeys } from './keys.ts'
import { isMap } from './members.ts'
import { isLoaded, loadPlugins } from './plugins.ts'
import { providerTypes } from './provider-types.ts'
import type { Environment } from './references.ts'
import { Review } from './review.ts'
import { type Key, PluginItem, Root, Server } from './schema.ts'
import { reportTwins } from './twins.ts'

/** All that a config file says, checked. */
export interface Config {
  readonly server: { readonly host: string; readonly port: number }
  /** Its address. */
  readonly store: string | undefined
  readonly keys: readonly Key[]
  readonly entries: readonly ConfiguredEntry[]
  /** Those that are built in, then those of the file. */
  readonly plugins: readonly Plugin[]
}

export interface ConfigSource {
  readonly file: string
  /** In place of what the file holds. */
  readonly text?: string | undefined
  readonly environment: Environment
  readonly builtIn: readonly Plugin[]
}

/** Reads a config. Throws `ConfigError` with all that is wrong with it. */
export async function loadConfig(source: ConfigSource): Promise<Config> {
  const { file, environment, builtIn } = source
  const document = readDocument(source.text ?? (await readText(file)), environment)
  const review = new Review(file, document)
  const config = await readSections(review, { file, environment, builtIn })
  if (review.faults.length > 0 || config === undefined) throw new ConfigError(review.faults)
  return config
}

/** What is wrong with a config: nothing, if the list is empty. */
export async function checkConfig(source: ConfigSource): Promise<readonly ConfigFault[]> {
  try {
    await loadConfig(source)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

async function readSections(review: Review, { file, environment, builtIn }: ConfigSource): Promise<Config | undefined> {
  const { data } = review.document
  // It cannot be read, and why is told already.
  if (data === undefined) return undefined
  if (!isMap(data)) {
    review.add([], data === null ? 'is empty' : 'must be a map of sections: server, store, plugins, providers, keys')
    return undefined
  }
  const sections = check(Root, data, [], review)
  const list = (name: 'plugins' | 'providers' | 'keys'): readonly unknown[] =>
    sections?.[name] ?? (Array.isArray(data[name]) ? data[name] : [])
  const server = check(Server, data.server, ['server'], review)

  const loaded = await readPlugins(list('plugins'), file, builtIn, review)
  const plugins = [...builtIn, ...loaded]
  const items = list('providers')
  reportTwins(items, 'providers', 'id', review)
  const typesAreMissing = loaded.length < list('plugins').length
  const context = { file, types: providerTypes(plugins), environment, review, typesAreMissing }
  const entries = items
    .map((item, index) => readEntry(item, ['providers', index], context))
    .filter((entry) => entry !== undefined)
  const keys = readKeys(list('keys'), entryNamesIn(data.providers ?? [], review), review)
  return server && { server, store: sections?.store, keys, entries, plugins }
}

/** `undefined` stands for entries that nothing can be said about. */
function entryNamesIn(providers: unknown, review: Review): readonly (EntryNames | undefined)[] {
  if (!Array.isArray(providers)) return [undefined]
  return providers.map((item: unknown, index) =>
    review.document.hasUnset(['providers', index]) ? undefined : entryNames(item),
  )
}

async function readPlugins(
  items: readonly unknown[],
  file: string,
  builtIn: readonly Plugin[],
  review: Review,
): Promise<readonly Plugin[]> {
  const named = items.flatMap((item, index) => {
    const path = ['plugins', index]
    const plugin = review.document.hasUnset(path) ? undefined : check(PluginItem, item, path, review)
    return plugin === undefined ? [] : [{ name: plugin.package, path: [...path, 'package'] }]
  })
  const results = await loadPlugins(
    named.map(({ name }) => name),
    dirname(resolve(file)),
    builtIn,
  )
  for (const [index, result] of results.entries()) {
    const at = named[index]
    if (at === undefined || isLoaded(result)) continue
    review.add(at.path, result.cause === undefined ? result.fault : `${result.fault}: ${review.quote(result.cause)}`)
  }
  return results.filter(isLoaded)
}

async function readText(file: string): Promise<string> {
  const unreadable = (message: string) => new ConfigError([{ file, line: 0, column: 0, path: '', message }])
  let bytes: Uint8Array
  try {
    bytes = await readFile(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    throw unreadable(reasons[code] ?? `cannot be read${code && ` (${code})`}`)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw unreadable('is not UTF-8 text')
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'is a folder, not a file',
  EACCES: 'may not be read by this user',
}
