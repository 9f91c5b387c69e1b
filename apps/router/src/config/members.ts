import type { z } from 'zod'
import type { Path } from './path.ts'

/** Reports a member that a schema does not have, and the names that it has. */
export type ReportUnknown = (path: Path, known: readonly string[]) => void

/**
 * Goes through maps within maps and lists, since a zod object drops in silence what it does not know, and one that is strict
 * does not say which names it knows. A `catchall` is respected. Below a union of maps only zod can tell, and it is left to it.
 */
export function findUnknownMembers(schema: z.core.$ZodType, value: unknown, path: Path, report: ReportUnknown): void {
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (def.type === 'object') findInMap(def, value, path, report)
  else if (def.type === 'union') findInUnion(def, value, path, report)
  else if (def.type === 'array' && Array.isArray(value)) {
    for (const [index, item] of value.entries()) findUnknownMembers(def.element, item, [...path, index], report)
  } else if (def.type === 'record' && isMap(value)) {
    for (const [name, member] of Object.entries(value))
      findUnknownMembers(def.valueType, member, [...path, name], report)
  } else {
    const inner = innerType(def)
    if (inner !== undefined) findUnknownMembers(inner, value, path, report)
  }
}

/** What a schema that only wraps another one wraps. */
function innerType(def: z.core.$ZodTypes['_zod']['def']): z.core.$ZodType | undefined {
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'nonoptional':
    case 'default':
    case 'prefault':
    case 'catch':
    case 'readonly':
      return def.innerType
    case 'lazy':
      return def.getter()
    case 'pipe':
      // A transform comes first in `z.preprocess`.
      return def.in._zod.def.type === 'transform' ? def.out : def.in
    default:
      return undefined
  }
}

function findInMap(def: z.core.$ZodObjectDef, value: unknown, path: Path, report: ReportUnknown): void {
  if (!isMap(value)) return
  for (const [name, member] of Object.entries(value)) {
    const schema = Object.hasOwn(def.shape, name) ? def.shape[name] : undefined
    if (schema !== undefined) findUnknownMembers(schema, member, [...path, name], report)
    else if (def.catchall === undefined || def.catchall._zod.def.type === 'never')
      report([...path, name], Object.keys(def.shape))
  }
}

/** The map that the discriminator chooses, else the only one that there is. */
function findInUnion(def: z.core.$ZodUnionDef, value: unknown, path: Path, report: ReportUnknown): void {
  if (!isMap(value)) return
  const discriminator = 'discriminator' in def && typeof def.discriminator === 'string' ? def.discriminator : undefined
  const maps = def.options.filter((option) => option._zod.def.type === 'object')
  const chosen =
    discriminator === undefined
      ? maps.length === 1 && maps[0]
      : maps.find((option) =>
          option._zod.propValues?.[discriminator]?.has(value[discriminator] as z.core.util.Primitive),
        )
  if (chosen) findUnknownMembers(chosen, value, path, report)
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
