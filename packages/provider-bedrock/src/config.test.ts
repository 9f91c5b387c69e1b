import { describe, expect, test } from 'vitest'
import { bedrockConfig, runtimeUrl } from './config.ts'

const parse = (config: object) => bedrockConfig.safeParse({ region: 'us-east-1', ...config })
const urlOf = (config: object, region = 'us-east-1') =>
  runtimeUrl(bedrockConfig.parse({ region: 'us-east-1', ...config }), region)

const arn = 'arn:aws:bedrock:us-east-1:123456789012'
const aws = 'https://bedrock-runtime.us-east-1.amazonaws.com'

test.each([
  [{}, 'us-east-1', aws],
  [{}, 'cn-north-1', 'https://bedrock-runtime.cn-north-1.amazonaws.com.cn'],
  [{ baseUrl: aws }, 'us-east-1', aws],
  [{ baseUrl: `${aws}/` }, 'us-east-1', aws],
  [{ baseUrl: `${aws}/openai/v1` }, 'us-east-1', aws],
  [{ baseUrl: `${aws}/openai/v1/` }, 'us-east-1', aws],
  [{ baseUrl: `${aws}/openai/v1` }, 'eu-west-1', 'https://bedrock-runtime.eu-west-1.amazonaws.com'],
  [
    { baseUrl: 'https://bedrock-runtime-fips.us-east-1.amazonaws.com' },
    'us-west-2',
    'https://bedrock-runtime-fips.us-west-2.amazonaws.com',
  ],
  [{ baseUrl: 'http://127.0.0.1:4599/openai/v1' }, 'us-east-1', 'http://127.0.0.1:4599'],
  [{ baseUrl: 'https://proxy.example/bedrock/' }, 'eu-west-1', 'https://proxy.example/bedrock'],
  [{ endpoints: { runtime: 'https://{region}.proxy.example' } }, 'eu-west-1', 'https://eu-west-1.proxy.example'],
  [{ baseUrl: aws, endpoints: { runtime: 'https://vpc.example' } }, 'us-east-1', 'https://vpc.example'],
])('%j in %s → %s', (config, region, url) => {
  expect(urlOf(config, region)).toBe(url)
})

test('a VPC endpoint serves its own region alone', () => {
  const runtime = 'https://vpce-0a-b.bedrock-runtime.us-east-1.vpce.amazonaws.com'
  expect(urlOf({ endpoints: { runtime } })).toBe(runtime)
  expect(() => urlOf({ endpoints: { runtime } }, 'eu-west-1')).toThrow(expect.objectContaining({ code: 'unsupported' }))
})

test.each([
  'https://sts.us-east-1.amazonaws.com',
  'https://sts.eu-west-1.amazonaws.com',
  'https://sts.{region}.amazonaws.com',
  'https://sts.amazonaws.com',
  'https://vpce-0a-b.sts.us-east-1.vpce.amazonaws.com',
  'http://127.0.0.1:4599',
])('takes STS at %s', (sts) => {
  expect(parse({ endpoints: { sts } }).error).toBeUndefined()
})

describe('refuses', () => {
  test.each<[string, object, (string | number)[]]>([
    ['no region', { region: undefined }, ['region']],
    ['a zone', { region: 'us-east-1a' }, ['region']],
    ['an account id of another length', { accountId: '123' }, ['accountId']],
    ['another region', { baseUrl: 'https://bedrock-runtime.eu-west-1.amazonaws.com' }, ['baseUrl']],
    [
      'another region at the endpoint',
      { endpoints: { runtime: 'https://bedrock-runtime.eu-west-1.amazonaws.com' } },
      ['endpoints', 'runtime'],
    ],
    ['another service', { baseUrl: 'https://bedrock.us-east-1.amazonaws.com' }, ['baseUrl']],
    ['Mantle', { baseUrl: 'https://bedrock-mantle.us-east-1.api.aws' }, ['baseUrl']],
    ['another partition', { baseUrl: 'https://bedrock-runtime.us-east-1.amazonaws.com.cn/openai/v1' }, ['baseUrl']],
    [
      'a control plane of another region',
      { endpoints: { control: 'https://bedrock.eu-west-1.amazonaws.com' } },
      ['endpoints', 'control'],
    ],
    [
      'a control plane at the runtime',
      { endpoints: { control: 'https://bedrock-runtime.us-east-1.amazonaws.com' } },
      ['endpoints', 'control'],
    ],
    [
      'another service for STS',
      { endpoints: { sts: 'https://bedrock-runtime.us-east-1.amazonaws.com' } },
      ['endpoints', 'sts'],
    ],
    ['STS without TLS', { endpoints: { sts: 'http://sts.us-east-1.amazonaws.com' } }, ['endpoints', 'sts']],
    ['the global STS without TLS', { endpoints: { sts: 'http://sts.amazonaws.com' } }, ['endpoints', 'sts']],
    [
      'STS of another partition',
      { endpoints: { sts: 'https://sts.cn-north-1.amazonaws.com.cn' } },
      ['endpoints', 'sts'],
    ],
    [
      'the global STS for another partition',
      { region: 'cn-north-1', endpoints: { sts: 'https://sts.amazonaws.com' } },
      ['endpoints', 'sts'],
    ],
    ['AWS without TLS', { baseUrl: 'http://bedrock-runtime.us-east-1.amazonaws.com' }, ['baseUrl']],
    ['another scheme', { baseUrl: 'ftp://example.com' }, ['baseUrl']],
    ['no host', { baseUrl: 'https:///x' }, ['baseUrl']],
    ['a query', { baseUrl: 'https://example.com/?a=b' }, ['baseUrl']],
    ['a fragment', { baseUrl: 'https://example.com/#a' }, ['baseUrl']],
    ['a password', { baseUrl: 'https://a:b@example.com' }, ['baseUrl']],
    ['a backslash', { baseUrl: 'https://example.com\\@evil.example' }, ['baseUrl']],
    ['a bucket in capitals', { s3Sources: ['docs', 'Docs'] }, ['s3Sources', 1]],
    ['a pattern', { s3Sources: ['docs/*/a'] }, ['s3Sources', 0]],
    ['every bucket', { s3Sources: ['*'] }, ['s3Sources', 0]],
    ['no bucket', { s3Sources: ['s3://'] }, ['s3Sources', 0]],
    ['an address on the web', { s3Sources: ['https://docs.s3.amazonaws.com'] }, ['s3Sources', 0]],
    ['a way upwards', { s3Sources: ['docs/../secret'] }, ['s3Sources', 0]],
    ['an empty folder', { s3Sources: ['docs//a'] }, ['s3Sources', 0]],
    ['text for a list', { s3Sources: 'docs' }, ['s3Sources']],
    ['a guardrail without a version', { guardrail: { id: 'abc123' } }, ['guardrail', 'version']],
    ['a guardrail without an id', { guardrail: { version: '1' } }, ['guardrail', 'id']],
    ['another version', { guardrail: { id: 'abc123', version: 'latest' } }, ['guardrail', 'version']],
    ['version 0', { guardrail: { id: 'abc123', version: '0' } }, ['guardrail', 'version']],
    ['the ARN of something else', { guardrail: { id: `${arn}:model/x`, version: '1' } }, ['guardrail', 'id']],
  ])('%s', (_, config, path) => {
    expect(parse(config).error?.issues[0]?.path).toEqual(path)
  })
})

test('takes an account id', () => {
  expect(parse({ accountId: '123456789012' }).success).toBe(true)
})

test('takes the places in S3 that messages may name', () => {
  const s3Sources = ['docs', 's3://docs', 'docs/', ' docs/* ', 's3://docs/a/b/', 'docs/A b/_c.d', 'docs/a/*']
  const read = ['docs', 'docs', 'docs', 'docs', 'docs/a/b', 'docs/A b/_c.d', 'docs/a']
  expect(bedrockConfig.parse({ region: 'us-east-1', s3Sources }).s3Sources).toEqual(read)
  expect(bedrockConfig.parse({ region: 'us-east-1' }).s3Sources).toBeUndefined()
})

test.each([
  { id: 'abc123', version: 'DRAFT' },
  { id: `${arn}:guardrail/abc123`, version: '12345678' },
])('takes the guardrail %j', (guardrail) => {
  expect(bedrockConfig.parse({ region: 'us-east-1', guardrail }).guardrail).toEqual(guardrail)
})
