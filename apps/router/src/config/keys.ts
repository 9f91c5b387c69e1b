import { slug } from '@moho/core/router'
import { check } from './check.ts'
import { isMap } from './members.ts'
import { nearest } from './nearest.ts'
import { type Path, pathText } from './path.ts'
import type { Review } from './review.ts'
import { Key } from './schema.ts'
import { reportTwins } from './twins.ts'

/** What the patterns of a key can name. Taken from the file as it is, so that a fault in an entry causes none in a key. */
export interface EntryNames {
  readonly id: string
  /** Listed ids, slugs and aliases. */
  readonly models: readonly string[]
  /** Whether models that are not listed can be called too. */
  readonly isOpen: boolean
}

export function entryNames(item: unknown): EntryNames | undefined {
  if (!isMap(item) || typeof item.id !== 'string') return undefined
  const { id, models } = item
  const listed = Array.isArray(models) ? models.filter(isMap) : []
  const aliases = listed.map(({ name }) => name).filter((name) => typeof name === 'string')
  const ids = listed.map((model) => model.id).filter((model) => typeof model === 'string')
  const isOpen = !Array.isArray(models) || item.unlistedModels === 'allow'
  return { id, models: [...ids, ...ids.map(slug), ...aliases], isOpen }
}

/** `entries`: `undefined` for one whose id could not be read. */
export function readKeys(
  items: readonly unknown[],
  entries: readonly (EntryNames | undefined)[],
  review: Review,
): readonly Key[] {
  for (const member of ['name', 'key']) reportTwins(items, 'keys', member, review)
  return items.flatMap((item, index) => {
    const path = ['keys', index]
    const key = check(Key, item, path, review)
    for (const [position, pattern] of key?.models.entries() ?? [])
      checkPattern(pattern, entries, [...path, 'models', position], review)
    return key === undefined ? [] : [key]
  })
}

function checkPattern(pattern: string, entries: readonly (EntryNames | undefined)[], path: Path, review: Review): void {
  if (pattern === '*') return
  const slash = pattern.indexOf('/')
  // Only at the end of a model's name, so that what a pattern allows can be seen at a glance.
  if (pattern.slice(0, slash === -1 ? undefined : -1).includes('*')) {
    review.add(path, `has a "*" where none can be; ${howToWrite}`)
    return
  }
  const name = slash === -1 ? pattern : pattern.slice(0, slash)
  const model = pattern.slice(slash + 1)
  const entry = slash === -1 ? undefined : entries.find((candidate) => candidate?.id === name)
  if (entry !== undefined) {
    if (!model.endsWith('*') && !entry.isOpen && !entry.models.includes(model))
      review.add(path, 'names a model that its entry does not list')
    return
  }
  // An entry that could not be read may be the one that is meant.
  if (entries.includes(undefined)) return
  if (slash === -1) {
    if (!entries.some((candidate) => candidate?.models.includes(name)))
      review.add(path, `is not the alias of a model; ${howToWrite}`)
    return
  }
  // Not by its id: that is a value of the file.
  const ids = entries.map((candidate) => candidate?.id ?? '')
  const meant = ids.indexOf(nearest(name, ids) ?? '')
  review.add(
    path,
    `names an entry that does not exist${meant === -1 ? '' : `; did you mean the id of ${pathText(['providers', meant])}?`}`,
  )
}

const howToWrite = 'write "*", "entry/*", "entry/prefix*", "entry/model" or an alias'
