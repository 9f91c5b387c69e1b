import { type Simulator, startSimulator } from '@moho/aws-sim'
import { type CredentialKind, Ending, type HttpRequest } from '@moho/core'
import { createHttpClient } from '@moho/core/node'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { accessKey } from './access-key.ts'
import { assumeRole } from './assume-role.ts'
import { bedrockApiKey } from './bedrock-api-key.ts'
import { defaultChain } from './default-chain.ts'
import { type AwsSecret, type AwsService, awsSign } from './secret.ts'

/** The keys of a user, and those of a session that somebody else began. */
const key = { accessKeyId: 'AKIAEXAMPLEOFAUSER01', secretAccessKey: 'secret-of-a-user/00000000000000000000001' }
const session = { ...key, accessKeyId: 'ASIAEXAMPLEOFSESSION', sessionToken: 'a+session/token==' }
const roleArn = 'arn:aws:iam::123456789012:role/moho'
const ofUser = { type: 'access-key', ...key }

const http = createHttpClient()
let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ accessKeys: [key, session] })
})
afterEach(() => {
  vi.unstubAllEnvs()
})
afterAll(async () => {
  await simulator.close()
  await http.close()
})

const kinds: readonly [string, CredentialKind<AwsSecret>, () => object][] = [
  ['an access key', accessKey, () => key],
  ['temporary keys', accessKey, () => session],
  ['a role', assumeRole, () => ({ roleArn, source: ofUser })],
  [
    'a role by way of another',
    assumeRole,
    () => ({ roleArn, source: { type: 'assume-role', roleArn, source: ofUser } }),
  ],
  ['the machine’s identity', defaultChain, () => ({})],
  ['an API key', bedrockApiKey, () => ({ apiKey: simulator.apiKey })],
]

const services: readonly [AwsService, HttpRequest][] = [
  [
    'bedrock',
    {
      method: 'POST',
      url: '/model/amazon.nova-lite-v1%3A0/converse',
      headers: { 'content-type': 'application/json' },
      body: '{"messages":[{"role":"user","content":[{"text":"hi"}]}]}',
    },
  ],
  [
    'sts',
    {
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    },
  ],
]

const table = kinds.flatMap(([name, kind, settings]) =>
  services.map(([service, request]) => [name, service, kind, settings, request] as const),
)

test.each(table)('%s at %s', async (_, service, kind, settings, request) => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', key.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', key.secretAccessKey)
  vi.stubEnv('AWS_SESSION_TOKEN', undefined)
  vi.stubEnv('AWS_PROFILE', undefined)
  const at = { region: 'eu-west-1', endpoints: { sts: simulator.url }, http, now: () => Date.now() }
  const credential = kind.open(kind.settings.parse(settings()), at)
  const secret = await credential.get(new Ending())
  const asked = { ...request, url: simulator.url + request.url }
  const sign = () => awsSign(service, 'eu-west-1')(secret, asked)
  credential.close()
  if (kind === bedrockApiKey && service === 'sts') {
    expect(sign).toThrow(expect.objectContaining({ code: 'unsupported' }))
    return
  }
  const response = await http.send({ ...asked, headers: { ...asked.headers, ...sign() } })
  expect(Buffer.from(await response.bytes(10_000)).toString()).toMatch(/"stopReason"|<Arn>/)
  expect(response.status).toBe(200)
})
