import type { z } from 'zod'
import { describe } from './describe.ts'
import { findUnknownMembers, isMap } from './members.ts'
import { type Path, pathText } from './path.ts'
import type { Review } from './review.ts'

/**
 * Checks one section of a document against its schema and reports all that is wrong with it, unknown members included.
 * The parsed value, or `undefined` where it does not fit. `alsoKnown`: names beside those of the schema, for what may have been meant.
 */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  path: Path,
  review: Review,
  alsoKnown: readonly string[] = [],
): z.output<Schema> | undefined {
  findUnknownMembers(schema, value, path, (unknown, known) => {
    review.unknown(unknown, unknown.length === path.length + 1 ? [...known, ...alsoKnown] : known)
  })
  const ours = new Set<string>()
  const parse = (input: unknown) =>
    schema.safeParse(input, {
      // For `report` to look at.
      reportInput: true,
      // A message in the schema itself goes before it.
      error(issue) {
        const message = describe(issue)
        ours.add(message)
        return message
      },
    })
  try {
    let result = parse(value)
    const typed = result.success ? undefined : withTypes(value, result.error.issues, path, review)
    if (typed !== undefined) result = parse(typed.value)
    if (result.success) return result.data
    for (const issue of result.error.issues) report(deepest(issue, ours), path, review, ours)
  } catch (error) {
    review.add(path, `cannot be checked: ${review.quote(error instanceof Error ? error.message : String(error))}`)
  }
  return undefined
}

function report(issue: z.core.$ZodIssue, path: Path, review: Review, ours: ReadonlySet<string>): void {
  const at = [...path, ...issue.path]
  // The walk reports these too, with the names that are known, wherever it can.
  if (issue.code === 'unrecognized_keys') for (const name of issue.keys) reportUnrecognized([...at, name], review)
  // What several members must be to each other cannot be told while one of them is not there.
  else if (issue.code !== 'custom' || !isMap(issue.input) || !review.document.hasUnset(path)) {
    review.add(at, ours.has(issue.message) ? issue.message : review.quote(issue.message))
  }
}

function reportUnrecognized(path: Path, review: Review): void {
  const text = pathText(path)
  if (!review.faults.some((fault) => fault.path === text)) review.unknown(path, [])
}

/** Of a union, the fault of the alternative that came furthest, for it tells the most; if none came far, what each of them wants. */
function deepest(issue: z.core.$ZodIssue, ours: Set<string>): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue
  const alternatives = issue.errors
    .flatMap((issues) => (issues[0] === undefined ? [] : [deepest(issues[0], ours)]))
    .sort((a, b) => b.path.length - a.path.length)
  const [furthest] = alternatives
  if (furthest === undefined) return issue
  if (furthest.path.length > 0) return { ...furthest, path: [...issue.path, ...furthest.path] }
  const messages = [...new Set(alternatives.map(({ message }) => message))]
  const message = messages.join(', or ')
  if (messages.every((part) => ours.has(part))) ours.add(message)
  return { ...issue, message }
}

/** What comes out of the environment is text; where the schema wants a number or a boolean, it is read as one. */
function withTypes(
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
  path: Path,
  review: Review,
): { readonly value: unknown } | undefined {
  let typed = value
  let changed = false
  for (const issue of issues) {
    if (issue.code !== 'invalid_type' || !review.isFromEnvironment([...path, ...issue.path])) continue
    const read = readAs(issue.expected, getIn(value, issue.path))
    if (read === undefined) continue
    changed = true
    typed = setIn(typed, issue.path, read)
  }
  return changed ? { value: typed } : undefined
}

function readAs(expected: string, text: unknown): number | boolean | undefined {
  if (typeof text !== 'string') return undefined
  if (expected === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  if (expected === 'boolean' && /^(true|false)$/.test(text)) return text === 'true'
  return undefined
}

const getIn = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (parent, name) => (typeof parent === 'object' && parent !== null ? Reflect.get(parent, name) : undefined),
    value,
  )

/** A copy of a map or a list with one member, however deep, replaced. */
function setIn(value: unknown, [name, ...rest]: Path, member: unknown): unknown {
  if (name === undefined) return member
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === name ? setIn(item, rest, member) : item))
  return isMap(value) ? { ...value, [name]: setIn(value[String(name)], rest, member) } : value
}
