import { randomUUID } from 'node:crypto'
import { MohoError } from '@moho/core'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Access } from './access.ts'
import {
  fromJson,
  isStorable,
  type JsonObject,
  jsonObject,
  limit,
  readInput,
  text,
  time,
  toJson,
} from './read-input.ts'
import type { Place } from './seal.ts'
import type { HandleRow } from './tables.ts'

/** Responses, files and batches that live upstream, and whose they are. On disk before `put` answers. */
export interface Handles {
  /** The same kind, owner and upstream id give the same handle again, as it was first put. Throws `conflict` where the owner has another of the id. */
  put(made: NewHandle): Promise<Handle>
  /** By the id as it is, or percent-encoded once or twice, wholly or in part. Another's, and an expired one, is not found. */
  find(kind: HandleKind, id: string, owner: Owner): Promise<Handle | undefined>
  /** The newest first. `after` is the last of the page before. One whose notes are damaged is told without them; `find` of it says so. */
  list(
    kind: HandleKind,
    owner: Owner,
    page?: { readonly after?: string; readonly limit?: number },
  ): Promise<readonly Handle[]>
  /** In the spellings that `find` takes. False where there is none. */
  remove(kind: HandleKind, id: string, owner: Owner): Promise<boolean>
  /** Removes expired ones, at most 1000 at a time, and tells which: each once, without its notes where they are damaged or it was put anew. */
  sweep(): Promise<readonly Handle[]>
}

export type HandleKind = z.output<typeof kind>
const kind = z.enum(['response', 'file', 'batch'])

/** Who made a handle. It belongs to the user where the key has one, else to the key's team, else to the key alone. */
export type Owner = z.input<typeof owner>
const owner = z.strictObject({ key: text(200), user: text(200).optional(), team: text(200).optional() })

/** The longest that an index of PostgreSQL takes, with everything beside it. An s3:// address has at most 1095 bytes. */
const id = text(1200)

export type NewHandle = z.input<typeof newHandle>
const newHandle = z.strictObject({
  kind,
  owner,
  upstreamId: id,
  /** What callers see. Left out: the upstream's. */
  id: id.optional(),
  /** The target that made it. Whatever follows goes there too. */
  pin: z.strictObject({
    entry: z.string(),
    model: z.string().optional(),
    region: z.string().optional(),
    path: z.string().optional(),
  }),
  /** The provider's own notes. They are sealed. */
  data: z.unknown().optional(),
  /** Guard → token of the permit to settle when the work ends. */
  permits: jsonObject.refine(isOfTexts, 'Each must be a text.').default({}),
  expiresAt: time.optional(),
})

export interface Handle {
  readonly kind: HandleKind
  readonly id: string
  readonly upstreamId: string
  readonly pin: z.output<typeof newHandle>['pin']
  /** Whoever put it. */
  readonly owner: z.output<typeof owner>
  readonly data: unknown
  readonly permits: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly expiresAt: number | undefined
}

export function createHandles({ db, write, unseal, now }: Access): Handles {
  const handleOf = (row: HandleRow): Handle => ({
    kind: kind.parse(row.kind),
    id: row.id,
    upstreamId: row.upstream_id,
    pin: fromJson(row.pin),
    owner: fromJson(row.made_by),
    data: dataOf(row),
    permits: fromJson(row.permits),
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
  })

  function dataOf(row: HandleRow): unknown {
    if (row.data === null) return undefined
    try {
      return fromJson(unseal(row.data, dataPlace(row)))
    } catch (cause) {
      const why = MohoError.is(cause) ? cause.message : 'They are no JSON.'
      throw new MohoError('internal', `The notes of the ${row.kind} ${row.id} cannot be read. ${why}`, { cause })
    }
  }

  /** Without its notes where they are damaged: its permits are to be settled all the same. */
  function handleOrRest(row: HandleRow): Handle {
    try {
      return handleOf(row)
    } catch {
      return handleOf({ ...row, data: null })
    }
  }

  /** But under an old master key nothing opens, and that is said. */
  async function handlesOf(rows: readonly HandleRow[]): Promise<readonly Handle[]> {
    try {
      return rows.map(handleOf)
    } catch {
      await write((work) => work.sealer())
      return rows.map(handleOrRest)
    }
  }

  const alive = (of: HandleKind, who: Owner) =>
    db
      .selectFrom('handles')
      .selectAll()
      .where('kind', '=', of)
      .where('owner', '=', ownerText(who))
      .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', now())]))

  async function findRow(of: HandleKind, asked: string, who: Owner): Promise<HandleRow | undefined> {
    const spellings = spellingsOf(asked)
    if (spellings.length === 0) return undefined
    const rows = await alive(of, who).where('id', 'in', spellings).execute()
    // An id may itself hold a percent sign, so the one that was written out goes first.
    return spellings.flatMap((spelling) => rows.find((row) => row.id === spelling) ?? [])[0]
  }

  return {
    async put(made) {
      const given = readInput(newHandle, made, 'handle')
      const row = {
        kind: given.kind,
        owner: ownerText(given.owner),
        id: given.id ?? given.upstreamId,
        upstream_id: given.upstreamId,
        made_by: toJson(given.owner, 'owner'),
        pin: toJson(given.pin, 'pin'),
        permits: toJson(given.permits, 'list of permits'),
        created_at: now(),
        expires_at: given.expiresAt ?? null,
      }
      return write(async (work) => {
        const data =
          given.data === undefined ? null : (await work.sealer()).seal(toJson(given.data, 'data'), dataPlace(row))
        // One that has expired is gone, whether it was swept or not. It waits for that under no owner, because its permits are to be told.
        await work.db
          .updateTable('handles')
          .set({ owner: `expired:${randomUUID()}`, data: null })
          .where('kind', '=', row.kind)
          .where('owner', '=', row.owner)
          .where((old) => old.or([old('id', '=', row.id), old('upstream_id', '=', row.upstream_id)]))
          .where('expires_at', '<=', now())
          .execute()
        const put = await work.db
          .insertInto('handles')
          .values({ ...row, data })
          .onConflict((conflict) => conflict.doNothing())
          .returningAll()
          .executeTakeFirst()
        if (put !== undefined) return handleOf(put)
        const before = await work.db
          .selectFrom('handles')
          .selectAll()
          .where('kind', '=', row.kind)
          .where('owner', '=', row.owner)
          .where('upstream_id', '=', row.upstream_id)
          .executeTakeFirst()
        if (before === undefined) throw new MohoError('conflict', `There is another ${row.kind} of this id.`)
        return handleOf(before)
      })
    },

    async find(of, asked, who) {
      const row = await findRow(of, asked, who)
      return row && handleOf(row)
    },

    async list(of, who, { after, limit: wanted = 20 } = {}) {
      const most = Math.max(1, Math.min(readInput(limit, wanted, 'limit'), 1000))
      let page = alive(of, who)
      if (after !== undefined) {
        const last = await findRow(of, after, who)
        if (last === undefined)
          throw new MohoError('not_found', `There is no ${of} of the id in \`after\`.`, { param: 'after' })
        page = page.where((row) =>
          row.or([
            row('created_at', '<', last.created_at),
            row.and([row('created_at', '=', last.created_at), row('id', '<', last.id)]),
          ]),
        )
      }
      const rows = await page.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(most).execute()
      return handlesOf(rows)
    },

    async remove(of, asked, who) {
      const row = await findRow(of, asked, who)
      if (row === undefined) return false
      const removed = await write(({ db }) =>
        db
          .deleteFrom('handles')
          .where('kind', '=', row.kind)
          .where('owner', '=', row.owner)
          .where('id', '=', row.id)
          .returning('id')
          .executeTakeFirst(),
      )
      return removed !== undefined
    },

    async sweep() {
      return write(async (work) => {
        // Under the master key of the store: with an old one nothing would open, and what cannot be told must not be lost.
        await work.sealer()
        const rows = await work.db
          .deleteFrom('handles')
          .where(
            sql<boolean>`(kind, owner, id) in (select kind, owner, id from handles where expires_at <= ${now()} order by expires_at limit 1000)`,
          )
          .returningAll()
          .execute()
        return rows.map(handleOrRest)
      })
    },
  }
}

export const dataPlace = (row: Pick<HandleRow, 'kind' | 'owner' | 'id'>): Place => ({
  table: 'handles',
  record: JSON.stringify([row.kind, row.owner, row.id]),
  member: 'data',
})

function isOfTexts(value: JsonObject): value is Readonly<Record<string, string>> {
  return Object.values(value).every((member) => typeof member === 'string')
}

/** With what it is, so that a user cannot take the name of a team. */
function ownerText(who: Owner): string {
  const { key, user, team } = readInput(owner, who, 'owner')
  if (user !== undefined) return `user:${user}`
  return team === undefined ? `key:${key}` : `team:${team}`
}

/** As it came, decoded once and decoded twice. */
function spellingsOf(asked: string): readonly string[] {
  const spellings: string[] = []
  for (let spelling: string | undefined = asked; spelling !== undefined && spellings.length < 3; ) {
    if (!isStorable(spelling) || spelling.length > longestSpelling) break
    spellings.push(spelling)
    spelling = decoded(spelling)
  }
  return spellings
}

/** A character is at most 4 bytes, each of them `%25XX` when it is encoded twice. */
const longestSpelling = 1200 * 5

function decoded(text: string): string | undefined {
  if (!text.includes('%')) return undefined
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
