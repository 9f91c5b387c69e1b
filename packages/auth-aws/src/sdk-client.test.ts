import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BedrockClient,
  CreateInferenceProfileCommand,
  GetInferenceProfileCommand,
  ListFoundationModelsCommand,
} from '@aws-sdk/client-bedrock'
import { type EntryCall, type HttpClient, type HttpRequest, MohoError } from '@moho/core'
import { createHttpClient } from '@moho/core/node'
import { type Recording, ReplayClient, ReplayWeb } from '@moho/core/testing'
import { SignatureV4 } from '@smithy/signature-v4'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type SdkPlace, sdkClient } from './sdk-client.ts'
import type { AwsBearerSecret, AwsSecret, AwsSigningSecret } from './secret.ts'

// The SDK reads this once and for all, with the first client that is not told.
vi.stubEnv('AWS_DISABLE_CLOCK_SKEW_CORRECTION', 'true')

const keys: AwsSigningSecret = {
  kind: 'signing',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'SESSIONTOKENEXAMPLE',
  clockOffsetMs: 0,
}
const apiKey: AwsBearerSecret = { kind: 'bearer', token: 'ABSKexample' }
const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456'

function clientBy(http: HttpClient, secret: AwsSecret, at: Partial<SdkPlace> = {}): BedrockClient {
  const call: EntryCall<AwsSecret> = {
    id: 'call-1',
    signal: new AbortController().signal,
    headers: {},
    http,
    web: new ReplayWeb(),
    log: { debug() {}, info() {}, warn() {}, error() {} },
    secret: async () => secret,
    refused() {},
  }
  return new BedrockClient(sdkClient(call, secret, { region: 'us-east-1', ...at }))
}

const list = new ListFoundationModelsCommand({})

/** What goes out for one listing. */
async function sent(secret: AwsSecret, at?: Partial<SdkPlace>): Promise<HttpRequest | undefined> {
  const http = new ReplayClient([{ body: '{"modelSummaries":[]}' }])
  await clientBy(http, secret, at).send(list)
  return http.requests[0]
}

describe('what arrives is what was signed', () => {
  const http = createHttpClient()
  const arrived: { request: IncomingMessage; body: string }[] = []
  let server: Server
  let origin: string

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part)
      arrived.push({ request, body: Buffer.concat(parts).toString() })
      response.setHeader('content-type', 'application/json').end('{"inferenceProfileArn":"arn","modelSummaries":[]}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(() => void arrived.splice(0))
  afterAll(async () => {
    await http.close()
    server.close()
  })

  test.each<[string, string, (client: BedrockClient) => Promise<unknown>, string, string]>([
    [
      'a query',
      'GET',
      (client) => client.send(new ListFoundationModelsCommand({ byProvider: 'A b/ü*(&)' })),
      '/base/foundation-models?byProvider=A%20b%2F%C3%BC%2A%28%26%29',
      '',
    ],
    [
      'an ARN in the path',
      'GET',
      (client) => client.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: arn })),
      `/base/inference-profiles/${encodeURIComponent(arn)}`,
      '',
    ],
    [
      'a body',
      'POST',
      (client) =>
        client.send(
          new CreateInferenceProfileCommand({
            inferenceProfileName: 'Für ☃',
            clientRequestToken: 'token',
            modelSource: { copyFrom: arn },
          }),
        ),
      '/base/inference-profiles',
      `{"inferenceProfileName":"Für ☃","modelSource":{"copyFrom":"${arn}"},"clientRequestToken":"token"}`,
    ],
  ])('%s', async (_, method, send, url, body) => {
    const client = clientBy(http, keys, { endpoint: `${origin}/base/` })
    await send(client)
    const [one] = arrived
    expect(arrived).toHaveLength(1)
    expect(one?.request).toMatchObject({ method, url })
    expect(one?.body).toBe(body)
    expect(one && (await signedAnew(client, one.request, one.body))).toBe(one?.request.headers.authorization)
  })

  /** The signature that what arrived should have. */
  async function signedAnew({ config }: BedrockClient, request: IncomingMessage, body: string): Promise<unknown> {
    const names = /SignedHeaders=([^,]+)/.exec(request.headers.authorization ?? '')?.[1]?.split(';') ?? []
    expect(names).toEqual(
      expect.arrayContaining(['host', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token']),
    )
    const { pathname, searchParams } = new URL(request.url ?? '', origin)
    const { sha256, credentials } = config
    const signer = new SignatureV4({ credentials, region: 'us-east-1', service: 'bedrock', sha256 })
    const date = String(request.headers['x-amz-date'])
    const { headers } = await signer.sign(
      {
        method: request.method ?? '',
        protocol: 'http:',
        hostname: '127.0.0.1',
        path: pathname,
        query: Object.fromEntries(searchParams),
        headers: Object.fromEntries(names.map((name) => [name, String(request.headers[name])])),
        body,
      },
      { signingDate: new Date(date.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:')) },
    )
    return headers.authorization
  }
})

describe('the secret', () => {
  test('that is an API key goes as a bearer token, without a signature', async () => {
    const request = await sent(apiKey)
    expect(request?.headers).toMatchObject({ authorization: 'Bearer ABSKexample' })
    expect(Object.keys(request?.headers ?? {}).filter((name) => /^x-amz-(date|content|security)/.test(name))).toEqual(
      [],
    )
  })

  test('is used by AWS’s clock', async () => {
    const twoHours = 7_200_000
    const request = await sent({ ...keys, clockOffsetMs: twoHours })
    const date = request?.headers['x-amz-date']?.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:') ?? ''
    expect(Math.abs(Date.parse(date) - Date.now() - twoHours)).toBeLessThan(60_000)
  })

  test('of another region is refused before anything is sent', () => {
    expect(() => clientBy(new ReplayClient([]), { ...apiKey, region: 'eu-west-1' })).toThrow(
      expect.objectContaining({ code: 'upstream_auth_failed', message: expect.stringContaining('eu-west-1') }),
    )
  })

  test('that a service does not take is not replaced by the machine’s', async () => {
    const http = new ReplayClient([{ body: '{}' }])
    const client = clientBy(http, apiKey)
    // As a client of S3 or STS does, which know no bearer tokens.
    Object.assign(client.config, { httpAuthSchemes: client.config.httpAuthSchemes.slice(0, 1) })
    await expect(client.send(list)).rejects.toMatchObject({ code: 'unsupported' })
    expect(http.requests).toEqual([])
  })
})

describe.each<[string, AwsSecret, RegExp]>([
  ['keys', keys, /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/bedrock\/aws4_request/],
  ['an API key', apiKey, /^Bearer ABSKexample$/],
])('with %s', (_, secret, authorization) => {
  const { env } = process
  const home = mkdtempSync(join(tmpdir(), 'moho-'))
  afterEach(() => {
    process.env = env
    vi.unstubAllEnvs()
  })
  afterAll(() => rmSync(home, { recursive: true }))

  test('the machine’s environment does not change what is sent', async () => {
    const elsewhere = 'https://elsewhere.example'
    const config = join(home, 'config')
    writeFileSync(config, `[default]\nendpoint_url = ${elsewhere}\nuse_fips_endpoint = true\nmax_attempts = 4\n`)
    const poison = {
      HOME: home,
      AWS_CONFIG_FILE: config,
      AWS_PROFILE: 'there-is-none',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: elsewhere,
      AWS_ENDPOINT_URL_BEDROCK: elsewhere,
      AWS_ACCESS_KEY_ID: 'AKIDOFTHEMACHINE',
      AWS_SECRET_ACCESS_KEY: 'of-the-machine',
      AWS_BEARER_TOKEN_BEDROCK: 'of-the-machine',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      AWS_DEFAULTS_MODE: 'nonsense',
      AWS_MAX_ATTEMPTS: 'nonsense',
      AWS_SDK_UA_APP_ID: 'of-the-machine',
      AWS_EXECUTION_ENV: 'of-the-machine',
    }
    for (const [name, value] of Object.entries(poison)) vi.stubEnv(name, value)
    const request = await sent(secret)
    expect(request?.url).toBe('https://bedrock.us-east-1.amazonaws.com/foundation-models')
    expect(request?.headers.authorization).toMatch(authorization)
    expect(JSON.stringify(request?.headers)).not.toContain('of-the-machine')
    const proxied = await sent(secret, { endpoint: 'https://proxy.example' })
    expect(proxied?.url).toBe('https://proxy.example/foundation-models')
  })

  test('no setting is looked up', async () => {
    const looked = new Set<string>()
    // The SDK looks into the environment before it looks anywhere else.
    process.env = new Proxy(env, {
      get(target, name) {
        looked.add(String(name))
        return Reflect.get(target, name)
      },
      has(target, name) {
        looked.add(String(name))
        return Reflect.has(target, name)
      },
      ownKeys(target) {
        looked.add('*')
        return Reflect.ownKeys(target)
      },
    })
    await sent(secret)
    expect([...looked].filter((name) => !harmless.has(name))).toEqual([])
  })
})

/** Switches for warnings and for sockets that are not the SDK's here, and whether this is a function of AWS Lambda. */
const harmless: ReadonlySet<string> = new Set([
  'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED',
  'AWS_ENABLE_DEFAULT_SOCKET_TIMEOUT_2026',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_MAX_CONCURRENCY',
  '_X_AMZN_TRACE_ID',
])

describe('the door', () => {
  const failing = (recording: Recording) => {
    const http = new ReplayClient([recording, { body: '{"modelSummaries":[]}' }])
    return { http, answer: clientBy(http, keys).send(list) }
  }

  test('follows no redirect', async () => {
    const { http, answer } = failing({ status: 307, headers: { location: 'https://elsewhere.example/' }, body: '' })
    await expect(answer).rejects.toMatchObject({ $metadata: { httpStatusCode: 307 } })
    expect(http.requests).toHaveLength(1)
  })

  test('is asked once, though AWS fails', async () => {
    const { http, answer } = failing({ status: 503, body: '{"message":"Busy."}' })
    await expect(answer).rejects.toMatchObject({ message: 'Busy.' })
    expect(http.requests).toHaveLength(1)
  })

  test('lets its own faults out as they are', async () => {
    const fault = new MohoError('upstream_timeout', 'No connection to the upstream came about in time.')
    const http: HttpClient = { send: async () => Promise.reject(fault) }
    await expect(clientBy(http, keys).send(list)).rejects.toBe(fault)
  })

  test('tells when the connection breaks in the middle of an answer', async () => {
    await expect(failing({ body: '{"modelSummaries":[', broken: true }).answer).rejects.toSatisfy(MohoError.is)
  })

  test('reads no answer without end', async () => {
    const body = Buffer.alloc(16 * 1024 * 1024 + 1, ' ')
    await expect(failing({ body }).answer).rejects.toMatchObject({ code: 'upstream_failed' })
  })

  test('gives up with whoever asked', async () => {
    const send = vi.fn<HttpClient['send']>(
      ({ signal }) =>
        new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true })),
    )
    const asking = new AbortController()
    const answer = clientBy({ send }, keys).send(list, { abortSignal: asking.signal })
    answer.catch(() => undefined)
    await vi.waitFor(() => expect(send).toHaveBeenCalled())
    asking.abort(new MohoError('cancelled', 'The caller has left.'))
    await expect(answer).rejects.toThrow()
  })
})
