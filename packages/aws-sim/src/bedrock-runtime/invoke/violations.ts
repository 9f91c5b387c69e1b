import type { z } from 'zod'
import { valueAt } from '../value-at.ts'

/**
 * What is wrong with a body, as the JSON schema validator before the models says it. Its texts were seen of several
 * families; that they hold for all is inferred.
 */
export function toViolation(issues: readonly z.core.$ZodIssue[], json: unknown): string {
  const violations = issues.flatMap((issue) => textsOf(issue, json))
  const text = violations.length === 1 ? violations[0] : `${violations.length} schema violations found`
  return `Malformed input request: ${text}, please reformat your input and try again.`
}

function textsOf(issue: z.core.$ZodIssue, json: unknown): string[] {
  const pointer = toPointer(issue.path)
  const value = valueAt(json, issue.path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => `${pointer}: extraneous key [${key}] is not permitted`)
    case 'too_small':
      if (issue.origin === 'string') return [`${pointer}: expected minLength: ${issue.minimum}, actual: 0`]
      return [`${pointer}: ${String(value)} is not greater or equal to ${issue.minimum}`]
    case 'too_big':
      if (issue.origin !== 'array') return [`${pointer}: ${String(value)} is not less or equal to ${issue.maximum}`]
      return [
        `${pointer}: expected maximum item count: ${issue.maximum}, found: ${Array.isArray(value) ? value.length : 0}`,
      ]
    default:
      if (value === undefined) {
        return [`${toPointer(issue.path.slice(0, -1))}: required key [${String(issue.path.at(-1))}] not found`]
      }
      return [`${pointer}: expected type: ${expectedType(issue)}, found: ${typeName(value)}`]
  }
}

// #/stop/0
function toPointer(path: readonly PropertyKey[]): string {
  return ['#', ...path.map(String)].join('/')
}

function expectedType(issue: z.core.$ZodIssue): string {
  const expected = issue.code === 'invalid_type' ? issue.expected : issue.code
  return TYPES.get(expected) ?? expected
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['string', 'String'],
  ['number', 'Number'],
  ['int', 'Integer'],
  ['boolean', 'Boolean'],
  ['array', 'JSONArray'],
  ['object', 'JSONObject'],
])

function typeName(value: unknown): string {
  if (value === null) return 'Null'
  if (Array.isArray(value)) return 'JSONArray'
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'BigDecimal'
  return TYPES.get(typeof value) ?? typeof value
}
