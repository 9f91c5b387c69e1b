import { randomUUID } from 'node:crypto'
import { MohoError } from '@moho/core'
import { z } from 'zod'
import type { Access, Work } from './access.ts'
import { hashKey, isKeyText, makeKeyText, shownOfKey } from './key-text.ts'
import { asked, fromJsonOrNull, readInput, text, time, toJson } from './read-input.ts'
import type { KeyRow, KeySecretRow } from './tables.ts'

/** Callers' keys. A secret is shown when it is made, and never again. */
export interface Keys {
  /** Throws `conflict` where another key that is not revoked has the name. */
  create(settings: NewKey): Promise<MadeKey>
  /** By the whole secret: undefined where it is unknown, revoked, expired or rotated away. */
  find(secret: string): Promise<KeyRecord | undefined>
  /** Whatever `find` could find now or later, by hash, to be kept in memory. */
  all(): Promise<readonly KnownSecret[]>
  list(): Promise<readonly ListedKey[]>
  /** For good. False where there is none, or it was revoked before. */
  revoke(id: string): Promise<boolean>
  /** A new secret for the same key. The old ones stay good for `graceMs`. Throws `not_found`, also where it has ended. */
  rotate(id: string, options?: { readonly graceMs?: number }): Promise<MadeKey>
}

export type NewKey = z.input<typeof newKey>

const newKey = z.strictObject({
  /** Stands in logs and headers. */
  name: text(200).refine((name) => !/\p{Cc}/u.test(name), 'It has control characters.'),
  /** Patterns of `entry/model`. Left out: every model. */
  models: z.array(text(500)).max(1000).optional(),
  team: text(200).optional(),
  user: text(200).optional(),
  expiresAt: time.optional(),
})

export interface KeyRecord {
  readonly id: string
  readonly name: string
  readonly models: readonly string[] | undefined
  readonly team: string | undefined
  readonly user: string | undefined
  /** Milliseconds since 1970, as are all times. */
  readonly createdAt: number
  readonly expiresAt: number | undefined
}

export interface MadeKey {
  /** The secret, which nobody can show again. */
  readonly key: string
  readonly record: KeyRecord
}

export interface KnownSecret {
  /** As `hashKey` makes it. */
  readonly hash: string
  /** The end of the key, or of the grace after a rotation. */
  readonly goodUntil: number | undefined
  readonly record: KeyRecord
}

export interface ListedKey extends KeyRecord {
  readonly revokedAt: number | undefined
  /** The newest first; older ones until their grace ends. */
  readonly secrets: readonly ShownKeySecret[]
}

export interface ShownKeySecret {
  readonly prefix: string
  readonly lastFour: string
  readonly createdAt: number
  readonly goodUntil: number | undefined
}

export function createKeys({ db, write, now }: Access): Keys {
  async function addSecret(work: Work, record: KeyRecord): Promise<MadeKey> {
    const key = makeKeyText()
    const { prefix, lastFour } = shownOfKey(key)
    const secret = {
      hash: hashKey(key),
      key_id: record.id,
      prefix,
      last_four: lastFour,
      created_at: now(),
      good_until: null,
    }
    await work.db.insertInto('key_secrets').values(secret).execute()
    work.changed('keys')
    return { key, record }
  }

  const secrets = () =>
    db
      .selectFrom('key_secrets')
      .innerJoin('keys', 'keys.id', 'key_secrets.key_id')
      .where('revoked_at', 'is', null)
      .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', now())]))
      .where((row) => row.or([row('good_until', 'is', null), row('good_until', '>', now())]))
      .selectAll('keys')
      .select(['hash', 'good_until'])

  return {
    async create(settings) {
      const { name, models, team, user, expiresAt } = readInput(newKey, settings, 'key')
      const row: KeyRow = {
        id: randomUUID(),
        name,
        models: models === undefined ? null : toJson(models, 'list of models'),
        team: team ?? null,
        user: user ?? null,
        created_at: now(),
        expires_at: expiresAt ?? null,
        revoked_at: null,
      }
      return write(async (work) => {
        const made = await work.db
          .insertInto('keys')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .returning('id')
          .executeTakeFirst()
        if (made === undefined)
          throw new MohoError('conflict', 'There is a key of this name. Revoke it, or choose another name.')
        return addSecret(work, recordOf(row))
      })
    },

    async find(secret) {
      if (!isKeyText(secret)) return undefined
      const row = await secrets().where('hash', '=', hashKey(secret)).executeTakeFirst()
      return row && recordOf(row)
    },

    async all() {
      const rows = await secrets().execute()
      return rows.map((row) => ({
        hash: row.hash,
        goodUntil: earlier(row.good_until ?? undefined, row.expires_at ?? undefined),
        record: recordOf(row),
      }))
    },

    async list() {
      const keys = await db.selectFrom('keys').selectAll().orderBy('created_at', 'desc').orderBy('id').execute()
      const known = await db.selectFrom('key_secrets').selectAll().orderBy('created_at', 'desc').execute()
      const byKey = Map.groupBy(known, (secret) => secret.key_id)
      return keys.map((row) => ({
        ...recordOf(row),
        revokedAt: row.revoked_at ?? undefined,
        secrets: (byKey.get(row.id) ?? []).filter(({ good_until }) => (good_until ?? Infinity) > now()).map(shown),
      }))
    },

    revoke: (id) =>
      write(async (work) => {
        const revoked = await work.db
          .updateTable('keys')
          .set({ revoked_at: now() })
          .where('id', '=', asked(id))
          .where('revoked_at', 'is', null)
          .returning('id')
          .executeTakeFirst()
        if (revoked === undefined) return false
        await work.db.deleteFrom('key_secrets').where('key_id', '=', id).execute()
        work.changed('keys')
        return true
      }),

    rotate: (id, options = {}) =>
      write(async (work) => {
        const { graceMs } = readInput(rotation, options, 'rotation')
        // The row is written, so that two rotations at once come one after the other.
        const row = await work.db
          .updateTable('keys')
          .set((column) => ({ name: column.ref('name') }))
          .where('id', '=', asked(id))
          .where('revoked_at', 'is', null)
          .where((key) => key.or([key('expires_at', 'is', null), key('expires_at', '>', now())]))
          .returningAll()
          .executeTakeFirst()
        if (row === undefined)
          throw new MohoError('not_found', 'There is no such key, or it was revoked or has expired. Make a new one.')
        const end = now() + graceMs
        await work.db
          .updateTable('key_secrets')
          .set({ good_until: end })
          .where('key_id', '=', id)
          .where((secret) => secret.or([secret('good_until', 'is', null), secret('good_until', '>', end)]))
          .execute()
        await work.db.deleteFrom('key_secrets').where('key_id', '=', id).where('good_until', '<=', now()).execute()
        return addSecret(work, recordOf(row))
      }),
  }
}

const rotation = z.strictObject({
  graceMs: z.int('It must be whole milliseconds.').min(0).max(31_536_000_000).default(0),
})

const recordOf = (row: KeyRow): KeyRecord => ({
  id: row.id,
  name: row.name,
  models: fromJsonOrNull(row.models),
  team: row.team ?? undefined,
  user: row.user ?? undefined,
  createdAt: row.created_at,
  expiresAt: row.expires_at ?? undefined,
})

const shown = (row: KeySecretRow): ShownKeySecret => ({
  prefix: row.prefix,
  lastFour: row.last_four,
  createdAt: row.created_at,
  goodUntil: row.good_until ?? undefined,
})

const earlier = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)
