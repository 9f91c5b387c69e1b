import { type Simulator, startSimulator } from '@moho/aws-sim'
import type { Log } from '@moho/core'
import bedrock from '@moho/provider-bedrock'
import OpenAI from 'openai'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadConfig, type Serving, serve } from '../src/index.ts'
import { bedrockEntry } from './running.ts'

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} }
const key = 'key-of-the-file-0123456789'
const nova = 'us.amazon.nova-lite-v1:0'

let simulator: Simulator
let serving: Serving
const entryOf = (id: string, auth?: object) => ({
  ...bedrockEntry(simulator),
  id,
  endpoints: { runtime: simulator.url, control: simulator.url, sts: simulator.url },
  ...(auth && { auth }),
})
const byRole = (id: string) =>
  entryOf(id, {
    type: 'assume-role',
    roleArn: 'arn:aws:iam::123456789012:role/moho',
    source: bedrockEntry(simulator).auth,
  })
const configOf = (providers: readonly object[], keys = [{ name: 'file', key }]) =>
  loadConfig({ file: 'test.yaml', text: stringify({ providers, keys }), environment: {}, builtIn: [bedrock] })

beforeEach(async () => {
  simulator = await startSimulator()
  const config = await configOf([entryOf('one'), byRole('role')])
  serving = await serve({ config, log: quiet, host: '127.0.0.1', port: 0 })
})
afterEach(async () => {
  await serving.stop()
  await simulator.close()
})

const client = (apiKey = key) => new OpenAI({ baseURL: `${serving.url}/v1`, apiKey, maxRetries: 0 })
const ask = (model: string, content = 'Hi', apiKey = key) =>
  client(apiKey).chat.completions.create({ model, messages: [{ role: 'user', content }] })
const assumed = () => simulator.calls.filter(({ operation }) => operation === 'AssumeRole').length

test('calls go by the new configuration, and those under way by theirs', async () => {
  const stream = await client().chat.completions.create({
    model: `role/${nova}`,
    stream: true,
    messages: [{ role: 'user', content: '[[sim:long=50]] [[sim:delay=20]]' }],
  })
  const closed = serving.reload(
    await configOf([entryOf('two')], [{ name: 'next', key: 'key-that-comes-next-0123456789' }]),
  )
  await expect(ask(`one/${nova}`)).rejects.toMatchObject({ status: 401 })
  await expect(ask(`one/${nova}`, 'Hi', 'key-that-comes-next-0123456789')).rejects.toMatchObject({ status: 404 })
  expect((await ask(`two/${nova}`, 'Hello', 'key-that-comes-next-0123456789')).choices[0]?.message.content).toContain(
    'Hello',
  )
  let finish: string | null | undefined
  for await (const { choices } of stream) finish = choices[0]?.finish_reason ?? finish
  expect(finish).toBe('stop')
  await closed
})

test('an entry that is as it was keeps its session, and one that is not gets another', async () => {
  await ask(`role/${nova}`)
  await serving.reload(await configOf([byRole('role'), entryOf('more')]))
  await ask(`role/${nova}`)
  await ask(`more/${nova}`)
  expect(assumed()).toBe(1)
  const other = { ...byRole('role'), displayName: 'Another' }
  await serving.reload(await configOf([other]))
  await ask(`role/${nova}`)
  expect(assumed()).toBe(2)
})

test('what cannot be connected leaves everything as it was', async () => {
  const config = await configOf([byRole('fresh'), entryOf('bad')])
  const broken = config.entries.map((entry) =>
    entry.id === 'bad'
      ? {
          ...entry,
          credentialKind: {
            ...entry.credentialKind,
            open: () => {
              throw new Error('cannot')
            },
          },
        }
      : entry,
  )
  expect(() => serving.reload({ ...config, entries: broken })).toThrow('cannot')
  await ask(`one/${nova}`)
  await expect(ask(`fresh/${nova}`)).rejects.toMatchObject({ status: 404 })
})
