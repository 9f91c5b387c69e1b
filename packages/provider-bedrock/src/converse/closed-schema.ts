import { isObject } from './reading.ts'
import {
  checkSchema,
  type Dropped,
  everySchema,
  header,
  isReference,
  mapSchemas,
  maxDepth,
  nestedTooDeeply,
  resolveReference,
  schemaCosts,
  schemasIn,
  within,
  without,
} from './schema-walk.ts'
import type { JsonObject } from './wire.ts'

/**
 * A schema in the subset that a model can be held to (structured output, strict tools): every object closed, no limits on
 * numbers and lengths, which the descriptions tell instead. A new object; the caller's is never changed.
 * `undefined` for one that the subset cannot say: it is recursive, has members that nobody has named or that stand in
 * several schemas for one object, or refers into what has to go.
 * `path`: the schema's own, as in `response_format.json_schema.schema`.
 * Throws `invalid_request` for a schema that refers elsewhere or nowhere, or nests too deeply.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 */
export function closedSchema(
  schema: JsonObject,
  path: string,
  dropped: Dropped,
  costs = schemaCosts(),
): JsonObject | undefined {
  checkSchema(schema, path, costs)
  if (isRecursive(schema, path) || everySchema(schema).some(([inner]) => isMap(inner) || isSpread(inner)))
    return undefined
  const reports: Parameters<Dropped>[] = []
  const made = { ...closed(without(schema, header), path, (...report) => void reports.push(report)) }
  if (!referencesHold(schema, made)) return undefined
  for (const report of reports) dropped(...report)
  return made
}

function isRecursive(root: JsonObject, path: string): boolean {
  const open = new Set<JsonObject>()
  const done = new Set<JsonObject>()
  const returns = (schema: JsonObject): boolean => {
    if (open.has(schema)) return true
    if (done.has(schema)) return false
    if (open.size >= maxDepth) throw nestedTooDeeply(path)
    open.add(schema)
    const target = isReference(schema) ? resolveReference(root, schema.$ref) : undefined
    const found = (typeof target === 'object' && returns(target)) || schemasIn(schema).some(([inner]) => returns(inner))
    open.delete(schema)
    done.add(schema)
    return found
  }
  return returns(root)
}

/** A reference may also name a place that is gone, or one where nobody looks for schemas, which is not closed then. */
function referencesHold(before: JsonObject, after: JsonObject): boolean {
  const all = new Set(everySchema(after).map(([schema]) => schema))
  return [...all].filter(isReference).every(({ $ref }) => {
    const target = resolveReference(after, $ref)
    return typeof target === 'object' ? all.has(target) : target === resolveReference(before, $ref)
  })
}

function closed(schema: JsonObject, place: string, dropped: Dropped): JsonObject {
  const limits = Object.entries(schema).filter(([keyword, value]) => isRefused(keyword, value))
  const free = without(
    schema,
    limits.map(([keyword]) => keyword),
  )
  const said = limits.filter(([, value]) => value !== null && value !== false)
  for (const [keyword] of said) {
    dropped(`${place}.${keyword}`, 'The model takes no such limit: it was put into the description')
  }
  if (isOpen(free)) dropped(`${place}.additionalProperties`, 'The model takes only properties that the schema names')
  const shut = isObjectSchema(free) ? { ...free, additionalProperties: false } : free
  const made = mapSchemas(shut, (inner, at) => closed(inner, within(place, at), dropped))
  return said.length === 0 ? made : { ...made, description: described(made.description, said) }
}

/** As in `The age. Minimum: 0. Maximum: 120.` */
function described(description: unknown, limits: readonly [keyword: string, value: unknown][]): string {
  const sentences = limits.map(([keyword, value]) => `${words.get(keyword)}: ${JSON.stringify(value)}.`)
  return [...(typeof description === 'string' && description !== '' ? [description] : []), ...sentences].join(' ')
}

/** What is refused, in words that a model reads. AWS names some; Claude's own API refuses all of them. */
const words: ReadonlyMap<string, string> = new Map([
  ['minimum', 'Minimum'],
  ['maximum', 'Maximum'],
  ['exclusiveMinimum', 'Exclusive minimum'],
  ['exclusiveMaximum', 'Exclusive maximum'],
  ['multipleOf', 'Multiple of'],
  ['minLength', 'Minimum length'],
  ['maxLength', 'Maximum length'],
  ['minItems', 'Minimum items'],
  ['maxItems', 'Maximum items'],
  ['uniqueItems', 'Unique items'],
  ['minContains', 'Minimum of contained items'],
  ['maxContains', 'Maximum of contained items'],
  ['minProperties', 'Minimum properties'],
  ['maxProperties', 'Maximum properties'],
])

const isRefused = (keyword: string, value: unknown): boolean =>
  words.has(keyword) && !(keyword === 'minItems' && (value === 0 || value === 1))

/** A part that only says `required` is none: closed, it would fit nothing. */
function isObjectSchema(schema: JsonObject): boolean {
  const { type } = schema
  if (type === 'object' || (Array.isArray(type) && type.includes('object'))) return true
  return Object.hasOwn(schema, 'properties') || Object.hasOwn(schema, 'additionalProperties')
}

/** An object whose members nobody has named: closed, it could have none, and what it is for would be lost. */
function isMap(schema: JsonObject): boolean {
  if (!isObjectSchema(schema)) return false
  if (isObject(schema.additionalProperties)) return true
  if (schema.additionalProperties === false) return false
  // Empty `properties` alone say that there are none.
  const isOpenOne = schema.additionalProperties === true
  return !naming.some((member) => Object.hasOwn(schema, member) && !(isOpenOne && isEmpty(schema[member])))
}

/** Several schemas for one object: closed, each would refuse what the others have. */
function isSpread(schema: JsonObject): boolean {
  const all = Array.isArray(schema.allOf) ? schema.allOf : []
  const choices = [schema.anyOf, schema.oneOf].flatMap((parts) => (Array.isArray(parts) ? parts : []))
  const saysMembers = (part: unknown) => isObject(part) && (isObjectSchema(part) || isReference(part))
  const own = isObjectSchema(schema) || isReference(schema) ? 1 : 0
  const others = all.filter(saysMembers).length + (choices.some(saysMembers) ? 1 : 0)
  return own + others > 1 || (isReference(schema) && isObjectSchema(schema))
}

const isEmpty = (value: unknown): boolean => isObject(value) && Object.keys(value).length === 0

/** Whether closing takes something away. */
function isOpen(schema: JsonObject): boolean {
  const { additionalProperties } = schema
  return additionalProperties !== undefined && additionalProperties !== null && additionalProperties !== false
}

const naming = ['properties', 'patternProperties', '$ref', 'allOf', 'anyOf', 'oneOf']
