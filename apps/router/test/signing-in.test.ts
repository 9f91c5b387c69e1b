import type { Simulator } from '@moho/aws-sim'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bedrockEntry, running } from './running.ts'

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`
const externalId = 'external-id-c4nary'

const keyOf = ({ accessKey: { accessKeyId, secretAccessKey } }: Simulator) => ({
  type: 'access-key',
  accessKeyId,
  secretAccessKey,
})

/** How each entry signs in; its id is the name. */
const auths = (simulator: Simulator) => ({
  key: keyOf(simulator),
  bearer: { type: 'api-key', apiKey: simulator.apiKey },
  role: {
    type: 'assume-role',
    roleArn: role('moho'),
    externalId,
    tags: { team: 'research' },
    source: keyOf(simulator),
  },
  chained: {
    type: 'assume-role',
    roleArn: role('far'),
    source: { type: 'assume-role', roleArn: role('near'), source: keyOf(simulator) },
  },
  machine: { type: 'default-chain' },
  'machine-role': { type: 'assume-role', roleArn: role('near') },
  crowd: { type: 'assume-role', roleArn: role('near'), source: keyOf(simulator) },
  stranger: { type: 'assume-role', roleArn: role('moho'), externalId: 'wrong', source: keyOf(simulator) },
})

const router = running(
  (simulator) => ({
    providers: Object.entries(auths(simulator)).map(([id, auth]) => ({
      ...bedrockEntry(simulator),
      id,
      endpoints: { runtime: simulator.url, control: simulator.url, sts: simulator.url },
      auth,
    })),
  }),
  undefined,
  {
    roles: {
      [role('moho')]: { externalId },
      [role('near')]: { trusts: ['AKIAMOHOSIMULATOR001'] },
      [role('far')]: { trusts: [role('near')] },
    },
  },
)

const call = (entry: string) =>
  router.post({ model: `${entry}/us.amazon.nova-lite-v1:0`, messages: [{ role: 'user', content: 'Hi' }] })
const callsOf = (operation: string) => router.simulator.calls.filter((made) => made.operation === operation)

beforeEach(() => {
  router.simulator.reset()
  const { accessKeyId, secretAccessKey } = router.simulator.accessKey
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey)
  vi.stubEnv('AWS_SESSION_TOKEN', undefined)
  vi.stubEnv('AWS_PROFILE', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

describe('an entry signs in', () => {
  it.each([
    ['key', { accessKeyId: 'AKIAMOHOSIMULATOR001' }],
    ['role', { role: role('moho') }],
    ['chained', { role: role('far') }],
    ['machine', { accessKeyId: 'AKIAMOHOSIMULATOR001' }],
    ['machine-role', { role: role('near') }],
  ])('by %s', async (entry, principal) => {
    const response = await call(entry)
    expect({ status: response.status, body: await response.text() }).toMatchObject({ status: 200 })
    expect(callsOf('Converse').map((made) => made.principal)).toMatchObject([principal])
  })

  it('by bearer', async () => {
    expect((await call('bearer')).status).toBe(200)
    expect(callsOf('Converse').map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${router.simulator.apiKey}`,
    ])
  })
})

it('a session that AWS forgets costs two hundred calls at once one session more, and no caller an error', async () => {
  expect((await call('crowd')).status).toBe(200)
  router.simulator.reset()
  const responses = await Promise.all(Array.from({ length: 200 }, () => call('crowd')))
  expect(responses.filter(({ status }) => status !== 200)).toEqual([])
  expect(callsOf('AssumeRole')).toHaveLength(1)
  await Promise.all(responses.map((response) => response.text()))
})

it('a role that may not be assumed is told without what only managers may know', async () => {
  const response = await call('stranger')
  const body = await response.text()
  expect(response.status).toBe(502)
  expect(JSON.parse(body)).toMatchObject({
    error: { code: 'upstream_auth_failed', message: expect.stringContaining('externalId') },
  })
  expect(body).not.toMatch(/123456789012|wrong/)
  const told = JSON.stringify(router.log)
  expect(told).toContain(role('moho'))
  expect(told).not.toMatch(/external-id-c4nary|"wrong"/)
  expect(callsOf('Converse')).toEqual([])
})
