import { MohoError } from '../contract/errors.ts'
import type { Target } from '../contract/model.ts'
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
      `There is no model ${quote(asked)} that this key may use. GET /v1/models lists those that it may.`,
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
    const model = named === undefined ? entry.known(name) : entry.find(name)
    if (model !== undefined && access.allows(entry.settings.id, model)) found.push({ entry, model })
  }
  return found
}

function knownTarget(entry: Entry, model: EntryModel, operation: OperationName): Target {
  const known = model.targets.get(operation)
  if (known !== undefined) return known
  const target = targetOf(entry, model, operation)
  model.targets.set(operation, target)
  return target
}

function targetOf(entry: Entry, { row, alias }: EntryModel, operation: OperationName): Target {
  const path = row.paths?.[operation]
  if (!entry.has(operation) || (row.paths !== undefined && path === undefined)) {
    const has = operationNames.filter(
      (name) => entry.has(name) && (row.paths === undefined || row.paths[name] !== undefined),
    )
    throw new MohoError(
      'unsupported',
      `Model ${entry.settings.id}/${alias ?? row.id} has no ${operation}. It has: ${has.join(', ') || 'nothing'}.`,
      {
        param: 'model',
      },
    )
  }
  return {
    entry: entry.settings.id,
    operation,
    model: row,
    name: alias ?? row.id,
    upstreamId: row.upstreamId ?? row.id,
    region: row.region ?? entry.region,
    path: path ?? '',
  }
}

const bare = (name: string) => (name.startsWith('@') ? name.slice(1) : name)

/** Quoted for a message, and short: a name may be anything that a caller sends. */
const quote = (name: string) => JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name)

const operationNames: readonly OperationName[] = ['chat', 'responses', 'embeddings', 'images']
