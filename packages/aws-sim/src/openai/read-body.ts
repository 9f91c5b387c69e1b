import type { z } from 'zod'
import { parseJson } from '../calls.ts'
import { invalidRequest, type OpenAiError } from './errors.ts'

/** The body as the schema reads it, or OpenAI's refusal of the first thing that is wrong with it. */
export function readBody<Schema extends z.ZodType>(body: Buffer, schema: Schema): z.output<Schema> | Refused {
  const json = parseJson(body.toString())
  if (typeof json !== 'object' || json === null) return { refused: invalidRequest(NO_JSON) }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  return { refused: issue ? refusal(issue, json) : invalidRequest(NO_JSON) }
}

export interface Refused {
  readonly refused: OpenAiError
}

export function isRefused(read: unknown): read is Refused {
  return typeof read === 'object' && read !== null && 'refused' in read
}

const NO_JSON =
  'We could not parse the JSON body of your request. (HINT: This likely means you aren’t using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)'

// Texts as OpenAI's API was seen to give them; that they are the same for every parameter is inferred.
function refusal(issue: z.core.$ZodIssue, body: object): OpenAiError {
  const param = toParam(issue.path)
  const value = valueAt(body, issue.path)
  switch (issue.code) {
    case 'unrecognized_keys': {
      const name = toParam([...issue.path, issue.keys[0] ?? ''])
      return invalidRequest(`Unknown parameter: '${name}'.`, name, 'unknown_parameter')
    }
    case 'invalid_value': {
      if (value === undefined) return missing(param)
      const allowed = issue.values.map((one) => `'${String(one)}'`).join(', ')
      return invalidRequest(
        `Invalid value: '${String(value)}'. Supported values are: ${allowed}.`,
        param,
        'invalid_value',
      )
    }
    case 'too_small':
    case 'too_big':
      return outOfBounds(issue, param, value)
    case 'custom':
      return invalidRequest(issue.message, param || null, 'invalid_value')
    default: {
      if (value === undefined) return missing(param)
      if (issue.code === 'invalid_union' && typeof value === 'string') {
        return invalidRequest(`Invalid value: '${value}'.`, param, 'invalid_value')
      }
      const wanted = issue.code === 'invalid_type' ? ` expected ${article(nameOf(issue.expected))}, but` : ''
      const text = `Invalid type for '${param}':${wanted} got ${article(typeName(value))} instead.`
      return invalidRequest(text, param, 'invalid_type')
    }
  }
}

const DECIMALS = new Set(['temperature', 'top_p', 'frequency_penalty', 'presence_penalty'])

function missing(param: string): OpenAiError {
  return invalidRequest(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter')
}

function outOfBounds(
  issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig,
  param: string,
  value: unknown,
): OpenAiError {
  const isLow = issue.code === 'too_small'
  const bound = String(isLow ? issue.minimum : issue.maximum)
  if (issue.origin === 'array' || issue.origin === 'string') {
    const size = Array.isArray(value) || typeof value === 'string' ? value.length : 0
    const kind = issue.origin
    const state = isLow ? (size === 0 ? 'empty' : `${kind} too short`) : `${kind} too long`
    const shown = state === 'empty' ? `empty ${kind}` : state
    const code = `${shown.replaceAll(' ', '_')}`
    const text = `Invalid '${param}': ${shown}. Expected ${article(kind)} with ${isLow ? 'minimum' : 'maximum'} length ${bound}, but got ${article(kind)} with length ${size} instead.`
    return invalidRequest(text, param, code)
  }
  const kind = DECIMALS.has(param) ? 'decimal' : 'integer'
  const side = isLow ? 'below minimum' : 'above maximum'
  return invalidRequest(
    `Invalid '${param}': ${kind} ${side} value. Expected a value ${isLow ? '>=' : '<='} ${bound}, but got ${String(value)} instead.`,
    param,
    `${kind}_${side.replace(' ', '_')}_value`,
  )
}

// messages[0].content
function toParam(path: readonly PropertyKey[]): string {
  return path.map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at ? '.' : ''}${String(step)}`)).join('')
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = body
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, step)
  }
  return value
}

function nameOf(expected: string): string {
  const names: Readonly<Record<string, string>> = { number: 'decimal', int: 'integer', record: 'object' }
  return names[expected] ?? expected
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'decimal') : typeof value
}

function article(noun: string): string {
  return noun === 'null' ? noun : `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
}
