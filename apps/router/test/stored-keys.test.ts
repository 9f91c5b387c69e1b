import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Simulator, startSimulator } from '@moho/aws-sim'
import type { Log } from '@moho/core'
import bedrock from '@moho/provider-bedrock'
import { makeMasterKey, openStore, readMasterKey, type Store } from '@moho/store'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { z } from 'zod'
import { loadConfig, type Serving, serve } from '../src/index.ts'
import { followKeys } from '../src/stored-keys.ts'
import { bedrockEntry, soon } from './running.ts'

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} }
const model = 'us.amazon.nova-lite-v1:0'
const masterKey = readMasterKey(makeMasterKey())

let folder: string
let simulator: Simulator
let store: Store
let serving: Serving
const open = () => openStore({ url: `sqlite:${join(folder, 'moho.db')}`, masterKey })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moho-'))
  simulator = await startSimulator()
  const text = stringify({
    providers: ['one', 'two'].map((id) => ({ id, ...bedrockEntry(simulator) })),
    keys: [{ name: 'file', key: 'key-of-the-file-0123456789' }],
  })
  const config = await loadConfig({ file: 'test.yaml', text, environment: {}, builtIn: [bedrock] })
  store = await open()
  serving = await serve({ config, store, log: quiet, host: '127.0.0.1', port: 0, simulatorUrl: simulator.url })
})
afterEach(async () => {
  await serving.stop()
  await store.close()
  await simulator.close()
  await rm(folder, { recursive: true })
})

async function call(key: string, entry = 'one'): Promise<number> {
  const response = await fetch(`${serving.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: `${entry}/${model}`, messages: [{ role: 'user', content: 'Hi' }] }),
  })
  await response.text()
  return response.status
}

test('a key of the store is taken from when it is made until it is revoked, beside those of the file', async () => {
  const { key, record } = await store.keys.create({ name: 'ci', models: ['one/*'] })
  await soon(async () => (await call(key)) === 200)
  expect(await call(key, 'two')).toBe(404)
  expect(await call('key-of-the-file-0123456789', 'two')).toBe(200)
  await store.keys.revoke(record.id)
  await soon(async () => (await call(key)) === 401)
})

test('what another process changes is felt within a second, and so is the end of a grace and of a key', async () => {
  const other = await open()
  const { key, record } = await other.keys.create({ name: 'ci' })
  await soon(async () => (await call(key)) === 200)
  const next = await other.keys.rotate(record.id, { graceMs: 1500 })
  await soon(async () => (await call(next.key)) === 200)
  expect(await call(key)).toBe(200)
  const short = await other.keys.create({ name: 'short', expiresAt: Date.now() + 1500 })
  await soon(async () => (await call(short.key)) === 200)
  await soon(async () => (await call(key)) === 401 && (await call(short.key)) === 401)
  expect(await call(next.key)).toBe(200)
  await other.close()
})

test('a router without its store serves on with the keys that it knows, and says so', async () => {
  const { key } = await store.keys.create({ name: 'ci' })
  const ready = async () =>
    z
      .object({ store: z.string() })
      .loose()
      .parse(await (await fetch(`${serving.url}/ready`)).json())
  await soon(async () => (await call(key)) === 200)
  expect(await ready()).toEqual({ status: 'ready', store: 'ready' })
  const { DatabaseSync } = await import('node:sqlite')
  const locker = new DatabaseSync(join(folder, 'moho.db'))
  locker.exec('begin exclusive')
  await store.keys.create({ name: 'late' }).catch(() => undefined)
  expect(await ready()).toEqual({ status: 'ready', store: 'away', since: expect.stringMatching(/^2\d{3}-.*Z$/) })
  expect(await call(key)).toBe(200)
  locker.exec('rollback')
  locker.close()
  await soon(async () => (await ready()).store === 'ready', 3000)
})

test('keys that could not be read again are read once they can', async () => {
  const { key } = await store.keys.create({ name: 'ci' })
  let isAway = false
  let tell: (kind: 'keys') => unknown = () => undefined
  const all = () => (isAway ? Promise.reject(new Error('away')) : store.keys.all())
  const listen = (listener: typeof tell) => {
    tell = listener
    return () => undefined
  }
  const keys = await followKeys({ keys: { ...store.keys, all }, changes: listen }, quiet)
  const { hashKey } = await import('@moho/store')
  expect(keys.find(hashKey(key))).toMatchObject({ name: 'ci' })
  isAway = true
  const late = await store.keys.create({ name: 'late' })
  tell('keys')
  await new Promise((done) => setTimeout(done, 50))
  expect(keys.find(hashKey(late.key))).toBeUndefined()
  expect(keys.find(hashKey(key))).toBeDefined()
  isAway = false
  await soon(() => keys.find(hashKey(late.key)) !== undefined, 3000)
  keys.close()
})
