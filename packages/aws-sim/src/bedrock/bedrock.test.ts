import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import {
  BedrockClient,
  type BedrockClientConfig,
  BedrockServiceException,
  type FoundationModelSummary,
  GetFoundationModelCommand,
  GetInferenceProfileCommand,
  type InferenceProfileSummary,
  ListFoundationModelsCommand,
  ListInferenceProfilesCommand,
  paginateListInferenceProfiles,
} from '@aws-sdk/client-bedrock'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SIMULATED_MODEL_IDS, type Simulator, startSimulator } from '../index.ts'

const PROFILE = 'abcdefghij12'
const BROAD_PROFILE = 'abcdefghij34'

let simulator: Simulator

beforeAll(async () => {
  const resources = {
    [PROFILE]: 'amazon.nova-lite-v1:0',
    [BROAD_PROFILE]: 'us.anthropic.claude-sonnet-4-6',
    imported0001: { format: 'llama3' },
    'not-a-profile': 'amazon.nova-lite-v1:0',
  } as const
  simulator = await startSimulator({ resources })
})
beforeEach(() => simulator.reset())
afterAll(() => simulator.close())

function client(config: BedrockClientConfig = {}): BedrockClient {
  const { url, accessKey } = simulator
  return new BedrockClient({ endpoint: url, region: 'us-east-1', credentials: accessKey, maxAttempts: 1, ...config })
}

async function models(region = 'us-east-1', query: object = {}): Promise<Map<string, FoundationModelSummary>> {
  const { modelSummaries } = await client({ region }).send(new ListFoundationModelsCommand(query))
  return new Map(modelSummaries?.map((model) => [model.modelId ?? '', model]))
}

async function profiles(region = 'us-east-1', query: object = {}): Promise<Map<string, InferenceProfileSummary>> {
  const found = new Map<string, InferenceProfileSummary>()
  for await (const page of paginateListInferenceProfiles({ client: client({ region }) }, query)) {
    for (const profile of page.inferenceProfileSummaries ?? []) {
      expect(found.has(profile.inferenceProfileId ?? '')).toBe(false)
      found.set(profile.inferenceProfileId ?? '', profile)
    }
  }
  return found
}

const destinations = (profile: Pick<InferenceProfileSummary, 'models'> | undefined) =>
  profile?.models?.map(({ modelArn }) => modelArn?.split(':')[3])

async function failure(call: Promise<unknown>): Promise<object> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof BedrockServiceException)) throw new Error(`Not refused: ${String(error)}`)
  return { name: error.name, status: error.$metadata.httpStatusCode, message: error.message }
}

describe('foundation models', () => {
  it('are listed with what they are', async () => {
    expect((await models()).get('anthropic.claude-haiku-4-5-20251001-v1:0')).toEqual({
      modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0',
      modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0',
      modelName: 'Claude Haiku 4.5',
      providerName: 'Anthropic',
      inputModalities: ['TEXT', 'IMAGE'],
      outputModalities: ['TEXT'],
      responseStreamingSupported: true,
      customizationsSupported: [],
      inferenceTypesSupported: ['INFERENCE_PROFILE'],
      modelLifecycle: { status: 'ACTIVE' },
    })
  })

  it('tell how they are reached, what they make and when they end', async () => {
    const all = await models()
    expect(all.get('amazon.nova-lite-v1:0')?.inferenceTypesSupported).toEqual(['ON_DEMAND', 'INFERENCE_PROFILE'])
    expect(all.get('amazon.nova-lite-v1:0:24k')?.inferenceTypesSupported).toEqual(['PROVISIONED'])
    expect(all.get('openai.gpt-oss-120b-1:0')?.inferenceTypesSupported).toEqual(['ON_DEMAND'])
    expect(all.get('amazon.titan-embed-text-v2:0')).toMatchObject({
      outputModalities: ['EMBEDDING'],
      responseStreamingSupported: false,
    })
    expect(all.get('cohere.command-r-v1:0')?.modelLifecycle).toEqual({
      status: 'LEGACY',
      endOfLifeTime: new Date('2027-12-31T00:00:00Z'),
    })
    expect(all.has('anthropic.claude-v2:1')).toBe(false)
  })

  it('are those that the region can call', async () => {
    expect((await models('eu-west-1')).has('xai.grok-4.6')).toBe(true)
    expect((await models('us-gov-west-1')).has('xai.grok-4.6')).toBe(false)
    expect((await models('us-gov-west-1')).get('amazon.nova-lite-v1:0')).toMatchObject({
      modelArn: 'arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/amazon.nova-lite-v1:0',
      inferenceTypesSupported: ['ON_DEMAND'],
    })
  })

  it.each([
    [{ byProvider: 'cohere' }, (model: FoundationModelSummary) => model.providerName === 'Cohere'],
    [{ byOutputModality: 'IMAGE' }, (model: FoundationModelSummary) => model.outputModalities?.[0] === 'IMAGE'],
    [{ byInferenceType: 'PROVISIONED' }, (model: FoundationModelSummary) => /:\d+k$/.test(model.modelId ?? '')],
    [{ byCustomizationType: 'DISTILLATION' }, () => false],
  ])('are filtered by %j', async (query, fits) => {
    const expected = [...(await models()).values()].filter(fits).map((model) => model.modelId)
    expect([...(await models('us-east-1', query)).keys()]).toEqual(expected)
  })

  it('are found by id and by ARN', async () => {
    for (const modelIdentifier of ['zai.glm-5', 'arn:aws:bedrock:us-east-1::foundation-model/zai.glm-5']) {
      const { modelDetails } = await client().send(new GetFoundationModelCommand({ modelIdentifier }))
      expect(modelDetails).toMatchObject({ modelId: 'zai.glm-5', modelName: 'GLM 5', providerName: 'Z.AI' })
    }
    await expect(
      failure(client().send(new GetFoundationModelCommand({ modelIdentifier: 'zai.glm-0' }))),
    ).resolves.toMatchObject({ name: 'ValidationException', status: 400 })
  })
})

describe('inference profiles', () => {
  it('and on-demand models are all that Converse answers in the region', async () => {
    const callable = [
      ...[...(await models()).values()].filter(
        (model) => model.inferenceTypesSupported?.includes('ON_DEMAND') && model.outputModalities?.[0] === 'TEXT',
      ),
    ].map((model) => model.modelId ?? '')
    const ofText = [...(await profiles('us-east-1', { typeEquals: 'SYSTEM_DEFINED' })).keys()].filter(
      (id) => !id.includes('embed'),
    )
    const answered = SIMULATED_MODEL_IDS.filter((id) => !/^(?:eu|apac|jp|au|ca|in|us-gov)\./.test(id))
    expect([...callable, ...ofText].sort()).toEqual([...answered].sort())
  })

  it.each([
    ['us-east-1', 'us.anthropic.claude-sonnet-4-6', ['us-east-1', 'us-east-2', 'us-west-2']],
    ['ca-central-1', 'us.anthropic.claude-sonnet-4-6', ['us-east-1', 'us-east-2', 'us-west-2', 'ca-central-1']],
    ['ap-northeast-1', 'jp.anthropic.claude-sonnet-4-6', ['ap-northeast-1', 'ap-northeast-3']],
    ['ap-southeast-6', 'au.anthropic.claude-sonnet-4-6', ['ap-southeast-2', 'ap-southeast-4', 'ap-southeast-6']],
    [
      'sa-east-1',
      'global.anthropic.claude-sonnet-4-6',
      ['sa-east-1', 'us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1', ''],
    ],
    ['eu-west-1', 'us.anthropic.claude-sonnet-4-6', undefined],
    ['us-gov-west-1', 'global.anthropic.claude-sonnet-4-6', undefined],
  ])('name the destinations from %s of %s', async (region, id, expected) => {
    expect(destinations((await profiles(region)).get(id))).toEqual(expected)
  })

  it('come in pages of the size that was asked for', async () => {
    const send = (query: object) => client().send(new ListInferenceProfilesCommand(query))
    const unasked = await send({})
    expect(unasked.nextToken).toBeTruthy()
    const all = [...(await profiles()).keys()]
    expect([...(await profiles('us-east-1', { maxResults: 7 })).keys()]).toEqual(all)
    expect(simulator.calls.at(-1)?.path).toContain('maxResults=7')
    expect(await send({ maxResults: 1000 })).not.toHaveProperty('nextToken')
  })

  it('refuse a token of another list, or of none', async () => {
    const { nextToken } = await client().send(new ListInferenceProfilesCommand({ maxResults: 5 }))
    const use = (config: BedrockClientConfig, query: object) =>
      failure(client(config).send(new ListInferenceProfilesCommand(query)))
    const refused = { name: 'ValidationException', status: 400, message: 'The provided nextToken is invalid.' }
    expect(await use({ region: 'eu-west-1' }, { nextToken })).toEqual(refused)
    expect(await use({}, { nextToken, typeEquals: 'SYSTEM_DEFINED' })).toEqual(refused)
    expect(await use({}, { nextToken: 'NQ' })).toEqual(refused)
  })

  it('of the account are the resources that lead to a model there', async () => {
    const own = await profiles('us-east-1', { typeEquals: 'APPLICATION' })
    expect([...own.keys()]).toEqual([PROFILE, BROAD_PROFILE])
    expect(own.get(PROFILE)).toMatchObject({
      inferenceProfileArn: `arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/${PROFILE}`,
      models: [{ modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0' }],
      type: 'APPLICATION',
    })
    expect(destinations(own.get(BROAD_PROFILE))).toEqual(['us-east-1', 'us-east-2', 'us-west-2'])
    expect([...(await profiles('eu-west-1', { typeEquals: 'APPLICATION' })).keys()]).toEqual([PROFILE])
  })

  it('are found by id and by ARN', async () => {
    const found = (inferenceProfileIdentifier: string) =>
      client().send(new GetInferenceProfileCommand({ inferenceProfileIdentifier }))
    for (const profile of (await profiles()).values()) {
      const { inferenceProfileId: id = '', inferenceProfileArn: arn = '' } = profile
      if (id.startsWith('us.amazon') || id === PROFILE) {
        expect(await found(id)).toMatchObject(profile)
        expect(await found(arn)).toMatchObject(profile)
      }
    }
    for (const unknown of [
      'eu.amazon.nova-lite-v1:0',
      'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/zzzzzzzzzzzz',
      `arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/${PROFILE}`,
    ]) {
      expect(await failure(found(unknown))).toMatchObject({ name: 'ResourceNotFoundException', status: 404 })
    }
  })
})

describe('the control plane', () => {
  it('takes an API key, in the region of the address', async () => {
    const { url, apiKey } = simulator
    const bearer = new BedrockClient({
      endpoint: `${url}/eu-west-1`,
      region: 'eu-west-1',
      token: { token: apiKey },
      authSchemePreference: ['httpBearerAuth'],
    })
    const { modelSummaries } = await bearer.send(new ListFoundationModelsCommand())
    expect(modelSummaries?.[0]?.modelArn).toContain(':eu-west-1:')
  })

  it('knows its region by the host', async () => {
    const { port, apiKey } = simulator
    const headers = { host: 'bedrock.eu-west-3.localhost', authorization: `Bearer ${apiKey}` }
    const response = get({ port, path: '/foundation-models', headers })
    const [message] = (await once(response, 'response')) as [IncomingMessage]
    expect(await text(message)).toContain('arn:aws:bedrock:eu-west-3::')
  })

  it('refuses a wrong secret and another region', async () => {
    const credentials = { ...simulator.accessKey, secretAccessKey: 'wrong' }
    const send = (config: BedrockClientConfig) => failure(client(config).send(new ListFoundationModelsCommand()))
    expect(await send({ credentials })).toMatchObject({ name: 'InvalidSignatureException', status: 403 })
    const endpoint = `${simulator.url}/eu-west-1`
    expect(await send({ endpoint })).toMatchObject({ message: 'Credential should be scoped to a valid region.' })
  })

  it.each([
    ['/foundation-models?byOutputModality=text', "'byOutputModality'", 'enum value set: [TEXT, IMAGE, EMBEDDING]'],
    ['/foundation-models?byInferenceType=INFERENCE_PROFILE', "'byInferenceType'", '[ON_DEMAND, PROVISIONED]'],
    ['/foundation-models?byProvider=a_b', "'byProvider'", 'regular expression'],
    ['/inference-profiles?maxResults=0', "'maxResults'", 'between 1 and 1000'],
    ['/inference-profiles?maxResults=1001&type=ALL', '2 validation errors', '[SYSTEM_DEFINED, APPLICATION]'],
  ])('refuses %s', async (path, ...words) => {
    const response = await fetch(simulator.url + path, { headers: { authorization: `Bearer ${simulator.apiKey}` } })
    const { message } = (await response.json()) as { message: string }
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([
      400,
      expect.stringContaining('ValidationException'),
    ])
    for (const word of words) expect(message).toContain(word)
  })

  it('answers as scripts say, by the name of the list', async () => {
    simulator.script({ error: 'AccessDeniedException', message: 'no', model: 'inference-profiles' })
    expect((await models()).size).toBeGreaterThan(0)
    expect(await failure(profiles())).toEqual({ name: 'AccessDeniedException', status: 403, message: 'no' })
    expect(simulator.calls.map((call) => call.operation)).toEqual(['ListFoundationModels', 'ListInferenceProfiles'])
  })

  it('has no other operation', async () => {
    const response = await fetch(`${simulator.url}/inference-profiles`, { method: 'POST', body: '{}' })
    expect([response.status, await response.json()]).toEqual([
      200,
      { Output: { __type: 'com.amazon.coral.service#UnknownOperationException' }, Version: '1.0' },
    ])
  })
})
