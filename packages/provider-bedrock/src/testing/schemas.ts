import fc from 'fast-check'
import { everySchema, isReference, mapSchemas, resolveReference } from '../converse/schema-walk.ts'
import type { JsonObject } from '../converse/wire.ts'

const names = ['a', 'b', '__proto__', 'constructor', 'toString', '$ref', 'properties', 'a/b~c', '50 %', '']
const name = fc.constantFrom(...names)

/** Made from entries: an assignment would lose `__proto__`. */
const named = (schema: fc.Arbitrary<JsonObject>) =>
  fc
    .uniqueArray(fc.tuple(name, schema), { maxLength: 3, selector: ([name]) => name })
    .map((entries): JsonObject => Object.fromEntries(entries))

const pointed = names.map((name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1')))
const places = pointed.flatMap((name) => [
  `#/$defs/${name}`,
  `#/properties/${name}`,
  `#/properties/${name}/anyOf/0`,
  `#/$defs/${name}/additionalProperties`,
  `#/anyOf/0/properties/${name}`,
])

/** Object schemas with definitions, references to anywhere in them (also to themselves), limits, choices and hostile names. */
export const anySchema: fc.Arbitrary<JsonObject> = fc
  .letrec<{ schema: JsonObject; root: JsonObject }>((tie) => {
    const inner = tie('schema')
    const list = fc.array(inner, { minLength: 1, maxLength: 2 })
    const leaf = fc.constantFrom<JsonObject>(
      {},
      { type: 'string', minLength: 1, pattern: '^a' },
      { type: ['integer', 'null'], description: 'How many.', minimum: 0, exclusiveMaximum: 9 },
      { type: 'object' },
      { const: { $ref: 'data' } },
      { type: 'object', default: { $ref: 1, minimum: 2 }, additionalProperties: true },
    )
    const reference = fc.record(
      { $ref: fc.constantFrom('#', ...places), description: fc.constant('d'), minimum: fc.constant(1) },
      { requiredKeys: ['$ref'] },
    )
    const nested = fc.record(
      {
        type: fc.constantFrom<unknown>('object', ['object', 'null'], null),
        properties: named(inner),
        required: fc.array(name, { maxLength: 2 }),
        additionalProperties: fc.oneof(fc.boolean(), inner),
        $defs: named(inner),
        anyOf: list,
        allOf: list,
        oneOf: list,
        patternProperties: named(inner),
      },
      { requiredKeys: [] },
    )
    const items = fc.record(
      {
        type: fc.constant('array'),
        items: fc.oneof(inner, list),
        prefixItems: list,
        minItems: fc.nat(3),
        maxItems: fc.constant(3),
        uniqueItems: fc.boolean(),
      },
      { requiredKeys: ['type'] },
    )
    const part = fc.record(
      { properties: named(inner), required: fc.array(name, { maxLength: 2 }), additionalProperties: fc.boolean() },
      { requiredKeys: [] },
    )
    const root = fc.record(
      {
        type: fc.constant('object'),
        $schema: fc.constant('https://json-schema.org/draft/2020-12/schema'),
        $defs: named(inner),
        properties: named(inner),
        anyOf: fc.array(fc.oneof(part, inner), { maxLength: 3 }),
        allOf: fc.array(fc.oneof(part, nested), { maxLength: 2 }),
        minProperties: fc.constant(1),
      },
      { requiredKeys: ['$defs', 'properties'] },
    )
    const schema = fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 4, arbitrary: leaf },
      { weight: 2, arbitrary: reference },
      { weight: 2, arbitrary: nested },
      { weight: 1, arbitrary: items },
    )
    return { root, schema }
  })
  .root.chain((root) => fc.constantFrom(recursive(root), flat(root)))
  .map(frozen)

const recursive = (root: JsonObject) =>
  mended(root, ($ref) => (resolveReference(root, $ref) === undefined ? '#' : $ref))

/** References only to what has none. */
function flat({ $defs, ...rest }: JsonObject): JsonObject {
  const root = { $defs: { ...($defs as JsonObject), leaf: { enum: ['x'] } }, ...rest }
  return mended(root, ($ref) => {
    const target = resolveReference(root, $ref)
    const ends = typeof target === 'object' && !everySchema(target).some(([inner]) => isReference(inner))
    return ends ? $ref : '#/$defs/leaf'
  })
}

function mended(schema: JsonObject, mend: ($ref: unknown) => unknown): JsonObject {
  const made = mapSchemas(schema, (inner) => mended(inner, mend))
  return isReference(made) ? { ...made, $ref: mend(made.$ref) } : made
}

/** All the way down, so that a change throws. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) frozen(inner)
  return Object.freeze(value)
}
