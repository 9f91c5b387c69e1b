import { MohoError } from '@moho/core'
import { z } from 'zod'

/** What a caller gave, checked. Throws `invalid_request` that names the member, and never what was in it. */
export function readInput<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = issue?.path.join('.') ?? ''
  throw new MohoError(
    'invalid_request',
    `The ${what}’s ${path === '' ? 'form' : `\`${path}\``} is wrong: ${issue?.message}`,
    {
      ...(path !== '' && { param: path }),
    },
  )
}

/** Text that both databases keep as it is: PostgreSQL takes no NUL, and half a surrogate pair is no UTF-8. */
export const text = (most: number): z.ZodString =>
  z
    .string()
    .min(1, 'It is empty.')
    .refine(isStorable, 'It has characters that cannot be kept.')
    .refine((value) => Buffer.byteLength(value) <= most, `It is longer than ${most} bytes.`)

export const isStorable = (value: string): boolean => !value.includes('\0') && value.isWellFormed()

export const time: z.ZodNumber = z.int('It must be milliseconds since 1970.').min(0)

/** How many of a list. */
export const limit: z.ZodNumber = z.int('It must be a whole number.')

/** An id that somebody asks for. One that cannot be kept is none, as the empty one is. */
export const asked = (id: string): string => (isStorable(id) ? id : '')

export type JsonObject = Readonly<Record<string, unknown>>
const mostLevels = 100
/** As it is: zod's own objects leave out a member named `__proto__`. */
export const jsonObject = z
  .custom<JsonObject>(isPlainObject, { error: 'It must be an object.', abort: true })
  .refine((value) => !isDeeperThan(mostLevels, value), `It is nested deeper than ${mostLevels} levels.`)

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** Level by level, and each object of one once: it may hold itself. */
function isDeeperThan(levels: number, value: unknown): boolean {
  let level = new Set([value])
  for (let depth = 0; level.size > 0; depth++) {
    if (depth > levels) return true
    const members = [...level].flatMap((object) => Object.values(object as JsonObject))
    level = new Set(members.filter((member) => typeof member === 'object' && member !== null))
  }
  return false
}

/** Throws `too_large`, and `invalid_request` for what is no JSON. */
export function toJson(value: unknown, what: string): string {
  const json = jsonOf(value)
  if (json === undefined) throw new MohoError('invalid_request', `The ${what} cannot be written as JSON.`)
  if (json.length > mostJson) throw new MohoError('too_large', `The ${what} is longer than 1 MiB.`)
  return json
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

const mostJson = 1024 * 1024

/** What was written by `toJson`. */
export const fromJson = <Value>(json: string): Value => JSON.parse(json) as Value
export const fromJsonOrNull = <Value>(json: string | null): Value | undefined =>
  json === null ? undefined : fromJson<Value>(json)
