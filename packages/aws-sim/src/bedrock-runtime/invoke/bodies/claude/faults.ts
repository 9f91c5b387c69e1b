import type { z } from 'zod'
import { valueAt } from '../../../value-at.ts'

/** The first thing that is wrong with a body, as Anthropic's own interface words it. */
export function toFault(issues: readonly z.core.$ZodIssue[], json: unknown): string {
  const [issue] = issues
  return issue ? `${placeOf(issue)}: ${textOf(issue, valueAt(json, issue.path))}` : 'Field required'
}

// messages.0.content.1.text
function placeOf(issue: z.core.$ZodIssue): string {
  const [key] = issue.code === 'unrecognized_keys' ? issue.keys : []
  return [...issue.path, ...(key === undefined ? [] : [key])].map(String).join('.')
}

function textOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'unrecognized_keys') return 'Extra inputs are not permitted'
  if (value === undefined) return 'Field required'
  switch (issue.code) {
    case 'too_small': {
      if (issue.origin === 'array') return `List should have at least ${issue.minimum} item`
      if (issue.origin === 'string') return `String should have at least ${issue.minimum} character`
      return `Input should be greater than or equal to ${issue.minimum}`
    }
    case 'too_big':
      return `Input should be less than or equal to ${issue.maximum}`
    case 'invalid_value':
      return `Input should be ${issue.values.map((allowed) => `'${String(allowed)}'`).join(' or ')}`
    case 'invalid_type':
      return `Input should be a valid ${TYPES.get(issue.expected) ?? issue.expected}`
    default:
      return 'Input should be a valid input'
  }
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['array', 'list'],
  ['int', 'integer'],
  ['object', 'dictionary'],
  ['record', 'dictionary'],
])
