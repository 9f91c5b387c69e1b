import type { z } from 'zod'
import type { MemberChange, RequestBody } from '../contract/call.ts'
import { MohoError } from '../contract/errors.ts'
import { isObject } from './json-value.ts'
import { type Members, readMember, scanMembers } from './peek-json.ts'
import { spliceMembers } from './splice-json.ts'

/**
 * A JSON request body: parsed and checked once, on first use. A body that is only peeked at and sent on is never parsed, so
 * a fault inside one of its members shows when that member is read.
 */
export class JsonBody<T> implements RequestBody<T> {
  readonly size: number
  readonly #bytes: Uint8Array
  readonly #schema: z.ZodType<T>
  /** Undefined where the bytes can be read in two ways: then what was parsed is what counts. */
  readonly #members: Members | undefined
  #parsed: Readonly<Record<string, unknown>> | undefined
  #checked: { value: T } | undefined

  /** Throws `invalid_request` where the bytes are not a JSON object. */
  constructor(bytes: Uint8Array, schema: z.ZodType<T>) {
    this.size = bytes.byteLength
    this.#bytes = bytes
    this.#schema = schema
    this.#members = scanMembers(bytes, maxMembers)
    if (this.#members === undefined) this.#parsed = parseObject(bytes)
    for (const key of this.#members?.keys() ?? Object.keys(this.#parsed ?? {})) refuseLookalike(key)
  }

  peek(key: string): unknown {
    if (this.#members !== undefined && this.#parsed === undefined) {
      const member = this.#members.get(key)
      if (member === undefined) return undefined
      try {
        return readMember(this.#bytes, member)
      } catch {
        // What breaks a member breaks the whole, and that says where.
      }
    }
    const whole = this.#whole()
    return Object.hasOwn(whole, key) ? whole[key] : undefined
  }

  json(): T {
    this.#checked ??= { value: this.#check() }
    return this.#checked.value
  }

  bytes(change: MemberChange = {}): Uint8Array {
    try {
      return spliceMembers(this.#bytes, change, this.#members)
    } catch (error) {
      // A broken member that was to be merged into: said with its place in the whole.
      this.#whole()
      // JSON.parse takes any depth, JSON.stringify does not.
      if (error instanceof RangeError) throw new MohoError('invalid_request', 'The body is nested too deeply.')
      throw error
    }
  }

  #whole(): Readonly<Record<string, unknown>> {
    this.#parsed ??= parseObject(this.#bytes)
    return this.#parsed
  }

  #check(): T {
    const result = this.#schema.safeParse(this.#whole())
    if (result.success) return result.data
    const fault = deepest(result.error.issues[0])
    const param = memberPath(fault?.path ?? [])
    throw new MohoError('invalid_request', `${param || 'body'}: ${describe(fault)}`, { param: param || undefined })
  }
}

/** Some parsers take members in any case, and would find another model than the router did. */
function refuseLookalike(key: string): void {
  if (key.length > 30 || isOrdinary.test(key)) return
  const meant = key.toLowerCase().replace(/[^a-z_]/g, '')
  if (steering.has(meant)) {
    throw new MohoError('invalid_request', `${JSON.stringify(key)}: write it as ${JSON.stringify(meant)}.`, {
      param: key,
    })
  }
}

/** As it is written, it is one of those that are meant, or none of them. */
const isOrdinary = /^[a-z_]*$/
/** By what a call is routed. */
const steering: ReadonlySet<string> = new Set(['model', 'stream', 'stream_options'])
const maxMembers = 10_000

function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (bytes.byteLength === 0) throw new MohoError('invalid_request', 'The body is empty. Send a JSON object.')
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(bytes))
  } catch (error) {
    throw new MohoError('invalid_request', `The body is not valid JSON: ${syntaxFault(error)}.`)
  }
  if (!isObject(value)) throw new MohoError('invalid_request', 'The body must be a JSON object.')
  return value
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
