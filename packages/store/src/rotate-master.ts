import { type Log, MohoError } from '@moho/core'
import { sql, type Transaction } from 'kysely'
import type { Engine } from './engine.ts'
import { authPlace } from './entries.ts'
import { dataPlace } from './handles.ts'
import { type Keyring, keepCheckValue } from './keyring.ts'
import type { MasterKey } from './master-key.ts'
import type { Place, Sealer } from './seal.ts'
import type { HandleRow, Tables } from './tables.ts'

interface RotationParts {
  readonly engine: Engine
  readonly keyring: Keyring
  readonly log: Log
}

/**
 * Seals everything under the next master key, in one transaction. Nothing is to be done where that is in force already, so that a rotation
 * whose end nobody heard of can be repeated.
 */
export async function rotateMaster(master: MasterKey, { engine, keyring, log }: RotationParts): Promise<void> {
  const next = keyring.add(master)
  let isCommitting = false
  try {
    await engine.db.transaction().execute(async (work) => {
      await reseal(work, next, { engine, keyring, log })
      isCommitting = true
    })
  } catch (error) {
    if (!isCommitting) throw error
    // The lock waits for a commit that is still under way.
    const inForce = await engine.db
      .transaction()
      .execute((work) => keyring.sealer(work, engine))
      .catch(() => undefined)
    if (inForce === undefined) throw outcomeUnknown(error)
    if (inForce.id !== next.id) throw error
  }
}

/** Whoever seals meanwhile waits for it. */
async function reseal(work: Transaction<Tables>, next: Sealer, { engine, keyring, log }: RotationParts): Promise<void> {
  await engine.lock(work, 'master key', 'exclusive')
  if ((await keyring.sealer(work, engine)).id === next.id) return
  let unreadable = 0
  /** What cannot be opened stays as it is: it is lost already, and must not keep the rest under a key that is to go. */
  const resealed = (envelope: string, place: Place): string | undefined => {
    try {
      return next.seal(keyring.open(envelope, place), place)
    } catch (error) {
      unreadable++
      log.warn('a sealed record cannot be opened and was left as it is', { ...place, error: String(error) })
      return undefined
    }
  }
  for (const row of await work.selectFrom('entries').select(['id', 'auth']).execute()) {
    const auth = resealed(row.auth, authPlace(row.id))
    if (auth !== undefined) await work.updateTable('entries').set({ auth }).where('id', '=', row.id).execute()
  }
  for (
    let rows = await nextHandles(work, engine);
    rows.length > 0;
    rows = await nextHandles(work, engine, rows.at(-1))
  ) {
    const fresh = rows.flatMap((row) => {
      const data = row.data === null ? undefined : resealed(row.data, dataPlace(row))
      return data === undefined ? [] : [{ ...row, data }]
    })
    await keepHandles(work, fresh)
  }
  await keepCheckValue(work, next)
  log.info('the master key is rotated', { unreadable })
}

function nextHandles(work: Transaction<Tables>, engine: Engine, last?: HandleRow): Promise<readonly HandleRow[]> {
  let page = work.selectFrom('handles').selectAll()
  if (last !== undefined) page = page.where(sql<boolean>`(kind, owner, id) > (${last.kind}, ${last.owner}, ${last.id})`)
  // One that is removed between its reading and its writing would come back.
  if (engine.name === 'postgres') page = page.forUpdate()
  return page.orderBy('kind').orderBy('owner').orderBy('id').limit(pageLength).execute()
}

/** Each may have a megabyte. */
const pageLength = 200

/**
 * In one statement: one for each would take most of a rotation's time. As an insert, because for an update from a list PostgreSQL may choose
 * an index by which it reads all handles of an owner for each.
 */
async function keepHandles(work: Transaction<Tables>, rows: readonly HandleRow[]): Promise<void> {
  if (rows.length === 0) return
  await work
    .insertInto('handles')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['kind', 'owner', 'id']).doUpdateSet((row) => ({ data: row.ref('excluded.data') })),
    )
    .execute()
}

const outcomeUnknown = (cause: unknown): MohoError =>
  new MohoError(
    'overloaded',
    'The store’s database was lost while the rotation was committed, so it is unknown whether the new master key is in force. Keep both ' +
      'keys, and rotate to the same key again: that does what is left to do.',
    { cause },
  )
