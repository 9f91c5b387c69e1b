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
  type SchemaCosts,
  schemaCosts,
  spend,
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
  costs = schemaCosts(),
): JsonObject {
  if (isPlain(schema)) return objectSchema(schema, path)
  checkSchema(schema, path, costs)
  if (options.references === 'inlined') {
    const root = inlined(without(schema, header), path, dropped, costs)
    return objectSchema(merged(root, root, path, dropped, costs), path)
  }
  const bare = rooted(without(schema, header), path, costs)
  const reports: Parameters<Dropped>[] = []
  const made = merged(bare, bare, path, (...report) => void reports.push(report), costs)
  // A reference may point into what was merged (`#/anyOf/0/properties/a`).
  if (made !== bare && !referencesHold(made)) return toolSchema(schema, { references: 'inlined' }, path, dropped, costs)
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

/** Every reference replaced by what it names, together with what the schema has beside its `$ref`. */
function inlined(root: JsonObject, path: string, dropped: Dropped, costs: SchemaCosts): JsonObject {
  const grow = growth(path, costs)
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
    if (typeof target === 'boolean') return target ? {} : { not: {} }
    if (!open.has(target)) {
      grow(target)
      return write(target, place)
    }
    if (!opened) dropped(path, 'It refers to itself: the inner levels are open')
    opened = true
    return isGiven(target.type) ? { type: target.type } : {}
  }
  return write(root, path)
}

/** The schema with what its root refers to in the root, where a reader looks for an object. References within stay. */
export function rooted(schema: JsonObject, path: string, costs: SchemaCosts): JsonObject {
  const grow = growth(path, costs)
  let made = schema
  for (let links = 0; isReference(made) && links < maxDepth; links++) {
    const target = follow(schema, made, path)
    grow(target)
    const rest = without(made, ['$ref'])
    made = typeof target === 'boolean' ? rest : over(target, rest)
  }
  return made
}

/** Of two schemas that both count: their properties and what they require united, or both where they differ in what they say. */
function over(first: JsonObject, second: JsonObject): JsonObject {
  const { properties, required } = first
  if (differ(first, second)) {
    const { $defs, definitions, ...rest } = second
    return {
      ...($defs !== undefined && { $defs }),
      ...(definitions !== undefined && { definitions }),
      allOf: [first, rest],
    }
  }
  return {
    ...first,
    ...second,
    ...(isObject(properties) && isObject(second.properties) && { properties: { ...properties, ...second.properties } }),
    ...(Array.isArray(required) &&
      Array.isArray(second.required) && { required: unionOf([required, second.required]) }),
  }
}

function differ(first: JsonObject, second: JsonObject): boolean {
  const clash = (one: JsonObject, other: JsonObject, except: (key: string) => boolean) =>
    Object.keys(other).some(
      (key) => Object.hasOwn(one, key) && !except(key) && JSON.stringify(one[key]) !== JSON.stringify(other[key]),
    )
  const { properties } = first
  return (
    clash(first, second, (key) => unitedOrOwn.has(key) || labels.has(key)) ||
    (isObject(properties) && isObject(second.properties) && clash(properties, second.properties, () => false))
  )
}

/** Are united, or are the root's own. */
const unitedOrOwn: ReadonlySet<string> = new Set(['properties', 'required', ...definitions])

/** Counts what is followed: a few lines can name each other into gigabytes. */
function growth(path: string, costs: SchemaCosts): (target: JsonObject | boolean) => void {
  const sizes = new Map<JsonObject | boolean, number>()
  return (target) => {
    const size = sizes.get(target) ?? JSON.stringify(target).length
    sizes.set(target, size)
    spend(costs, 'links', 1, path)
    spend(costs, 'characters', size, path)
  }
}

/** Told of the characters that were written to compare. */
type Count = (characters: number) => void

type Keyword = 'allOf' | 'anyOf' | 'oneOf'
const keywords = ['allOf', 'anyOf', 'oneOf'] as const

/** The root with its parts (`anyOf` and the like) merged into it: the same object if it has none. */
function merged(schema: JsonObject, root: JsonObject, path: string, dropped: Dropped, costs: SchemaCosts): JsonObject {
  const grow = growth(path, costs)
  const open = new Set([root])

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
      // Each level of parts within parts writes all that is below it anew.
      for (const part of [made, ...objects]) spend(costs, 'merged', 1 + Object.keys(propertiesOf(part)).length, path)
      const { sum, lost } = combined(made, objects, keyword, (characters) =>
        spend(costs, 'characters', characters, path),
      )
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
  count: Count,
): { sum: JsonObject; lost: boolean } {
  // A choice of one is none.
  const all = keyword === 'allOf' || parts.length === 1
  const properties = united(parts.map(propertiesOf), all ? 'allOf' : 'anyOf', count)
  const required = (all ? unionOf : intersectionOf)(parts.map(requiredOf))
  const { sum, lost } = all ? spread([root, ...parts]) : { sum: closedLike(root, parts), lost: true }
  const needed = unionOf([requiredOf(root), required])
  return {
    sum: {
      ...sum,
      properties: united([propertiesOf(root), properties], 'allOf', count),
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
function united(all: readonly JsonObject[], keyword: Keyword, count: Count): JsonObject {
  const kinds = new Map<string, Map<string, unknown>>()
  for (const [name, schema] of all.flatMap(Object.entries)) {
    const known = kinds.get(name) ?? new Map<string, unknown>()
    // By their text: comparing each with each would take minutes for a choice of thousands.
    const text = JSON.stringify(schema)
    count(text.length)
    kinds.set(name, known.set(text, schema))
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
