import { isObject } from './rules/tools.ts'

/**
 * A value that fits a JSON schema, made from a prompt: the same schema and prompt give the same value. It looks for a
 * place after "in", for the numbers of the prompt and for the words of an enum; else it takes what the schema offers.
 */
export function fillSchema(schema: unknown, prompt: string): unknown {
  // A schema that names itself more than once multiplies with every level, so it gets as many levels as are affordable.
  for (let levels = MAX_LEVELS; ; levels >>= 1) {
    const budget = { left: MAX_VALUES }
    const value = fill(schema, { prompt, root: schema, levels, budget, name: '' })
    if (budget.left >= 0 || levels === 1) return value
  }
}

interface Context {
  readonly prompt: string
  readonly root: unknown
  /** How far down it may still go. */
  readonly levels: number
  /** How many values may still be made; below 0 when it was not enough. */
  readonly budget: { left: number }
  /** Of the member that is filled. */
  readonly name: string
}

const MAX_LEVELS = 8
const MAX_VALUES = 200

function fill(given: unknown, context: Context): unknown {
  context.budget.left -= 1
  if (context.levels < 0) return null
  const schema = isObject(given) ? follow(given, context.root) : {}
  if ('const' in schema) return schema.const
  if ('default' in schema) return schema.default
  if (Array.isArray(schema.enum)) return pick(schema.enum, context.prompt)
  const choice = [schema.anyOf, schema.oneOf].find((list) => Array.isArray(list))
  if (Array.isArray(choice) && schema.properties === undefined) return fill(choice[0], deeper(context))
  const parts = Array.isArray(schema.allOf) ? schema.allOf.filter(isObject) : []
  const merged: Record<string, unknown> = Object.assign({}, schema, ...parts.map((part) => follow(part, context.root)))
  switch (typeOf(merged)) {
    case 'object':
      return fillObject(merged, context)
    case 'array':
      return fillArray(merged, context)
    case 'integer':
    case 'number':
      return fillNumber(merged, context)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return fillString(merged, context)
  }
}

function fillObject(schema: Record<string, unknown>, context: Context): Record<string, unknown> {
  const properties = isObject(schema.properties) ? schema.properties : {}
  const required = Array.isArray(schema.required) ? schema.required.map(String) : []
  const names = required.length > 0 ? required : Object.keys(properties)
  return Object.fromEntries(
    affordable(names, context, (name) => [name, fill(properties[name], { ...deeper(context), name })]),
  )
}

function fillArray(schema: Record<string, unknown>, context: Context): unknown[] {
  const wanted = typeof schema.minItems === 'number' ? schema.minItems : 1
  const items = Array.from({ length: Math.min(Math.max(wanted, 0), 10) }, () => schema.items)
  return affordable(items, context, (item) => fill(item, deeper(context)))
}

/** What is made of each, up to where the budget ends. */
function affordable<Of, Made>(list: readonly Of[], { budget }: Context, make: (of: Of) => Made): Made[] {
  const made: Made[] = []
  for (const of of list) {
    if (budget.left <= 0) {
      budget.left = -1
      break
    }
    made.push(make(of))
  }
  return made
}

function fillNumber(schema: Record<string, unknown>, { prompt }: Context): number {
  const said = /-?\d+(?:\.\d+)?/.exec(prompt)?.[0]
  const number = said === undefined ? 1 : Number(said)
  const lowest = typeof schema.minimum === 'number' ? schema.minimum : number
  const highest = typeof schema.maximum === 'number' ? schema.maximum : number
  const fitting = Math.min(Math.max(number, lowest), highest)
  return typeOf(schema) === 'integer' ? Math.round(fitting) : fitting
}

function fillString(schema: Record<string, unknown>, { prompt, name }: Context): string {
  if (Array.isArray(schema.examples) && typeof schema.examples[0] === 'string') return schema.examples[0]
  if (schema.format === 'date') return '2026-01-01'
  if (schema.format === 'date-time') return '2026-01-01T00:00:00Z'
  if (/city|location|place|town|where/i.test(name)) return PLACE.exec(prompt)?.[1] ?? 'Paris'
  if (/query|question|prompt|text|message|input|expression/i.test(name)) return prompt
  return PLACE.exec(prompt)?.[1] ?? (name || 'example')
}

const PLACE = /\b(?:in|for|at|from)\s+(\p{Lu}[\p{L}'-]*(?:\s\p{Lu}[\p{L}'-]*)*)/u

function pick(values: readonly unknown[], prompt: string): unknown {
  const lower = prompt.toLowerCase()
  const looked = values.slice(0, MAX_CHOICES)
  return looked.find((value) => typeof value === 'string' && lower.includes(value.toLowerCase())) ?? values[0]
}

// Of an enum; looking through one of a million for each value would take seconds.
const MAX_CHOICES = 1000

function typeOf(schema: Record<string, unknown>): unknown {
  if (Array.isArray(schema.type)) return schema.type.find((type) => type !== 'null') ?? 'null'
  return schema.type ?? (isObject(schema.properties) ? 'object' : 'string')
}

function follow(schema: Record<string, unknown>, root: unknown): Record<string, unknown> {
  if (typeof schema.$ref !== 'string' || !schema.$ref.startsWith('#/')) return schema
  let found: unknown = root
  for (const step of schema.$ref.slice(2).split('/')) {
    found = isObject(found) ? found[step.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined
  }
  return isObject(found) && typeof found.$ref !== 'string' ? found : {}
}

function deeper(context: Context): Context {
  return { ...context, levels: context.levels - 1 }
}
