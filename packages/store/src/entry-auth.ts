import { z } from 'zod'
import type { JsonObject } from './read-input.ts'
import { jsonObject } from './read-input.ts'

/** What an entry keeps sealed: whatever proves who it is, with what may be shown of it. */
export type EntryAuth = z.input<typeof entryAuth>

export const entryAuth = z.strictObject({
  settings: jsonObject,
  /** The members that are no secrets, as JSON pointers: `/type` or `/source/roleArn`. Every other is one. */
  plain: z.array(z.string().regex(/^(?:\/(?:[^~/]|~[01])*)+$/, 'It must be as in /source/roleArn.')).default([]),
})

/** A member of what is sealed: its value where that is no secret, else its last four characters, where it is long enough to have some. */
export type ShownMember =
  | { readonly value: unknown }
  | { readonly lastFour: string | undefined; readonly since: number }
/** By JSON pointer. */
export type ShownAuth = Readonly<Record<string, ShownMember>>

/** As it is sealed. `since`: when each secret was set. */
export interface KeptAuth {
  readonly settings: JsonObject
  readonly plain: readonly string[]
  readonly since: Readonly<Record<string, number>>
}

/** A secret that is the same as before is as old as before. */
export function keepAuth(auth: z.output<typeof entryAuth>, before: KeptAuth | undefined, now: number): KeptAuth {
  const old = new Map(before && leavesOf(before.settings))
  const since = leavesOf(auth.settings).map(([path, value]): [string, number] => {
    const age = old.get(path) === value ? before?.since[path] : undefined
    return [path, age ?? now]
  })
  return { ...auth, since: Object.fromEntries(since) }
}

export const showAuth = ({ settings, plain, since }: KeptAuth): ShownAuth =>
  Object.fromEntries(
    leavesOf(settings).map(([path, value]): [string, ShownMember] => {
      if (plain.includes(path)) return [path, { value }]
      const isLong = typeof value === 'string' && value.length >= 16
      return [path, { lastFour: isLong ? value.slice(-4) : undefined, since: since[path] ?? 0 }]
    }),
  )

function leavesOf(value: unknown, path = ''): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([name, member]) =>
    leavesOf(member, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  )
}
