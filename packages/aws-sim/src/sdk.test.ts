import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  BedrockRuntimeServiceException,
  type ContentBlock,
  ConverseCommand,
  type ConverseCommandInput,
  type Message,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  type ToolConfiguration,
} from '@aws-sdk/client-bedrock-runtime'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AccessKey, type Simulator, startSimulator } from './index.ts'

const NOW = new Date('2026-01-02T03:04:05Z')
const SESSION_KEY: AccessKey = { accessKeyId: 'ASIASESSION', secretAccessKey: 'secret', sessionToken: 'the-token' }
const EXPIRED_KEY: AccessKey = { ...SESSION_KEY, accessKeyId: 'ASIAEXPIRED', expiration: NOW }
const LASTING_KEY: AccessKey = { accessKeyId: 'AKIALASTING', secretAccessKey: 'secret' }
const MODEL = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const HELLO: Message[] = [{ role: 'user', content: [{ text: 'Hello' }] }]

let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator({
    accessKeys: [LASTING_KEY, SESSION_KEY, EXPIRED_KEY],
    regions: ['us-east-1', 'eu-west-1'],
  })
})
beforeEach(() => simulator.reset())
afterAll(() => simulator.close())

function client(config: BedrockRuntimeClientConfig = {}): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    endpoint: simulator.url,
    region: 'us-east-1',
    credentials: LASTING_KEY,
    maxAttempts: 1,
    ...config,
  })
}

function converse(input: Partial<ConverseCommandInput> = {}, config: BedrockRuntimeClientConfig = {}) {
  return client(config).send(new ConverseCommand({ modelId: MODEL, messages: HELLO, ...input }))
}

async function failure(call: Promise<unknown>): Promise<{ name: string; message: string; status: number | undefined }> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof BedrockRuntimeServiceException)) throw new Error(`Not refused: ${String(error)}`)
  return { name: error.name, message: error.message, status: error.$metadata.httpStatusCode }
}

describe('signatures of the SDK', () => {
  it('accepts an access key', async () => {
    const reply = await converse()
    expect(reply.output?.message?.content?.[0]?.text).toContain('You said: Hello')
    expect(reply.$metadata.requestId).toBe('51300000-0000-4000-8000-000000000001')
    expect(simulator.calls[0]?.principal).toEqual({
      kind: 'access-key',
      accessKeyId: 'AKIALASTING',
      region: 'us-east-1',
      service: 'bedrock',
    })
  })

  it('accepts an access key with its session token', async () => {
    await expect(converse({}, { credentials: SESSION_KEY })).resolves.toBeDefined()
  })

  it('accepts an API key', async () => {
    const reply = await converse({}, { token: { token: simulator.apiKey }, authSchemePreference: ['httpBearerAuth'] })
    expect(reply.stopReason).toBe('end_turn')
    expect(simulator.calls[0]?.principal?.kind).toBe('api-key')
  })

  const denied: [string, BedrockRuntimeClientConfig, string, string][] = [
    [
      'a wrong secret',
      { credentials: { ...LASTING_KEY, secretAccessKey: 'x' } },
      'InvalidSignatureException',
      'The request signature we calculated does not match',
    ],
    [
      'an unknown key',
      { credentials: { ...LASTING_KEY, accessKeyId: 'AKIAOTHER' } },
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    ],
    [
      'a missing token',
      { credentials: { ...SESSION_KEY, sessionToken: '' } },
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    ],
    [
      'another token',
      { credentials: { ...SESSION_KEY, sessionToken: 'other' } },
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    ],
    [
      'an expired session',
      { credentials: EXPIRED_KEY },
      'ExpiredTokenException',
      'The security token included in the request is expired',
    ],
    [
      'another region',
      { region: 'us-west-2' },
      'InvalidSignatureException',
      'Credential should be scoped to a valid region.',
    ],
    ['a slow clock', { systemClockOffset: -6 * 60_000 }, 'InvalidSignatureException', 'Signature expired: '],
    ['a fast clock', { systemClockOffset: 6 * 60_000 }, 'InvalidSignatureException', 'Signature not yet current: '],
  ]
  it.each(denied)('refuses %s', async (_what, config, name, message) => {
    const refusal = await failure(converse({}, config))
    expect(refusal).toMatchObject({ name, status: 403 })
    expect(refusal.message).toContain(message)
  })

  it.each([-10, 10])('lets a client recover from a clock that is %i minutes off', async (minutes) => {
    const off = await startSimulator({ now: () => new Date(Date.now() + minutes * 60_000) })
    const sdk = client({ endpoint: off.url, credentials: off.accessKey, maxAttempts: 2 })
    const reply = await sdk.send(new ConverseCommand({ modelId: MODEL, messages: HELLO }))
    expect(reply.output?.message?.content?.[0]?.text).toContain('You said: Hello')
    expect(off.calls.map((call) => call.status)).toEqual([403, 200])
    await off.close()
  })

  it('refuses another service', async () => {
    const sdk = client()
    Object.assign(sdk.config, { signingName: 'bedrock-mantle' })
    const refusal = await failure(sdk.send(new ConverseCommand({ modelId: MODEL, messages: HELLO })))
    expect(refusal.message).toBe("Credential should be scoped to correct service: 'bedrock'.")
  })

  it('refuses an API key that it does not know', async () => {
    const refusal = await failure(
      converse({}, { token: { token: 'ABSKwrong' }, authSchemePreference: ['httpBearerAuth'] }),
    )
    expect(refusal).toEqual({
      name: 'AccessDeniedException',
      status: 403,
      message: 'Authentication failed: Please make sure your API Key is valid.',
    })
  })

  it.each([
    [
      'body',
      (sent: SentRequest) => ({ body: Buffer.from(new TextDecoder().decode(sent.body).replace('Hello', 'Howdy')) }),
    ],
    ['path', (sent: SentRequest) => ({ path: sent.path.replace('us.', 'eu.') })],
  ])('refuses a tampered %s', async (_what, tamper) => {
    const sdk = client()
    const tampering = (next: SdkStep) => (step: SdkStepArguments) => {
      const sent = step.request as SentRequest
      Object.assign(sent, tamper(sent))
      return next(step)
    }
    sdk.middlewareStack.addRelativeTo(tampering, { relation: 'after', toMiddleware: 'httpSigningMiddleware' })
    const refusal = await failure(sdk.send(new ConverseCommand({ modelId: MODEL, messages: HELLO })))
    expect(refusal.name).toBe('InvalidSignatureException')
  })
})

interface SentRequest {
  body: Uint8Array
  path: string
}

interface SdkStepArguments {
  input: ServiceInputTypes
  request: unknown
}

type SdkStep = (step: SdkStepArguments) => Promise<{ response: unknown; output: ServiceOutputTypes }>

describe('conversations of the SDK', () => {
  it('calls a tool, takes its result and answers in words', async () => {
    const toolConfig: ToolConfiguration = {
      tools: [
        {
          toolSpec: {
            name: 'get_weather',
            inputSchema: {
              json: {
                type: 'object',
                properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
                required: ['city', 'unit'],
              },
            },
          },
        },
      ],
    }
    const messages: Message[] = [
      { role: 'user', content: [{ text: 'What is the weather in New York in fahrenheit?' }] },
    ]
    const asked = await converse({ messages, toolConfig })
    expect(asked.stopReason).toBe('tool_use')
    const use = asked.output?.message?.content?.[0]?.toolUse
    expect(use).toMatchObject({ name: 'get_weather', input: { city: 'New York', unit: 'fahrenheit' } })
    expect(use?.toolUseId).toMatch(/^tooluse_[A-Za-z0-9]{22}$/)
    const result: ContentBlock = {
      toolResult: { toolUseId: use?.toolUseId, content: [{ json: { degrees: 75 } }, { text: 'sunny' }] },
    }
    const told = await converse({
      messages: [
        ...messages,
        { role: 'assistant', content: asked.output?.message?.content },
        { role: 'user', content: [result] },
      ],
      toolConfig,
    })
    expect(told.output?.message?.content).toEqual([{ text: 'The tool get_weather answered: {"degrees":75} sunny' }])
    expect(told.stopReason).toBe('end_turn')
  })

  it('takes an image', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==',
      'base64',
    )
    const reply = await converse({
      messages: [{ role: 'user', content: [{ image: { format: 'png', source: { bytes: png } } }] }],
    })
    expect(reply.output?.message?.content?.[0]?.text).toContain('You said: (image)')
    expect(reply.usage?.inputTokens).toBe(1500)
  })

  it('refuses a signature for another region than the address names', async () => {
    const endpoint = `${simulator.url}/eu-west-1`
    await expect(failure(converse({}, { endpoint }))).resolves.toMatchObject({ name: 'InvalidSignatureException' })
    const modelId = 'eu.amazon.nova-lite-v1:0'
    await expect(converse({ modelId }, { endpoint, region: 'eu-west-1' })).resolves.toBeDefined()
  })

  it.each([
    'amazon.nova-lite-v1:0',
    'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0',
    `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${MODEL}`,
    'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456',
    'arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456',
    'arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1',
    'arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint',
  ])('resolves %s', async (modelId) => {
    await expect(converse({ modelId })).resolves.toMatchObject({ stopReason: 'end_turn' })
    expect(simulator.calls.at(-1)?.modelId).toBe(modelId)
  })

  it('serves a profile only in its own regions', async () => {
    await expect(failure(converse({}, { region: 'eu-west-1' }))).resolves.toEqual({
      name: 'ValidationException',
      status: 400,
      message: 'The provided model identifier is invalid.',
    })
    await expect(converse({ modelId: MODEL.replace('us.', 'eu.') }, { region: 'eu-west-1' })).resolves.toBeDefined()
  })

  it('sees an answer that is cut off, and can leave', async () => {
    const messages = (text: string): Message[] => [{ role: 'user', content: [{ text }] }]
    await expect(converse({ messages: messages('[[sim:cut]]') })).rejects.toThrow()
    const leaving = new AbortController()
    const pending = client().send(new ConverseCommand({ modelId: MODEL, messages: messages('[[sim:hang]]') }), {
      abortSignal: leaving.signal,
    })
    await expect.poll(() => simulator.calls.length).toBe(2)
    leaving.abort()
    await expect(pending).rejects.toThrow()
    await expect.poll(() => simulator.calls.map((call) => call.clientLeft)).toEqual([false, true])
  })

  it.each([
    ['ValidationException', 400],
    ['AccessDeniedException', 403],
    ['ResourceNotFoundException', 404],
    ['ModelTimeoutException', 408],
    ['ModelErrorException', 424],
    ['ThrottlingException', 429],
    ['ModelNotReadyException', 429],
    ['InternalServerException', 500],
    ['ServiceUnavailableException', 503],
  ] as const)('throws %s', async (name, status) => {
    const messages: Message[] = [{ role: 'user', content: [{ text: `Hello [[sim:error=${name}:said so]]` }] }]
    await expect(failure(converse({ messages }))).resolves.toEqual({ name, status, message: 'said so' })
  })
})
