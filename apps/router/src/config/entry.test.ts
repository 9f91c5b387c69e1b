// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how a config refers to the environment
import { apiKey, definePlugin } from '@moho/core'
import { describe, expect, test } from 'vitest'
import { builtIn, faultsOf, load } from './testing/acme.ts'

/** One entry, whose members begin in line 4. */
const entry = (members: string) => `providers:\n  - id: one\n    type: acme\n${members.replace(/^/gm, '    ')}\n`
const auth = 'auth: { type: api-key, apiKey: k }'
const kinds = '"api-key", "password" or "ambient"'

describe('an entry', () => {
  test.each([
    [
      'unknown members, of the core and of the provider',
      `regoin: north-1\nenabeld: true\nbaseURL: https://x\nprices: []\n${auth}`,
      [
        '4:5 providers[0].regoin: unknown member; did you mean "region"?',
        '5:5 providers[0].enabeld: unknown member; did you mean "enabled"?',
        '6:5 providers[0].baseURL: unknown member; did you mean "baseUrl"?',
        '7:5 providers[0].prices: unknown member',
      ],
    ],
    [
      'unknown members further in',
      `endpoints: { runtme: https://x.example }\nauth: { type: api-key, apikey: k, typ: x, apiKey: k }`,
      [
        '4:18 providers[0].endpoints.runtme: unknown member; did you mean "runtime"?',
        '5:28 providers[0].auth.apikey: unknown member; did you mean "apiKey"?',
        '5:39 providers[0].auth.typ: unknown member; did you mean "type"?',
      ],
    ],
    ['no auth', 'region: north-1', [`2:5 providers[0].auth: is missing; its type is ${kinds}`]],
    ['an auth without a type', 'auth: { apiKey: k }', [`4:5 providers[0].auth.type: is missing; it is ${kinds}`]],
    [
      'an unknown type of auth',
      'auth: { type: apikey }',
      [`4:13 providers[0].auth.type: must be ${kinds}; did you mean "api-key"?`],
    ],
    ['an auth that is text', 'auth: abc', [`4:5 providers[0].auth: must be a map with a type: ${kinds}`]],
    ['an auth without its secret', 'auth: { type: api-key }', ['4:5 providers[0].auth.apiKey: is missing']],
    [
      'values that do not fit',
      `region: x\nretries: 9\nverbose: yes\nmode: fsat\nbaseUrl: nope\nsource: 3\ntags: { Ab: x }\nenabled: 1\nunlistedModels: alow\n${auth}`,
      [
        '4:5 providers[0].region: is not written as a region: north-1',
        '5:5 providers[0].retries: must be at most 5',
        '6:5 providers[0].verbose: must be true or false, not text',
        '7:5 providers[0].mode: must be "fast" or "exact"; did you mean "fast"?',
        '8:5 providers[0].baseUrl: is not a valid url',
        '9:5 providers[0].source: must be text, not a number; put it in quotes, or must be a map, not a number',
        '10:13 providers[0].tags.Ab: its name is not valid here',
        '11:5 providers[0].enabled: must be true or false, not a number',
        '12:5 providers[0].unlistedModels: must be "allow" or "refuse"; did you mean "allow"?',
      ],
    ],
    [
      'a rule between members, though one is unknown',
      `region: north-1\nbaseUrl: https://south-1.example\nx: 1\n${auth}`,
      [
        '5:5 providers[0].baseUrl: is not in the region of the entry: {"region":"north-1","baseUrl":"…","retries":2}',
        '6:5 providers[0].x: unknown member',
      ],
    ],
    [
      'no rule between members where a variable is not set',
      `region: north-1\nbaseUrl: \${NO_URL}\n${auth}`,
      ['5:14 providers[0].baseUrl: the environment variable NO_URL is not set; set it, or write ${NO_URL:-default}'],
    ],
    [
      'nor where it is told at another member',
      `region: \${NO_REGION}\nbaseUrl: https://south-1.example\n${auth}`,
      [
        '4:13 providers[0].region: the environment variable NO_REGION is not set; set it, or write ${NO_REGION:-default}',
      ],
    ],
    [
      'what is wrong while it is disabled',
      'enabled: false',
      [`2:5 providers[0].auth: is missing; its type is ${kinds}`],
    ],
  ])('%s', async (_, members, expected) => {
    expect(await faultsOf(entry(members))).toEqual(expected.map((fault) => `moho.yaml:${fault}`))
  })

  test('without id and type, of an unknown type, of no type', async () => {
    const text = 'providers:\n  - displayName: x\n  - { id: A, type: acmee }\n  - 3\n  - { id: b, type: 4 }\n'
    expect(await faultsOf(text)).toEqual([
      'moho.yaml:2:5 providers[0].id: is missing',
      'moho.yaml:2:5 providers[0].type: is missing',
      'moho.yaml:3:7 providers[1].id: must begin with a lower-case letter, and have at most 63 of: a-z 0-9 . _ -',
      'moho.yaml:3:14 providers[1].type: must be "acme"',
      'moho.yaml:4:5 providers[2]: must be a map with id, type and auth',
      'moho.yaml:5:14 providers[3].type: must be text, not a number; put it in quotes',
    ])
  })

  test('with the id of another', async () => {
    const text = `${entry(auth)}  - id: two\n    type: acme\n    ${auth}\n  - type: acme\n    id: one\n    ${auth}\n`
    expect(await faultsOf(text)).toEqual([
      'moho.yaml:9:5 providers[2].id: is the same as providers[0].id; each has its own',
    ])
  })

  test('that is repeated by an alias is wrong once', async () => {
    const text = `providers:\n  - &one\n    id: one\n    type: acme\n    retries: 9\n    ${auth}\n  - <<: *one\n    id: two\n`
    expect(await faultsOf(text)).toEqual(['moho.yaml:5:5 providers[0].retries: must be at most 5'])
  })

  test('is read whole', async () => {
    const text = entry(
      `displayName: One\nfirstParty: true\nregion: north-1\nauth: { type: api-key, apiKey: " k " }\nmodels: [{ id: acme.large-v1:0, name: large, path: converse }, { id: geo.x, region: south-1 }]`,
    )
    expect((await load(text)).entries).toMatchObject([
      {
        id: 'one',
        displayName: 'One',
        type: 'acme',
        enabled: true,
        firstParty: true,
        unlistedModels: 'refuse',
        config: { region: 'north-1', retries: 2 },
        credentialKind: { type: 'api-key' },
        authSettings: { apiKey: 'k' },
        models: [
          { id: 'acme.large-v1:0', name: 'large', path: 'converse' },
          { id: 'geo.x', region: 'south-1' },
        ],
        source: { file: 'moho.yaml', line: 2 },
      },
    ])
  })

  test('has defaults', async () => {
    expect((await load(entry(auth))).entries).toMatchObject([
      { displayName: 'one', enabled: true, firstParty: false, unlistedModels: 'allow', models: undefined },
    ])
  })

  test('takes a credential kind that a plugin adds', async () => {
    const plugin = definePlugin({ credentialKinds: { acme: [{ ...apiKey, type: 'token' }], other: [] } })
    const text = entry('auth: { type: token, apiKey: k }')
    expect((await load(text, { builtIn: [...builtIn, plugin] })).entries).toMatchObject([
      { credentialKind: { type: 'token' } },
    ])
  })
})

describe('the environment', () => {
  const auths = async (text: string, environment: Readonly<Record<string, string>>) =>
    (await load(text, { environment })).entries.map(({ credentialKind, authSettings }) => [
      credentialKind.type,
      authSettings,
    ])

  test('fills members where the entry is silent', async () => {
    const environment = {
      ACME_REGION: 'south-1',
      ACME_RUNTIME_URL: 'https://r.example',
      ACME_RETRIES: '5',
      ACME_API_KEY: '',
    }
    const filled = await load(entry(auth), { environment })
    expect(filled.entries[0]?.config).toEqual({
      region: 'south-1',
      endpoints: { runtime: 'https://r.example' },
      retries: 5,
    })
    const written = await load(
      entry(`region: north-1\nendpoints: { runtime: https://w.example }\nretries: 0\n${auth}`),
      { environment },
    )
    expect(written.entries[0]?.config).toEqual({
      region: 'north-1',
      endpoints: { runtime: 'https://w.example' },
      retries: 0,
    })
  })

  test('is named where what it fills does not fit', async () => {
    expect(await faultsOf(entry(auth), { environment: { ACME_REGION: 'nowhere' } })).toEqual([
      'moho.yaml:2:5 providers[0].region: is not written as a region: north-1 (from the environment variable ACME_REGION)',
    ])
  })

  test('fills the auth that is chosen, and no other', async () => {
    const environment = { ACME_API_KEY: 'k', ACME_USER: 'u', ACME_PASSWORD: 'pass' }
    expect(await auths(entry('auth: { type: password }'), environment)).toEqual([
      ['password', { user: 'u', password: 'pass' }],
    ])
    expect(await auths(entry('auth: { type: ambient }'), environment)).toEqual([['ambient', {}]])
  })

  test('is not mixed with a credential that the entry begins', async () => {
    const environment = { ACME_USER: 'u', ACME_PASSWORD: 'pass' }
    expect(await faultsOf(entry('auth: { type: password, user: other }'), { environment })).toEqual([
      'moho.yaml:4:5 providers[0].auth.password: is missing',
    ])
  })

  test('chooses the auth where the entry has none, if there is one that it is enough for', async () => {
    expect(await auths(entry('retries: 1'), { ACME_API_KEY: 'k', ACME_USER: 'u' })).toEqual([
      ['api-key', { apiKey: 'k' }],
    ])
    expect(await faultsOf(entry('retries: 1'), { environment: { ACME_USER: 'u' } })).toEqual([
      `moho.yaml:2:5 providers[0].auth: is missing; its type is ${kinds}`,
    ])
    expect(
      await faultsOf(entry('retries: 1'), {
        environment: { ACME_API_KEY: 'k', ACME_USER: 'u', ACME_PASSWORD: 'pass' },
      }),
    ).toEqual([
      'moho.yaml:2:5 providers[0].auth: is missing, and the environment (ACME_API_KEY, ACME_USER, ACME_PASSWORD) would do for more than one type; write the type: "api-key" or "password"',
    ])
  })
})
