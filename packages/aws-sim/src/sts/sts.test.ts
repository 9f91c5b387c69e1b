import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime'
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  type Credentials,
  GetCallerIdentityCommand,
  STSClient,
  type STSClientConfig,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AccessKey, type Simulator, startSimulator } from '../index.ts'

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`
const FIRST_KEY: AccessKey = { accessKeyId: 'AKIAFIRST', secretAccessKey: 'first-secret' }
const SECOND_KEY: AccessKey = { accessKeyId: 'AKIASECOND', secretAccessKey: 'second-secret' }
const ROLES = {
  [role('open')]: { maxSeconds: 43_200 },
  [role('path/to/plain')]: {},
  [role('shared')]: { externalId: 'tenant-1' },
  [role('first-only')]: { trusts: [FIRST_KEY.accessKeyId] },
  [role('chained')]: { trusts: [role('open')], maxSeconds: 43_200 },
  [role('untagged')]: { tagSession: false },
} as const

const START = Date.parse('2026-01-02T03:04:05.678Z')

/** The clock of the simulator. */
let clock = START
const now = () => new Date(clock)
/** What sets the SDK's clock by it. */
const atClock = () => ({ systemClockOffset: clock - Date.now() })
let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator({ accessKeys: [FIRST_KEY, SECOND_KEY], roles: ROLES, now })
})
beforeEach(() => {
  clock = START
  simulator.reset()
})
afterAll(() => simulator.close())

function client(config: STSClientConfig = {}): STSClient {
  const { url, accessKey } = simulator
  const usual = { endpoint: url, region: 'us-east-1', credentials: accessKey, maxAttempts: 1, ...atClock() }
  return new STSClient({ ...usual, ...config })
}

function assume(input: Partial<AssumeRoleCommandInput> = {}, config: STSClientConfig = {}) {
  const command = new AssumeRoleCommand({ RoleArn: role('open'), RoleSessionName: 'moho', ...input })
  return client(config).send(command)
}

function assumeByToken(token: string | undefined, input: Partial<AssumeRoleWithWebIdentityCommandInput> = {}) {
  const all = { RoleArn: role('open'), RoleSessionName: 'pod', WebIdentityToken: token, ...input }
  return client().send(new AssumeRoleWithWebIdentityCommand(all))
}

function whoAmI(config: STSClientConfig = {}) {
  return client(config).send(new GetCallerIdentityCommand({}))
}

/** Without the end, or the SDK would not send what has expired. */
function keyOf({ Credentials: issued }: { Credentials?: Credentials | undefined }) {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = issued ?? {}
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
}

function converse(credentials: AccessKey) {
  const config = { endpoint: simulator.url, region: 'us-east-1', maxAttempts: 1, ...atClock() }
  const messages = [{ role: 'user' as const, content: [{ text: 'Hello' }] }]
  return new BedrockRuntimeClient({ ...config, credentials }).send(
    new ConverseCommand({ modelId: 'amazon.nova-lite-v1:0', messages }),
  )
}

interface Refused {
  readonly name: string
  readonly status: number | undefined
  readonly message: string
}

async function failure(call: Promise<unknown>): Promise<Refused> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error) || !('$metadata' in error)) throw new Error(`Not refused: ${String(error)}`)
  const { httpStatusCode } = error.$metadata as { httpStatusCode?: number }
  return { name: error.name, status: httpStatusCode, message: error.message }
}

const invalid = (message: string): Refused => ({ name: 'ValidationError', status: 400, message })
const denied = (caller: string, action: string, name: string): Refused => ({
  name: 'AccessDenied',
  status: 403,
  message: `User: arn:aws:${caller} is not authorized to perform: sts:${action} on resource: ${role(name)}`,
})
const FIRST_USER = `iam::123456789012:user/${FIRST_KEY.accessKeyId}`
const SECOND_USER = `iam::123456789012:user/${SECOND_KEY.accessKeyId}`

describe('the keys of a role', () => {
  it('are issued for as long as was asked', async () => {
    expect(await assume({ DurationSeconds: 7200 })).toMatchObject({
      Credentials: {
        AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
        SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
        SessionToken: expect.stringMatching(/^[A-Za-z0-9+/]{500,}=*$/),
        Expiration: new Date('2026-01-02T05:04:05Z'),
      },
      AssumedRoleUser: {
        AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:moho$/),
        Arn: 'arn:aws:sts::123456789012:assumed-role/open/moho',
      },
    })
  })

  it('call Converse until they expire', async () => {
    const key = keyOf(await assume({ DurationSeconds: 900 }))
    await converse(key)
    expect(simulator.calls.at(-1)?.principal).toEqual({
      kind: 'access-key',
      accessKeyId: key.accessKeyId,
      role: role('open'),
      region: 'us-east-1',
      service: 'bedrock',
    })
    clock = Date.parse('2026-01-02T03:19:04.999Z')
    await converse(key)
    clock = Date.parse('2026-01-02T03:19:05Z')
    expect(await failure(converse(key))).toMatchObject({ name: 'ExpiredTokenException', status: 403 })
    expect(await failure(whoAmI({ credentials: key }))).toEqual({
      name: 'ExpiredToken',
      status: 403,
      message: 'The security token included in the request is expired',
    })
  })

  it('are worth nothing without their own token, and after a reset', async () => {
    const key = keyOf(await assume())
    const { sessionToken } = keyOf(await assume())
    const unknown = { name: 'UnrecognizedClientException', status: 403 }
    expect(await failure(converse({ ...key, sessionToken }))).toMatchObject(unknown)
    simulator.reset()
    expect(await failure(converse(key))).toMatchObject(unknown)
    await converse(FIRST_KEY)
  })
})

describe('AssumeRole', () => {
  const taken: [string, Partial<AssumeRoleCommandInput>][] = [
    ['a role that trusts the caller', { RoleArn: role('first-only') }],
    ['the external id', { RoleArn: role('shared'), ExternalId: 'tenant-1' }],
    ['an external id that nobody asked for', { ExternalId: 'whatever:/-@' }],
    ['twelve hours', { DurationSeconds: 43_200 }],
    ['tags', { Tags: [{ Key: 'Team', Value: 'größe 1' }], TransitiveTagKeys: ['team'] }],
    ['fifty tags', { Tags: Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' })) }],
    ['a policy', { Policy: '{"Version":"2012-10-17","Statement":[]}' }],
  ]
  it.each(taken)('takes %s', async (_what, input) => {
    expect((await assume(input)).Credentials).toBeDefined()
  })

  const longList = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
  const refused: [string, Partial<AssumeRoleCommandInput>, STSClientConfig, Refused][] = [
    ['an unknown role', { RoleArn: role('nobody') }, {}, denied(FIRST_USER, 'AssumeRole', 'nobody')],
    [
      'a caller that is not trusted',
      { RoleArn: role('first-only') },
      { credentials: SECOND_KEY },
      denied(SECOND_USER, 'AssumeRole', 'first-only'),
    ],
    ['no external id', { RoleArn: role('shared') }, {}, denied(FIRST_USER, 'AssumeRole', 'shared')],
    [
      'another external id',
      { RoleArn: role('shared'), ExternalId: 'tenant-2' },
      {},
      denied(FIRST_USER, 'AssumeRole', 'shared'),
    ],
    [
      'tags where the role has none',
      { RoleArn: role('untagged'), Tags: [{ Key: 'a', Value: 'b' }] },
      {},
      denied(FIRST_USER, 'TagSession', 'untagged'),
    ],
    [
      'longer than the role allows',
      { RoleArn: role('path/to/plain'), DurationSeconds: 3601 },
      {},
      invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'),
    ],
    [
      'what is no role',
      { RoleArn: 'arn:aws:iam::123456789012:user/moho' },
      {},
      invalid('arn:aws:iam::123456789012:user/moho is invalid'),
    ],
    [
      'a name with a space, and too short a time',
      { RoleSessionName: 'a b', DurationSeconds: 899 },
      {},
      invalid(
        "2 validation errors detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*; Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
      ),
    ],
    [
      'too long a time',
      { DurationSeconds: 43_201 },
      {},
      invalid(
        "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200",
      ),
    ],
    [
      'a name of one letter',
      { RoleSessionName: 'a' },
      {},
      invalid(
        "1 validation error detected: Value 'a' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2",
      ),
    ],
    [
      'an external id with what XML has to escape',
      { ExternalId: `<&"'>\r\u0001😀` },
      {},
      invalid(
        `1 validation error detected: Value '<&"'>\r\ufffd😀' at 'externalId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@:\\/-]*`,
      ),
    ],
    [
      'a tag without a key',
      { Tags: [{ Key: '', Value: 'b' }] },
      {},
      expect.objectContaining({ message: expect.stringContaining("Value '' at 'tags.1.member.key' failed") }),
    ],
    [
      'fifty-one tags',
      { Tags: longList },
      {},
      expect.objectContaining({
        name: 'ValidationError',
        message: expect.stringContaining("at 'tags' failed to satisfy constraint: Member must have length less than"),
      }),
    ],
    [
      'a transitive tag that is no tag',
      { Tags: [{ Key: 'a', Value: 'b' }], TransitiveTagKeys: ['c'] },
      {},
      invalid('The specified transitive tag key must be included in the requested tags.'),
    ],
    [
      'a policy that is no JSON',
      { Policy: '{' },
      {},
      expect.objectContaining({ name: 'MalformedPolicyDocumentException', status: 400 }),
    ],
    [
      'a long policy',
      { Policy: JSON.stringify({ Statement: 'x'.repeat(2048) }) },
      {},
      expect.objectContaining({ name: 'PackedPolicyTooLargeException', status: 400 }),
    ],
  ]
  it.each(refused)('refuses %s', async (_what, input, config, refusal) => {
    expect(await failure(assume(input, config))).toEqual(refusal)
  })

  it('has chains of roles, of an hour at most', async () => {
    const open = keyOf(await assume())
    const chained = { RoleArn: role('chained'), RoleSessionName: 'second' }
    const reply = await assume({ ...chained, DurationSeconds: 3600 }, { credentials: open })
    expect(await whoAmI({ credentials: keyOf(reply) })).toMatchObject({
      Arn: 'arn:aws:sts::123456789012:assumed-role/chained/second',
    })
    expect(await failure(assume({ ...chained, DurationSeconds: 3601 }, { credentials: open }))).toEqual(
      invalid('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.'),
    )
    const plain = keyOf(await assume({ RoleArn: role('path/to/plain') }))
    expect(await failure(assume(chained, { credentials: plain }))).toEqual(
      denied('sts::123456789012:assumed-role/plain/moho', 'AssumeRole', 'chained'),
    )
  })

  it('knows every role of the one account when it was told of none', async () => {
    const open = await startSimulator({ now })
    const config = { endpoint: open.url, credentials: open.accessKey }
    expect((await assume({ RoleArn: role('any/at/all'), ExternalId: 'any' }, config)).Credentials).toBeDefined()
    const elsewhere = 'arn:aws:iam::999999999999:role/moho'
    expect(await failure(assume({ RoleArn: elsewhere }, config))).toMatchObject({ name: 'AccessDenied' })
    await open.close()
    await expect(startSimulator({ roles: { moho: {} } })).rejects.toThrow(
      'roles must be named by ARNs such as arn:aws:iam::123456789012:role/moho, not moho',
    )
  })
})

describe('AssumeRoleWithWebIdentity', () => {
  it.each([
    ['/eu-west-1/', 'localhost'],
    ['/eu-west-1', 'localhost'],
    ['/', 'sts.eu-west-1.amazonaws.com'],
  ])('needs no signature, at %s of %s', async (path, host) => {
    const query = new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: role('open'),
      RoleSessionName: 'pod',
      WebIdentityToken: 'a.b.c',
    })
    const [reply] = (await once(get(`${simulator.url}${path}?${query}`, { headers: { host } }), 'response')) as [
      IncomingMessage,
    ]
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, 'text/xml'])
    expect(await text(reply)).toContain('<Arn>arn:aws:sts::123456789012:assumed-role/open/pod</Arn>')
    expect(simulator.calls[0]?.principal).toEqual({ kind: 'anonymous', region: 'eu-west-1' })
  })

  it('issues keys that are a role’s as any other', async () => {
    const key = keyOf(await assumeByToken('a.b.c', { DurationSeconds: 7200 }))
    await converse(key)
    expect(simulator.calls.at(-1)?.principal).toMatchObject({ role: role('open') })
  })

  const refused: [string, Partial<AssumeRoleWithWebIdentityCommandInput>, object][] = [
    [
      'expired-token',
      {},
      { name: 'ExpiredTokenException', status: 400, message: expect.stringContaining('Token expired: current date') },
    ],
    ['invalid-token', {}, { name: 'InvalidIdentityTokenException', status: 400 }],
    [
      'abc',
      {},
      invalid(
        "1 validation error detected: Value at 'webIdentityToken' failed to satisfy constraint: Member must have length greater than or equal to 4",
      ),
    ],
    [
      'a.b.c',
      { RoleArn: role('first-only') },
      { name: 'AccessDenied', status: 403, message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity' },
    ],
  ]
  it.each(refused)('refuses %s %o', async (token, input, refusal) => {
    expect(await failure(assumeByToken(token, input))).toMatchObject(refusal)
  })
})

it('tells a user who it is', async () => {
  expect(await whoAmI({ credentials: SECOND_KEY })).toMatchObject({
    Account: '123456789012',
    Arn: `arn:aws:${SECOND_USER}`,
    UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
  })
})

describe('authentication', () => {
  const MISMATCH = 'The request signature we calculated does not match'
  const refused: [string, STSClientConfig, string, number, string][] = [
    ['a wrong secret', { credentials: { ...FIRST_KEY, secretAccessKey: 'x' } }, 'SignatureDoesNotMatch', 403, MISMATCH],
    [
      'an unknown key',
      { credentials: { ...FIRST_KEY, accessKeyId: 'AKIAOTHER' } },
      'InvalidClientTokenId',
      403,
      'The security token included in the request is invalid.',
    ],
    [
      'a slow clock',
      { systemClockOffset: START - Date.now() - 360_000 },
      'SignatureDoesNotMatch',
      403,
      'Signature expired: ',
    ],
    ['what is no region', { region: 'mars' }, 'SignatureDoesNotMatch', 403, 'scoped to a valid region.'],
  ]
  it.each(refused)('refuses %s', async (_what, config, name, status, text) => {
    expect(await failure(whoAmI(config))).toEqual({ name, status, message: expect.stringContaining(text) })
  })

  it('keeps to the region of the address', async () => {
    const endpoint = `${simulator.url}/eu-west-1`
    await whoAmI({ endpoint, region: 'eu-west-1' })
    expect(await failure(whoAmI({ endpoint }))).toMatchObject({ name: 'SignatureDoesNotMatch' })
  })

  it('is passed over where nothing is verified, and still knows a role', async () => {
    const open = await startSimulator({ verify: false, now })
    const config = { endpoint: open.url }
    const key = keyOf(await assume({}, config))
    const credentials = { ...key, secretAccessKey: 'wrong' }
    expect(await whoAmI({ ...config, credentials })).toMatchObject({ Arn: expect.stringContaining('/open/moho') })
    expect(open.calls.at(-1)?.principal).toMatchObject({ role: role('open') })
    await open.close()
  })

  it('is in the shape of STS, with the number of the call', async () => {
    const reply = await fetch(simulator.url, { method: 'POST', body: 'Action=GetCallerIdentity&Version=2011-06-15' })
    expect([reply.status, reply.headers.get('x-amzn-requestid'), await reply.text()]).toEqual([
      403,
      '51300000-0000-4000-8000-000000000001',
      `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Sender</Type>
    <Code>MissingAuthenticationToken</Code>
    <Message>Request is missing Authentication Token</Message>
  </Error>
  <RequestId>51300000-0000-4000-8000-000000000001</RequestId>
</ErrorResponse>
`,
    ])
  })

  it('takes no API key and no signature for Bedrock', async () => {
    const ask = async (headers: Record<string, string>) => {
      const body = 'Action=GetCallerIdentity&Version=2011-06-15'
      return (await fetch(simulator.url, { method: 'POST', body, headers })).text()
    }
    expect(await ask({ authorization: `Bearer ${simulator.apiKey}` })).toContain('<Code>IncompleteSignature</Code>')
    const scope = 'AKIAFIRST/20260102/us-east-1/bedrock/aws4_request'
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=00`
    expect(await ask({ authorization })).toContain("Credential should be scoped to correct service: 'sts'.")
  })
})

describe('on the socket of Bedrock', () => {
  const post = (body: string) => fetch(simulator.url, { method: 'POST', body })

  it('leaves to Bedrock what has no action', async () => {
    for (const reply of [await fetch(simulator.url), await fetch(`${simulator.url}/?a=b`), await post('{}')]) {
      expect([reply.status, await reply.text()]).toEqual([200, expect.stringContaining('UnknownOperationException')])
    }
  })

  it.each([
    ['Action=Nothing&Version=2011-06-15', 'Could not find operation Nothing for version 2011-06-15'],
    ['Action=GetCallerIdentity', 'Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED'],
  ])('answers %s that there is none', async (body, message) => {
    const reply = await post(body)
    expect(reply.status).toBe(400)
    expect(await reply.text()).toContain(`<Code>InvalidAction</Code>\n    <Message>${message}</Message>`)
  })
})

describe('scripts', () => {
  it('fail the calls for a role, or of an action, in the words of STS', async () => {
    simulator.script(
      { error: 'Throttling', model: 'role/shared' },
      { error: 'ServiceUnavailable', model: 'GetCallerIdentity' },
      { error: 'ThrottlingException' },
    )
    expect(await failure(assume())).toMatchObject({ name: 'Throttling', status: 400, message: 'Rate exceeded' })
    await assume()
    expect(await failure(whoAmI())).toMatchObject({ name: 'ServiceUnavailable', status: 503 })
    const shared = { RoleArn: role('shared'), ExternalId: 'tenant-1' }
    expect(await failure(assume(shared))).toMatchObject({ name: 'Throttling', status: 400 })
    await assume(shared)
  })

  it('let an answer go wrong on its way', async () => {
    simulator.script({ cut: true }, { garbage: true }, { delayMs: 1 })
    await expect(assume()).rejects.toThrow()
    await expect(assume()).rejects.toThrow()
    await assume()
    expect(simulator.calls).toHaveLength(3)
  })

  it('hang a call until the client leaves', async () => {
    simulator.script({ hang: true })
    const leaving = new AbortController()
    const pending = client().send(new GetCallerIdentityCommand({}), { abortSignal: leaving.signal })
    await expect.poll(() => simulator.calls.length).toBe(1)
    leaving.abort()
    await expect(pending).rejects.toThrow()
    await expect.poll(() => simulator.calls[0]?.clientLeft).toBe(true)
  })
})
