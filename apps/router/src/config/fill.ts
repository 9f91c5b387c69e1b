import type { StringMap } from '@moho/core'
import { isMap } from './members.ts'
import { type Environment, variable } from './references.ts'

/** A member that a variable can fill: `{ AWS_REGION: 'region' }`. */
export interface Filling {
  readonly variable: string
  readonly path: readonly string[]
  readonly value: string
}

/** Those of a provider's variables that are set; an empty one counts as not set. */
export function fillings(environment: Environment, members: StringMap = {}): readonly Filling[] {
  return Object.entries(members).flatMap(([name, member]) => {
    const value = variable(environment, name)
    return value === undefined || value === '' ? [] : [{ variable: name, path: member.split('.'), value }]
  })
}

/** A copy with the member set, or `undefined` where the map says something there already. */
export function fill(
  map: Readonly<Record<string, unknown>>,
  [name, ...rest]: readonly string[],
  value: string,
): Readonly<Record<string, unknown>> | undefined {
  if (name === undefined) return undefined
  const own = Object.hasOwn(map, name) ? map[name] : undefined
  if (rest.length === 0) return own === undefined ? { ...map, [name]: value } : undefined
  const inner = own === undefined ? {} : own
  const filled = isMap(inner) ? fill(inner, rest, value) : undefined
  return filled && { ...map, [name]: filled }
}
