import { MohoError } from '../contract/errors.ts'
import type { OperationPaths, Target } from '../contract/model.ts'
import type { OperationName } from '../contract/provider.ts'
import type { Entry, EntryModel } from './entry.ts'

/** Where a call may go, and through which entry. */
export interface Resolved {
  readonly entry: Entry
  readonly target: Target
}

/** What a key may use. */
export interface Access {
  /** Whether the model may be used under any of its names. */
  allows(entry: string, model: EntryModel): boolean
}

/** A model, and the entry that has it. */
interface Found {
  readonly entry: Entry
  readonly model: EntryModel
}

/** A model's name → where a call of an operation goes. Throws where the model is not found, or has no such operation. */
export function resolve(
  entries: ReadonlyMap<string, Entry>,
  access: Access,
  operation: OperationName,
  asked: string,
): Resolved {
  const { entry, model } = findModel(entries, access, asked)
  return { entry, target: knownTarget(entry, model, operation) }
}

/**
 * A model by its name: `entry/model` (either part may begin with `@`), or a bare name that exactly one entry has.
 * Unknown, disabled and not the caller's to see are one and the same answer.
 */
export function findModel(entries: ReadonlyMap<string, Entry>, access: Access, asked: string): Found {
  const candidates = candidatesOf(entries, access, asked)
  const [found, ...others] = candidates
  if (found === undefined) {
    throw new MohoError(
      'model_not_found',
      `There is no model ${quote(asked)} that this key may use${hasNoName(asked) ? ', as no name of one has white space or control characters' : ''}. ` +
        'GET /v1/models lists those that it may; what is in no list is called with its entry in front, as ENTRY/MODEL.',
      { param: 'model' },
    )
  }
  if (others.length > 0) {
    const names = candidates.map(({ entry }) => `${entry.settings.id}/${bare(asked)}`).join(', ')
    throw new MohoError(
      'invalid_request',
      `More than one entry has a model ${quote(asked)}. Ask for one of: ${names}.`,
      {
        param: 'model',
      },
    )
  }
  return found
}

function candidatesOf(entries: ReadonlyMap<string, Entry>, access: Access, asked: string): readonly Found[] {
  const slash = asked.indexOf('/')
  const named = slash > 0 ? entries.get(bare(asked.slice(0, slash))) : undefined
  // An ARN has slashes too, so only the name of an entry makes the first part one.
  const [within, name] = named === undefined ? [entries.values(), bare(asked)] : [[named], bare(asked.slice(slash + 1))]
  const found: Found[] = []
  for (const entry of within) {
    if (!entry.settings.enabled) continue
    // What is listed nowhere goes to the entry that is named, and to no other.
    const model = named === undefined ? entry.known(name) : findIn(entry, access, name)
    if (model !== undefined && access.allows(entry.settings.id, model)) found.push({ entry, model })
  }
  return found
}

/** What is wrong with a name is told to those alone who may use what goes by it. */
function findIn(entry: Entry, access: Access, name: string): EntryModel | undefined {
  try {
    return entry.find(name)
  } catch (error) {
    const asked = { row: { id: name }, alias: undefined, path: undefined, listed: false, targets: new Map() }
    if (access.allows(entry.settings.id, asked)) throw error
    return undefined
  }
}

function knownTarget(entry: Entry, model: EntryModel, operation: OperationName): Target {
  const known = model.targets.get(operation)
  if (known !== undefined) return known
  const target = targetOf(entry, model, operation)
  model.targets.set(operation, target)
  return target
}

function targetOf(entry: Entry, model: EntryModel, operation: OperationName): Target {
  const { row, alias } = model
  const path = pathOf(entry, model, operation)
  if (path === undefined) {
    const has = operationsOf(entry, model)
    const why = has.length > 0 ? `It has: ${has.join(', ')}.` : (row.unserved ?? 'It has nothing that Moho serves.')
    throw new MohoError('unsupported', `Model ${entry.settings.id}/${alias ?? row.id} has no ${operation}. ${why}`, {
      param: 'model',
    })
  }
  return {
    entry: entry.settings.id,
    operation,
    model: row,
    name: alias ?? row.id,
    upstreamId: row.upstreamId ?? row.id,
    region: row.region ?? entry.region,
    path,
  }
}

/** What can be done with a model through an entry. */
export const operationsOf = (entry: Entry, model: EntryModel): readonly OperationName[] =>
  operationNames.filter((operation) => pathOf(entry, model, operation) !== undefined)

/** The path for an operation: what the entry says of the model, what it wants of all, or the model's usual one. */
function pathOf(entry: Entry, { row, path }: EntryModel, operation: OperationName): string | undefined {
  if (!entry.has(operation)) return undefined
  const { provider, config } = entry.settings
  const implemented = listOf(provider.paths?.[operation])
  const offered = row.paths === undefined ? (implemented ?? ['']) : (listOf(row.paths[operation]) ?? [])
  // Also one that the row does not list: the entry may know better.
  if (path !== undefined && (implemented ?? offered).includes(path)) return path
  const wanted = provider.prefers?.(config)
  return offered.find((one) => one === wanted) ?? offered[0]
}

const listOf = (paths: OperationPaths[OperationName]): readonly string[] | undefined =>
  typeof paths === 'string' ? [paths] : paths

const bare = (name: string) => (name.startsWith('@') ? name.slice(1) : name)

/** Quoted for a message, and short: a name may be anything that a caller sends. */
const quote = (name: string) =>
  JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name).replace(
    /\p{C}/gu,
    (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`,
  )

const hasNoName = (name: string): boolean => /[\s\p{C}]/u.test(name)

const operationNames: readonly OperationName[] = ['chat', 'responses', 'embeddings', 'images']
