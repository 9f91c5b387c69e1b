import type { Kysely, Transaction } from 'kysely'
import { type ChangeKind, type Changes, changeKinds } from './changes.ts'
import type { Engine } from './engine.ts'
import type { Keyring } from './keyring.ts'
import type { Place, Sealer } from './seal.ts'
import type { Tables } from './tables.ts'

/** How the parts of a store read and write. */
export interface Access {
  readonly db: Kysely<Tables>
  /** All of it or nothing. Others hear of it when it is committed. */
  write<Result>(run: (work: Work) => Promise<Result>): Promise<Result>
  unseal(envelope: string, place: Place): string
  /** Milliseconds since 1970. */
  now(): number
}

/** A transaction. */
export interface Work {
  readonly db: Transaction<Tables>
  sealer(): Promise<Sealer>
  changed(kind: ChangeKind): void
}

export interface AccessParts {
  readonly engine: Engine
  readonly keyring: Keyring
  readonly changes: Changes
  readonly now: () => number
}

export const createAccess = ({ engine, keyring, changes, now }: AccessParts): Access => ({
  db: engine.db,
  now,
  unseal: (envelope, place) => keyring.open(envelope, place),
  async write(run) {
    const revisions: [ChangeKind, number][] = []
    const result = await engine.db.transaction().execute(async (db) => {
      const changed = new Set<ChangeKind>()
      let sealer: Promise<Sealer> | undefined
      const result = await run({
        db,
        sealer() {
          sealer ??= keyring.sealer(db, engine)
          return sealer
        },
        changed: (kind) => changed.add(kind),
      })
      // Always in the same order, so that no two transactions wait for each other.
      for (const kind of changeKinds) if (changed.has(kind)) revisions.push([kind, await nextRevision(db, kind)])
      if (changed.size > 0) await engine.announce(db)
      return result
    })
    for (const [kind, revision] of revisions) changes.made(kind, revision)
    return result
  },
})

/** The same for what is done within a transaction that somebody else began. */
export const accessWithin = (access: Access, work: Work): Access => ({
  ...access,
  db: work.db,
  write: (run) => run(work),
})

async function nextRevision(db: Transaction<Tables>, kind: ChangeKind): Promise<number> {
  const row = await db
    .insertInto('revisions')
    .values({ kind, revision: 1 })
    .onConflict((conflict) =>
      conflict.column('kind').doUpdateSet((change) => ({ revision: change('revisions.revision', '+', 1) })),
    )
    .returning('revision')
    .executeTakeFirstOrThrow()
  return row.revision
}
