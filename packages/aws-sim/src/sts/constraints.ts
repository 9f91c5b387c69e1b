import type { Fault } from '../fault.ts'
import { stsFault } from './errors.ts'

/** A value with its place, such as `tags.1.member.key`, and what it must be. */
export interface Parameter {
  readonly place: string
  /** Null when it is not there. */
  readonly value: string | null
  readonly constraints: readonly Constraint[]
  /** AWS does not repeat a secret. */
  readonly isSecret?: boolean
}

interface Constraint {
  holds(value: string | null): boolean
  readonly words: string
}

/** All that is wrong with parameters, as one refusal in AWS's words. */
export function refuseParameters(parameters: readonly Parameter[]): Fault | undefined {
  const faults = parameters.flatMap(({ place, value, constraints, isSecret }) => {
    const shown = value === null ? ' null' : isSecret ? '' : ` '${value}'`
    return constraints
      .filter((constraint) => !constraint.holds(value))
      .map(({ words }) => `Value${shown} at '${place}' failed to satisfy constraint: ${words}`)
  })
  if (faults.length === 0) return undefined
  const count = `${faults.length} validation ${faults.length === 1 ? 'error' : 'errors'} detected`
  return stsFault('ValidationError', `${count}: ${faults.join('; ')}`)
}

export const required: Constraint = { holds: (value) => value !== null, words: 'Member must not be null' }

export function length(least: number, most: number): readonly Constraint[] {
  return [
    given((value) => value.length >= least, `Member must have length greater than or equal to ${least}`),
    given((value) => value.length <= most, `Member must have length less than or equal to ${most}`),
  ]
}

/** The pattern is shown as it is here, and holds for the whole value. */
export function pattern(source: string): Constraint {
  const whole = new RegExp(`^(?:${source})$`, 'u')
  return given((value) => whole.test(value), `Member must satisfy regular expression pattern: ${source}`)
}

export function between(least: number, most: number): readonly Constraint[] {
  const isInteger = (value: string): boolean => /^[+-]?\d+$/.test(value)
  return [
    // The wording is inferred.
    given(isInteger, 'Member must be an integer'),
    given(
      (value) => !isInteger(value) || Number(value) >= least,
      `Member must have value greater than or equal to ${least}`,
    ),
    given(
      (value) => !isInteger(value) || Number(value) <= most,
      `Member must have value less than or equal to ${most}`,
    ),
  ]
}

/** How many members a list may have. */
export function atMost(most: number, members: readonly unknown[]): Constraint {
  return { holds: () => members.length <= most, words: `Member must have length less than or equal to ${most}` }
}

function given(holds: (value: string) => boolean, words: string): Constraint {
  return { holds: (value) => value === null || holds(value), words }
}
