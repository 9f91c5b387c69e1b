import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, link, mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '@moho/core'
import type { MasterKey, Store } from '@moho/store'

export interface StorePlace {
  /** `sqlite:PATH` or `postgres://…`. */
  readonly url: string
  /** Where the master key is kept, unless the environment has it. */
  readonly dataDir: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Where the store is: MOHO_STORE goes before `store` in the file. Undefined where neither names one. */
export function storePlace(
  written: string | undefined,
  environment: StorePlace['environment'],
): StorePlace | undefined {
  const url = environment.MOHO_STORE || written
  return url === undefined ? undefined : { url, dataDir: dataDir(environment), environment }
}

/** The store of a router that has no configuration. */
export const embeddedStore = (environment: StorePlace['environment']): StorePlace => ({
  url: environment.MOHO_STORE || `sqlite:${join(dataDir(environment), 'moho.db')}`,
  dataDir: dataDir(environment),
  environment,
})

export const dataDir = (environment: StorePlace['environment']): string => environment.MOHO_DATA_DIR || '.moho'

/** Opens it, with the master key of the environment or of the file beside it, which is made with the database. */
export async function openStore(place: StorePlace, log?: Log): Promise<Store> {
  const { makeMasterKey, readMasterKey, openStore: open } = await import('@moho/store')
  const { url, environment } = place
  const openWith = (masterKey: MasterKey) => open({ url, masterKey, ...(log && { log }) })
  if (environment.MOHO_MASTER_KEY) return openWith(readMasterKey(environment.MOHO_MASTER_KEY))
  const file = masterKeyFile(place)
  const key = (await readKeyFile(file)) ?? readMasterKey(await makeKeyFile(place, makeMasterKey()))
  try {
    return await openWith(key)
  } catch (error) {
    // A rotation that ended between the database and the file.
    const next = await readKeyFile(nextKeyFile(place)).catch(() => undefined)
    if (next === undefined) throw error
    const store = await openWith(next).catch(() => {
      throw error
    })
    await putNextKeyInPlace(place)
    return store
  }
}

/**
 * Seals the store under a new master key. The key's file is written before it is used, so that it is never lost: resolves with where the
 * old one is, or with undefined where the key is the environment's, and the new one in `newFile`.
 */
export async function rotateMaster(place: StorePlace, newFile: string | undefined): Promise<string | undefined> {
  const isOfEnvironment = Boolean(place.environment.MOHO_MASTER_KEY)
  const target = newFile ?? nextKeyFile(place)
  const unlock = await lockRotation(place)
  try {
    const store = await openStore(place)
    try {
      // One that is there is from a rotation whose end nobody saw: the same key goes on.
      const next = (await readKeyFile(target)) ?? (await makeNextKey(target))
      await store.rotateMaster(next)
    } finally {
      await store.close()
    }
    return isOfEnvironment ? undefined : await putNextKeyInPlace(place)
  } finally {
    await unlock()
  }
}

const masterKeyFile = ({ dataDir }: StorePlace): string => join(dataDir, 'master.key')
const nextKeyFile = (place: StorePlace): string => `${masterKeyFile(place)}.new`

/** Undefined where there is none. Throws what is wrong with it, with its name. */
async function readKeyFile(file: string): Promise<MasterKey | undefined> {
  const { readMasterKey } = await import('@moho/store')
  const text = await readIfThere(file)
  if (text === undefined) return undefined
  try {
    return readMasterKey(text)
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : error}`)
  }
}

async function makeNextKey(file: string): Promise<MasterKey> {
  const { makeMasterKey, readMasterKey } = await import('@moho/store')
  const text = makeMasterKey()
  await writeFile(file, `${text}\n`, { mode: 0o600, flag: 'wx' })
  return readMasterKey(text)
}

/** The old one stays beside it: backups from before need it. There is a key's file all the time. */
async function putNextKeyInPlace(place: StorePlace): Promise<string> {
  const file = masterKeyFile(place)
  const old = await keepBeside(file)
  const next = nextKeyFile(place)
  await chmod(next, 0o600).catch(ifAbsent)
  // Somebody who found the same had it put in its place already.
  await rename(next, file).catch(ifAbsent)
  return old
}

async function keepBeside(file: string): Promise<string> {
  for (let number = 1; ; number++) {
    const old = number === 1 ? `${file}.old` : `${file}.old-${number}`
    try {
      await link(file, old)
      return old
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
  }
}

/** One rotation at a time, also of several processes. A lock that a process left when it was killed is nobody's. */
async function lockRotation(place: StorePlace): Promise<() => Promise<void>> {
  const lock = `${masterKeyFile(place)}.lock`
  await mkdir(place.dataDir, { recursive: true, mode: 0o700 })
  for (;;) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx', mode: 0o600 })
      return () => unlink(lock)
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
    const owner = Number(await readIfThere(lock))
    if (!Number.isInteger(owner) || owner <= 0 || isAlive(owner))
      throw new Error(`The master key is being rotated by another process (${lock}). Try again when it has ended.`)
    await unlink(lock).catch(ifAbsent)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)

function ifAbsent(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error
}

/** For a database that is not there yet. Of several processes that start together one makes it. */
async function makeKeyFile(place: StorePlace, text: string): Promise<string> {
  const file = masterKeyFile(place)
  const { sqlitePath } = await import('@moho/store')
  const path = sqlitePath(place.url)
  if (path === undefined)
    throw new Error(
      `Set MOHO_MASTER_KEY to 32 random bytes, as \`openssl rand -base64 32\` makes them, or write them to ${file}: every router on one database needs the same.`,
    )
  if (existsSync(path))
    throw new Error(
      `${file} is missing: it has the key that the secrets in ${path} are sealed with. Bring it back, set MOHO_MASTER_KEY to it, or name its folder by MOHO_DATA_DIR.`,
    )
  const mine = `${file}.${randomUUID()}`
  await mkdir(place.dataDir, { recursive: true, mode: 0o700 })
  await writeFile(mine, `${text}\n`, { mode: 0o600 })
  try {
    await link(mine, file)
    return text
  } catch (error) {
    const made = await readIfThere(file)
    if (made === undefined) throw error
    return made
  } finally {
    await unlink(mine)
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return undefined
    throw new Error(`${file} cannot be read (${code ?? error}). Let Moho’s user read it, or set MOHO_MASTER_KEY.`)
  }
}
