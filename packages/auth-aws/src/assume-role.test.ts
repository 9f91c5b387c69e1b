import { type Simulator, type SimulatorOptions, startSimulator } from '@moho/aws-sim'
import { type Credential, Ending, type HttpClient, MohoError, type Surroundings } from '@moho/core'
import { createHttpClient } from '@moho/core/node'
import { type Recording, ReplayClient } from '@moho/core/testing'
import fc from 'fast-check'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import type { z } from 'zod'
import { assumeRole } from './assume-role.ts'
import { type AwsSecret, type AwsSigningSecret, awsSign } from './secret.ts'

const never = new Ending()
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`
const plain = { roleArn: role('moho') }
const key = {
  type: 'access-key',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}

describe('settings', () => {
  test('have defaults for all but the role', () => {
    expect(assumeRole.settings.parse(plain)).toEqual({ ...plain, sessionName: 'moho', durationSeconds: 3600 })
  })

  test.each([
    ['a role of another partition with a path', { roleArn: 'arn:aws-us-gov:iam::123456789012:role/team/a/moho' }],
    ['an empty external id, as an unset variable gives', { externalId: '' }],
    [
      'all there is',
      { externalId: 'a:b/c', sessionName: 'x@y', durationSeconds: 43_200, tags: { team: 'red + blue' } },
    ],
    ['an access key as its source', { source: key, durationSeconds: 43_200 }],
    ['a profile as its source', { source: { type: 'default-chain', profile: 'moho' } }],
    [
      'three roles',
      { source: { type: 'assume-role', ...plain, source: { type: 'assume-role', ...plain, source: key } } },
    ],
  ])('take %s', (_, more) => {
    expect(assumeRole.settings.parse({ ...plain, ...more })).toMatchObject({ ...plain, ...more })
  })

  test('mark what is secret, in their sources too', () => {
    const marked = new Set<string>()
    const walk = (schema: z.core.$ZodType, path: string) => {
      const { def } = (schema as z.core.$ZodTypes)._zod
      if ((schema as z.ZodType).meta()?.secret === true) marked.add(path)
      if (def.type === 'object') for (const [name, member] of Object.entries(def.shape)) walk(member, `${path}.${name}`)
      if (def.type === 'union') for (const option of def.options) walk(option, path)
      if (def.type === 'optional' || def.type === 'default') walk(def.innerType, path)
    }
    walk(assumeRole.settings, 'auth')
    const below = ['accessKeyId', 'externalId', 'secretAccessKey', 'sessionToken']
    expect([...marked].filter((path) => !path.startsWith('auth.source.'))).toEqual(['auth.externalId'])
    for (const source of ['auth.source.', 'auth.source.source.'])
      expect(
        [...marked].filter((path) => path.startsWith(source) && !path.startsWith(`${source}source.`)).sort(),
      ).toEqual(below.map((name) => source + name))
  })

  const canary = 'CANARYCANARY/CANARY'
  test.each<[string, object, (string | number)[], RegExp]>([
    ['no role', { roleArn: undefined }, ['roleArn'], /./],
    ['a user', { roleArn: 'arn:aws:iam::123456789012:user/canary' }, ['roleArn'], /IAM user, who cannot be assumed/],
    [
      'an instance profile',
      { roleArn: 'arn:aws:iam::123456789012:instance-profile/x' },
      ['roleArn'],
      /instance profile/,
    ],
    ['a session', { roleArn: 'arn:aws:sts::123456789012:assumed-role/x/y' }, ['roleArn'], /ARN of a session/],
    ['a name', { roleArn: 'moho-role' }, ['roleArn'], /whole ARN/],
    ['another service', { roleArn: 'arn:aws:s3:::bucket' }, ['roleArn'], /not the ARN of an IAM role/],
    ['an account of 11 digits', { roleArn: 'arn:aws:iam::12345678901:role/x' }, ['roleArn'], /not the ARN/],
    ['an external id of one letter', { externalId: '#' }, ['externalId'], /2 to 1224/],
    ['an external id with a space', { externalId: `${canary} x` }, ['externalId'], /2 to 1224/],
    ['a session name with a slash', { sessionName: canary }, ['sessionName'], /2 to 64/],
    ['a short session', { durationSeconds: 899 }, ['durationSeconds'], /900/],
    ['a long session', { durationSeconds: 43_201 }, ['durationSeconds'], /12 hours/],
    ['a tag of AWS’s own', { tags: { 'aws:x': 'y' } }, ['tags', 'aws:x'], /./],
    ['51 tags', { tags: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`t${at}`, 'x'])) }, ['tags'], /50/],
    ['a tag of a number', { tags: { cost: 42 } }, ['tags', 'cost'], /quotes/],
    [
      'an API key as its source',
      { source: { type: 'api-key', apiKey: canary } },
      ['source', 'type'],
      /only requests that are signed/,
    ],
    ['a source without a type', { source: { accessKeyId: canary } }, ['source', 'type'], /is missing/],
    ['a source of no type that there is', { source: { type: canary } }, ['source', 'type'], /must be access-key/],
    ['a source that is a text', { source: canary }, ['source'], /must be a map/],
    [
      'a source with half a key',
      { source: { ...key, secretAccessKey: '' } },
      ['source', 'secretAccessKey'],
      /is empty/,
    ],
    [
      'a session token that its source lacks',
      { source: { ...key, accessKeyId: 'ASIAIOSFODNN7EXAMPLE' } },
      ['source', 'sessionToken'],
      /only with its session token/,
    ],
    [
      'a chained role for more than an hour',
      { durationSeconds: 3601, source: { type: 'assume-role', ...plain } },
      ['durationSeconds'],
      /an hour at most/,
    ],
    [
      'four roles',
      {
        source: {
          type: 'assume-role',
          ...plain,
          source: { type: 'assume-role', ...plain, source: { type: 'assume-role', ...plain } },
        },
      },
      ['source', 'source', 'source', 'type'],
      /three at most/,
    ],
  ])('refuse %s', (_, wrong, path, message) => {
    const issues = assumeRole.settings.safeParse({ ...plain, ...wrong }).error?.issues ?? []
    expect(issues).toEqual([expect.objectContaining({ path, message: expect.stringMatching(message) })])
    expect(JSON.stringify(issues)).not.toMatch(/canary|123456789012:(user|inst|assu)|wJalrXUtn|ASIAIOS/i)
  })
})

const secretOf = async (credential: Credential<AwsSecret>, ending = never): Promise<AwsSigningSecret> => {
  const secret = await credential.get(ending)
  if (secret.kind !== 'signing') throw new Error('This is no secret that signs.')
  return secret
}

const http = createHttpClient()
const opened: { close(): unknown }[] = []
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(opened.splice(0).map((one) => one.close()))
})
afterAll(() => http.close())

async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(options)
  opened.push(simulator)
  return simulator
}

const at = (simulator: Simulator): Surroundings => ({
  region: 'eu-west-1',
  endpoints: { sts: simulator.url },
  http,
  now: () => Date.now(),
})

/** A role that the simulator's access key assumes, where nothing else is said. */
function openRole(simulator: Simulator, settings: object = {}, surroundings: Partial<Surroundings> = {}) {
  const { accessKeyId, secretAccessKey } = simulator.accessKey
  const source = { type: 'access-key', accessKeyId, secretAccessKey }
  const read = assumeRole.settings.parse({ ...plain, source, ...settings })
  const credential = assumeRole.open(read, { ...at(simulator), ...surroundings })
  opened.push(credential)
  return credential
}

/** The status of a small call of a model. */
async function converse({ url }: Simulator, secret: AwsSecret, now = Date.now): Promise<number> {
  const request = {
    method: 'POST',
    url: `${url}/model/amazon.nova-lite-v1%3A0/converse`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'hi' }] }] }),
  } as const
  const signed = awsSign('bedrock', 'eu-west-1', now)(secret, request)
  return (await http.send({ ...request, headers: { ...request.headers, ...signed } })).status
}

const asked = ({ calls }: Simulator) => calls.filter(({ operation }) => operation === 'AssumeRole')

describe('a role', () => {
  test('is assumed as its settings say, and calls models', async () => {
    const simulator = await simulate({ roles: { [plain.roleArn]: { externalId: 'ours', maxSeconds: 7200 } } })
    const settings = { externalId: 'ours', sessionName: 'a@b', durationSeconds: 7200, tags: { team: 'red + blue' } }
    const secret = await secretOf(openRole(simulator, settings))
    expect(secret).toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA/), sessionToken: expect.any(String) })
    expect(Object.fromEntries(new URLSearchParams(String(asked(simulator)[0]?.body)))).toEqual({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: plain.roleArn,
      RoleSessionName: 'a@b',
      ExternalId: 'ours',
      DurationSeconds: '7200',
      'Tags.member.1.Key': 'team',
      'Tags.member.1.Value': 'red + blue',
    })
    expect(await converse(simulator, secret)).toBe(200)
    expect(simulator.calls.at(-1)?.principal).toMatchObject({ role: plain.roleArn })
  })

  test('is assumed once at the end of a session, however many calls wait, and none fails', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const simulator = await simulate()
    const credential = openRole(simulator)
    const first = await secretOf(credential)
    vi.setSystemTime(Date.now() + hour)
    const secrets = await Promise.all(Array.from({ length: 500 }, () => secretOf(credential)))
    expect(new Set(secrets).size).toBe(1)
    expect(secrets[0]?.accessKeyId).not.toBe(first.accessKeyId)
    expect(asked(simulator)).toHaveLength(2)
    expect(await converse(simulator, first)).toBe(403)
    expect(await converse(simulator, secrets[0] ?? first)).toBe(200)
  })

  test('is assumed by way of two others', async () => {
    const simulator = await simulate({
      roles: {
        [role('first')]: { trusts: ['AKIAMOHOSIMULATOR001'], externalId: 'one' },
        [role('second')]: { trusts: [role('first')], externalId: 'two' },
        [role('third')]: { trusts: [role('second')] },
      },
    })
    const { accessKeyId, secretAccessKey } = simulator.accessKey
    const first = {
      type: 'assume-role',
      roleArn: role('first'),
      externalId: 'one',
      source: { type: 'access-key', accessKeyId, secretAccessKey },
    }
    const second = { type: 'assume-role', roleArn: role('second'), externalId: 'two', source: first }
    expect(
      await converse(simulator, await secretOf(openRole(simulator, { roleArn: role('third'), source: second }))),
    ).toBe(200)
    expect(simulator.calls.map(({ principal }) => principal)).toMatchObject([
      { accessKeyId },
      { role: role('first') },
      { role: role('second') },
      { role: role('third') },
    ])
  })

  test.each([-day, day, -10 * minute])('is assumed with a clock that AWS’s is %i ms ahead of', async (offset) => {
    const simulator = await simulate({ now: () => new Date(Date.now() + offset) })
    const credential = openRole(simulator)
    const secret = await secretOf(credential)
    expect(Math.abs(secret.clockOffsetMs - offset)).toBeLessThan(minute)
    expect(await converse(simulator, secret)).toBe(200)
    expect(asked(simulator)).toHaveLength(2)
    expect(await secretOf(credential)).toBe(secret)
    expect(asked(simulator)).toHaveLength(2)
  })

  test('is assumed anew where the role below it has been revoked', async () => {
    const simulator = await simulate()
    const { accessKeyId, secretAccessKey } = simulator.accessKey
    const below = {
      type: 'assume-role',
      roleArn: role('below'),
      source: { type: 'access-key', accessKeyId, secretAccessKey },
    }
    const credential = openRole(simulator, { source: below })
    const first = await secretOf(credential)
    // The simulator forgets the sessions that it gave.
    simulator.reset()
    expect(credential.refused(first, 'invalid')).toBe(true)
    expect(await converse(simulator, await secretOf(credential))).toBe(200)
    expect(simulator.calls.map(({ status }) => status)).toEqual([403, 200, 200, 200])
  })
})

describe('STS is asked', () => {
  const answer = { body: '<AssumeRoleResponse/>' }
  test.each([
    ['in the entry’s region', 'eu-west-1', {}, 'https://sts.eu-west-1.amazonaws.com/', 'eu-west-1'],
    ['in China', 'cn-north-1', {}, 'https://sts.cn-north-1.amazonaws.com.cn/', 'cn-north-1'],
    [
      'where the entry says',
      'eu-west-1',
      { sts: 'https://sts.example/{region}/' },
      'https://sts.example/eu-west-1/',
      'eu-west-1',
    ],
    [
      'in another region where the entry says so',
      'me-south-1',
      { sts: 'https://sts.eu-west-1.amazonaws.com' },
      'https://sts.eu-west-1.amazonaws.com/',
      'eu-west-1',
    ],
    [
      'by its global endpoint',
      'eu-west-1',
      { sts: 'https://sts.amazonaws.com' },
      'https://sts.amazonaws.com/',
      'us-east-1',
    ],
    [
      'at a host that tells its region',
      undefined,
      { sts: 'https://sts.eu-west-1.amazonaws.com' },
      'https://sts.eu-west-1.amazonaws.com/',
      'eu-west-1',
    ],
  ])('%s', async (_, region, endpoints: Record<string, string>, url, signed) => {
    const door = new ReplayClient([answer])
    const settings = assumeRole.settings.parse({ ...plain, source: key })
    const credential = assumeRole.open(settings, { region, endpoints, http: door, now: Date.now })
    await expect(credential.get(never)).rejects.toMatchObject({ code: 'upstream_failed' })
    expect(door.requests.map(({ url: sent }) => sent)).toEqual([url])
    expect(door.requests[0]?.headers.authorization).toContain(`/${signed}/sts/aws4_request`)
  })

  test('there and as said, whatever the machine’s environment holds', async () => {
    const elsewhere = 'https://elsewhere.example'
    for (const [name, value] of Object.entries({
      AWS_REGION: 'us-west-2',
      AWS_PROFILE: 'there-is-none',
      AWS_ENDPOINT_URL: elsewhere,
      AWS_ENDPOINT_URL_STS: elsewhere,
      AWS_STS_REGIONAL_ENDPOINTS: 'legacy',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_ACCESS_KEY_ID: 'AKIDOFTHEMACHINE',
      AWS_SECRET_ACCESS_KEY: 'of-the-machine',
      AWS_MAX_ATTEMPTS: '3',
    }))
      vi.stubEnv(name, value)
    const door = new ReplayClient([{ status: 503, body: '' }])
    const settings = assumeRole.settings.parse({ ...plain, source: key })
    const credential = assumeRole.open(settings, { region: 'eu-west-1', endpoints: {}, http: door, now: Date.now })
    await expect(credential.get(never)).rejects.toMatchObject({ code: 'overloaded' })
    vi.unstubAllEnvs()
    expect(door.requests.map(({ url }) => url)).toEqual(['https://sts.eu-west-1.amazonaws.com/'])
    expect(door.requests[0]?.headers.authorization).toContain(`Credential=${key.accessKeyId}/`)
  })

  test('nowhere without a region, which is told at once', () => {
    const settings = assumeRole.settings.parse({ ...plain, source: key })
    const open = () => assumeRole.open(settings, { region: undefined, endpoints: {}, http, now: Date.now })
    expect(open).toThrow(expect.objectContaining({ code: 'invalid_request', param: 'region' }))
  })
})

describe('a refusal says what to do, and to managers which role', () => {
  test.each<[string, SimulatorOptions['roles'], object, RegExp]>([
    [
      'a wrong external id',
      { [plain.roleArn]: { externalId: 'ours' } },
      { externalId: 'theirs' },
      /trust policy.*`externalId`/,
    ],
    ['no external id', { [plain.roleArn]: { externalId: 'ours' } }, {}, /trust policy.*`externalId`/],
    ['an unknown role', {}, {}, /Check that the role exists/],
    ['an identity that is not trusted', { [plain.roleArn]: { trusts: [role('other')] } }, {}, /names the identity/],
    ['too long a session', { [plain.roleArn]: {} }, { durationSeconds: 3601 }, /Lower `durationSeconds`/],
    ['tags that are not allowed', { [plain.roleArn]: { tagSession: false } }, { tags: { a: 'b' } }, /sts:TagSession/],
  ])('%s', async (_, roles, settings, message) => {
    const simulator = await simulate({ roles: roles ?? {} })
    const fault = await faultOf(openRole(simulator, settings).get(never))
    expect(fault).toMatchObject({ code: 'upstream_auth_failed', message: expect.stringMatching(message) })
    expect(fault.message).not.toMatch(/arn:|\d{12}/)
    expect(fault.forManagers).toMatch(
      /^To assume arn:aws:iam::123456789012:role\/moho: AWS STS answered \w+ \(status 4\d\d\): \w/,
    )
  })

  test('without AWS’s words where these hold an external id too short to be taken out of them', async () => {
    const simulator = await simulate()
    simulator.script({ error: 'AccessDenied', message: 'Not for x7.' })
    const fault = await faultOf(openRole(simulator, { externalId: 'x7' }).get(never))
    expect(fault.forManagers).toBe(`To assume ${plain.roleArn}: AWS STS answered AccessDenied (status 403)`)
    expect(causes(fault)).not.toContain('x7')
  })

  test.each<[string, object, Partial<MohoError>]>([
    ['throttles', { error: 'Throttling' }, { code: 'rate_limited', retryAfterMs: 1000 }],
    ['has no capacity', { error: 'ServiceUnavailable' }, { code: 'overloaded' }],
    ['fails', { error: 'InternalFailure' }, { code: 'upstream_failed' }],
    [
      'is not active there',
      { error: 'RegionDisabledException' },
      { code: 'upstream_auth_failed', message: expect.stringContaining('endpoints.sts') },
    ],
    [
      'minds the tags',
      { error: 'PackedPolicyTooLarge' },
      { code: 'upstream_auth_failed', message: expect.stringContaining('`tags`') },
    ],
    [
      'answers garbage',
      { garbage: true },
      { code: 'upstream_failed', message: expect.stringContaining('could not be read') },
    ],
    [
      'is a proxy’s page',
      { status: 502, body: '<html><b>No' },
      {
        code: 'upstream_failed',
        message: expect.stringContaining('502'),
        forManagers: expect.not.stringContaining('XML'),
      },
    ],
    ['answers nothing', { emptyBody: true }, { code: 'upstream_failed' }],
    ['is cut off', { cutAfter: 300 }, { code: 'upstream_failed', message: expect.stringContaining('AWS STS') }],
  ])('STS %s', async (_, told, fault) => {
    const simulator = await simulate()
    simulator.script(told)
    expect(await faultOf(openRole(simulator).get(never))).toMatchObject(fault)
  })

  test.each([
    ['expired', 'ExpiredToken', /has expired/],
    ['not known', 'InvalidClientTokenId', /access key is right and active/],
  ])('credentials below that are %s', async (_, error, message) => {
    const simulator = await simulate()
    simulator.script({ error })
    expect(await faultOf(openRole(simulator).get(never))).toMatchObject({
      code: 'upstream_auth_failed',
      message: expect.stringMatching(message),
    })
  })
})

test('a call’s wait for an STS that hangs ends with its ending', async () => {
  const simulator = await simulate()
  simulator.script({ hang: true })
  const ending = new Ending()
  const answer = openRole(simulator).get(ending)
  answer.catch(() => undefined)
  await vi.waitFor(() => expect(asked(simulator)).toHaveLength(1))
  const gone = new MohoError('cancelled', 'The caller has left.')
  ending.end(gone)
  await expect(answer).rejects.toBe(gone)
})

test('closing ends what hangs at STS, down to the socket', async () => {
  const simulator = await simulate()
  simulator.script({ hang: true })
  const credential = openRole(simulator)
  const answer = credential.get(never)
  answer.catch(() => undefined)
  await vi.waitFor(() => expect(asked(simulator)).toHaveLength(1))
  credential.close()
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' })
  await vi.waitFor(() => expect(asked(simulator)[0]?.clientLeft).toBe(true))
})

test('a session that no header can hold is not kept', async () => {
  const said = (token: string) => ({
    body:
      '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId>' +
      `<SecretAccessKey>secret</SecretAccessKey><SessionToken>${token}</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>` +
      '</AssumeRoleResult></AssumeRoleResponse>',
  })
  const http = new ReplayClient([said('canary&#13;&#10;evil: x'), said('good')])
  const credential = assumeRole.open(assumeRole.settings.parse({ ...plain, source: key }), {
    region: 'eu-west-1',
    endpoints: {},
    http,
    now: Date.now,
  })
  const fault = await faultOf(credential.get(never))
  expect(fault).toMatchObject({ code: 'upstream_failed', message: expect.stringContaining('could not be read') })
  await vi.waitFor(async () => expect(await credential.get(never)).toMatchObject({ sessionToken: 'good' }), 3000)
})

test('nothing secret is in what is told, whatever STS says', async () => {
  const secrets = {
    accessKeyId: 'ASIACANARYCANARY0001',
    secretAccessKey: 'canary/secret+canary/secret+canary000002',
    sessionToken: 'canary//token+canary//token==',
    // Of letters alone, as the name of an error is.
    externalId: 'CanaryExternalId',
  }
  const { externalId, ...keys } = secrets
  const settings = assumeRole.settings.parse({ ...plain, externalId, source: { type: 'access-key', ...keys } })
  const spellings = Object.values(secrets).flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ])
  const saying = fc
    .array(fc.oneof(fc.constantFrom(...spellings), fc.string({ maxLength: 10 })), { maxLength: 6 })
    .map((parts) => parts.join(' '))
  const code = fc.oneof(
    fc.constantFrom(
      ...spellings,
      'AccessDenied',
      'ExpiredToken',
      'Throttling',
      'SignatureDoesNotMatch',
      'ValidationError',
      'RegionDisabledException',
    ),
    saying,
  )
  const escaped = (text: string) => text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`)
  const recording = fc.oneof(
    fc.record({ status: fc.constantFrom(307, 400, 403, 429, 500, 503), code, message: saying }).map(
      ({ status, code, message }): Recording => ({
        status,
        body: `<ErrorResponse><Error><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message></Error></ErrorResponse>`,
      }),
    ),
    fc.record({ status: fc.constantFrom(200, 400, 502), body: saying, broken: fc.boolean() }),
    saying.map(
      (body): Recording => ({
        body: `<AssumeRoleResponse><AssumeRoleResult><Credentials><Expiration>${escaped(body)}</Expiration>`,
      }),
    ),
  )
  await fc.assert(
    fc.asyncProperty(recording, async (said) => {
      const door: HttpClient = { send: (request, ending) => new ReplayClient([said]).send(request, ending) }
      const surroundings = { region: 'eu-west-1', endpoints: {}, http: door, now: Date.now }
      const fault = await faultOf(assumeRole.open(settings, surroundings).get(never))
      const told = [fault.message, fault.forManagers, fault.param, causes(fault)].join('\n')
      for (const spelling of spellings) expect(told).not.toContain(spelling)
      expect(fault.message).not.toContain(plain.roleArn)
    }),
    { numRuns: 300 },
  )
})

async function faultOf(answer: Promise<unknown>): Promise<MohoError> {
  const outcome = await answer.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (MohoError.is(outcome)) return outcome
  throw new Error('This did not fail as it should.', { cause: outcome })
}

/** All that a log could print of what was the cause. */
function causes(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? ''
  const own = Object.getOwnPropertyNames(error).filter((name) => name !== 'cause')
  const said = own.map((name) => `${name}: ${JSON.stringify(Reflect.get(error, name))}`)
  return [...said, String(error), causes(error.cause)].join('\n')
}
