import type { z } from 'zod'
import { valueAt } from '../value-at.ts'
import type { IssueParams } from './request-schema.ts'

/** What is wrong with the shape of a request, in AWS's words, by the kind of refusal it leads to. */
export interface ShapeFaults {
  /** A JSON value of the wrong type. */
  readonly types: readonly string[]
  readonly unknownMembers: readonly string[]
  readonly unions: readonly string[]
  /** Required members, lengths, ranges, patterns, enums. */
  readonly constraints: readonly string[]
}

export const NO_SHAPE_FAULTS: ShapeFaults = { types: [], unknownMembers: [], unions: [], constraints: [] }

export function toShapeFaults(issues: readonly z.core.$ZodIssue[], body: unknown): ShapeFaults {
  const types: string[] = []
  const unknownMembers: string[] = []
  const unions: string[] = []
  const constraints = new Map<string, string[]>()
  for (const issue of issues) {
    const params = issue.code === 'custom' ? (issue.params as IssueParams | undefined) : undefined
    const value = valueAt(body, issue.path)
    if (issue.code === 'unrecognized_keys') {
      const pointer = ['#', ...issue.path.map(String)].join('/')
      unknownMembers.push(...issue.keys.map((key) => `${pointer}: extraneous key [${key}] is not permitted`))
    } else if (params?.kind === 'union') {
      unions.push(unionText(params, issue.path, value))
    } else if (params?.kind === 'base64') {
      types.push(`Unable to decode the base64 value at ${issue.path.join('.')}.`)
    } else if (issue.code === 'invalid_type' && value !== undefined) {
      types.push(typeText(issue.expected, value, issue.path))
    } else {
      const place = `${shownValue(issue.path, value)} '${toMemberPath(issue.path)}'`
      constraints.set(place, [...(constraints.get(place) ?? []), constraintText(issue, params, value)])
    }
  }
  return { types, unknownMembers, unions, constraints: [...constraints].map(([place, texts]) => placed(place, texts)) }
}

/**
 * JSON null as a member means that the member is not there, except inside documents, which are passed on untouched.
 */
export function dropNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropNulls)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(members.map(([key, member]) => [key, DOCUMENTS.has(key) ? member : dropNulls(member)]))
}

const DOCUMENTS = new Set(['json', 'input', 'additionalModelRequestFields'])

type Path = readonly PropertyKey[]

function placed(place: string, texts: readonly string[]): string {
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  return `${place} failed to satisfy constraint: ${text}`
}

// List members count from 1 here and have `.member` after them: messages.1.member.content.2.member.toolUse.name
function toMemberPath(path: Path): string {
  return path.map((step) => (typeof step === 'number' ? `${step + 1}.member` : String(step))).join('.')
}

// What a user or a model said is not repeated in the text.
function shownValue(path: Path, value: unknown): string {
  if (value === undefined || value === null) return 'Value null at'
  if ((path[0] === 'messages' && path.includes('content')) || path[0] === 'system') return 'Value at'
  if (Array.isArray(value)) return `Value '[${value.map(String).join(', ')}]' at`
  return `Value '${typeof value === 'object' ? JSON.stringify(value) : String(value)}' at`
}

function constraintText(issue: z.core.$ZodIssue, params: IssueParams | undefined, value: unknown): string {
  if (params?.kind === 'constraint') return params.text
  if (value === undefined) return 'Member must not be null'
  switch (issue.code) {
    case 'too_small':
      return `Member must have ${measure(issue.origin)} greater than or equal to ${issue.minimum}`
    case 'too_big':
      return `Member must have ${measure(issue.origin)} less than or equal to ${issue.maximum}`
    case 'invalid_format':
      return `Member must satisfy regular expression pattern: ${patternText(issue)}`
    case 'invalid_value':
      return `Member must satisfy enum value set: [${issue.values.join(', ')}]`
    default:
      return 'Member must not be null'
  }
}

function patternText(issue: z.core.$ZodIssueInvalidStringFormat): string {
  return (issue.pattern ?? '').replace(/^\/\^\(\?:(.*)\)\$\/$/s, '$1').replaceAll('\\/', '/')
}

function measure(origin: string): string {
  return origin === 'string' || origin === 'array' ? 'length' : 'value'
}

function unionText(union: Extract<IssueParams, { kind: 'union' }>, path: Path, value: unknown): string {
  const many = typeof value === 'object' && value !== null && Object.keys(value).length > 1
  const rule = many ? 'must set only one of the following keys' : 'must set one of the following keys'
  return `${union.name} object at ${path.join('.')} ${rule}: ${union.members.join(', ')}.`
}

function typeText(expected: string, value: unknown, path: Path): string {
  if (expected === 'object' || expected === 'record') return 'Expected map or null'
  if (expected === 'array') return 'Expected list or null'
  if (Array.isArray(value)) return 'Start of list found where not expected.'
  if (typeof value === 'object') return 'Start of structure or map found where not expected.'
  return `${token(value)} can not be converted to ${typeName(expected, path)}`
}

function token(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE'
  return typeof value === 'number' ? 'NUMBER_VALUE' : 'STRING_VALUE'
}

function typeName(expected: string, path: Path): string {
  if (expected === 'string') return 'a String'
  if (expected === 'boolean') return 'a Boolean'
  return FLOATS.has(path.at(-1)) ? 'a Float' : 'an Integer'
}

const FLOATS: ReadonlySet<PropertyKey | undefined> = new Set(['temperature', 'topP'])
