import { type Log, MohoError } from '@moho/core'
import { type Access, accessWithin, createAccess } from './access.ts'
import { type Audit, createAudit } from './audit.ts'
import { type ChangeListener, createChanges } from './changes.ts'
import type { Engine, EngineParts } from './engine.ts'
import { createEntries, type Entries } from './entries.ts'
import { createHandles, type Handles } from './handles.ts'
import { createHealth, type StoreState } from './health.ts'
import { Keyring } from './keyring.ts'
import { createKeys, type Keys } from './keys.ts'
import type { MasterKey } from './master-key.ts'
import { migrate } from './migrate.ts'
import { openPostgres } from './postgres/open-postgres.ts'
import { rotateMaster } from './rotate-master.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'
import { runTogether } from './together.ts'

/** What must survive. While the database is away, everything that asks it rejects within seconds with `overloaded`. */
export interface Store extends StoreParts {
  /**
   * All of it or nothing, and others hear of it when it is done. Await each verb of the parts that it gives, and use no others: in SQLite the
   * store's own would wait for its end. A verb that fails fails the whole, also where that is caught. It has ten seconds.
   */
  together<Result>(run: (parts: StoreParts) => Promise<Result>): Promise<Result>
  /** Of this process and of others. Ends with what it returns. */
  changes(listener: ChangeListener): () => void
  state(): StoreState
  /**
   * Seals everything anew, in one transaction. Other processes must be started again with the new key. What cannot be opened is left as it is
   * and named in the log. May be repeated: with the key in force it changes nothing.
   */
  rotateMaster(masterKey: MasterKey): Promise<void>
  close(): Promise<void>
}

export interface StoreParts {
  readonly entries: Entries
  readonly keys: Keys
  readonly handles: Handles
  readonly audit: Audit
}

export interface StoreOptions {
  /** `sqlite:PATH` or `postgres://…`. */
  readonly url: string
  readonly masterKey: MasterKey
  /** Milliseconds since 1970. */
  readonly now?: () => number
  readonly log?: Log
}

/** Opens the database, makes or migrates it, and checks the master key. Throws a MohoError that says what to do, and leaves nothing half done. */
export async function openStore({ url, masterKey, now = Date.now, log = silent }: StoreOptions): Promise<Store> {
  const keyring = new Keyring(masterKey)
  const open = engineFor(url)
  const parts: EngineParts = { health: createHealth(now, log), log, queryMs: 2000 }
  // A table's change may take longer than a query should, and so may waiting for another router that makes it.
  const migrating = open({ ...parts, log: silent, queryMs: 600_000 })
  await migrate(migrating).finally(() => migrating.close())
  return storeOn(open(parts), { ...parts, keyring, now })
}

interface StoreOnOptions extends Omit<EngineParts, 'queryMs'> {
  readonly keyring: Keyring
  readonly now: () => number
}

/** A store on a database that is migrated. Closes it where that fails. */
export async function storeOn(engine: Engine, { keyring, now, health, log }: StoreOnOptions): Promise<Store> {
  const changes = createChanges(engine, log)
  const access = createAccess({ engine, keyring, changes, now })
  try {
    await engine.db.transaction().execute((work) => keyring.check(work, engine))
    await changes.look()
  } catch (error) {
    await engine.close()
    throw error
  }
  const unwatch = engine.watch(changes.look)
  let closed: Promise<void> | undefined
  return {
    ...partsOn(access),
    together: (run) => access.write((work) => runTogether(partsOn(accessWithin(access, work)), run)),
    changes: (listener) => changes.listen(listener),
    state: () => health.state(),
    rotateMaster: (next) => rotateMaster(next, { engine, keyring, log }),
    close() {
      closed ??= unwatch().finally(() => engine.close())
      return closed
    },
  }
}

const partsOn = (access: Access): StoreParts => ({
  entries: createEntries(access),
  keys: createKeys(access),
  handles: createHandles(access),
  audit: createAudit(access),
})

/** Of the file that an address names; undefined for one of PostgreSQL, or of nothing. */
export const sqlitePath = (url: string): string | undefined => /^sqlite:(.*)$/s.exec(url)?.[1]

function engineFor(url: string): (parts: EngineParts) => Engine {
  const path = sqlitePath(url)
  if (path !== undefined) {
    if (path.trim() === '' || path.includes('\0')) throw wrongUrl('names no file')
    if (path === ':memory:') throw wrongUrl('names no file: what must survive is not kept in memory')
    return (parts) => openSqlite(path, parts)
  }
  if (/^postgres(ql)?:\/\//.test(url)) {
    // What it cannot read it would quote, with the password.
    if (!isReadable(url))
      throw wrongUrl('cannot be read. Perhaps its password has characters that must be percent-encoded')
    return (parts) => openPostgres(url, parts)
  }
  throw wrongUrl('is of no kind that Moho knows')
}

function isReadable(url: string): boolean {
  try {
    const { username, password, pathname } = new URL(url)
    return [username, password, pathname].every((part) => decodeURIComponent(part) !== undefined)
  } catch {
    return false
  }
}

const wrongUrl = (why: string): MohoError =>
  new MohoError(
    'invalid_request',
    `The store’s address ${why}. It is \`sqlite:PATH\` or \`postgres://USER:PASSWORD@HOST/DATABASE\` (MOHO_STORE, or \`store\` in moho.yaml).`,
  )

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }
