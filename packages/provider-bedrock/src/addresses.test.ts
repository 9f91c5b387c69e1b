import { type ChatRequest as Chat, ChatRequest, Ending, type ListedModel } from '@moho/core'
import { connectEntry, createRouter, JsonBody } from '@moho/core/router'
import { ReplayClient, ReplayWeb } from '@moho/core/testing'
import { describe, expect, test } from 'vitest'
import { bedrock } from './index.ts'

interface Asked {
  readonly entry?: Readonly<Record<string, unknown>>
  readonly models?: readonly ListedModel[]
  readonly stream?: boolean
}

/** Where a call of a model goes, and for which region and service it is signed; or what keeps it from being sent. */
async function place(model: string, { entry = {}, models, stream = false }: Asked = {}): Promise<string> {
  const kind = bedrock.credentials.find(({ type }) => type === 'access-key') ?? expect.fail()
  const http = new ReplayClient([
    { status: 500, body: '' },
    { status: 500, body: '' },
  ])
  const connected = connectEntry(
    {
      id: 'entry',
      displayName: 'Entry',
      provider: bedrock,
      config: bedrock.config.parse({ region: 'us-east-1', ...entry }),
      credentialKind: kind,
      authSettings: {
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      },
      enabled: true,
      firstParty: false,
      simulated: false,
      unlistedModels: 'allow',
      models,
    },
    http,
  )
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const parts = { entries: new Map([['entry', connected]]), guards: [], observers: [], http, web: new ReplayWeb(), log }
  const body: Chat = { model: `entry/${model}`, stream, messages: [{ role: 'user', content: 'Hello' }] }
  const { record } = await createRouter(parts).dispatch({
    id: 'call',
    operation: 'chat',
    caller: { key: 'test', metadata: {} },
    access: { allows: () => true },
    body: new JsonBody(Buffer.from(JSON.stringify(body)), ChatRequest),
    headers: {},
    ending: new Ending(),
    strict: false,
  })
  // The first may ask what is behind an application profile.
  const sent = http.requests.at(-1)
  if (sent === undefined) return `${record.error?.status} ${record.error?.code}`
  const [, region, service] = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(sent.headers.authorization ?? '') ?? []
  const named = sent.url.endsWith('/chat/completions')
    ? ` ${JSON.parse(String(Buffer.from(sent.body ?? ''))).model}`
    : ''
  return `${sent.url}${named} ${region}/${service}`
}

const sonnet = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const haiku = 'anthropic.claude-3-haiku-20240307-v1:0'
const oss = 'openai.gpt-oss-120b-1:0'
const account = 'arn:aws:bedrock:us-east-1:123456789012'
const runtime = (region: string) => `https://bedrock-runtime.${region}.amazonaws.com`
const seed = { baseUrl: `${runtime('us-east-1')}/openai/v1` }

describe('without a base URL', () => {
  const model = `${runtime('us-east-1')}/model`
  test.each([
    [`us.${sonnet}`, `${model}/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse`],
    [haiku, `${model}/anthropic.claude-3-haiku-20240307-v1%3A0/converse`],
    [
      'us-anthropic-claude-sonnet-4-5-20250929-v1-0',
      `${model}/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse`,
    ],
    ['@us.amazon.nova-lite-v1:0', `${model}/us.amazon.nova-lite-v1%3A0/converse`],
    [oss, `${model}/openai.gpt-oss-120b-1%3A0/converse`],
    ['vendor.model', `${model}/vendor.model/converse`],
    [
      `arn:aws:bedrock:us-east-1::foundation-model/${haiku}`,
      `${model}/arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Afoundation-model%2Fanthropic.claude-3-haiku-20240307-v1%3A0/converse`,
    ],
    [
      `${account}:inference-profile/global.${sonnet}`,
      `${model}/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fglobal.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse`,
    ],
    ...[
      'application-inference-profile',
      'provisioned-model',
      'imported-model',
      'custom-model-deployment',
      'prompt-router',
    ].map((type) => [
      `${account}:${type}/abc123def456`,
      `${model}/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3A${type}%2Fabc123def456/converse`,
    ]),
    [
      'arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint',
      `${model}/arn%3Aaws%3Asagemaker%3Aus-east-1%3A123456789012%3Aendpoint%2Fmy-endpoint/converse`,
    ],
  ])('%s', async (id, url) => {
    expect(await place(id)).toBe(`${url} us-east-1/bedrock`)
    expect(await place(id, { stream: true })).toBe(`${url}-stream us-east-1/bedrock`)
  })
})

test.each([
  ['us-gov-west-1', `us-gov.${sonnet}`, 'https://bedrock-runtime.us-gov-west-1.amazonaws.com'],
  ['cn-north-1', haiku, 'https://bedrock-runtime.cn-north-1.amazonaws.com.cn'],
  ['eusc-de-east-1', haiku, 'https://bedrock-runtime.eusc-de-east-1.amazonaws.eu'],
])('in %s', async (region, id, host) => {
  expect(await place(id, { entry: { region } })).toBe(
    `${host}/model/${encodeURIComponent(id)}/converse ${region}/bedrock`,
  )
})

describe('with the base URL of OpenAI’s API, models go there that have it, and others by Converse beside it', () => {
  const openai = `${runtime('us-east-1')}/openai/v1/chat/completions`
  test.each([
    [oss, `${openai} ${oss}`],
    ['openai-gpt-oss-120b-1-0', `${openai} ${oss}`],
    ['us.openai.gpt-5.6-sol', `${openai} us.openai.gpt-5.6-sol`],
    ['qwen.qwen3-32b-v1:0', `${openai} qwen.qwen3-32b-v1:0`],
    [`us.${sonnet}`, `${runtime('us-east-1')}/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse`],
    ['us.amazon.nova-lite-v1:0', `${runtime('us-east-1')}/model/us.amazon.nova-lite-v1%3A0/converse`],
    [
      'us.meta.llama3-3-70b-instruct-v1:0',
      `${runtime('us-east-1')}/model/us.meta.llama3-3-70b-instruct-v1%3A0/converse`,
    ],
    ['vendor.model', `${runtime('us-east-1')}/model/vendor.model/converse`],
    [
      `arn:aws:bedrock:us-east-1::foundation-model/${oss}`,
      `${runtime('us-east-1')}/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Afoundation-model%2Fopenai.gpt-oss-120b-1%3A0/converse`,
    ],
  ])('%s', async (id, url) => {
    expect(await place(id, { entry: seed })).toBe(`${url} us-east-1/bedrock`)
  })
})

describe('by what the entry says of a model', () => {
  const imported = `${account}:imported-model/abc123def456`
  const escaped = encodeURIComponent(imported)
  test.each<[string, ListedModel, Asked['entry'], string]>([
    [
      'its path',
      { id: oss, path: 'openai' },
      {},
      `${runtime('us-east-1')}/openai/v1/chat/completions ${oss} us-east-1/bedrock`,
    ],
    [
      'its path, over the base URL’s',
      { id: oss, path: 'converse' },
      seed,
      `${runtime('us-east-1')}/model/openai.gpt-oss-120b-1%3A0/converse us-east-1/bedrock`,
    ],
    [
      'its path, though the catalogue does not list it',
      { id: 'vendor.model', path: 'openai' },
      {},
      `${runtime('us-east-1')}/openai/v1/chat/completions vendor.model us-east-1/bedrock`,
    ],
    [
      'a body that is known of it',
      { id: oss, path: 'invoke' },
      {},
      `${runtime('us-east-1')}/model/openai.gpt-oss-120b-1%3A0/invoke us-east-1/bedrock`,
    ],
    [
      'its body',
      { id: imported, format: 'llama3' },
      {},
      `${runtime('us-east-1')}/model/${escaped}/invoke us-east-1/bedrock`,
    ],
    [
      'its body, and Converse all the same',
      { id: imported, format: 'llama3', path: 'converse' },
      {},
      `${runtime('us-east-1')}/model/${escaped}/converse us-east-1/bedrock`,
    ],
    [
      'its region',
      { id: haiku, region: 'eu-west-1' },
      {},
      `${runtime('eu-west-1')}/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse eu-west-1/bedrock`,
    ],
    [
      'its region, in the base URL',
      { id: oss, region: 'us-west-2' },
      seed,
      `${runtime('us-west-2')}/openai/v1/chat/completions ${oss} us-west-2/bedrock`,
    ],
    [
      'its region, in a FIPS host',
      { id: haiku, region: 'us-west-2' },
      { baseUrl: 'https://bedrock-runtime-fips.us-east-1.amazonaws.com' },
      'https://bedrock-runtime-fips.us-west-2.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse us-west-2/bedrock',
    ],
    [
      'its region, in a placeholder',
      { id: haiku, region: 'us-west-2' },
      { endpoints: { runtime: 'http://proxy.example/{region}' } },
      'http://proxy.example/us-west-2/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse us-west-2/bedrock',
    ],
    [
      'its region, signed for at a host that stays',
      { id: haiku, region: 'us-west-2' },
      { endpoints: { runtime: 'http://proxy.example/' } },
      'http://proxy.example/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse us-west-2/bedrock',
    ],
    [
      'the region of its ARN',
      { id: `arn:aws:bedrock:eu-west-1::foundation-model/${haiku}` },
      seed,
      `${runtime('eu-west-1')}/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A%3Afoundation-model%2Fanthropic.claude-3-haiku-20240307-v1%3A0/converse eu-west-1/bedrock`,
    ],
  ])('%s', async (_, model, entry, expected) => {
    expect(await place(model.id, { entry: entry ?? {}, models: [{ ...model, name: 'alias' }] })).toBe(expected)
    expect(await place('alias', { entry: entry ?? {}, models: [{ ...model, name: 'alias' }] })).toBe(expected)
  })
})

test.each([
  ['an ARN of another region', `arn:aws:bedrock:eu-west-1::foundation-model/${haiku}`, '400 invalid_request'],
  ['an ARN of another partition', `arn:aws-cn:bedrock:cn-north-1::foundation-model/${haiku}`, '400 invalid_request'],
  ['an ARN of something else', `${account}:guardrail/abc`, '400 invalid_request'],
  ['a geography that there is not', `xx.${sonnet}`, '404 model_not_found'],
  ['a geography that does not reach the region', `eu.${sonnet}`, '404 model_not_found'],
  ['a model that makes embeddings', 'amazon.titan-embed-text-v2:0', '400 unsupported'],
  ['a model that makes images', 'amazon.nova-canvas-v1:0', '400 unsupported'],
  ['a model that Bedrock Mantle has alone', 'deepseek.v3.1', '400 unsupported'],
  ['an id with a space', 'anthropic.claude 3', '404 model_not_found'],
  ['an id with a control character', 'anthropic.claude\u0007', '404 model_not_found'],
  ['an id that climbs', '../foundation-models', '404 model_not_found'],
])('%s is told before anything is sent', async (_, model, told) => {
  expect(await place(model)).toBe(told)
})
