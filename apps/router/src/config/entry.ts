import type { Provider } from '@moho/core'
import type { EntrySettings } from '@moho/core/router'
import { z } from 'zod'
import { readAuth } from './auth.ts'
import { check } from './check.ts'
import { fill, fillings } from './fill.ts'
import { isMap } from './members.ts'
import { checkHidden, checkModelNames, checkModelRows } from './models.ts'
import { mustBe } from './nearest.ts'
import type { Path } from './path.ts'
import type { ProviderTypes } from './provider-types.ts'
import type { Environment } from './references.ts'
import type { Review } from './review.ts'
import { EntryCore, ListedModel } from './schema.ts'

/** An entry of the file, checked whole. */
export interface ConfiguredEntry extends Omit<EntrySettings, 'simulated'> {
  /** The id of its provider. */
  readonly type: string
  readonly source: { readonly file: string; readonly line: number }
}

export interface EntryContext {
  readonly file: string
  readonly types: ProviderTypes
  readonly environment: Environment
  readonly review: Review
  /** A plugin could not be loaded, so its types are not among the known ones. */
  readonly typesAreMissing: boolean
}

export function readEntry(item: unknown, path: Path, context: EntryContext): ConfiguredEntry | undefined {
  const { file, types, environment, review, typesAreMissing } = context
  if (!isMap(item)) {
    review.add(path, 'must be a map with id, type and auth')
    return undefined
  }
  const type = typeof item.type === 'string' ? types.get(item.type) : undefined
  // What a plugin that is not there asks of its models nobody can tell.
  const checked = type === undefined && typesAreMissing ? coreMembers.filter((name) => name !== 'models') : coreMembers
  const core = check(schemaFor(type?.provider), pick(item, checked), path, review)
  const modelsPath = [...path, 'models']
  if (core?.models !== undefined) checkModelNames(core.models, modelsPath, review)

  if (type === undefined) {
    reportType(item.type, path, context)
    return undefined
  }
  const { provider, credentialKinds } = type
  const ownMembers = Object.keys(provider.config.shape).filter((name) => !allCoreMembers.includes(name))
  for (const name of Object.keys(item)) {
    if (!allCoreMembers.includes(name) && !ownMembers.includes(name))
      review.unknown([...path, name], [...allCoreMembers, ...ownMembers])
  }

  const fromEnvironment = fillings(environment, provider.environment)
  let own = pick(item, ownMembers)
  for (const filling of fromEnvironment) {
    const filled = filling.path[0] === 'auth' ? undefined : fill(own, filling.path, filling.value)
    if (filled === undefined) continue
    own = filled
    review.fill([...path, ...filling.path], filling.variable, filling.value)
  }
  const config = check(provider.config, own, path, review)
  const forAuth = fromEnvironment
    .filter((filling) => filling.path[0] === 'auth')
    .map((filling) => ({ ...filling, path: filling.path.slice(1) }))
  const auth = readAuth(item.auth, credentialKinds, forAuth, [...path, 'auth'], review)

  if (core === undefined) return undefined
  const { models, displayName = core.id, unlistedModels = models === undefined ? 'allow' : 'refuse' } = core
  if (models !== undefined && unlistedModels === 'allow') checkHidden(models, provider, modelsPath, review)
  if (models !== undefined) checkModelRows(models, provider, config, modelsPath, review)
  if (config === undefined || auth === undefined) return undefined
  const source = { file, line: review.document.place(path).line }
  return { ...core, displayName, unlistedModels, models, provider, config, ...auth, source }
}

/** Core's members of an entry, its models with what their provider asks of them. */
function schemaFor(provider: Provider | undefined): typeof EntryCore {
  const own = (provider?.modelSettings?.shape ?? {}) as Record<never, z.ZodType>
  return EntryCore.extend({ models: z.array(ListedModel.extend(own)).optional() })
}

const coreMembers = Object.keys(EntryCore.shape)
const allCoreMembers = [...coreMembers, 'auth']

/** `check` of the core says when it is missing. */
function reportType(type: unknown, path: Path, { types, review, typesAreMissing }: EntryContext): void {
  if (typeof type !== 'string') return
  const missing = typesAreMissing ? '; a plugin that could not be loaded may have it' : ''
  review.add([...path, 'type'], `${mustBe([...types.keys()], type)}${missing}`)
}

const pick = (map: Readonly<Record<string, unknown>>, names: readonly string[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(map).filter(([name]) => names.includes(name)))
