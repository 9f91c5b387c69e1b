import { describe, expect, test } from 'vitest'
import { baseRows } from './catalogue.ts'
import { models, profileIds } from './models.ts'
import { pathSegment, resolveModel } from './resolve.ts'

const haiku = 'anthropic.claude-3-haiku-20240307-v1:0'
const sonnet = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const row = (id: string, region = 'us-east-1') => resolveModel(id, region)

describe('ids', () => {
  test.each([
    haiku,
    sonnet,
    `us.${sonnet}`,
    `eu.${sonnet}`,
    `apac.${haiku}`,
    `jp.${sonnet}`,
    `au.${sonnet}`,
    `ca.${sonnet}`,
    `in.${sonnet}`,
    `us-gov.${sonnet}`,
    `global.${sonnet}`,
    // Geographies to come, context sizes, versions left out.
    `uk.${sonnet}`,
    `${haiku}:48k`,
    'anthropic.claude-3-haiku-20240307-v1',
    'us.anthropic.claude-opus-4-6-v1:0',
    'openai.gpt-oss-120b-1:0',
    'global.openai.gpt-5.6-sol',
    'deepseek.v3.2',
  ])('%s is known, and is called as it is', (id) => {
    expect(row(id)).toMatchObject({ id, paths: { chat: 'converse' }, features: expect.any(Array) })
    expect(row(id)).not.toHaveProperty('upstreamId')
    expect(row(id)).not.toHaveProperty('region')
  })

  test.each(['vendor.model', 'us.vendor.model-v1:0', 'anthropic.claude-99', 'a.b'])(
    '%s is taken, though nothing is known of it',
    (id) => {
      expect(row(id)).toEqual({ id, paths: { chat: 'converse' } })
    },
  )

  test.each([
    '',
    'model',
    '..',
    '.',
    'a..b',
    '.a',
    'a.',
    '../../etc.passwd',
    'a.b/c',
    'a.b c',
    'a.b\n',
    'a.b\u0000',
    ' a.b',
    'a.b%2f',
    'a.b?c',
    'a.b#c',
    'é.b',
    'a.b:c:d:e',
    `a.${'b'.repeat(2048)}`,
  ])('%j is none', (id) => {
    expect(row(id)).toBeUndefined()
  })
})

describe('ARNs', () => {
  const own = 'arn:aws:bedrock:eu-west-1:123456789012'

  test.each([
    `arn:aws:bedrock:eu-west-1::foundation-model/${haiku}`,
    `${own}:inference-profile/eu.${sonnet}`,
    `${own}:inference-profile/global.${sonnet}`,
  ])('%s is known, in its own region', (id) => {
    expect(row(id)).toMatchObject({ id, region: 'eu-west-1', features: expect.any(Array) })
  })

  test.each([
    `${own}:application-inference-profile/abc123def456`,
    `${own}:provisioned-model/abc123def456`,
    `${own}:custom-model/${haiku}/abc123def456`,
    `${own}:custom-model-deployment/abc123def456`,
    `${own}:imported-model/abc123def456`,
    `${own}:prompt-router/abc123def456`,
    `${own}:default-prompt-router/anthropic.claude:1`,
    'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/my-endpoint',
  ])('%s is opaque', (id) => {
    expect(row(id)).toEqual({ id, region: 'eu-west-1', paths: { chat: 'converse' } })
  })

  test('a prompt brings its own settings', () => {
    expect(row(`${own}:prompt/ABCDEFGHIJ:3`)?.data).toEqual({ managedPrompt: true })
  })

  test.each([
    ['us-gov-west-1', 'aws-us-gov', 'us-gov-east-1'],
    ['cn-north-1', 'aws-cn', 'cn-northwest-1'],
    ['eusc-de-east-1', 'aws-eusc', 'eusc-de-east-1'],
  ])('an entry in %s takes those of %s alone', (entryRegion, partition, region) => {
    expect(row(`arn:${partition}:bedrock:${region}::foundation-model/${haiku}`, entryRegion)?.region).toBe(region)
    expect(row(`arn:aws:bedrock:us-east-1::foundation-model/${haiku}`, entryRegion)).toBeUndefined()
    expect(row(`arn:${partition}:bedrock:${region}::foundation-model/${haiku}`)).toBeUndefined()
    expect(row(`arn:aws:bedrock:${region}::foundation-model/${haiku}`)).toBeUndefined()
  })

  test.each([
    'arn:aws:bedrock',
    `arn:aws:bedrock:::foundation-model/${haiku}`,
    `${own}:foundation-model/${haiku}`,
    `arn:aws:bedrock:eu-west-1::inference-profile/eu.${sonnet}`,
    'arn:aws:bedrock:eu-west-1::foundation-model/nonsense',
    `${own}:endpoint/x`,
    `${own}:guardrail/abc`,
    `${own}:constructor/abc`,
    'arn:aws:sagemaker:eu-west-1:123456789012:prompt/ABCDEFGHIJ',
    'arn:aws:s3:eu-west-1:123456789012:endpoint/x',
    `arn:aws:bedrock:eu-west-1:12345:inference-profile/eu.${sonnet}`,
  ])('%s is none', (id) => {
    expect(row(id)).toBeUndefined()
  })
})

test.each([
  [haiku, 'anthropic.claude-3-haiku-20240307-v1%3A0'],
  [
    'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456',
    'arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc123def456',
  ],
  ["a!'()*b", 'a%21%27%28%29%2Ab'],
  ['a b%2F', 'a%20b%252F'],
])('%s is one segment of a path', (id, segment) => {
  expect(pathSegment(id)).toBe(segment)
  expect(decodeURIComponent(segment)).toBe(id)
})

describe('the catalogue', () => {
  test('has no id twice, and only ids that are found again with the same facts', () => {
    expect(new Set(models.map(({ id }) => id)).size).toBe(models.length)
    for (const model of models) expect(row(model.id)).toEqual(model)
  })

  test('has a slug for every id', () => {
    expect(new Set(models.map(({ id }) => id.replace(/[.:/]/g, '-'))).size).toBe(models.length)
  })

  test('lists a model by its own id only where it can be called so', () => {
    const ids = new Set(models.map(({ id }) => id))
    for (const base of baseRows) {
      expect(ids.has(base.id)).toBe(base.onDemand)
      expect(base.onDemand || base.profiles.length > 0).toBe(true)
    }
  })

  test('names the profiles of a model', () => {
    expect(profileIds('meta.llama3-3-70b-instruct-v1:0')).toEqual(['us.meta.llama3-3-70b-instruct-v1:0'])
    expect(profileIds('vendor.model')).toEqual([])
  })
})
