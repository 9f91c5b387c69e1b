import type { Plugin } from '@moho/core'
import { z } from 'zod'
import { describe } from './describe.ts'
import { pathText } from './path.ts'
import { resolvePlugin } from './resolve-plugin.ts'

/** A plugin that cannot be used. `cause`: what somebody else's code said of it. */
export interface PluginFault {
  readonly fault: string
  readonly cause?: string | undefined
}

/**
 * Imports the plugins that a config names, from its folder, and checks that they speak this router's contract and do not claim
 * what another plugin has. `builtIn`: those that are there already. A result for each name, in their order.
 */
export async function loadPlugins(
  names: readonly string[],
  folder: string,
  builtIn: readonly Plugin[] = [],
): Promise<readonly (Plugin | PluginFault)[]> {
  const results: (Plugin | PluginFault)[] = []
  for (const name of names) {
    const others = [...builtIn, ...results.filter(isLoaded)]
    const found = await importPlugin(name, folder)
    const fault = isLoaded(found) ? clash(found, others) : undefined
    results.push(fault === undefined ? found : { fault })
  }
  return results
}

export const isLoaded = (result: Plugin | PluginFault): result is Plugin => !('fault' in result)

async function importPlugin(name: string, folder: string): Promise<Plugin | PluginFault> {
  const location = resolvePlugin(name, folder)
  if ('fault' in location) return location
  let module: unknown
  try {
    module = await import(location.url)
  } catch (error) {
    return { fault: 'fails when it is imported', cause: error instanceof Error ? error.message : String(error) }
  }
  const exported = defaultOf(module)
  if (exported === undefined) return { fault: `has no default export; ${howToWrite}` }
  if (isPlugin(exported)) return exported
  const contract = memberOf(exported, 'contract')
  if (typeof contract === 'number' && contract !== 1) {
    return { fault: `is written for contract ${contract}, and this router has contract 1` }
  }
  return { fault: `its default export is not a plugin${whyNot(exported)}; ${howToWrite}` }
}

const howToWrite = 'a plugin is `export default definePlugin({ … })`'

/** A CommonJS build of a module has its default export within Node's. */
function defaultOf(module: unknown): unknown {
  const outer = memberOf(module, 'default')
  return memberOf(outer, 'contract') === undefined ? (memberOf(outer, 'default') ?? outer) : outer
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

/** As much of the contract as the config relies on. A plugin has a zod of its own, so its schemas are known by what they do. */
const isPlugin = (value: unknown): value is Plugin => PluginShape.safeParse(value).success

function whyNot(value: unknown): string {
  const issue = PluginShape.safeParse(value, { error: describe }).error?.issues[0]
  return issue === undefined || issue.path.length === 0 ? '' : ` (${pathText(issue.path)} ${issue.message})`
}

const callable = z.custom<(...args: never) => unknown>((value) => typeof value === 'function')
const objectSchema = z.object({
  safeParse: callable,
  shape: z.record(z.string(), z.unknown()),
  // Which zod 3 does not have.
  _zod: z.object({ def: z.object({ type: z.literal('object') }) }),
})
const credentialKind = z.object({ type: z.string().min(1), settings: objectSchema, open: callable })

const PluginShape = z.object({
  contract: z.literal(1),
  providers: z
    .array(
      z.object({
        contract: z.literal(1),
        id: z.string().min(1),
        config: objectSchema,
        credentials: z.array(credentialKind),
        environment: z.record(z.string(), z.string()).optional(),
        models: z.array(z.object({ id: z.string() })),
        connect: callable,
      }),
    )
    .optional(),
  credentialKinds: z.record(z.string(), z.array(credentialKind)).optional(),
  guards: z.array(z.object({ id: z.string(), admit: callable })).optional(),
  observers: z.array(z.object({ observe: callable })).optional(),
})

/** What a plugin claims that another has, or that it claims twice. */
function clash(plugin: Plugin, others: readonly Plugin[]): string | undefined {
  const providers = others.flatMap((other) => other.providers ?? [])
  const provider = twice([...providers, ...(plugin.providers ?? [])].map(({ id }) => id))
  if (provider !== undefined) return `has a provider "${provider}", and so has another plugin`
  const all = [...others, plugin]
  for (const id of new Set(all.flatMap(({ credentialKinds = {} }) => Object.keys(credentialKinds)))) {
    const own =
      all.flatMap((other) => other.providers ?? []).find((candidate) => candidate.id === id)?.credentials ?? []
    const type = twice([...own, ...all.flatMap((other) => other.credentialKinds?.[id] ?? [])].map((kind) => kind.type))
    if (type !== undefined) return `has a credential kind "${type}" for "${id}", and so has another plugin`
  }
  return undefined
}

const twice = (names: readonly string[]): string | undefined =>
  names.find((name, index) => names.indexOf(name) !== index)
