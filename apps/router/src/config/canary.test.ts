// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how a config refers to the environment
import { definePlugin, defineProvider } from '@moho/core'
import bedrock from '@moho/provider-bedrock'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { acme, faultsOf } from './testing/acme.ts'

const canary = 'sk-c4nary-7Qe9/Zt+x2Lw8Vb1'

/** Whatever zod can say of a value, by a provider that is as careless as one can be. */
const echo = z
  .string()
  .refine(() => false, { error: ({ input }) => `${input} is not good: ${JSON.stringify({ input })}` })
const careless = defineProvider({
  ...acme,
  id: 'careless',
  config: z.object({
    echo: echo.optional(),
    throws: z
      .string()
      .transform((text) => new URL(`x ${text}`).href)
      .optional(),
    literal: z.literal('x').optional(),
    enum: z.enum(['x', 'y']).optional(),
    union: z.union([z.literal('x'), z.number(), z.object({ a: z.string() })]).optional(),
    chosen: z.discriminatedUnion('t', [z.object({ t: z.literal('x') }), z.object({ t: z.literal('y') })]).optional(),
    format: z.union([z.email(), z.uuid(), z.iso.date(), z.ipv4(), z.base64url(), z.jwt()]).optional(),
    pattern: z.string().regex(/^x$/).startsWith('x').endsWith('y').includes('z').length(3).optional(),
    template: z.templateLiteral(['x', z.number()]).optional(),
    record: z.record(z.enum(['x', 'y']), z.number()).optional(),
    strict: z.strictObject({ x: z.number() }).optional(),
    list: z.array(z.number()).max(1).optional(),
    tuple: z.tuple([z.number()]).optional(),
    number: z.number().multipleOf(7).max(3).optional(),
    flag: z.stringbool().optional(),
    date: z.coerce.date().optional(),
    json: z.json().pipe(z.number()).optional(),
    piped: z.string().trim().pipe(echo).optional(),
    deep: z.object({ er: z.array(z.object({ echo })) }).optional(),
  }),
})
const given = { builtIn: [definePlugin({ providers: [careless, acme] }), bedrock] }
const configMembers = Object.keys(careless.config.shape)

/** A document for each place that a value can be in. `X` is the value. */
const places = [
  'X',
  '- X',
  'server: X',
  'server: { host: X, port: X }',
  'server: { host: " X X" }',
  'store: X',
  'plugins: X',
  'plugins: [X, { package: X }, { package: ./X.mjs }, { package: "@X/X" }, { package: /X }]',
  'providers: X',
  'providers: [X, [X]]',
  'keys: X',
  'keys: [X, { name: X, key: X, models: X }, { name: X, key: X, models: [X, X/X, X/*, "*X"] }]',
  'keys: [{ name: a, key: "X X" }, { name: b, key: X, model: X }]',
  ...[
    'id',
    'displayName',
    'type',
    'enabled',
    'firstParty',
    'unlistedModels',
    'models',
    'auth',
    ...configMembers,
  ].flatMap((name) =>
    [
      'X',
      '[X]',
      '{ X: X }',
      '{ t: X, a: X, x: X }',
      '[{ id: X, name: X, region: X, path: X }]',
      '{ er: [{ echo: X }, { X: X }] }',
    ].map((value) => `providers: [{ id: a, type: careless, auth: { type: ambient }, ${name}: ${value} }]`),
  ),
  ...['acme', 'aws-bedrock'].flatMap((type) => [
    `providers: [{ id: a, type: ${type}, region: X, baseUrl: X, accountId: X, endpoints: { runtime: X, X: X }, auth: { type: X } }]`,
    `providers: [{ id: a, type: ${type}, region: us-east-1, baseUrl: "https://X.example", auth: { type: api-key, apiKey: " X X " } }]`,
    `providers: [{ id: a, type: ${type}, region: us-east-1, auth: { type: access-key, accessKeyId: X, secretAccessKey: X, sessionToken: "X X" } }]`,
    `providers: [{ id: a, type: ${type}, region: us-east-1, auth: { type: api-key, apikey: X, X: X, apiKey: [X] } }]`,
    `providers: [{ id: a, type: ${type}, region: us-east-1, auth: { type: password, user: [X], password: { X: X }, ttl: X } }]`,
    `providers: [{ id: a, type: ${type}, region: us-east-1, auth: { type: api-key, apiKey: k }, models: [X, { id: X, region: X }, { id: bad.X }, { id: geo.X, X: X, name: X/X }, { id: geo.X, name: bad.X }] }]`,
  ]),
  'X: 1',
  'X: { X: X }',
  'server: { X: 1, hostX: 1 }',
  'a: 1\nX: 2\nX: 3',
  // YAML that is broken around the value.
  'key:X\nb: 1',
  'a: "X',
  'a: X: X',
  'a: [X',
  'a: {X',
  'a: "\\qX"',
  'a: @X',
  'a: %X',
  'a: `X`',
  '%X\n---\na: 1',
  'a: *X',
  'a: !X b',
  'a: !!X b',
  'a: &X b\nc: *XX',
  'a: &X [*X]',
  'a:\n\tX: X',
  'a: { <<: X }',
  '? [X]\n: X',
  'a: X\n  X: X\n X',
  'a: ${NONE-X}\nb: ${X}\nc: ${NONE:-X\nd: ${NONE:-${X}}',
  'a: 1\n---\nX',
]

test.each(places)('nothing tells the secret in %s', async (place) => {
  const text = place.replaceAll('X', canary)
  const faults = await faultsOf(text, given)
  expect(faults.join('\n')).not.toContain(canary)
  expect(faults.join('\n')).not.toContain('c4nary')

  // The same value out of the environment.
  const fromEnvironment = await faultsOf(place.replaceAll('X', '${CANARY}'), {
    ...given,
    environment: { CANARY: canary },
  })
  expect(fromEnvironment.join('\n')).not.toContain('c4nary')
})

test('every one of them is refused, but for those where any text will do', async () => {
  const accepted = []
  for (const place of places)
    if ((await faultsOf(place.replaceAll('X', canary), given)).length === 0) accepted.push(place)
  expect(accepted).toEqual(['providers: [{ id: a, type: careless, auth: { type: ambient }, displayName: X }]'])
})

test('nor do variables that a provider names', async () => {
  const environment = {
    ACME_REGION: canary,
    ACME_RUNTIME_URL: canary,
    ACME_RETRIES: canary,
    ACME_PASSWORD: 'x',
    ACME_USER: canary,
  }
  const faults = await faultsOf('providers: [{ id: a, type: acme, auth: { type: password } }]', {
    ...given,
    environment,
  })
  expect(faults).toHaveLength(4)
  expect(faults.join('\n')).not.toContain('c4nary')
})
