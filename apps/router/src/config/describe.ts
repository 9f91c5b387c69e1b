import type { z } from 'zod'
import { choice, mustBe } from './nearest.ts'

/** What zod found, in words that say what to write and never repeat what is written. */
export function describe(issue: z.core.$ZodRawIssue): string {
  const { input } = issue
  if (input === null) return 'has no value; give it one, or leave it out'
  switch (issue.code) {
    case 'invalid_type':
      return input === undefined ? 'is missing' : describeType(issue.expected, input)
    case 'invalid_value':
      return oneOf(issue.values, input)
    case 'invalid_union':
      return describeUnion(issue)
    case 'too_small':
      return `must ${size('at least', issue.minimum, issue.origin, issue.inclusive)}`
    case 'too_big':
      return `must ${size('at most', issue.maximum, issue.origin, issue.inclusive)}`
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`
    case 'invalid_format':
      return describeFormat(issue)
    case 'invalid_key':
      return 'its name is not valid here'
    default:
      return 'is not valid'
  }
}

const nouns: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
}

const noun = (expected: string) => nouns[expected] ?? expected

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'boolean' ? 'true or false' : noun(typeof value)
}

function describeType(expected: string, input: unknown): string {
  if (expected === 'int') return 'must be a whole number'
  // YAML reads `123456789012` as a number and `true` as a boolean.
  const isUnquoted = expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')
  return `must be ${noun(expected)}, not ${kindOf(input)}${isUnquoted ? '; put it in quotes' : ''}`
}

function oneOf(values: readonly unknown[], input: unknown): string {
  const known = values.map(String)
  if (input === undefined) return `is missing; it is ${choice(known)}`
  return mustBe(known, input)
}

function describeUnion(issue: Extract<z.core.$ZodRawIssue, { code: 'invalid_union' }>): string {
  const { input, discriminator, options } = issue
  if (typeof discriminator !== 'string' || !Array.isArray(options))
    return input === undefined ? 'is missing' : 'is not valid'
  return oneOf(options, typeof input === 'object' && input !== null ? Reflect.get(input, discriminator) : undefined)
}

function size(bound: string, limit: number | bigint, origin: string, inclusive = true): string {
  const unit = { string: 'character', array: 'item', set: 'item', map: 'member', object: 'member' }[origin]
  const bounded = inclusive ? bound : bound === 'at least' ? 'more than' : 'less than'
  return unit === undefined
    ? `be ${bounded} ${limit}`
    : `have ${bounded} ${limit} ${unit}${Number(limit) === 1 ? '' : 's'}`
}

function describeFormat(issue: Extract<z.core.$ZodRawIssue, { code: 'invalid_format' }>): string {
  switch (issue.format) {
    case 'regex':
      return `must match ${issue.pattern}`
    case 'starts_with':
      return `must begin with "${issue.prefix}"`
    case 'ends_with':
      return `must end with "${issue.suffix}"`
    case 'includes':
      return `must contain "${issue.includes}"`
    default:
      return `is not a valid ${issue.format}`
  }
}
