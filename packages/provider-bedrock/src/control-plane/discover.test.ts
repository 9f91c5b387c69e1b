import type { AwsSecret } from '@moho/auth-aws'
import { type Simulator, startSimulator } from '@moho/aws-sim'
import { type HttpClient, MohoError } from '@moho/core'
import { createHttpClient } from '@moho/core/node'
import type { Recording } from '@moho/core/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Discovered, discoverModels } from './discover.ts'
import { answering, denied, entryCall, exception, keys } from './testing/entry-call.ts'

const at = { region: 'us-east-1' }

describe('at the simulator', () => {
  const http = createHttpClient()
  let simulator: Simulator
  beforeAll(async () => {
    simulator = await startSimulator({
      resources: { abcdefghij12: 'amazon.nova-lite-v1:0', abcdefghij34: 'us.anthropic.claude-sonnet-4-6' },
    })
  })
  afterAll(() => Promise.all([simulator.close(), http.close()]))

  const discovered = async (secret: AwsSecret, region = 'us-east-1') => {
    const { models, warnings } = await discoverModels(entryCall(http, secret).call, { region, endpoint: simulator.url })
    expect(warnings).toEqual([])
    return new Map(models.map((model) => [model.id, model]))
  }
  const signing = (): AwsSecret => ({ kind: 'signing', ...simulator.accessKey, clockOffsetMs: 0 })

  test('models and profiles are found with keys', async () => {
    const models = await discovered(signing())
    expect(models.get('amazon.nova-lite-v1:0')).toMatchObject({ type: 'model', kind: 'text', streaming: true })
    expect(models.get('us.anthropic.claude-sonnet-4-6')).toMatchObject({
      type: 'profile',
      kind: 'text',
      input: expect.arrayContaining(['text', 'image']),
      baseId: 'anthropic.claude-sonnet-4-6',
      regions: expect.arrayContaining(['us-east-1', 'us-west-2']),
    })
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile'
    expect(models.get(`${arn}/abcdefghij12`)).toMatchObject({
      type: 'application-profile',
      baseId: 'amazon.nova-lite-v1:0',
      regions: ['us-east-1'],
    })
    expect(models.get(`${arn}/abcdefghij34`)?.regions?.length).toBeGreaterThan(1)
    const kinds = new Set([...models.values()].map(({ kind }) => kind))
    expect([...kinds].sort()).toEqual(['embeddings', 'images', 'text'])
    const ids = [...models.keys()]
    // By a profile alone, and once it is provisioned.
    expect(ids.filter((id) => id === 'anthropic.claude-sonnet-4-6' || /:\d+k$/.test(id))).toEqual([])
    expect(ids).toEqual(ids.toSorted())
  })

  test('an API key finds what keys find', async () => {
    const byKeys = await discovered(signing())
    expect(await discovered({ kind: 'bearer', token: simulator.apiKey })).toEqual(byKeys)
  })

  test('another region has others', async () => {
    const ids = [...(await discovered(signing(), 'eu-west-1')).keys()]
    expect(ids.filter((id) => id.startsWith('us.'))).toEqual([])
    expect(ids.filter((id) => id.startsWith('eu.')).length).toBeGreaterThan(3)
  })
})

const claude = {
  modelId: 'anthropic.claude-x',
  modelName: 'Claude X',
  inputModalities: ['TEXT', 'SPEECH'],
  outputModalities: ['TEXT'],
  responseStreamingSupported: true,
  inferenceTypesSupported: ['INFERENCE_PROFILE'],
  modelLifecycle: { status: 'LEGACY', endOfLifeTime: '2027-01-31T00:00:00Z' },
}
const ofClaude = {
  kind: 'text',
  input: ['text', 'speech'],
  streaming: true,
  lifecycle: 'legacy',
  endOfLife: '2027-01-31',
}
const unknown = { kind: undefined, input: [], streaming: undefined, lifecycle: undefined }
const arn = (region: string) => `arn:aws:bedrock:${region}::foundation-model/anthropic.claude-x`
const profileArn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghij12'
const profile = {
  inferenceProfileName: 'Claude X in the US',
  inferenceProfileId: 'us.anthropic.claude-x',
  inferenceProfileArn: 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-x',
  models: [{ modelArn: arn('us-west-2') }, { modelArn: arn('us-east-1') }, { modelArn: arn('us-west-2') }],
  type: 'SYSTEM_DEFINED',
}

const json = (body: object): Recording => ({ body: JSON.stringify(body) })
const models = (...modelSummaries: readonly object[]) => json({ modelSummaries })
const profiles = (...inferenceProfileSummaries: readonly object[]) => json({ inferenceProfileSummaries })

/** The three lists, in the order in which they are asked for. */
const listing = (listed: Recording, system = profiles(), application = profiles()): HttpClient =>
  answering((path, query) => {
    if (path === '/foundation-models') return listed
    return query.get('type') === 'APPLICATION' ? application : system
  })

const discover = (http: HttpClient) => discoverModels(entryCall(http).call, at)

describe('an item', () => {
  test.each<[string, HttpClient, readonly Partial<Discovered>[] | readonly object[]]>([
    [
      'a model on demand, with an output that is new',
      listing(
        models({ ...claude, inferenceTypesSupported: ['ON_DEMAND', 'PROVISIONED'], outputModalities: ['SCENT'] }),
      ),
      [{ ...ofClaude, id: 'anthropic.claude-x', name: 'Claude X', type: 'model', kind: 'other' }],
    ],
    ['a model by profile alone', listing(models(claude)), []],
    ['a provisioned model', listing(models({ ...claude, inferenceTypesSupported: ['PROVISIONED'] })), []],
    [
      'a model of which little is said',
      listing(models({ modelId: 'a.b', modelName: 3, inputModalities: 'TEXT', modelLifecycle: null })),
      [{ ...unknown, kind: 'other', lifecycle: 'active', id: 'a.b', name: 'a.b', type: 'model' }],
    ],
    ['what has no id', listing(models({ modelName: 'No id' }), profiles({}), profiles({ type: 'APPLICATION' })), []],
    [
      'a profile',
      listing(models(claude), profiles(profile)),
      [
        {
          ...ofClaude,
          id: 'us.anthropic.claude-x',
          name: 'Claude X in the US',
          type: 'profile',
          baseId: 'anthropic.claude-x',
          regions: ['us-east-1', 'us-west-2'],
        },
      ],
    ],
    [
      'a global profile of a model that is not listed',
      listing(models(), profiles({ ...profile, models: [{ modelArn: arn('') }] })),
      [
        {
          ...unknown,
          id: 'us.anthropic.claude-x',
          name: 'Claude X in the US',
          type: 'profile',
          baseId: 'anthropic.claude-x',
        },
      ],
    ],
    [
      'an application profile, though both lists have it',
      listing(
        models(),
        profiles({ type: 'APPLICATION', inferenceProfileArn: profileArn }),
        profiles({ type: 'APPLICATION', inferenceProfileArn: profileArn, inferenceProfileId: 'abcdefghij12' }),
      ),
      [{ ...unknown, id: profileArn, name: profileArn, type: 'application-profile' }],
    ],
  ])('%s', async (_, http, expected) => {
    expect(await discover(http)).toEqual({ models: expected, warnings: [] })
  })
})

describe('pages', () => {
  const paged = (count: number) => {
    const asked: (string | null)[] = []
    const http = answering((path, query) => {
      if (path === '/foundation-models') return models()
      if (query.get('type') === 'APPLICATION') return profiles()
      asked.push(query.get('nextToken'))
      const page = asked.length
      const summary = { ...profile, inferenceProfileId: `us.model-${page}` }
      return json({ inferenceProfileSummaries: [summary], ...(page < count && { nextToken: `t/${page}=` }) })
    })
    return { http, asked }
  }

  test('are all read', async () => {
    const { http, asked } = paged(3)
    expect((await discover(http)).models.map(({ id }) => id)).toEqual(['us.model-1', 'us.model-2', 'us.model-3'])
    expect(asked).toEqual([null, 't/1=', 't/2='])
  })

  test('come to an end', async () => {
    const { http, asked } = paged(Number.POSITIVE_INFINITY)
    const { models, warnings } = await discover(http)
    expect(asked).toHaveLength(20)
    expect(models).toHaveLength(20)
    expect(warnings).toEqual([expect.stringContaining('more than 20 pages')])
  })
})

describe('a missing right', () => {
  const base = { ...claude, inferenceTypesSupported: ['ON_DEMAND'] }
  test.each([
    [
      'to list profiles leaves the models',
      listing(models(base), denied, denied),
      ['anthropic.claude-x'],
      [/Inference profiles of AWS.*bedrock:ListInferenceProfiles in us-east-1/, /Application inference profiles/],
    ],
    [
      'to list models leaves the profiles',
      listing(denied, profiles(profile)),
      ['us.anthropic.claude-x'],
      [/^Base models are not listed\..*bedrock:ListFoundationModels in us-east-1/],
    ],
  ])('%s', async (_, http, ids, warnings) => {
    const found = await discover(http)
    expect(found.models.map(({ id }) => id)).toEqual(ids)
    expect(found.warnings).toEqual(warnings.map((text) => expect.stringMatching(text)))
    expect(found.warnings.join()).not.toMatch(/\d{12}|eve/)
  })

  test('to list anything is a fault that names what to allow', async () => {
    const { call, refusals } = entryCall(listing(denied, denied, denied))
    await expect(discoverModels(call, at)).rejects.toMatchObject({
      code: 'upstream_auth_failed',
      message: expect.stringMatching(/bedrock:ListFoundationModels .*bedrock:ListInferenceProfiles /),
    })
    expect(refusals).toEqual([])
  })

  test('that AWS names itself is told by that name', async () => {
    const said = 'User: arn:aws:iam::123456789012:user/eve is not authorized to perform: bedrock:CallWithBearerToken'
    const refused = exception(403, 'AccessDeniedException', said)
    await expect(discover(listing(refused, refused, refused))).rejects.toMatchObject({
      message: expect.stringContaining('may not use bedrock:CallWithBearerToken in us-east-1'),
    })
  })
})

describe('a fault', () => {
  test.each<[string, Recording, string, RegExp]>([
    [
      'throttled',
      exception(429, 'ThrottlingException', 'Slow down.'),
      'rate_limited',
      /^ListFoundationModels.*Slow down/,
    ],
    ['invalid', exception(400, 'ValidationException', 'Not for 123456789012.'), 'invalid_request', /\(account\)/],
    ['broken', exception(500, 'InternalServerException', 'Oops.'), 'upstream_failed', /Oops/],
    ['a page of a load balancer', { status: 503, body: '<html>Busy</html>' }, 'overloaded', /us-east-1/],
    [
      'a redirect',
      { status: 302, headers: { location: 'https://elsewhere.example/' }, body: '' },
      'upstream_failed',
      /302/,
    ],
    ['an unknown path', { status: 404, body: 'Not found' }, 'upstream_failed', /not Bedrock’s control plane/],
    [
      'another service of AWS',
      { body: '{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}' },
      'upstream_failed',
      /not Bedrock’s control plane/,
    ],
    ['no JSON', { body: '<html>Welcome</html>' }, 'upstream_failed', /could not be read/],
    ['a broken connection', { body: '{"modelSummaries"', broken: true }, 'upstream_failed', /closed the connection/],
  ])('%s', async (_, recording, code, message) => {
    const { call, refusals } = entryCall(listing(recording))
    await expect(discoverModels(call, at)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    expect(refusals).toEqual([])
  })

  const date = 'Tue, 24 Nov 2026 06:00:00 GMT'
  test.each<[string, string, object]>([
    ['UnrecognizedClientException', 'The security token included in the request is invalid.', { why: 'invalid' }],
    ['ExpiredTokenException', 'The security token included in the request is expired.', { why: 'expired' }],
    ['InvalidSignatureException', 'Signature expired: …', { why: 'clock', serverTime: Date.parse(date) }],
  ])('of the credentials is told to them: %s', async (name, message, refusal) => {
    const recording = exception(403, name, message)
    const { call, refusals } = entryCall(listing({ ...recording, headers: { ...recording.headers, date } }))
    await expect(discoverModels(call, at)).rejects.toMatchObject({ code: 'upstream_auth_failed' })
    expect(refusals).toEqual([refusal])
  })

  test('keeps the secret out of the log', async () => {
    const { secretAccessKey = '' } = keys as { secretAccessKey?: string }
    const fault = await discover(listing(exception(500, 'Odd', `${secretAccessKey}!`))).catch((error: unknown) => error)
    expect(MohoError.is(fault) && `${fault.message} ${fault.cause}`).toMatch(/\[redacted\]/)
    expect(MohoError.is(fault) && `${fault.message} ${fault.cause}`).not.toContain(secretAccessKey)
  })

  test('of the connection comes out as it is', async () => {
    const fault = new MohoError('upstream_timeout', 'No connection to the upstream came about in time.')
    await expect(discover({ send: async () => Promise.reject(fault) })).rejects.toBe(fault)
  })

  test('is what the call ended with', async () => {
    const send = vi.fn<HttpClient['send']>(
      ({ signal }) =>
        new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true })),
    )
    const { call, leave } = entryCall({ send })
    const answer = expect(discoverModels(call, at)).rejects.toMatchObject({ code: 'cancelled' })
    await vi.waitFor(() => expect(send).toHaveBeenCalled())
    leave('The caller has left.')
    await answer
  })
})
