// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how a config refers to the environment
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatFault } from './fault.ts'
import { checkConfig, loadConfig } from './load.ts'
import { loadPlugins } from './plugins.ts'
import { builtIn } from './testing/acme.ts'

/** A provider as a plugin has it, with a schema that is no zod of ours. */
const provider = (id: string) =>
  `{ contract: 1, id: '${id}', config: { shape: {}, safeParse: (data) => ({ success: true, data }), _zod: { def: { type: 'object', shape: {} } } }, credentials: [], models: [], connect: () => ({}) }`
const plugin = (id: string) => `export default { contract: 1, providers: [${provider(id)}] }`
const manifest = (members: object) => JSON.stringify({ type: 'module', ...members })

const files: Readonly<Record<string, string>> = {
  'node_modules/moho-provider-esm/package.json': manifest({
    exports: { '.': { types: './x.d.ts', import: './main.js' } },
  }),
  'node_modules/moho-provider-esm/main.js': plugin('esm'),
  'node_modules/@acme/moho/package.json': manifest({
    exports: { '.': './none.js', './plugin': { node: { import: './plugin.js' } } },
  }),
  'node_modules/@acme/moho/plugin.js': plugin('scoped'),
  'node_modules/main-only/package.json': manifest({ main: 'lib/index.js' }),
  'node_modules/main-only/lib/index.js': plugin('main-only'),
  'node_modules/common/package.json': '{ "main": "index.js" }',
  'node_modules/common/index.js': `exports.__esModule = true; exports.default = { contract: 1, providers: [${provider('common')}] }`,
  'node_modules/closed/package.json': manifest({ exports: { require: './index.cjs' } }),
  'node_modules/no-main/package.json': manifest({}),
  'deep/er/moho.yaml': '',
  'one.mjs': plugin('one'),
  'two.ts': `const id: string = 'two'\nexport default { contract: 1 as const, providers: [{ ...${provider('two')}, id }] }`,
  'folder/package.json': manifest({ exports: './start.js' }),
  'folder/start.js': plugin('folder'),
  'also-one.mjs': plugin('one'),
  'acme.mjs': plugin('acme'),
  'kind.mjs': `export default { contract: 1, credentialKinds: { acme: [{ type: 'api-key', settings: { shape: {}, safeParse() {}, _zod: { def: { type: 'object' } } }, open() {} }] } }`,
  'throws.mjs': `throw new Error('cannot find its own-secret-4711-file\\nat some place')`,
  'syntax.mjs': 'export default {',
  'no-default.mjs': 'export const plugin = 1',
  'old.mjs': 'export default { contract: 0 }',
  'new.mjs': 'export default { contract: 2, providers: 7 }',
  'other.mjs': 'export default function plugin() {}',
  'half.mjs': `export default { contract: 1, providers: [{ id: 'half' }] }`,
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moho-plugins-'))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
})
afterAll(() => rm(folder, { recursive: true }))

const outcome = async (names: readonly string[], from = folder) =>
  (await loadPlugins(names, from, builtIn)).map((result) =>
    'fault' in result ? result.fault : result.providers?.map(({ id }) => id).join(),
  )

describe('a plugin is found', () => {
  test.each([
    ['as a package beside the config', 'moho-provider-esm', 'esm'],
    ['as a part of a package with a scope', '@acme/moho/plugin', 'scoped'],
    ['as a package with a main file', 'main-only', 'main-only'],
    ['as a CommonJS build of a module', 'common', 'common'],
    ['as a file', './one.mjs', 'one'],
    ['as a TypeScript file', './two.ts', 'two'],
    ['as a folder', './folder', 'folder'],
  ])('%s', async (_, name, id) => {
    expect(await outcome([name])).toEqual([id])
  })

  test('in a folder above, by an absolute path, and among those that the router depends on', async () => {
    const names = ['moho-provider-esm', '../../one.mjs', join(folder, 'folder'), '@moho/provider-bedrock']
    expect(await outcome(names, join(folder, 'deep', 'er'))).toEqual(['esm', 'one', 'folder', 'aws-bedrock'])
  })
})

describe('a plugin is refused', () => {
  const aPlugin = 'a plugin is `export default definePlugin({ … })`'
  test.each([
    [
      'that is not installed',
      'moho-provider-none',
      'is not installed: there is no such package in node_modules beside the config or above it',
    ],
    ['that is not there', './none.mjs', 'there is no such file or folder'],
    ['that has no such part', '@acme/moho/none', 'exports nothing that can be imported by this name'],
    ['that is for require alone', 'closed', 'exports nothing that can be imported by this name'],
    ['that has no main file', 'no-main', 'has no main file'],
    ['that throws', './throws.mjs', 'fails when it is imported'],
    ['that does not parse', './syntax.mjs', 'fails when it is imported'],
    ['without a default export', './no-default.mjs', `has no default export; ${aPlugin}`],
    ['of an older contract', './old.mjs', 'is written for contract 0, and this router has contract 1'],
    ['of a newer contract', './new.mjs', 'is written for contract 2, and this router has contract 1'],
    ['that is something else', './other.mjs', `its default export is not a plugin; ${aPlugin}`],
    [
      'with a provider that lacks members',
      './half.mjs',
      `its default export is not a plugin (providers[0].contract is missing; it is "1"); ${aPlugin}`,
    ],
    ['with a provider that is built in', './acme.mjs', 'has a provider "acme", and so has another plugin'],
    [
      'with a credential kind that is there',
      './kind.mjs',
      'has a credential kind "api-key" for "acme", and so has another plugin',
    ],
    ['by no name', '/..//', expect.any(String)],
  ])('%s', async (_, name, fault) => {
    expect(await outcome([name])).toEqual([fault])
  })

  test('with a provider of another one', async () => {
    expect(await outcome(['./one.mjs', './also-one.mjs', './one.mjs', './folder'])).toEqual([
      'one',
      ...Array(2).fill('has a provider "one", and so has another plugin'),
      'folder',
    ])
  })
})

describe('a config', () => {
  const given = () => ({ file: join(folder, 'moho.yaml'), environment: {}, builtIn })

  test('takes plugins from its own folder', async () => {
    const text = 'plugins: [{ package: moho-provider-esm }, { package: ./one.mjs }]\n'
    const { plugins } = await loadConfig({ ...given(), text })
    expect(plugins.map(({ providers }) => providers?.map(({ id }) => id))).toEqual([['acme'], ['esm'], ['one']])
  })

  test('tells of each plugin that it cannot use, and that its types are missing', async () => {
    const text =
      'plugins:\n  - package: ./throws.mjs # its message holds a value\n  - package: ./old.mjs\n    config: {}\n  - { package: ${NONE} }\nproviders: [{ id: own-secret-4711-file, type: nova }]\n'
    const faults = (await checkConfig({ ...given(), text })).map(formatFault)
    expect(faults.map((fault) => fault.replace(`${folder}/`, ''))).toEqual([
      'moho.yaml:2:5 plugins[0].package: fails when it is imported: cannot find its …',
      'moho.yaml:3:5 plugins[1].package: is written for contract 0, and this router has contract 1',
      'moho.yaml:4:5 plugins[1].config: unknown member',
      'moho.yaml:5:16 plugins[2].package: the environment variable NONE is not set; set it, or write ${NONE:-default}',
      'moho.yaml:6:41 providers[0].type: must be "acme"; a plugin that could not be loaded may have it',
    ])
  })
})
