import type { z } from 'zod'
import type { RequestBody } from '../contract/call.ts'
import { MohoError } from '../contract/errors.ts'

/** A JSON request body: parsed once, checked once. */
export class JsonBody<T> implements RequestBody<T> {
  readonly size: number
  readonly #members: Readonly<Record<string, unknown>>
  readonly #schema: z.ZodType<T>
  #checked: { value: T } | undefined

  /** Throws `invalid_request` where the bytes are not a JSON object. */
  constructor(bytes: Uint8Array, schema: z.ZodType<T>) {
    this.size = bytes.byteLength
    this.#schema = schema
    this.#members = parseObject(bytes)
  }

  peek(key: string): unknown {
    return Object.hasOwn(this.#members, key) ? this.#members[key] : undefined
  }

  json(): T {
    this.#checked ??= { value: this.#check() }
    return this.#checked.value
  }

  #check(): T {
    const result = this.#schema.safeParse(this.#members)
    if (result.success) return result.data
    const fault = deepest(result.error.issues[0])
    const param = memberPath(fault?.path ?? [])
    throw new MohoError('invalid_request', `${param || 'body'}: ${describe(fault)}`, { param: param || undefined })
  }
}

function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (bytes.byteLength === 0) throw new MohoError('invalid_request', 'The body is empty. Send a JSON object.')
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(bytes))
  } catch (error) {
    throw new MohoError('invalid_request', `The body is not valid JSON: ${syntaxFault(error)}.`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MohoError('invalid_request', 'The body must be a JSON object.')
  }
  return value as Readonly<Record<string, unknown>>
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Where the fault is, without the engine's quotation of the body: messages reach the log, and bodies must not. */
const syntaxFault = (error: unknown) =>
  error instanceof SyntaxError
    ? error.message.replace(/, (\.\.\.)?".*"(\.\.\.)? is not valid JSON$/s, '')
    : 'it is not UTF-8'

/** In a union, the fault of the alternative that came furthest tells the caller most. */
function deepest(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  if (issue?.code !== 'invalid_union') return issue
  const inner = issue.errors
    .map((issues) => deepest(issues[0]))
    .filter((found) => found !== undefined)
    .sort((a, b) => b.path.length - a.path.length)[0]
  if (inner === undefined || inner.path.length === 0)
    return inner === undefined ? issue : { ...issue, message: unionMessage(issue) }
  return { ...inner, path: [...issue.path, ...inner.path] }
}

/** Zod's words, where they are plain enough. */
function describe(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'is not valid'
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return `is missing (${issue.expected})`
  return issue.message.replace(/Invalid input: /g, '')
}

const unionMessage = (issue: z.core.$ZodIssueInvalidUnion) =>
  [...new Set(issue.errors.map((issues) => issues[0]?.message).filter((message) => message !== undefined))].join(
    ', or ',
  ) || issue.message

/** `['messages', 0, 'content']` → `messages[0].content`, as OpenAI names a member. */
export function memberPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  )
}
