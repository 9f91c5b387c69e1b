import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Simulator, type SimulatorOptions, startSimulator } from '@moho/aws-sim'
import { Ending, type HttpClient, MohoError, type Surroundings } from '@moho/core'
import { createHttpClient } from '@moho/core/node'
import { ReplayClient } from '@moho/core/testing'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { assumeRole } from './assume-role.ts'
import { defaultChain } from './default-chain.ts'

const never = new Ending()
const hour = 3_600_000
const roleArn = 'arn:aws:iam::123456789012:role/moho'
const key = { accessKeyId: 'AKIAMOHOSIMULATOR001', secretAccessKey: 'moho-simulator-secret-access-key-000001' }
const inFile = `aws_access_key_id = ${key.accessKeyId}\naws_secret_access_key = ${key.secretAccessKey}\n`

const home = mkdtempSync(join(tmpdir(), 'moho-'))
const http = createHttpClient()
const opened: { close(): unknown }[] = []
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined)
  vi.stubEnv('HOME', home)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  rmSync(join(home, '.aws'), { recursive: true, force: true })
})
afterEach(async () => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  await Promise.all(opened.splice(0).map((one) => one.close()))
})
afterAll(async () => {
  rmSync(home, { recursive: true })
  await http.close()
})

function write(name: string, text: string): string {
  const path = join(home, '.aws', name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  return path
}

async function simulate(options?: SimulatorOptions): Promise<Simulator> {
  const simulator = await startSimulator(options)
  opened.push(simulator)
  return simulator
}

const silent: HttpClient = { send: async ({ url }) => Promise.reject(new Error(`Nobody is asked, and not ${url}.`)) }

function open(settings: object = {}, at: Partial<Surroundings> = {}) {
  const surroundings = { region: 'eu-west-1', endpoints: {}, http: silent, now: () => Date.now(), ...at }
  const credential = defaultChain.open(defaultChain.settings.parse(settings), surroundings)
  opened.push(credential)
  return credential
}

const atSimulator = ({ url }: Simulator): Partial<Surroundings> => ({ endpoints: { sts: url }, http })

describe('keys are found', () => {
  test('in the environment', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', key.accessKeyId)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', key.secretAccessKey)
    expect(await open().get(never)).toEqual({ kind: 'signing', ...key, sessionToken: undefined, clockOffsetMs: 0 })
  })

  test.each([
    ['the profile of the settings', { profile: 'ours' }, {}],
    ['AWS_PROFILE', { profile: '' }, { AWS_PROFILE: 'ours' }],
  ])('by %s', async (_, settings, environment) => {
    write('credentials', `[default]\naws_access_key_id = other\naws_secret_access_key = other\n[ours]\n${inFile}`)
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
    expect(await open(settings).get(never)).toMatchObject(key)
  })

  test('in a file, which is read anew when AWS has refused them', async () => {
    write('credentials', `[default]\n${inFile}`)
    const credential = open()
    const first = await credential.get(never)
    write('credentials', '[default]\naws_access_key_id = AKIANEWER\naws_secret_access_key = newer\n')
    expect(await credential.get(never)).toBe(first)
    expect(credential.refused(first, 'invalid')).toBe(true)
    expect(await credential.get(never)).toMatchObject({ accessKeyId: 'AKIANEWER', secretAccessKey: 'newer' })
  })

  test('at the container’s address, and renewed when they end', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    let number = 0
    const server = createServer((request, response) => {
      number += 1
      const known = request.headers.authorization === 'let-me-in'
      const Expiration = new Date(Date.now() + hour).toISOString()
      const keys = { AccessKeyId: `ASIA${number}`, SecretAccessKey: 'secret', Token: 'token', Expiration }
      response.writeHead(known ? 200 : 403).end(JSON.stringify(keys))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    opened.push(server)
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`)
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'let-me-in')
    const credential = open()
    expect(await credential.get(never)).toMatchObject({ accessKeyId: 'ASIA1', sessionToken: 'token' })
    vi.setSystemTime(Date.now() + hour)
    const waiting = Array.from({ length: 100 }, () => credential.get(never))
    expect(
      new Set((await Promise.all(waiting)).map((secret) => 'accessKeyId' in secret && secret.accessKeyId)),
    ).toEqual(new Set(['ASIA2']))
    expect(number).toBe(2)
  })

  test('by a web identity token, at STS by our door and without a signature', async () => {
    const simulator = await simulate()
    vi.stubEnv('AWS_ROLE_ARN', roleArn)
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', write('token', 'a-web-identity-token'))
    expect(await open({}, atSimulator(simulator)).get(never)).toMatchObject({
      accessKeyId: expect.stringMatching(/^ASIA/),
      sessionToken: expect.any(String),
    })
    expect(simulator.calls).toMatchObject([{ operation: 'AssumeRoleWithWebIdentity', status: 200 }])
    expect(simulator.calls[0]?.headers).not.toHaveProperty('authorization')
  })

  test.each([0, 24 * hour])('by the role of a profile, with a clock that AWS’s is %i ms ahead of', async (offset) => {
    const simulator = await simulate({
      roles: { [roleArn]: { externalId: 'ours', trusts: [key.accessKeyId] } },
      now: () => new Date(Date.now() + offset),
    })
    write('credentials', `[base]\n${inFile}`)
    write(
      'config',
      `[profile ours]\nrole_arn = ${roleArn}\nsource_profile = base\nexternal_id = ours\nregion = us-west-2\n`,
    )
    const secret = await open({ profile: 'ours' }, atSimulator(simulator)).get(never)
    expect(secret).toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA/) })
    expect('clockOffsetMs' in secret && Math.abs(secret.clockOffsetMs - offset)).toBeLessThan(60_000)
    // In the entry's region, not the profile's.
    expect(simulator.calls.at(-1)?.principal).toMatchObject({ region: 'eu-west-1', service: 'sts' })
  })

  test('by SSO, in the region of the profile and by our door', async () => {
    const start = 'https://moho.awsapps.com/start'
    const sso = `sso_start_url = ${start}\nsso_region = us-west-2\nsso_account_id = 123456789012\nsso_role_name = moho\n`
    write('config', `[profile ours]\n${sso}`)
    const token = { accessToken: 'sso-token', expiresAt: new Date(Date.now() + hour).toISOString() }
    write(`sso/cache/${createHash('sha1').update(start).digest('hex')}.json`, JSON.stringify(token))
    const roleCredentials = { ...key, sessionToken: 'token', expiration: Date.now() + hour }
    const door = new ReplayClient([{ body: JSON.stringify({ roleCredentials }) }])
    expect(await open({ profile: 'ours' }, { http: door }).get(never)).toMatchObject({ ...key, sessionToken: 'token' })
    expect(door.requests.map(({ url }) => new URL(url).host)).toEqual(['portal.sso.us-west-2.amazonaws.com'])
  })

  test('for a role whose source is left out', async () => {
    const simulator = await simulate({ roles: { [roleArn]: { trusts: [key.accessKeyId] } } })
    vi.stubEnv('AWS_ACCESS_KEY_ID', key.accessKeyId)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', key.secretAccessKey)
    const at = { region: 'eu-west-1', endpoints: { sts: simulator.url }, http, now: () => Date.now() }
    const credential = assumeRole.open(assumeRole.settings.parse({ roleArn }), at)
    opened.push(credential)
    expect(await credential.get(never)).toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA/) })
  })
})

describe('a fault says what to do', () => {
  test('where there are no keys, with all the places', async () => {
    await expect(open().get(never)).rejects.toMatchObject({
      code: 'upstream_auth_failed',
      message: expect.stringMatching(
        /^Moho finds no.*AWS_ACCESS_KEY_ID.*AWS_PROFILE.*WEB_IDENTITY.*CONTAINER.*EC2.*`auth`/,
      ),
    })
    await expect(open({ profile: 'ours' }).get(never)).rejects.toMatchObject({
      message: expect.stringMatching(/the profile ours in/),
    })
  })

  test('where the SSO session has ended', async () => {
    const sso =
      'sso_start_url = https://moho.awsapps.com/start\nsso_region = us-west-2\nsso_account_id = 123456789012\n'
    write('config', `[profile ours]\n${sso}sso_role_name = moho\n`)
    await expect(open({ profile: 'ours' }).get(never)).rejects.toMatchObject({
      code: 'upstream_auth_failed',
      message: expect.stringContaining('`aws sso login --profile ours`'),
    })
  })

  test.each([
    ['has expired', 'expired-canary-token', /has expired/],
    ['is not accepted', 'invalid-canary-token', /trusts its identity provider/],
    ['is not there', undefined, /AWS_WEB_IDENTITY_TOKEN_FILE/],
  ])('where the web identity token %s', async (_, token, message) => {
    const simulator = await simulate()
    vi.stubEnv('AWS_ROLE_ARN', roleArn)
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', token === undefined ? join(home, 'none') : write('token', token))
    const fault = await faultOf(open({}, atSimulator(simulator)).get(never))
    expect(fault).toMatchObject({ code: 'upstream_auth_failed', message: expect.stringMatching(message) })
    expect(toldBy(fault)).not.toMatch(/canary/)
  })

  test('where a profile’s role is not given, without the external id or the key', async () => {
    const simulator = await simulate({ roles: { [roleArn]: { externalId: 'another' } } })
    write('credentials', `[base]\n${inFile}`)
    write('config', `[profile ours]\nrole_arn = ${roleArn}\nsource_profile = base\nexternal_id = canary/external\n`)
    const fault = await faultOf(open({ profile: 'ours' }, atSimulator(simulator)).get(never))
    expect(fault).toMatchObject({
      message: expect.stringContaining('trust policy'),
      forManagers: expect.stringContaining(roleArn),
    })
    expect(fault.message).not.toContain(roleArn)
    expect(toldBy(fault)).not.toMatch(/canary|moho-simulator-secret|AKIAMOHO/)
  })

  test('where what a container’s address says is no key, without what it says', async () => {
    const server = createServer((_, response) => response.end('canary-that-is-no-json'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    opened.push(server)
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`)
    // The SDK asks four times, a second apart.
    const fault = await faultOf(open().get(never))
    expect(fault).toMatchObject({ code: 'upstream_auth_failed', message: expect.stringMatching(/^Moho cannot use/) })
    expect(toldBy(fault)).not.toMatch(/canary/)
  })

  test('where a profile’s command fails, without the command and what it says', async () => {
    write('config', '[profile ours]\ncredential_process = sh -c "echo canary-said >&2; exit 1" canary-argument\n')
    expect(toldBy(await faultOf(open({ profile: 'ours' }).get(never)))).not.toMatch(/canary/)
  })
})

test('a command of a profile that hangs is not begun anew while it does', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const began = join(home, '.aws', 'began')
  write('config', `[profile ours]\ncredential_process = sh -c "echo began >> ${began}; exec sleep 3"\n`)
  const credential = open({ profile: 'ours' })
  const first = faultOf(credential.get(never))
  await vi.waitUntil(() => existsSync(began))
  await vi.advanceTimersByTimeAsync(30_000)
  expect(await first).toMatchObject({ code: 'upstream_timeout' })
  const told = await faultOf(credential.get(never))
  expect(told).toMatchObject({ code: 'upstream_timeout', message: expect.stringContaining('credential_process') })
  expect(readFileSync(began, 'utf8')).toBe('began\n')
})

test('keys that no header can hold are a fault, and not kept', async () => {
  write('config', `[profile ours]\ncredential_process = sh -c "cat ${join(home, '.aws', 'keys')}"\n`)
  write('keys', JSON.stringify({ Version: 1, AccessKeyId: 'AKIAÜ', SecretAccessKey: 'secret', SessionToken: 'a b' }))
  const credential = open({ profile: 'ours' })
  expect(await faultOf(credential.get(never))).toMatchObject({ message: expect.stringContaining('characters') })
})

test('nothing is said on the console', async () => {
  const said = ['log', 'warn', 'error', 'info', 'debug'].map((name) => vi.spyOn(console, name as 'log'))
  vi.stubEnv('AWS_ACCESS_KEY_ID', key.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', key.secretAccessKey)
  write('credentials', `[ours]\n${inFile}`)
  await open({ profile: 'ours' }).get(never)
  for (const one of said) expect(one).not.toHaveBeenCalled()
  vi.restoreAllMocks()
})

async function faultOf(answer: Promise<unknown>): Promise<MohoError> {
  const outcome = await answer.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (MohoError.is(outcome)) return outcome
  throw new Error('This did not fail as it should.', { cause: outcome })
}

const toldBy = ({ message, forManagers, cause }: MohoError): string => {
  const causes = cause instanceof Error ? [cause.message, cause.stack, cause.cause] : [cause]
  return [message, forManagers, ...causes.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))].join(
    '\n',
  )
}
