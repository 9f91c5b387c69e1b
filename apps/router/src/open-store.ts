import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises'
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
  const text = (await readIfThere(file)) ?? (await makeKeyFile(place, makeMasterKey()))
  try {
    return await openWith(readMasterKey(text))
  } catch (error) {
    // A rotation that ended between the database and the file.
    const next = await readIfThere(nextKeyFile(place))
    if (next === undefined) throw error
    const store = await openWith(readMasterKey(next)).catch(() => {
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
  const { makeMasterKey, readMasterKey } = await import('@moho/store')
  const isOfEnvironment = Boolean(place.environment.MOHO_MASTER_KEY)
  const target = newFile ?? nextKeyFile(place)
  const store = await openStore(place)
  try {
    // One that is there is from a rotation whose end nobody saw: the same key goes on.
    const text = (await readIfThere(target)) ?? makeMasterKey()
    await writeFile(target, `${text.trim()}\n`, { mode: 0o600 })
    await store.rotateMaster(readMasterKey(text))
  } finally {
    await store.close()
  }
  return isOfEnvironment ? undefined : putNextKeyInPlace(place)
}

const masterKeyFile = ({ dataDir }: StorePlace): string => join(dataDir, 'master.key')
const nextKeyFile = (place: StorePlace): string => `${masterKeyFile(place)}.new`

/** The old one stays beside it: backups from before need it. */
async function putNextKeyInPlace(place: StorePlace): Promise<string> {
  const file = masterKeyFile(place)
  const old = `${file}.old`
  await rename(file, old)
  await rename(nextKeyFile(place), file)
  return old
}

/** For a database that is not there yet. Of several processes that start together one makes it. */
async function makeKeyFile(place: StorePlace, text: string): Promise<string> {
  const file = masterKeyFile(place)
  const path = /^sqlite:(.*)$/s.exec(place.url)?.[1]
  if (path === undefined)
    throw new Error(
      `Set MOHO_MASTER_KEY to 32 random bytes, as \`openssl rand -base64 32\` makes them, or write them to ${file}: every router on one database needs the same.`,
    )
  if (existsSync(path))
    throw new Error(
      `${file} is missing: it has the key that the secrets in ${path} are sealed with. Bring it back, or set MOHO_MASTER_KEY to it.`,
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
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return undefined
    throw new Error(`${file} cannot be read (${code ?? error}). Let Moho’s user read it, or set MOHO_MASTER_KEY.`)
  }
}
