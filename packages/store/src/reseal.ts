import { sql, type Transaction } from 'kysely'
import type { Engine } from './engine.ts'
import { authPlace } from './entries.ts'
import { dataPlace } from './handles.ts'
import { type Keyring, keepCheckValue } from './keyring.ts'
import type { Sealer } from './seal.ts'
import type { HandleRow, Tables } from './tables.ts'

/** Seals everything in the database under the next master key. Whoever seals meanwhile waits for it. */
export async function reseal(work: Transaction<Tables>, engine: Engine, keyring: Keyring, next: Sealer): Promise<void> {
  await engine.lock(work, 'master key', 'exclusive')
  await keyring.sealer(work, engine)
  for (const row of await work.selectFrom('entries').select(['id', 'auth']).execute()) {
    const auth = next.seal(keyring.open(row.auth, authPlace(row.id)), authPlace(row.id))
    await work.updateTable('entries').set({ auth }).where('id', '=', row.id).execute()
  }
  for (let rows = await nextHandles(work); rows.length > 0; rows = await nextHandles(work, rows.at(-1))) {
    for (const row of rows) {
      if (row.data === null) continue
      const data = next.seal(keyring.open(row.data, dataPlace(row)), dataPlace(row))
      await work
        .updateTable('handles')
        .set({ data })
        .where('kind', '=', row.kind)
        .where('owner', '=', row.owner)
        .where('id', '=', row.id)
        .execute()
    }
  }
  await keepCheckValue(work, next)
}

type HandleData = Pick<HandleRow, 'kind' | 'owner' | 'id' | 'data'>

function nextHandles(work: Transaction<Tables>, last?: HandleData): Promise<readonly HandleData[]> {
  const page = work.selectFrom('handles').select(['kind', 'owner', 'id', 'data'])
  const rest = last && sql<boolean>`(kind, owner, id) > (${last.kind}, ${last.owner}, ${last.id})`
  return (rest === undefined ? page : page.where(rest))
    .orderBy('kind')
    .orderBy('owner')
    .orderBy('id')
    .limit(500)
    .execute()
}
