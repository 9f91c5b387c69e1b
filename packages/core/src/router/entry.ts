import type { z } from 'zod'
import type { EntryCall, ModelCall, RequestBody } from '../contract/call.ts'
import type { Credential, CredentialKind } from '../contract/credentials.ts'
import { MohoError } from '../contract/errors.ts'
import type { HttpClient } from '../contract/http.ts'
import type { Model, ModelSettings, Target } from '../contract/model.ts'
import type { Discovery, ListedModel, OperationName, Operations, Provider } from '../contract/provider.ts'
import type { TextReply } from '../contract/reply.ts'

/** An entry as it is configured: an account with a provider. */
export interface EntrySettings {
  readonly id: string
  readonly displayName: string
  readonly provider: Provider
  readonly config: Readonly<Record<string, unknown>>
  readonly credentialKind: CredentialKind<unknown>
  readonly authSettings: Readonly<Record<string, unknown>>
  readonly enabled: boolean
  readonly firstParty: boolean
  /** Marks an entry that talks to the local simulator. */
  readonly simulated: boolean
  /** Whether a model may be called that is neither in `models` nor in the provider's catalogue. */
  readonly unlistedModels: 'allow' | 'refuse'
  /** What the entry offers; undefined for the provider's whole catalogue. */
  readonly models: readonly ListedModel[] | undefined
}

/** An entry that is ready to be called. */
export interface Entry {
  readonly settings: EntrySettings
  /** Whether it has the operation at all. */
  has(operation: OperationName): boolean
  /** `body` is one of the operation's own. */
  run(operation: OperationName, body: RequestBody<unknown>, call: ModelCall<unknown>): Promise<TextReply>
  readonly credential: Credential<unknown>
  /** The rows that it lists. */
  readonly rows: readonly EntryModel[]
  /** A row by id, alias or slug: of those that it lists, then of the provider's catalogue where that may be called too. */
  known(name: string): EntryModel | undefined
  /** The same, or what the provider makes of any other id. Throws where that can say what is wrong with it. */
  find(name: string): EntryModel | undefined
  /** What its users should know of a model. */
  advise(model: EntryModel): string | undefined
  /** Undefined where its provider cannot tell. */
  discover: ((call: EntryCall<unknown>) => Promise<Discovery>) | undefined
  readonly region: string | undefined
  close(): Promise<void>
}

export interface EntryModel {
  readonly row: Model
  readonly alias: string | undefined
  /** The path that the entry says. */
  readonly path: string | undefined
  /** Whether the entry or the provider's catalogue lists it, or it is called by an id that only the provider can tell something of. */
  readonly listed: boolean
  /** Where calls of it go, each made when it is first asked for, so that what is told of a target can be kept with it. */
  readonly targets: Map<OperationName, Target>
}

/** Connects a configured entry to its provider. Does no I/O. */
export function connectEntry(settings: EntrySettings, http: HttpClient, now: () => number = Date.now): Entry {
  const { provider, config } = settings
  const region = typeof config.region === 'string' ? config.region : undefined
  const endpoints = isStringMap(config.endpoints) ? config.endpoints : {}
  const operations = provider.connect(config as z.output<Provider['config']>)
  const credential = settings.credentialKind.open(settings.authSettings, { region, endpoints, http, now })
  const offered = catalogueOf(settings)
  const rows = settings.models?.map((model) => listedRow(settings, model)) ?? offered
  const index = indexOf(rows)
  const catalogue = settings.unlistedModels === 'allow' ? indexOf(offered) : undefined
  const known = (name: string) => index.get(name) ?? catalogue?.get(name)
  return {
    settings,
    has: (operation) => operations[operation] !== undefined,
    run: (operation, body, call) => runOperation(operations, operation, body, call),
    credential,
    rows,
    region,
    known,
    advise: ({ row }) => provider.advise?.(row, config),
    discover: operations.discover?.bind(operations),
    find(name) {
      const found = known(name)
      if (found !== undefined || settings.unlistedModels === 'refuse') return found
      const row = provider.resolve?.(name, config)
      return row && unnamed(row, false)
    },
    async close() {
      credential.close()
      await operations.close?.()
    },
  }
}

const unnamed = (row: Model, listed = true): EntryModel => ({
  row,
  alias: undefined,
  path: undefined,
  listed,
  targets: new Map(),
})

/** The provider's catalogue, without what it says cannot be called through this entry. */
const catalogueOf = ({ provider, config }: EntrySettings): readonly EntryModel[] =>
  provider.models.flatMap((model) => {
    try {
      return unnamed(provider.resolve?.(model.id, config as z.output<Provider['config']>) ?? model)
    } catch {
      return []
    }
  })

/** The surface that reads a body has checked it against the operation's own schema. */
function runOperation(
  operations: Operations<unknown>,
  name: OperationName,
  body: RequestBody<unknown>,
  call: ModelCall<unknown>,
): Promise<TextReply> {
  const run: ((body: RequestBody<never>, call: ModelCall<unknown>) => Promise<TextReply>) | undefined = operations[name]
  if (run === undefined) throw new MohoError('unsupported', `${call.target.entry} has no ${name}.`)
  return run.call(operations, body as RequestBody<never>, call)
}

function listedRow({ id: entry, provider, config }: EntrySettings, model: ListedModel): EntryModel {
  const known = rowOf(provider, config, model)
  if (known === undefined)
    throw new MohoError('model_not_found', `Entry ${entry} lists ${model.id}, which ${provider.id} does not know.`)
  return { row: withSettings(known, model), alias: model.name, path: model.path, listed: true, targets: new Map() }
}

/** What a provider makes of a model that an entry lists. Throws what is wrong with it. */
export const rowOf = (provider: Provider, config: EntrySettings['config'], model: ListedModel): Model | undefined =>
  provider.resolve?.(model.id, config, model) ?? provider.models.find(({ id }) => id === model.id)

function withSettings(row: Model, { region, features, limits }: ModelSettings): Model {
  return {
    ...row,
    ...(region !== undefined && { region }),
    ...(features !== undefined && { features }),
    ...(limits !== undefined && { limits: { ...row.limits, ...limits } }),
  }
}

/** The first to take a name keeps it: ids, then aliases, then slugs. Clashes are told when the config is checked. */
function indexOf(rows: readonly EntryModel[]): ReadonlyMap<string, EntryModel> {
  const index = new Map<string, EntryModel>()
  const add = (name: string | undefined, model: EntryModel) => {
    if (name !== undefined && !index.has(name)) index.set(name, model)
  }
  for (const model of rows) add(model.row.id, model)
  for (const model of rows) add(model.alias, model)
  for (const model of rows) add(slug(model.row.id), model)
  return index
}

/** An id in the spelling that has no `.`, `:` or `/`: `anthropic.claude-3-haiku-20240307-v1:0` → `anthropic-claude-3-haiku-20240307-v1-0`. */
export const slug = (id: string): string => id.replace(/[.:/]/g, '-')

const isStringMap = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === 'object' && value !== null && Object.values(value).every((member) => typeof member === 'string')
