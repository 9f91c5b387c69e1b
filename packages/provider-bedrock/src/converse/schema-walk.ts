import { isObject } from './reading.ts'
import { refusal } from './translation.ts'
import type { JsonObject } from './wire.ts'

/** Told of what a schema loses: the member, and why. */
export type Dropped = (path: string, why: string) => void

/**
 * `schema` with each schema that is directly in it replaced by what `change` makes of it: the same object if that is nothing new.
 * It looks only where JSON Schema has schemas: a `$ref` among `properties`, or in a `default`, is data. `place`: as in
 * `properties.a` or `anyOf[0]`. The schemas `true` and `false` are passed over.
 */
export function mapSchemas(schema: JsonObject, change: (inner: JsonObject, place: string) => JsonObject): JsonObject {
  const at = (inner: unknown, place: string) => (isObject(inner) ? change(inner, place) : inner)
  return mapMembers(schema, (value, key) => {
    if (named.has(key) && isObject(value)) return mapMembers(value, (inner, name) => at(inner, `${key}.${brief(name)}`))
    if (!direct.has(key)) return value
    return Array.isArray(value) ? mapList(value, (inner, index) => at(inner, `${key}[${index}]`)) : at(value, key)
  })
}

/** A place in a place. Both are for reading: callers choose names, and a long one in a schema of thousands would be copied as often. */
export const within = (path: string, place: string): string => (path.length > longestPath ? path : `${path}.${place}`)

const brief = (name: string): string => (name.length > longestName ? `${name.slice(0, longestName)}…` : name)
/** In characters. */
const longestName = 60
const longestPath = 200

/** Hold schemas by names that the caller chose. Older drafts say `definitions` and `dependencies`. */
const named: ReadonlySet<string> = new Set([
  '$defs',
  'definitions',
  'dependencies',
  'dependentSchemas',
  'patternProperties',
  'properties',
])

/** Hold a schema or a list of them. */
const direct: ReadonlySet<string> = new Set([
  'additionalItems',
  'additionalProperties',
  'allOf',
  'anyOf',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'oneOf',
  'prefixItems',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
])

/** `fromEntries` also makes a member of its own of `__proto__`, which an assignment would not. */
function mapMembers(object: JsonObject, change: (value: unknown, key: string) => unknown): JsonObject {
  const entries = Object.entries(object)
  let changed = false
  for (const entry of entries) {
    const made = change(entry[1], entry[0])
    if (made === entry[1]) continue
    entry[1] = made
    changed = true
  }
  return changed ? Object.fromEntries(entries) : object
}

function mapList(list: readonly unknown[], change: (value: unknown, index: number) => unknown): readonly unknown[] {
  const made = list.map(change)
  return made.every((value, index) => value === list[index]) ? list : made
}

/** The schemas that are directly in `schema`, each with its place. */
export function schemasIn(schema: JsonObject): [inner: JsonObject, place: string][] {
  const found: [JsonObject, string][] = []
  mapSchemas(schema, (inner, place) => {
    found.push([inner, place])
    return inner
  })
  return found
}

/** `schema` and all that are in it, as they are written: references are not followed. */
export function everySchema(schema: JsonObject, path = ''): [schema: JsonObject, path: string][] {
  const found: [JsonObject, string][] = []
  const visit = (inner: JsonObject, at: string) => {
    found.push([inner, at])
    for (const [deeper, place] of schemasIn(inner)) visit(deeper, within(at, place))
  }
  visit(schema, path)
  return found
}

/** How deep a schema may nest, in levels of JSON, and how long a chain of references may be. It keeps recursion off the stack's end. */
export const maxDepth = 200

/**
 * What the schemas of one request have cost together. A small body can hold thousands of them, and each can name itself into megabytes,
 * so no limit of a single one bounds them.
 */
export interface SchemaCosts {
  /** Parts that were walked through. */
  parts: number
  /** References that were followed, and the characters of what they name. */
  links: number
  characters: number
  /** Properties of parts that were merged. */
  merged: number
}

export const schemaCosts = (): SchemaCosts => ({ parts: 0, links: 0, characters: 0, merged: 0 })

const mostCosts: SchemaCosts = { parts: 100_000, links: 30_000, characters: 10_000_000, merged: 60_000 }

/** Throws `invalid_request` once there is too much of something. */
export function spend(costs: SchemaCosts, what: keyof SchemaCosts, amount: number, path: string): void {
  costs[what] += amount
  if (costs[what] > mostCosts[what])
    throw refusal(
      'invalid_request',
      path,
      'The schemas of the request are too large, all in all, with what they refer to.',
    )
}

export const nestedTooDeeply = (path: string) => refusal('invalid_request', path, 'The schema is nested too deeply.')

/** Throws `invalid_request` for a schema that nests too deeply, or that has a reference which cannot be followed. */
export function checkSchema(schema: JsonObject, path: string, costs: SchemaCosts): void {
  if (nestsDeeper(schema, maxDepth)) throw nestedTooDeeply(path)
  const all = everySchema(schema, path)
  spend(costs, 'parts', all.length, path)
  for (const [inner, place] of all) if (isReference(inner)) follow(schema, inner, place)
}

const nestsDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => nestsDeeper(inner, levels - 1)))

export const isReference = (schema: JsonObject): boolean => Object.hasOwn(schema, '$ref')

/** What the `$ref` of a schema in `root` names. Throws `invalid_request` if that is elsewhere or nowhere. */
export function follow(root: JsonObject, schema: JsonObject, path: string): JsonObject | boolean {
  const { $ref } = schema
  const target = resolveReference(root, $ref)
  if (target !== undefined) return target
  const why =
    typeof $ref === 'string' && !$ref.startsWith('#')
      ? 'It refers to another document, and Moho fetches none. Put what it names under "$defs" and refer to that.'
      : 'It names no schema in this one. A reference looks like "#/$defs/name".'
  throw refusal('invalid_request', `${path}.$ref`, why)
}

/** What a JSON pointer in a fragment (RFC 6901, section 6) names in `root`, if that may be a schema. */
export function resolveReference(root: JsonObject, reference: unknown): JsonObject | boolean | undefined {
  if (typeof reference !== 'string' || !/^#(\/|$)/.test(reference)) return undefined
  let value: unknown = root
  for (const token of decoded(reference).split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as JsonObject)[name]
  }
  return isObject(value) || typeof value === 'boolean' ? value : undefined
}

/** Some generators leave a percent sign in a name as it is. */
function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference)
  } catch {
    return reference
  }
}

/** The same object if it has none of the members. */
export function without(object: JsonObject, members: readonly string[]): JsonObject {
  if (!members.some((member) => Object.hasOwn(object, member))) return object
  return Object.fromEntries(Object.entries(object).filter(([key]) => !members.includes(key)))
}

/** Members of a schema's root that say nothing of the values it is for. Generators write them; some models refuse them. */
export const header = ['$schema', '$id', 'strict']
