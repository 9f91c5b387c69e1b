import { type ConverseCall, modelError, placedBlocks } from '../call.ts'
import type { ConverseRequest } from '../request-schema.ts'
import { fieldsOf } from './fields.ts'
import { isObject, toolSpecs } from './tools.ts'

/** Rules about JSON schemas: of answers, of strict tools and of tools at all. */

export function wantsSchemaWithoutSupport({ body, model }: ConverseCall): string | undefined {
  if (model?.strictSchemas !== false) return undefined
  const isNative = model.family === 'claude' && nativeFormat(body) !== undefined
  if (!body.outputConfig?.textFormat && !isNative) return undefined
  if (model.family === 'claude') return modelError('output_config.format: Extra inputs are not permitted')
  // The wording is inferred from that about other fields.
  return "This model doesn't support the outputConfig.textFormat field. Remove outputConfig.textFormat and try again."
}

// The wording is inferred.
export function hasBrokenOutputSchema({ body }: ConverseCall): string | undefined {
  const schema = body.outputConfig?.textFormat?.structure.jsonSchema?.schema
  if (schema === undefined || isObject(parsed(schema))) return undefined
  return 'The value at outputConfig.textFormat.structure.jsonSchema.schema is not a valid JSON schema.'
}

const MAX_SCHEMA_NAME = 64

// The wording is inferred.
export function hasLongSchemaName({ body }: ConverseCall): string | undefined {
  const name = body.outputConfig?.textFormat?.structure.jsonSchema?.name ?? ''
  if (name.length <= MAX_SCHEMA_NAME) return undefined
  return `The value at outputConfig.textFormat.structure.jsonSchema.name must have at most ${MAX_SCHEMA_NAME} characters.`
}

export function hasUnsupportedOutputSchema({ body, model }: ConverseCall): string | undefined {
  const declared = body.outputConfig?.textFormat?.structure.jsonSchema?.schema
  const native = model?.family === 'claude' ? nativeFormat(body) : undefined
  for (const schema of [declared === undefined ? undefined : parsed(declared), native]) {
    const fault = schema === undefined ? undefined : schemaFault(schema)
    if (fault) return modelError(`output_config.format.schema: ${fault}`)
  }
  return undefined
}

export function isStrictWithoutSupport({ body, model }: ConverseCall): string | undefined {
  const found = toolSpecs(body).find(([, spec]) => spec.strict !== undefined)
  if (!found || model?.strictSchemas !== false) return undefined
  if (model.family === 'claude') return modelError(`tools.${found[0]}.custom.strict: Extra inputs are not permitted`)
  // The wording is inferred from that about other fields.
  const field = `toolConfig.tools.${found[0]}.toolSpec.strict`
  return `This model doesn't support the ${field} field. Remove ${field} and try again.`
}

export function hasUnsupportedStrictSchema({ body }: ConverseCall): string | undefined {
  for (const [index, spec] of toolSpecs(body)) {
    const fault = spec.strict ? schemaFault(spec.inputSchema.json) : undefined
    if (fault) return modelError(`tools.${index}.custom: ${fault}`)
  }
  return undefined
}

export function combinesAtTheTop({ body, model }: ConverseCall): string | undefined {
  const found = toolSpecs(body).find(([, { inputSchema }]) =>
    COMBINATIONS.some((key) => isObject(inputSchema.json) && key in inputSchema.json),
  )
  if (!found || model?.family !== 'claude') return undefined
  return modelError(
    `tools.${found[0]}.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level`,
  )
}

// The wording is inferred.
export function refersInToolSchema({ body, model }: ConverseCall): string | undefined {
  if (model?.family !== 'nova') return undefined
  const found = toolSpecs(body).find(([, { inputSchema }]) =>
    subschemas(inputSchema.json).some(({ schema }) => REFERENCES.some((key) => key in schema)),
  )
  if (!found) return undefined
  return `The value at toolConfig.tools.${found[0]}.toolSpec.inputSchema.json contains a $ref or $defs, which this model doesn't support.`
}

/** As Mistral's own interface says it. */
export function hasOtherToolUseId({ body, model }: ConverseCall): string | undefined {
  if (model?.family !== 'mistral') return undefined
  const ids = placedBlocks(body).flatMap(({ block }) => block.toolUse?.toolUseId ?? block.toolResult?.toolUseId ?? [])
  const found = ids.find((id) => !/^[a-zA-Z0-9]{9}$/.test(id))
  return found && modelError(`Tool call id was ${found} but must be a-z, A-Z, 0-9, with a length of 9.`)
}

function nativeFormat(body: ConverseRequest): unknown {
  const { output_config: config } = fieldsOf(body)
  return isObject(config) && isObject(config.format) ? config.format.schema : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const COMBINATIONS = ['anyOf', 'oneOf', 'allOf']
const REFERENCES = ['$ref', '$defs', 'definitions']
const UNSUPPORTED = [
  'exclusiveMaximum',
  'exclusiveMinimum',
  'maxItems',
  'maxLength',
  'maximum',
  'minLength',
  'minimum',
  'multipleOf',
  'uniqueItems',
]

/** Why a schema cannot become a grammar. */
function schemaFault(root: unknown): string | undefined {
  for (const { schema, depth } of subschemas(root)) {
    const type = typeOf(schema)
    const unsupported = UNSUPPORTED.filter((key) => key in schema)
    if (unsupported.length > 0) return `For '${type}' type, properties ${unsupported.join(', ')} are not supported`
    if (schema.minItems !== undefined && schema.minItems !== 0 && schema.minItems !== 1) {
      return "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
    }
    if (type === 'object' && schema.additionalProperties !== false) {
      return "For 'object' type, 'additionalProperties' must be explicitly set to false"
    }
    // The wording of the next two is inferred.
    if (typeof schema.$ref === 'string' && !schema.$ref.startsWith('#')) {
      return `External references are not supported: ${schema.$ref}`
    }
    if (depth > MAX_DEPTH) return TOO_DEEP
  }
  return referenceFault(root)
}

const MAX_DEPTH = 100
const TOO_DEEP = 'Schema is too deeply nested'

function typeOf(schema: Record<string, unknown>): string {
  const types = Array.isArray(schema.type) ? schema.type.filter((type) => type !== 'null') : [schema.type]
  if (typeof types[0] === 'string') return types[0]
  if (isObject(schema.properties)) return 'object'
  return schema.items === undefined ? 'any' : 'array'
}

interface Subschema {
  readonly schema: Record<string, unknown>
  readonly depth: number
}

/** The schema and everything inside it that is a schema; what lies deeper than can be checked is left out. */
function subschemas(root: unknown): Subschema[] {
  const found: Subschema[] = isObject(root) ? [{ schema: root, depth: 0 }] : []
  for (const { schema, depth } of found) {
    if (depth > MAX_DEPTH) continue
    for (const child of children(schema)) found.push({ schema: child, depth: depth + 1 })
  }
  return found
}

function children(schema: Record<string, unknown>): Record<string, unknown>[] {
  const { items, additionalProperties, not } = schema
  const maps = [schema.properties, schema.patternProperties, schema.$defs, schema.definitions].filter(isObject)
  const lists = [...COMBINATIONS, 'prefixItems'].flatMap((key) => schema[key])
  return [items, additionalProperties, not, ...maps.flatMap((map) => Object.values(map)), ...lists].filter(isObject)
}

/** That a reference leads back to where it stands, or through too many others. */
function referenceFault(root: unknown): string | undefined {
  const finished = new Set<string>()
  const open = new Set<string>(['#'])
  const visit = (target: unknown): string | undefined => {
    for (const reference of references(target)) {
      if (finished.has(reference)) continue
      if (open.has(reference)) return `Circular reference detected in schema definitions: ${reference}`
      if (open.size > MAX_DEPTH) return TOO_DEEP
      open.add(reference)
      const fault = visit(at(root, reference))
      if (fault !== undefined) return fault
      open.delete(reference)
      finished.add(reference)
    }
    return undefined
  }
  return visit(root)
}

// Definitions are only followed where something refers to them.
function references(target: unknown): string[] {
  if (!isObject(target)) return []
  const { $defs: _, definitions: __, ...rest } = target
  return subschemas(rest).flatMap(({ schema }) => (typeof schema.$ref === 'string' ? [schema.$ref] : []))
}

function at(root: unknown, reference: string): unknown {
  let found: unknown = root
  for (const step of reference.slice(2).split('/')) {
    found = isObject(found) ? found[decodeStep(step)] : undefined
  }
  return found
}

function decodeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}
