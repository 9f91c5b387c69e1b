import type { z } from 'zod'
import type { MemberChange, RequestBody } from '../contract/call.ts'
import { MohoError } from '../contract/errors.ts'
import { isObject } from './json-value.ts'
import { type Members, readMember, scanMembers } from './peek-json.ts'
import { renameModel } from './rename-json.ts'
import { spliceMembers } from './splice-json.ts'

/**
 * A JSON request body: parsed and checked once. A large one is parsed on first use; where it is only peeked at and sent on, never, so
 * a fault inside one of its members shows when that member is read. A small one is parsed at once, for that is as quick as to scan it.
 */
export class JsonBody<T> implements RequestBody<T> {
  readonly size: number
  readonly #bytes: Uint8Array
  readonly #schema: z.ZodType<T>
  /** Undefined before it is needed. 'unclear' where the bytes can be read in two ways: then what was parsed is what counts. */
  #members: Members | 'unclear' | undefined
  /** Of a small body. */
  #text: string | undefined
  #parsed: Readonly<Record<string, unknown>> | undefined
  #checked: { value: T } | undefined

  /** Throws `invalid_request` where the bytes are not a JSON object. */
  constructor(bytes: Uint8Array, schema: z.ZodType<T>) {
    this.size = bytes.byteLength
    this.#bytes = bytes
    this.#schema = schema
    if (bytes.byteLength <= maxSmall) {
      this.#text = decode(bytes)
      this.#parsed = parseObject(this.#text)
      for (const key in this.#parsed) refuseLookalike(key)
    } else {
      const members = this.#scan()
      for (const key of members === 'unclear' ? Object.keys(this.#whole()) : members.keys()) refuseLookalike(key)
    }
  }

  peek(key: string): unknown {
    if (this.#parsed === undefined && typeof this.#members === 'object') {
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
    const renamed = this.#renamed(change)
    if (renamed !== undefined) return renamed
    const members = this.#scan()
    try {
      return spliceMembers(this.#bytes, change, members === 'unclear' ? undefined : members)
    } catch (error) {
      // A broken member that was to be merged into: said with its place in the whole.
      this.#whole()
      // JSON.parse takes any depth, JSON.stringify does not.
      if (error instanceof RangeError) throw new MohoError('invalid_request', 'The body is nested too deeply.')
      throw error
    }
  }

  #scan(): Members | 'unclear' {
    this.#members ??= scanMembers(this.#bytes, maxMembers) ?? 'unclear'
    return this.#members
  }

  /** Most calls change the name of the model and nothing else. In a small body that is found without a scan. */
  #renamed({ set, merge, remove }: MemberChange): Uint8Array | undefined {
    const text = this.#text
    if (text === undefined || set === undefined || merge !== undefined || remove !== undefined) return undefined
    const { model, ...more } = set
    const whole = this.#whole()
    if (typeof model !== 'string' || !isEmpty(more) || !Object.hasOwn(whole, 'model')) return undefined
    // Each member is there once, so that the next reader sees what this one saw.
    for (const key in whole) if (key !== 'model' && !occursOnce(text, key)) return undefined
    const renamed = renameModel(text, whole.model, model)
    return renamed === undefined ? undefined : Buffer.from(renamed)
  }

  #whole(): Readonly<Record<string, unknown>> {
    this.#parsed ??= parseObject(decode(this.#bytes))
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
  const meant = key
    .toUpperCase()
    .toLowerCase()
    .replace(/[^a-z_]/g, '')
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
/** In bytes. */
const maxSmall = 16 * 1024

function isEmpty(object: object): boolean {
  for (const _ in object) return false
  return true
}

function occursOnce(text: string, key: string): boolean {
  const quoted = `"${key}"`
  const at = text.indexOf(quoted)
  return at !== -1 && !text.includes(quoted, at + quoted.length)
}

function decode(bytes: Uint8Array): string {
  if (bytes.byteLength === 0) throw new MohoError('invalid_request', 'The body is empty. Send a JSON object.')
  try {
    return utf8.decode(bytes)
  } catch {
    throw new MohoError('invalid_request', 'The body is not valid JSON: it is not UTF-8.')
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new MohoError('invalid_request', `The body is not valid JSON: ${syntaxFault(error)}.`)
  }
  if (!isObject(value)) throw new MohoError('invalid_request', 'The body must be a JSON object.')
  return value
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Where the fault is, without the engine's quotation of the body: messages reach the log, and bodies must not. */
const syntaxFault = (error: unknown) =>
  (error as Error).message.replace(/, (\.\.\.)?".*"(\.\.\.)? is not valid JSON$/s, '')

/** In a union, the fault of the alternative that came furthest tells the caller most. */
function deepest(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  if (issue?.code !== 'invalid_union') return issue
  const inner = issue.errors
    .map((issues) => deepest(issues[0]))
    .filter((found) => found !== undefined)
    .sort((a, b) => b.path.length - a.path.length)[0]
  if (inner === undefined || inner.path.length === 0)
    return inner === undefined || issue.message !== 'Invalid input' ? issue : { ...issue, message: unionMessage(issue) }
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
