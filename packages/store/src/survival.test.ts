import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import type { Log } from '@moho/core'
import { describe, expect, test } from 'vitest'
import { makeMasterKey, readMasterKey } from './master-key.ts'
import { openStore } from './open-store.ts'
import { engines, freshSqlite } from './testing/engines.ts'

describe.each(engines)('on $name', ({ fresh }) => {
  test('every write that was acknowledged before kill -9 is there', async () => {
    const { url, open } = await fresh()
    const masterKey = makeMasterKey()
    const acknowledged = await writeUntilKilled(url, masterKey, 1000)
    const store = await open({ masterKey: readMasterKey(masterKey) })
    const lost: string[] = []
    for (const id of acknowledged) {
      const found = await store.handles.find('batch', id, { key: 'k' })
      if ((found?.data as { of?: string } | undefined)?.of !== id) lost.push(id)
    }
    expect(lost).toEqual([])
    expect(acknowledged.length).toBeGreaterThanOrEqual(1000)
    await store.handles.put({ kind: 'batch', upstreamId: 'after', owner: { key: 'k' }, pin: { entry: 'e' } })
  })

  test('no secret that was ever entered is in the database, in an error or in the log', async () => {
    const database = await fresh()
    const said: unknown[] = []
    const say = (message: string, fields?: object) => said.push(message, fields)
    const log: Log = { debug: say, info: say, warn: say, error: say }
    const masterText = makeMasterKey()
    const masterKey = readMasterKey(masterText)
    const store = await database.open({ masterKey, log })
    const secrets: string[] = [masterText]
    const secret = () => {
      const made = `c4nary-${secrets.length}-${'x'.repeat(20)}`
      secrets.push(made)
      return made
    }
    const entry = (id: string) => ({
      id,
      type: 'aws-bedrock',
      displayName: id,
      config: { region: 'us-east-1' },
      auth: {
        settings: { type: 'assume-role', source: { secretAccessKey: secret(), list: [secret()] } },
        plain: ['/type'],
      },
    })
    const handle = (upstreamId: string) => ({
      kind: 'response' as const,
      upstreamId,
      owner: { key: 'k' },
      pin: { entry: 'e' },
      data: { prompt: secret() },
    })
    const fails = async (doing: Promise<unknown>) => said.push(await doing.catch((error: unknown) => error))
    const changes: Record<string, unknown>[] = []

    await store.entries.create(entry('a'))
    await store.entries.rotateAuth('a', entry('a').auth)
    await store.handles.put(handle('r'))
    const { key, record } = await store.keys.create({ name: 'ci' })
    secrets.push(key, (await store.keys.rotate(record.id, { graceMs: 1000 })).key)
    for (const listed of await store.entries.list()) changes.push({ ...listed })
    for (const listed of await store.keys.list()) changes.push({ ...listed })
    for (const after of changes) await store.audit.append({ who: 'user:ana', what: 'change', which: 'entry:a', after })

    await fails(store.entries.create(entry('a')))
    await fails(store.entries.create({ ...entry('b'), auth: { settings: secret() as never } }))
    await fails(
      store.entries.create({ ...entry('b'), [secret()]: 1 } as never).catch(() => 'an unknown name is the caller’s'),
    )
    await fails(store.entries.create({ ...entry('b'), auth: { settings: { long: secret().repeat(50_000) } } }))
    await fails(store.handles.put({ ...handle('other'), id: 'r' }))
    await fails(openStore({ url: database.url, masterKey: readMasterKey(makeMasterKey()), log }))
    await fails(Promise.resolve().then(() => readMasterKey(`${masterText}${masterText}`)))
    const next = makeMasterKey()
    secrets.push(next)
    await store.rotateMaster(readMasterKey(next))
    said.push(changes, await store.keys.all())

    const whileOpen = await database.dump()
    // A database in which nothing can be written: errors of queries, with the values that they had.
    await database.run('drop table entries; drop table handles; drop table key_secrets')
    await fails(store.entries.create(entry('c')))
    await fails(store.handles.put(handle('c')))
    await fails(store.keys.find(key))
    await store.close()

    const everything = [whileOpen, await database.dump(), inspect(said, { depth: 20, maxStringLength: null })].join(
      '\n',
    )
    expect(everything).toContain('assume-role')
    expect(everything).toContain('insert into')
    for (const canary of secrets) {
      for (const form of [
        canary,
        Buffer.from(canary).toString('base64').slice(0, -4),
        Buffer.from(canary).toString('hex'),
      ])
        expect(everything).not.toContain(form)
    }
  })
})

test('SQLite’s files are their owner’s alone', async () => {
  const { url, open } = await freshSqlite()
  const store = await open()
  await store.keys.create({ name: 'ci' })
  const folder = dirname(url.slice('sqlite:'.length))
  const modes = (await readdir(folder)).map((name) => [name, statSync(join(folder, name)).mode & 0o777])
  expect(modes.sort()).toEqual([
    ['moho.db', 0o600],
    ['moho.db-shm', 0o600],
    ['moho.db-wal', 0o600],
  ])
  expect(statSync(folder).mode & 0o777).toBe(0o700)
})

/** What it had acknowledged when it was killed, which is at the latest soon after `many`. */
function writeUntilKilled(url: string, masterKey: string, many: number): Promise<readonly string[]> {
  const script = fileURLToPath(new URL('./testing/write-until-killed.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=moho-source', script, url, masterKey])
  let said = ''
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  child.stdout.on('data', (chunk) => {
    said += chunk
    if (said.split('\n').length > many) child.kill('SIGKILL')
  })
  return new Promise((resolve, reject) => {
    child.on('close', (_, signal) => {
      // The last line may have been cut off by the kill; it was acknowledged all the same, but its name is not whole.
      if (signal === 'SIGKILL') resolve(said.split('\n').slice(0, -1))
      else reject(new Error(`The writer ended by itself: ${errors}`))
    })
  })
}
