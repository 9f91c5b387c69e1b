import { type Fault, namedFault } from '../fault.ts'

/** What a parameter of a query must be, and AWS's words for it. */
interface Constraint {
  holds(value: string): boolean
  readonly words: string
}

/** All that is wrong with a query, as one refusal. Unknown parameters are nothing to AWS. */
export function refuseQuery(query: URLSearchParams, rules: Readonly<Record<string, Constraint>>): Fault | undefined {
  const faults = Object.entries(rules).flatMap(([name, { holds, words }]) => {
    const value = query.get(name)
    return value === null || holds(value) ? [] : `Value '${value}' at '${name}' failed to satisfy constraint: ${words}`
  })
  if (faults.length === 0) return undefined
  const count = `${faults.length} validation ${faults.length === 1 ? 'error' : 'errors'} detected`
  return namedFault('ValidationException', `${count}: ${faults.join('; ')}`)
}

export function oneOf(...values: readonly string[]): Constraint {
  return {
    holds: (value) => values.includes(value),
    words: `Member must satisfy enum value set: [${values.join(', ')}]`,
  }
}

export function matching(pattern: RegExp): Constraint {
  return {
    holds: (value) => pattern.test(value),
    words: `Member must satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`,
  }
}

export function between(low: number, high: number): Constraint {
  return {
    holds: (value) => /^\d+$/.test(value) && Number(value) >= low && Number(value) <= high,
    words: `Member must have value between ${low} and ${high}`,
  }
}
