// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how a config refers to the environment
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import bedrock from '@moho/provider-bedrock'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConfigError, formatFault } from './fault.ts'
import { checkConfig, loadConfig } from './load.ts'
import { faultsOf, load } from './testing/acme.ts'

describe('sections', () => {
  test.each([
    ['nothing', '', ['1:1: is empty']],
    ['only a comment', '# later\n', ['1:1: is empty']],
    ['a list', '- a', ['1:1: must be a map of sections: server, store, plugins, providers, keys']],
    ['a word', 'hello', ['1:1: must be a map of sections: server, store, plugins, providers, keys']],
    [
      'unknown ones',
      'stor: sqlite:x\nsevrer: {}\n',
      ['1:1 stor: unknown member; did you mean "store"?', '2:1 sevrer: unknown member; did you mean "server"?'],
    ],
    [
      'names that every object has',
      '__proto__: {a: 1}\nconstructor: 3\nserver: {toString: 1}',
      ['1:1 __proto__: unknown member', '2:1 constructor: unknown member', '3:10 server.toString: unknown member'],
    ],
    [
      'without a value',
      'server:\nkeys: ~\nproviders: null\n',
      [1, 2, 3].map(
        (line) => `${line}:1 ${['server', 'keys', 'providers'][line - 1]}: has no value; give it one, or leave it out`,
      ),
    ],
    [
      'of the wrong kind',
      'server: []\nproviders: {}\nkeys: x\nplugins: [x]\n',
      [
        '1:1 server: must be a map, not a list',
        '2:1 providers: must be a list, not a map',
        '3:1 keys: must be a list, not text',
        '4:11 plugins[0]: must be a map, not text',
      ],
    ],
    [
      'a store that is none',
      'store: mysql://u:p4ss@h/d',
      ['1:1 store: must be sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE'],
    ],
    ['a port as text', 'server: { port: "80" }', ['1:11 server.port: must be a number, not text']],
    ['a port that is none', 'server: { port: 65536 }', ['1:11 server.port: must be at most 65535']],
    ['a port below all', 'server: { port: -1 }', ['1:11 server.port: must be at least 0']],
    ['half a port', 'server: { port: 1.5 }', ['1:11 server.port: must be a whole number']],
    [
      'an empty host',
      'server: { host: "", hots: x }',
      [
        '1:11 server.host: must be a host name or an IP address',
        '1:21 server.hots: unknown member; did you mean "host"?',
      ],
    ],
    [
      'a variable that is not set',
      'server:\n  host: ${NO_HOST}\n  port: ${NO_PORT}\n',
      ['NO_HOST', 'NO_PORT'].map(
        (name, index) =>
          `${index + 2}:9 server.${['host', 'port'][index]}: the environment variable ${name} is not set; set it, or write \${${name}:-default}`,
      ),
    ],
    ['a port out of the environment', 'server: { port: ${LARGE} }', ['1:11 server.port: must be at most 65535']],
    [
      'a word for a port out of the environment',
      'server: { port: ${WORD} }',
      ['1:11 server.port: must be a number, not text'],
    ],
  ])('%s', async (_, text, expected) => {
    expect(await faultsOf(text, { environment: { LARGE: '70000', WORD: 'seven' } })).toEqual(
      expected.map((fault) => `moho.yaml:${fault}`),
    )
  })

  test('have defaults', async () => {
    expect(await load('{}')).toMatchObject({
      server: { host: '127.0.0.1', port: 8787 },
      keys: [],
      entries: [],
      plugins: [{ contract: 1 }],
    })
    expect(await load('server: { port: 0 }')).toMatchObject({ server: { host: '127.0.0.1', port: 0 } })
  })

  test('take numbers and booleans out of the environment', async () => {
    const text =
      'server: { port: ${PORT:-8080}, host: "${HOST}" }\nproviders: [{ id: a, type: acme, enabled: ${ON}, retries: "${N}", auth: { type: ambient } }]'
    const config = await load(text, { environment: { HOST: '::1', ON: 'false', N: '4' } })
    expect(config.server).toEqual({ host: '::1', port: 8080 })
    expect(config.entries).toMatchObject([{ enabled: false, config: { retries: 4 } }])
  })

  test('are all checked, whatever is wrong with the first', async () => {
    const text =
      'plugins: [{ package: ./none.mjs }]\nserver: { port: x }\nproviders: [{ id: a, type: acme, auth: { type: password, user: u } }]\nkeys: [{ name: ci, key: short }]\n'
    expect(await faultsOf(text)).toEqual([
      'moho.yaml:1:13 plugins[0].package: there is no such file or folder',
      'moho.yaml:2:11 server.port: must be a number, not text',
      'moho.yaml:3:34 providers[0].auth.password: is missing',
      'moho.yaml:4:20 keys[0].key: must have at least 16 characters',
    ])
  })
})

describe('a file', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'moho-config-'))
  })
  afterAll(() => rm(folder, { recursive: true }))
  const check = async (file: string) => (await checkConfig({ file, environment: {}, builtIn: [] })).map(formatFault)

  test('that is not there', async () => {
    expect(await check(join(folder, 'none.yaml'))).toEqual([`${join(folder, 'none.yaml')}: there is no such file`])
  })

  test('that is a folder', async () => {
    expect(await check(folder)).toEqual([`${folder}: is a folder, not a file`])
  })

  test('that is not text', async () => {
    const file = join(folder, 'binary.yaml')
    await writeFile(file, new Uint8Array([0xff, 0xfe, 0x00]))
    expect(await check(file)).toEqual([`${file}: is not UTF-8 text`])
  })

  test('that is fine', async () => {
    const file = join(folder, 'moho.yaml')
    await writeFile(file, 'server: { port: 1 }\n')
    expect(await check(file)).toEqual([])
    expect((await loadConfig({ file, environment: {}, builtIn: [] })).server.port).toBe(1)
  })
})

test('an error says all faults, one in a line', async () => {
  const error = await load('widgets: 1\nserver: 3\n').catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ConfigError)
  expect(error).toMatchObject({
    message: 'moho.yaml:1:1 widgets: unknown member\nmoho.yaml:2:1 server: must be a map, not a number',
    faults: [{ file: 'moho.yaml', line: 1, column: 1, path: 'widgets', message: 'unknown member' }, { line: 2 }],
  })
})

describe('Amazon Bedrock', () => {
  const entry = (members: string) => `providers:\n  - id: my-aws-bedrock\n    type: aws-bedrock\n${members}`
  const given = { builtIn: [bedrock], environment: { AWS_KEY: 'AKIAIOSFODNN7EXAMPLE' } }
  const auth = '    auth: { type: access-key, accessKeyId: ${AWS_KEY}, secretAccessKey: wJalrXUtnFEMI/K7MDENG }\n'

  test('an entry as people write it', async () => {
    const text = `${entry(auth)}    region: us-east-1\n    models: [{ id: us.anthropic.claude-sonnet-4-5-20250929-v1:0, name: sonnet, region: us-west-2 }]\nkeys: [{ name: ci, key: 0123456789abcdef-, models: [sonnet] }]\n`
    expect((await load(text, given)).entries).toMatchObject([
      {
        type: 'aws-bedrock',
        config: { region: 'us-east-1' },
        credentialKind: { type: 'access-key' },
        authSettings: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
        models: [{ name: 'sonnet', region: 'us-west-2' }],
      },
    ])
  })

  test('its region comes out of the environment where the entry is silent', async () => {
    const environment = { ...given.environment, AWS_REGION: 'eu-central-1' }
    expect((await load(entry(auth), { ...given, environment })).entries[0]?.config).toMatchObject({
      region: 'eu-central-1',
    })
  })

  test('a member that is wrong by itself is told, whatever else is not set', async () => {
    expect(await faultsOf(entry(`${auth}    region: us-west-2a\n    accountId: \${NO_ACCOUNT}\n`), given)).toEqual([
      'moho.yaml:5:5 providers[0].region: This is an availability zone. Its region is us-west-2.',
      'moho.yaml:6:16 providers[0].accountId: the environment variable NO_ACCOUNT is not set; set it, or write ${NO_ACCOUNT:-default}',
    ])
  })

  test('what people get wrong', async () => {
    const wrong = entry(
      `${auth}    regoin: us-east-1\n    region: us-east-1\n    baseUrl: https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1\n    endpoints: { runtme: https://x }\n    models: [{ id: us.anthropic.claude-sonnet-4-5-20250929-v1:0, region: us-west-2a }]\n`,
    )
    expect(await faultsOf(wrong, given)).toEqual([
      'moho.yaml:5:5 providers[0].regoin: unknown member; did you mean "region"?',
      "moho.yaml:7:5 providers[0].baseUrl: The base URL is in us-west-2, but the entry's region is us-east-1. Make them the same, or leave the base URL out: it follows from the region.",
      'moho.yaml:8:18 providers[0].endpoints.runtme: unknown member; did you mean "runtime"?',
      'moho.yaml:9:66 providers[0].models[0].region: This is an availability zone. Its region is us-west-2.',
    ])
  })
})
