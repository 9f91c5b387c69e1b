import { MohoError } from '@moho/core'
import { z } from 'zod'
import type { Access, Work } from './access.ts'
import { type EntryAuth, entryAuth, type KeptAuth, keepAuth, type ShownAuth, showAuth } from './entry-auth.ts'
import { asked, fromJson, fromJsonOrNull, type JsonObject, jsonObject, readInput, text, toJson } from './read-input.ts'
import type { Place } from './seal.ts'
import type { EntryRow } from './tables.ts'

/** Provider entries. What is secret of them goes in and comes out by `openAuth` alone. */
export interface Entries {
  /** Throws `conflict` where there is an entry of the id. */
  create(settings: NewEntry): Promise<EntryRecord>
  /** A member that is undefined stays as it is. Throws `conflict` where somebody else has changed it since `version`, and `not_found`. */
  update(id: string, version: number, changes: EntryChanges): Promise<EntryRecord>
  /** Throws `not_found`. */
  setEnabled(id: string, enabled: boolean): Promise<EntryRecord>
  /** New secrets in place of the old. Throws `not_found`. */
  rotateAuth(id: string, auth: EntryAuth): Promise<EntryRecord>
  /** False where there is none. */
  remove(id: string): Promise<boolean>
  all(): Promise<readonly EntryRecord[]>
  /** All, each with what may be shown of its secrets. */
  list(): Promise<readonly ListedEntry[]>
  /** The settings as they were given. Throws `not_found`. */
  openAuth(id: string): Promise<JsonObject>
}

export type NewEntry = z.input<typeof newEntry>
export type EntryChanges = z.input<typeof entryChanges>

const members = {
  displayName: text(200),
  enabled: z.boolean(),
  firstParty: z.boolean(),
  config: jsonObject,
  /** Left out: the provider's whole catalogue. */
  models: z.array(jsonObject).optional(),
  access: jsonObject.optional(),
}

const newEntry = z.strictObject({
  ...members,
  id: z
    .string()
    .regex(/^[a-z][a-z0-9._-]{0,62}$/, 'It begins with a lower-case letter, and has letters, digits, dots, dashes.'),
  type: text(200),
  enabled: members.enabled.default(true),
  firstParty: members.firstParty.default(false),
  auth: entryAuth,
})

const entryChanges = z
  .strictObject({
    ...members,
    /** Null: none any more. Undefined, as in all members: as before. */
    models: members.models.nullable(),
    access: members.access.nullable(),
  })
  .partial()

export interface EntryRecord {
  readonly id: string
  readonly type: string
  readonly displayName: string
  readonly enabled: boolean
  readonly firstParty: boolean
  readonly config: JsonObject
  readonly models: readonly JsonObject[] | undefined
  readonly access: JsonObject | undefined
  /** Goes up with each change. */
  readonly version: number
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly updatedAt: number
}

export interface ListedEntry extends EntryRecord {
  /** Undefined where it cannot be opened, and must be entered again. */
  readonly auth: ShownAuth | undefined
}

export function createEntries({ db, write, unseal, now }: Access): Entries {
  const kept = (row: Pick<EntryRow, 'id' | 'auth'>): KeptAuth => fromJson(unseal(row.auth, authPlace(row.id)))

  /** One that cannot be opened is mended by entering it again, so it must not be in the way of that. */
  function keptOrNone(row: Pick<EntryRow, 'id' | 'auth'>): KeptAuth | undefined {
    try {
      return kept(row)
    } catch {
      return undefined
    }
  }

  const change = (
    id: string,
    columnsFor: (row: EntryRow, work: Work) => Partial<EntryRow> | Promise<Partial<EntryRow>>,
    version?: number,
  ): Promise<EntryRecord> =>
    write(async (work) => {
      // The row is written first, so that two changes at once come one after the other.
      let update = work.db
        .updateTable('entries')
        .set((column) => ({ version: column('version', '+', 1), updated_at: now() }))
        .where('id', '=', asked(id))
      if (version !== undefined) update = update.where('version', '=', version)
      const row = await update.returningAll().executeTakeFirst()
      if (row === undefined) throw await whyNot(id, work)
      const columns = await columnsFor(row, work)
      work.changed('entries')
      if (Object.keys(columns).length > 0)
        await work.db.updateTable('entries').set(columns).where('id', '=', asked(id)).execute()
      return recordOf({ ...row, ...columns })
    })

  return {
    create: (settings) =>
      write(async (work) => {
        const { auth, ...entry } = readInput(newEntry, settings, 'entry')
        const sealer = await work.sealer()
        const row: EntryRow = {
          id: entry.id,
          type: entry.type,
          display_name: entry.displayName,
          enabled: Number(entry.enabled),
          first_party: Number(entry.firstParty),
          config: toJson(entry.config, 'config'),
          models: entry.models === undefined ? null : toJson(entry.models, 'list of models'),
          access: entry.access === undefined ? null : toJson(entry.access, 'access'),
          auth: sealer.seal(toJson(keepAuth(auth, undefined, now()), 'auth'), authPlace(entry.id)),
          version: 1,
          created_at: now(),
          updated_at: now(),
        }
        const made = await work.db
          .insertInto('entries')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .returning('id')
          .executeTakeFirst()
        if (made === undefined)
          throw new MohoError(
            'conflict',
            `There is an entry ${entry.id} already. Change that one, or choose another id.`,
          )
        work.changed('entries')
        return recordOf(row)
      }),

    async update(id, version, changes) {
      const columns = columnsOf(readInput(entryChanges, changes, 'entry'))
      return change(id, () => columns, version)
    },

    setEnabled: (id, enabled) => change(id, () => ({ enabled: Number(enabled) })),

    async rotateAuth(id, auth) {
      const given = readInput(entryAuth, auth, 'auth')
      return change(id, async (row, work) => {
        const sealer = await work.sealer()
        return { auth: sealer.seal(toJson(keepAuth(given, keptOrNone(row), now()), 'auth'), authPlace(id)) }
      })
    },

    remove: (id) =>
      write(async (work) => {
        const removed = await work.db
          .deleteFrom('entries')
          .where('id', '=', asked(id))
          .returning('id')
          .executeTakeFirst()
        if (removed !== undefined) work.changed('entries')
        return removed !== undefined
      }),

    async all() {
      const rows = await db.selectFrom('entries').selectAll().orderBy('id').execute()
      return rows.map(recordOf)
    },

    async list() {
      const rows = await db.selectFrom('entries').selectAll().orderBy('id').execute()
      return rows.map((row) => {
        const auth = keptOrNone(row)
        return { ...recordOf(row), auth: auth && showAuth(auth) }
      })
    },

    async openAuth(id) {
      const row = await db.selectFrom('entries').select(['id', 'auth']).where('id', '=', asked(id)).executeTakeFirst()
      if (row === undefined) throw notFound()
      return kept(row).settings
    },
  }
}

export const authPlace = (id: string): Place => ({ table: 'entries', record: id, member: 'auth' })

const columnsOf = (changes: z.output<typeof entryChanges>): Partial<EntryRow> => ({
  ...(changes.displayName !== undefined && { display_name: changes.displayName }),
  ...(changes.enabled !== undefined && { enabled: Number(changes.enabled) }),
  ...(changes.firstParty !== undefined && { first_party: Number(changes.firstParty) }),
  ...(changes.config !== undefined && { config: toJson(changes.config, 'config') }),
  ...(changes.models !== undefined && { models: changes.models && toJson(changes.models, 'list of models') }),
  ...(changes.access !== undefined && { access: changes.access && toJson(changes.access, 'access') }),
})

const recordOf = (row: EntryRow): EntryRecord => ({
  id: row.id,
  type: row.type,
  displayName: row.display_name,
  enabled: row.enabled === 1,
  firstParty: row.first_party === 1,
  config: fromJson(row.config),
  models: fromJsonOrNull(row.models),
  access: fromJsonOrNull(row.access),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const notFound = (): MohoError => new MohoError('not_found', 'There is no such entry.')

async function whyNot(id: string, work: Work): Promise<MohoError> {
  const row = await work.db.selectFrom('entries').select('id').where('id', '=', asked(id)).executeTakeFirst()
  if (row === undefined) return notFound()
  return new MohoError('conflict', 'Somebody else has changed the entry meanwhile. Read it again, and change that.')
}
