import { isObject } from './reading.ts'
import {
  checkSchema,
  type Dropped,
  everySchema,
  follow,
  header,
  isReference,
  mapSchemas,
  maxDepth,
  nestedTooDeeply,
  resolveReference,
  within,
  without,
} from './schema-walk.ts'
import { refusal } from './translation.ts'
import type { JsonObject } from './wire.ts'

/**
 * The schema of a tool's input as Converse takes it: an object schema without a choice at its top, which Claude refuses.
 * The same object if there is nothing to change; the caller's is never changed.
 * `references`: 'inlined' for a model that does not read `$ref`. `path`: the schema's own, as in `tools[0].function.parameters`.
 * Throws `invalid_request` for what is no object schema, refers elsewhere or nowhere, nests too deeply or grows too large.
 */
export function toolSchema(
  schema: JsonObject,
  options: { references: 'kept' | 'inlined' },
  path: string,
  dropped: Dropped,
): JsonObject {
  if (isPlain(schema)) return objectSchema(schema, path)
  checkSchema(schema, path)
  const bare = without(schema, header)
  // What is beside a reference at the root, as the type must be, would hide it from some readers.
  if (options.references === 'inlined' || isReference(bare)) {
    const root = inlined(bare, path, dropped)
    return objectSchema(merged(root, root, path, dropped), path)
  }
  const reports: Parameters<Dropped>[] = []
  const made = merged(bare, bare, path, (...report) => void reports.push(report))
  // A reference may point into what was merged (`#/anyOf/0/properties/a`).
  if (made !== bare && !referencesHold(made)) return toolSchema(schema, { references: 'inlined' }, path, dropped)
  for (const report of reports) dropped(...report)
  return objectSchema(made, path)
}

/** Most schemas need no walk, and agents send dozens of them with every call: this looks through them and makes nothing. */
const isPlain = (schema: JsonObject): boolean =>
  !special.some((member) => Object.hasOwn(schema, member)) && isShallow(schema, maxDepth)

function isShallow(value: object, levels: number): boolean {
  if (levels === 0) return false
  if (Array.isArray(value)) {
    for (const inner of value)
      if (typeof inner === 'object' && inner !== null && !isShallow(inner, levels - 1)) return false
    return true
  }
  for (const key in value) {
    if (key === '$ref') return false
    const inner: unknown = value[key as keyof typeof value]
    if (typeof inner === 'object' && inner !== null && !isShallow(inner, levels - 1)) return false
  }
  return true
}

function objectSchema(given: JsonObject, path: string): JsonObject {
  if (!mayBeObject(given)) throw notAnObject(`${path}.type`)
  // How some generators write that nothing is.
  const schema = given.required === null ? without(given, ['required']) : given
  if (schema.type === 'object' && isGiven(schema.properties)) return schema
  return { ...schema, type: 'object', properties: schema.properties ?? {} }
}

function mayBeObject({ type }: JsonObject): boolean {
  return !isGiven(type) || type === 'object' || (Array.isArray(type) && type.includes('object'))
}

const notAnObject = (path: string) =>
  refusal('invalid_request', path, 'The schema of a tool’s input must be of type "object".')

/** `null` is how some clients spell a member that they leave out. */
const isGiven = (member: unknown): boolean => member !== undefined && member !== null

const referencesHold = (root: JsonObject): boolean =>
  everySchema(root).every(([schema]) => !isReference(schema) || resolveReference(root, schema.$ref) !== undefined)

const definitions = ['$defs', 'definitions']
/** What is not left at the root as it is. */
const special = [...header, ...definitions, 'allOf', 'anyOf', 'oneOf']

/** Every reference replaced by what it names. What a schema has beside its `$ref` counts more than what that names. */
function inlined(root: JsonObject, path: string, dropped: Dropped): JsonObject {
  const grow = sizeLimit(path)
  // The schemas that are being written, outermost first.
  const open = new Set<JsonObject>()
  let opened = false
  const write = (schema: JsonObject, place: string): JsonObject => {
    if (open.size >= maxDepth) throw nestedTooDeeply(path)
    open.add(schema)
    const own = without(schema, ['$ref', ...definitions])
    const made = mapSchemas(own, (inner, at) => write(inner, within(place, at)))
    const result = isReference(schema) ? over(named(schema, place), made) : made
    open.delete(schema)
    return result
  }
  const named = (schema: JsonObject, place: string): JsonObject => {
    const target = follow(root, schema, place)
    grow(target)
    if (typeof target === 'boolean') return target ? {} : { not: {} }
    if (!open.has(target)) return write(target, place)
    if (!opened) dropped(path, 'It refers to itself: the inner levels are open')
    opened = true
    return isGiven(target.type) ? { type: target.type } : {}
  }
  return write(root, path)
}

/** Of two schemas that both count: their properties and what they require united, else the second's members. */
function over(first: JsonObject, second: JsonObject): JsonObject {
  const { properties, required } = first
  return {
    ...first,
    ...second,
    ...(isObject(properties) && isObject(second.properties) && { properties: { ...properties, ...second.properties } }),
    ...(Array.isArray(required) &&
      Array.isArray(second.required) && { required: unionOf([required, second.required]) }),
  }
}

/**
 * Refuses what grows beyond all use as references are followed: a few lines can name each other into gigabytes.
 * A reference counts as one node, and one more for each hundred characters of what it names.
 */
function sizeLimit(path: string): (target: JsonObject | boolean) => void {
  const sizes = new Map<JsonObject | boolean, number>()
  let nodes = 0
  return (target) => {
    const size = sizes.get(target) ?? 1 + Math.floor(JSON.stringify(target).length / 100)
    sizes.set(target, size)
    nodes += size
    if (nodes > maxNodes)
      throw refusal('invalid_request', path, 'The schema is too large once its references are written out.')
  }
}

const maxNodes = 10_000

/** Of properties, over all levels. */
const maxUnited = 5_000

type Keyword = 'allOf' | 'anyOf' | 'oneOf'
const keywords = ['allOf', 'anyOf', 'oneOf'] as const

/** The root with its parts (`anyOf` and the like) merged into it: the same object if it has none. */
function merged(schema: JsonObject, root: JsonObject, path: string, dropped: Dropped): JsonObject {
  const grow = sizeLimit(path)
  const open = new Set([root])
  // Each level of parts within parts writes all that is below it anew.
  let united = 0

  const mergeIn = (whole: JsonObject, place: string): JsonObject | undefined => {
    let made = whole
    for (const keyword of keywords) {
      const parts = made[keyword]
      // What is no list is left for the model to refuse.
      if (parts !== null && !Array.isArray(parts)) continue
      made = without(made, [keyword])
      if (parts === null || parts.length === 0) continue
      const objects = parts
        .map((part, index) => partOf(part, within(place, `${keyword}[${index}]`)))
        .filter((part) => part !== undefined)
      if (objects.length === 0) {
        if (whole === schema) throw notAnObject(`${path}.${keyword}`)
        return undefined
      }
      for (const part of [made, ...objects]) united += Object.keys(propertiesOf(part)).length
      if (united > maxUnited) throw refusal('invalid_request', path, 'The schema has too many parts within parts.')
      const { sum, lost } = combined(made, objects, keyword)
      if (lost)
        dropped(`${place}.${keyword}`, 'The model takes no choice at the top of a schema: its members were merged')
      made = sum
    }
    return made
  }

  /** A part as an object schema without parts of its own; `undefined` for one that no object fits, or that adds only itself. */
  const partOf = (part: unknown, place: string): JsonObject | undefined => {
    if (part === true) return {}
    if (!isObject(part) || open.has(part)) return undefined
    if (open.size >= maxDepth) throw nestedTooDeeply(path)
    open.add(part)
    const named = isReference(part) ? partOf(target(part, place), place) : {}
    const made = named && over(named, without(part, ['$ref']))
    const result = made && mayBeObject(made) ? mergeIn(made, place) : undefined
    open.delete(part)
    return result
  }

  const target = (part: JsonObject, place: string): JsonObject | boolean => {
    const found = follow(root, part, place)
    grow(found)
    return found
  }

  return mergeIn(schema, path) ?? schema
}

/** `lost`: whether the sum says less than the root with its parts did. */
function combined(
  root: JsonObject,
  parts: readonly JsonObject[],
  keyword: Keyword,
): { sum: JsonObject; lost: boolean } {
  // A choice of one is none.
  const all = keyword === 'allOf' || parts.length === 1
  const properties = united(parts.map(propertiesOf), all ? 'allOf' : 'anyOf')
  const required = (all ? unionOf : intersectionOf)(parts.map(requiredOf))
  const { sum, lost } = all ? spread([root, ...parts]) : { sum: closedLike(root, parts), lost: true }
  const needed = unionOf([requiredOf(root), required])
  return {
    sum: {
      ...sum,
      properties: united([propertiesOf(root), properties], 'allOf'),
      ...(needed.length > 0 && { required: needed }),
    },
    lost,
  }
}

const propertiesOf = ({ properties }: JsonObject): JsonObject => (isObject(properties) ? properties : {})
const requiredOf = ({ required }: JsonObject): readonly unknown[] => (Array.isArray(required) ? required : [])

const unionOf = (lists: readonly (readonly unknown[])[]): readonly unknown[] => [...new Set(lists.flat())]

function intersectionOf([first = [], ...lists]: readonly (readonly unknown[])[]): readonly unknown[] {
  const others = lists.map((list) => new Set(list))
  return first.filter((name) => others.every((other) => other.has(name)))
}

/** The properties of all; one that is not the same in all becomes `{ [keyword]: [each] }`. */
function united(all: readonly JsonObject[], keyword: Keyword): JsonObject {
  const kinds = new Map<string, Map<string, unknown>>()
  for (const [name, schema] of all.flatMap(Object.entries)) {
    const known = kinds.get(name) ?? new Map<string, unknown>()
    // By their text: comparing each with each would take minutes for a choice of thousands.
    kinds.set(name, known.set(JSON.stringify(schema), schema))
  }
  return Object.fromEntries(
    [...kinds].map(([name, known]) => {
      const [only, ...rest] = known.values()
      return [name, rest.length === 0 ? only : { [keyword]: [only, ...rest] }]
    }),
  )
}

/** A choice of closed schemas is closed too. */
const closedLike = (root: JsonObject, parts: readonly JsonObject[]): JsonObject =>
  !isGiven(root.additionalProperties) && parts.every((part) => part.additionalProperties === false)
    ? { ...root, additionalProperties: false }
    : root

/** The members of all but those that are united or told otherwise; of the same member, the first. */
function spread([root = {}, ...parts]: readonly JsonObject[]): { sum: JsonObject; lost: boolean } {
  const members = new Map(Object.entries(root))
  const texts = new Map<string, string>()
  let lost = false
  for (const part of parts) {
    for (const [key, value] of Object.entries(without(part, toldOtherwise))) {
      if (!members.has(key)) members.set(key, value)
      else if (!lost && !labels.has(key)) {
        const text = texts.get(key) ?? JSON.stringify(members.get(key))
        texts.set(key, text)
        lost = text !== JSON.stringify(value)
      }
    }
  }
  return { sum: Object.fromEntries(members), lost }
}

const toldOtherwise = ['type', 'properties', 'required', ...definitions, ...header]

/** Say nothing of what fits. */
const labels: ReadonlySet<string> = new Set(['title', 'description', '$comment', 'default', 'examples'])
