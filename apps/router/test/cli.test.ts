import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator } from '@moho/aws-sim'
import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { soon } from './running.ts'

// The command as it is published: the built files, run by the Node that runs this.
const moho = join(import.meta.dirname, '../bin/moho.js')

let folder: string
const started: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moho-'))
})
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  await rm(folder, { recursive: true })
})

/** A `moho` in the test's own folder, with an environment of its own. */
function run(args: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [moho, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...environment },
  })
  started.push(child)
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (data) => {
    output.stdout += data
  })
  child.stderr.on('data', (data) => {
    output.stderr += data
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, output, ended, url: () => /^listening on (\S+)$/m.exec(output.stdout)?.[1] }
}

const ended = async (args: readonly string[], environment?: Record<string, string>) => {
  const { output, ended } = run(args, environment)
  return { code: await ended, ...output }
}

async function ready(args: readonly string[], environment?: Record<string, string>) {
  const running = run(args, environment)
  await soon(() => running.url() !== undefined, 10_000)
  return { ...running, url: running.url() ?? expect.fail() }
}

const config = (more = '') => `
providers:
  - id: mine
    type: aws-bedrock
    region: us-east-1
    auth: { type: access-key, accessKeyId: AKIDEXAMPLE0000000000, secretAccessKey: "\${SECRET}" }
keys: [{ name: ci, key: ci-key-0123456789abc }]
${more}`

it('runs on the Node that the workspace pins', async () => {
  const workspace = await readFile(join(import.meta.dirname, '../../../pnpm-workspace.yaml'), 'utf8')
  expect(process.version).toBe(`v${/^ {2}node: (\S+)$/m.exec(workspace)?.[1]}`)
})

describe('moho serve', () => {
  it('without a file serves the embedded default, and what it prints works', async () => {
    const { url, output } = await ready(['serve', '--port', '0'])
    expect(output.stdout).toContain('SIMULATED')
    const key = /Bearer (\S+)"/.exec(output.stdout)?.[1] ?? expect.fail('No key is printed.')
    const model = /"model":"([^"]+)"/.exec(output.stdout)?.[1] ?? expect.fail('No model is printed.')
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key })
    const answer = await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hello!' }] })
    expect(answer.choices[0]?.message.content).toContain('Hello!')
    expect((await stat(join(folder, '.moho/embedded.key'))).mode & 0o777).toBe(0o600)
  })

  it('prints a snippet for the OpenAI SDK that runs as it is', async () => {
    const { output } = await ready(['serve', '--port', '0'])
    const snippet =
      /^ {2}import OpenAI[\s\S]*?second\.choices.*$/m.exec(output.stdout)?.[0] ?? expect.fail('No snippet is printed.')
    // Beside this test, where the SDK is installed.
    const file = join(import.meta.dirname, `snippet-${process.pid}.mjs`)
    await writeFile(file, snippet)
    try {
      const child = spawn(process.execPath, [file])
      let text = ''
      child.stdout.on('data', (data) => {
        text += data
      })
      child.stderr.on('data', (data) => {
        text += data
      })
      const code = await new Promise((resolve) => child.on('close', resolve))
      expect(text).toContain('get_weather')
      expect(text).toContain('31 degrees')
      expect(code).toBe(0)
    } finally {
      await rm(file)
    }
  })

  it('keeps its key over a restart, so that what was pasted goes on working', async () => {
    const first = await ready(['serve', '--port', '0'])
    first.child.kill('SIGINT')
    expect(await first.ended).toBe(0)
    const second = await ready(['serve', '--port', '0'])
    const keyOf = (text: string) => /Bearer (\S+)"/.exec(text)?.[1]
    expect(keyOf(second.output.stdout)).toBe(keyOf(first.output.stdout))
  })

  it('takes moho.yaml from its folder, and flags over the environment over the file', async () => {
    await writeFile(join(folder, 'moho.yaml'), config('server: { host: 127.0.0.1, port: 1 }'))
    const { url, output } = await ready(['serve', '--port', '0'], { SECRET: 'secret-secret-secret-secret', PORT: '2' })
    expect(output.stdout).toBe(`listening on ${url}\n`)
    const models = await fetch(`${url}/models`, { headers: { 'x-api-key': 'ci-key-0123456789abc' } })
    expect(models.status).toBe(200)
    expect(await models.text()).not.toContain('simulated')
  })

  it('turns /ready to 503 on SIGTERM, finishes what is under way, and ends with 0', async () => {
    const { url, output, child, ended } = await ready(['serve', '--port', '0'])
    const key = /Bearer (\S+)"/.exec(output.stdout)?.[1] ?? ''
    expect((await fetch(`${url}/ready`)).status).toBe(200)
    const client = new OpenAI({ baseURL: url, apiKey: key, maxRetries: 0 })
    const model = 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0'
    const slow = client.chat.completions.create({
      model,
      messages: [{ role: 'user', content: '[[sim:delay=1800]] Slow.' }],
    })
    await new Promise((done) => setTimeout(done, 200))
    child.kill('SIGTERM')
    await new Promise((done) => setTimeout(done, 200))
    expect((await fetch(`${url}/ready`)).status).toBe(503)
    expect((await fetch(`${url}/health`)).status).toBe(200)
    expect((await slow).choices[0]?.message.content).toContain('Slow.')
    expect(await ended).toBe(0)
  })

  it('closes kept connections with their next answer, so that a busy caller does not hold it up', async () => {
    const { url, output, child, ended } = await ready(['serve', '--port', '0'])
    const key = /Bearer (\S+)"/.exec(output.stdout)?.[1] ?? ''
    let stopped = false
    const busy = (async () => {
      while (!stopped) {
        await fetch(`${url}/models`, { headers: { 'x-api-key': key } }).then((response) => response.text())
      }
    })().catch(() => undefined)
    await new Promise((done) => setTimeout(done, 100))
    const began = Date.now()
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    stopped = true
    await busy
    expect(Date.now() - began).toBeLessThan(5_000)
  })

  it('takes what changes in its file, whole or not at all', async () => {
    const environment = { SECRET: 'secret-secret-secret-secret' }
    await writeFile(join(folder, 'moho.yaml'), config())
    const { url, child, output, ended } = await ready(['serve', '--port', '0'], environment)
    const status = async (key: string) => (await fetch(`${url}/models`, { headers: { 'x-api-key': key } })).status
    expect(await status('ci-key-0123456789abc')).toBe(200)
    await writeFile(join(folder, 'moho.yaml'), config().replace('ci-key-0123456789abc', 'another-key-0123456789'))
    await soon(async () => (await status('another-key-0123456789')) === 200, 5_000)
    expect(await status('ci-key-0123456789abc')).toBe(401)
    await writeFile(join(folder, 'moho.yaml'), config('server: { port: 1 }\nkes: []'))
    child.kill('SIGHUP')
    await soon(() => output.stderr.includes('did you mean') || output.stdout.includes('did you mean'), 5_000)
    expect(await status('another-key-0123456789')).toBe(200)
    await rm(join(folder, 'moho.yaml'))
    await soon(() => (output.stderr + output.stdout).includes('there is no such file'), 5_000)
    await writeFile(join(folder, 'moho.yaml'), config('server: { port: 1 }'))
    await soon(async () => (await status('ci-key-0123456789abc')) === 200, 5_000)
    await soon(() => (output.stderr + output.stdout).includes('this takes a restart'), 5_000)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  it('ends though a command of an AWS profile hangs', async () => {
    const began = join(folder, 'began')
    await writeFile(
      join(folder, 'aws-config'),
      `[profile hangs]\ncredential_process = sh -c "touch ${began}; exec sleep 25"\n`,
    )
    const entry = '{ id: b, type: aws-bedrock, region: us-east-1, auth: { type: default-chain, profile: hangs } }'
    await writeFile(
      join(folder, 'hangs.yaml'),
      `providers: [${entry}]\nkeys: [{ name: ci, key: ci-key-0123456789abc }]\n`,
    )
    const { url, child, ended } = await ready(['serve', '--port', '0', '--config', 'hangs.yaml'], {
      AWS_CONFIG_FILE: join(folder, 'aws-config'),
      AWS_EC2_METADATA_DISABLED: 'true',
    })
    const leaving = new AbortController()
    const call = fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'x-api-key': 'ci-key-0123456789abc', 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'b/us.amazon.nova-lite-v1:0', messages: [{ role: 'user', content: 'Hi' }] }),
      signal: leaving.signal,
    }).catch(() => undefined)
    while (!existsSync(began)) await new Promise((done) => setTimeout(done, 20))
    leaving.abort()
    await call
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  it('says what is wrong with its host, its level of log and its folder', async () => {
    expect((await ended(['serve', '--host', '192.0.2.1', '--port', '0'])).stderr).toContain(
      'is not an address of this machine',
    )
    expect((await ended(['serve'], { LOG_LEVEL: 'loud' })).stderr).toContain('LOG_LEVEL must be one of')
    await writeFile(join(folder, 'file'), '')
    expect((await ended(['serve', '--port', '0'], { MOHO_DATA_DIR: 'file/data' })).stderr).toContain(
      'Set MOHO_DATA_DIR',
    )
  })

  it('says that its port is taken', async () => {
    const { url } = await ready(['serve', '--port', '0'])
    const second = await ended(['serve', '--port', new URL(url).port])
    expect(second).toMatchObject({ code: 1, stdout: '' })
    expect(second.stderr).toBe(`moho: Port ${new URL(url).port} on 127.0.0.1 is in use. Choose another with --port.\n`)
  })

  it('does not start on a faulty file, and tells all its faults', async () => {
    await writeFile(join(folder, 'moho.yaml'), config('serve: {}').replace('region', 'regoin'))
    const { code, stdout, stderr } = await ended(['serve'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('moho.yaml:5:5 providers[0].regoin: unknown member; did you mean "region"?')
    expect(stderr).toContain('serve: unknown member; did you mean "server"?')
    expect(stderr).toContain('SECRET')
  })
})

describe('moho check', () => {
  it('does not take a variable without braces for a key', async () => {
    await writeFile(join(folder, 'moho.yaml'), config().replace('ci-key-0123456789abc', '$MY_APPLICATION_KEY'))
    const { code, stderr } = await ended(['check'], { SECRET: 'secret-secret-secret-secret' })
    expect(code).toBe(1)
    expect(stderr).toContain('keys[0].key: looks like a variable')
  })

  it('is silent about secrets and content with a good file', async () => {
    await writeFile(join(folder, 'moho.yaml'), config())
    const checked = await ended(['check'], { SECRET: 'secret-secret-secret-secret' })
    expect(checked).toEqual({ code: 0, stdout: 'moho.yaml is fine: 1 provider entry, 1 key.\n', stderr: '' })
  })

  it('tells a region that contradicts the base URL', async () => {
    const text = config().replace(
      'region: us-east-1',
      'region: us-east-1\n    baseUrl: https://bedrock-runtime.eu-west-1.amazonaws.com',
    )
    await writeFile(join(folder, 'other.yaml'), text)
    const { code, stderr } = await ended(['check', '--config', 'other.yaml'], { SECRET: 'secret-secret-secret-secret' })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^other\.yaml:6:\d+ providers\[0\]\.baseUrl: .*eu-west-1.*us-east-1/)
  })
})

describe('moho sim', () => {
  it('serves the simulator and prints its keys', async () => {
    const { url, output, child, ended } = await ready(['sim', '--port', '0'])
    expect(output.stdout).toContain('AWS_ACCESS_KEY_ID=')
    expect((await fetch(`${url}/model/x/converse`, { method: 'POST' })).status).toBe(403)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })
})

describe('the command line', () => {
  it.each([
    [[], 2, 'moho serve'],
    [['help'], 0, 'moho serve'],
    [['serve', '--help'], 0, 'moho serve'],
  ])('%j shows the help', async (args, code, text) => {
    const shown = await ended(args)
    expect(shown.code).toBe(code)
    expect(shown.stdout).toContain(text)
  })

  it('tells its version', async () => {
    expect((await ended(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it.each([
    [['constructor'], 'There is no command "constructor".'],
    [['sevre'], 'There is no command "sevre".'],
    [['serve', '--prot', '1'], "Unknown option '--prot'"],
    [['serve', '--port', 'http'], '--port must be a port, 0 to 65535, not "http".'],
    [['serve', '--port', '70000'], '--port must be a port'],
    [['check'], 'There is no moho.yaml here.'],
  ])('%j is refused with the way to the help', async (args, message) => {
    const refused = await ended(args)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain(message)
    expect(refused.stderr).toContain('moho help')
  })
})

describe('moho discover', () => {
  it('asks what an account can call, as a table and as JSON', async () => {
    const simulator = await startSimulator()
    try {
      const text = config()
        .replace('AKIDEXAMPLE0000000000', simulator.accessKey.accessKeyId)
        .replace('region: us-east-1', `region: us-east-1\n    endpoints: { control: "${simulator.url}" }`)
      await writeFile(join(folder, 'moho.yaml'), text)
      const secret = { SECRET: simulator.accessKey.secretAccessKey }
      const table = await ended(['discover', 'mine'], secret)
      expect(table).toMatchObject({ code: 0, stderr: '' })
      expect(table.stdout).toMatch(/^mine: \d+ models$/m)
      expect(table.stdout).toMatch(/^us\.amazon\.nova-lite-v1:0 .* us-east-1, us-east-2, us-west-2/m)
      const [found] = JSON.parse((await ended(['discover', '--json'], secret)).stdout)
      expect(found.models).toContainEqual(expect.objectContaining({ id: 'amazon.nova-lite-v1:0' }))

      const denied = await ended(['discover'], { SECRET: 'wrong-wrong-wrong-wrong' })
      expect(denied).toMatchObject({ code: 1, stdout: '' })
      expect(denied.stderr).toMatch(/^mine: AWS does not accept the entry’s credentials/)
      expect(denied.stderr).not.toContain('wrong-wrong')
    } finally {
      await simulator.close()
    }
  })

  it.each([
    [['discover', 'other'], 'moho.yaml has no entry other. It has: mine.'],
    [['discover', 'mine', 'more'], 'There is nothing to be done with "more".'],
    [['discover', '--odd'], "Unknown option '--odd'"],
    [['check', 'mine'], "Unexpected argument 'mine'"],
  ])('%j is a usage error', async (args, words) => {
    await writeFile(join(folder, 'moho.yaml'), config())
    const { code, stderr } = await ended(args, { SECRET: 'secret-secret-secret-secret' })
    expect({ code, told: stderr.includes(words) ? words : stderr }).toEqual({ code: 2, told: words })
  })
})

describe('moho keys', () => {
  const store = { MOHO_STORE: 'sqlite:moho.db' }
  const keys = (args: string, environment: Record<string, string> = store) =>
    ended(['keys', ...args.split(' ').filter((word) => word !== '')], environment)

  it('makes, shows, rotates and revokes keys of a running router', async () => {
    const { url, child, ended: stopped } = await ready(['serve', '--port', '0'], store)
    const status = async (key: string) => (await fetch(`${url}/models`, { headers: { 'x-api-key': key } })).status
    const made = await keys('create ci --models bedrock/*,x --team research --expires 90d')
    expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('shown this once') })
    const key = made.stdout.trim()
    await soon(async () => (await status(key)) === 200)
    const listed = await keys('list')
    expect(listed.stdout).toMatch(
      /^name +key +models +team +user +made +until\nci +moho_\S{4}…\S{4} +bedrock\/\*, x +research/,
    )
    expect(listed.stdout).not.toContain(key)
    expect(await keys('create ci')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is a key of this name'),
    })
    const rotated = await keys('rotate ci --grace 1h --json')
    const next: unknown = JSON.parse(rotated.stdout)
    expect(next).toMatchObject({ name: 'ci', key: expect.stringMatching(/^moho_/) })
    expect(await status(key)).toBe(200)
    expect(await keys('revoke ci')).toMatchObject({ code: 0, stdout: 'ci is revoked.\n' })
    await soon(async () => (await status(key)) === 401)
    expect(await keys('revoke ci')).toMatchObject({ code: 1, stderr: expect.stringContaining('revoked already') })
    child.kill('SIGINT')
    expect(await stopped).toBe(0)
  })

  it('keeps the master key for nobody else, and rotates it', async () => {
    await keys('create ci')
    const file = join(folder, '.moho/master.key')
    const before = await readFile(file, 'utf8')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await keys('rotate-master')).toMatchObject({ code: 0, stdout: expect.stringContaining('master.key.old') })
    const after = await readFile(file, 'utf8')
    expect(after).not.toBe(before)
    expect(await readFile(`${file}.old`, 'utf8')).toBe(before)
    expect((await keys('list')).stdout).toContain('ci')
    const old = await keys('list', { ...store, MOHO_MASTER_KEY: before })
    expect(old).toMatchObject({ code: 1, stderr: expect.stringContaining('not the one') })
    expect(await keys('rotate-master --to next.key', { ...store, MOHO_MASTER_KEY: after })).toMatchObject({ code: 0 })
    const next = await readFile(join(folder, 'next.key'), 'utf8')
    expect((await keys('list', { ...store, MOHO_MASTER_KEY: next })).stdout).toContain('ci')
  })

  it('writes a new master key over nothing, and says which file is no key', async () => {
    await keys('create ci')
    const MOHO_MASTER_KEY = await readFile(join(folder, '.moho/master.key'), 'utf8')
    const before = await readFile(join(folder, 'moho.db'))
    const told = await keys('rotate-master --to moho.db', { ...store, MOHO_MASTER_KEY })
    expect(told).toMatchObject({ code: 1, stderr: expect.stringContaining('moho.db: The master key') })
    expect(await readFile(join(folder, 'moho.db'))).toEqual(before)
    await writeFile(join(folder, '.moho/master.key.new'), '')
    expect((await keys('rotate-master')).stderr).toContain('master.key.new: The master key is empty')
    expect((await keys('list')).stdout).toContain('ci')
  })

  it('rotates the master key once at a time, and keeps each old one', async () => {
    await keys('create ci')
    const file = join(folder, '.moho/master.key')
    const first = await readFile(file, 'utf8')
    const many = await Promise.all(Array.from({ length: 4 }, () => keys('rotate-master')))
    const done = many.filter(({ code }) => code === 0)
    expect(done.length).toBeGreaterThan(0)
    for (const { code, stderr } of many) if (code !== 0) expect(stderr).toContain('by another process')
    expect((await keys('list')).stdout).toContain('ci')
    expect(await readFile(`${file}.old`, 'utf8')).toBe(first)
    expect((await readdir(join(folder, '.moho'))).filter((name) => name.includes('.old'))).toHaveLength(done.length)
    // Left by one that was killed.
    await writeFile(`${file}.lock`, '999999999')
    expect(await keys('rotate-master')).toMatchObject({ code: 0 })
  })

  it('finds its key after a rotation that ended between the database and the file', async () => {
    await keys('create ci')
    const file = join(folder, '.moho/master.key')
    const before = await readFile(file, 'utf8')
    await keys('rotate-master')
    await writeFile(`${file}.new`, await readFile(file))
    await writeFile(file, before)
    expect((await keys('list')).stdout).toContain('ci')
    expect(existsSync(`${file}.new`)).toBe(false)
    expect((await keys('list')).stdout).toContain('ci')
  })

  it.each([
    ['', 2, 'Say what to do'],
    ['destroy', 2, 'Say what to do'],
    ['create', 2, 'Name the key'],
    ['list ci', 2, 'takes no name'],
    ['list --grace 1h', 2, 'has no --grace'],
    ['create ci --expires tomorrow', 2, '--expires is a time'],
    ['create ci --expires 0d', 2, 'in the past'],
    ['create ci --models @bedrock/*', 2, '--models is a list'],
    ['create ci --expires 2027-02-30', 2, '--expires is a time'],
    ['create ci --expires 2001-01-01', 2, 'in the past'],
    ['create ci --models *nova*', 2, '--models is a list'],
    ['create ci --models a/*,', 2, '--models is a list'],
    ['revoke nobody', 1, 'There is no key nobody'],
    ['rotate ci --grace 1', 2, '--grace is a number'],
    ['rotate-master --to x', 2, 'a file of its own'],
  ])('refuses: keys %s', async (args, code, words) => {
    expect(await keys(args)).toMatchObject({ code, stderr: expect.stringContaining(words) })
  })

  it('says which file names no store, and which key is missing', async () => {
    await writeFile(join(folder, 'moho.yaml'), config())
    const none = await ended(['keys', 'list'], { SECRET: 'secret-secret-secret-secret' })
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('moho.yaml names no store') })
    await keys('create ci')
    await rm(join(folder, '.moho/master.key'))
    expect(await keys('list')).toMatchObject({ code: 1, stderr: expect.stringContaining('master.key is missing') })
    const far = await keys('list', { MOHO_STORE: 'postgres://u@127.0.0.1:1/db' })
    expect(far).toMatchObject({ code: 1, stderr: expect.stringContaining('Set MOHO_MASTER_KEY') })
  })
})
