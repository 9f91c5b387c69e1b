import type { ListedModel } from '@moho/core'
import { describe, expect, test } from 'vitest'
import { advise } from './advise.ts'
import { baseRows } from './catalogue.ts'
import { geographies } from './geographies.ts'
import { models, profileIds } from './models.ts'
import { resolveModel } from './resolve.ts'

const haiku = 'anthropic.claude-3-haiku-20240307-v1:0'
const sonnet = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const row = (id: string, region = 'us-east-1', said?: ListedModel) => resolveModel(id, { region }, said)
const faultOf = (...asked: Parameters<typeof row>): unknown => {
  try {
    return row(...asked)
  } catch (error) {
    return error
  }
}

describe('ids', () => {
  test.each([
    [haiku, 'us-east-1'],
    [sonnet, 'us-east-1'],
    [`us.${sonnet}`, 'us-east-1'],
    [`us.${sonnet}`, 'ca-central-1'],
    [`eu.${sonnet}`, 'eu-west-1'],
    [`apac.${haiku}`, 'ap-south-1'],
    [`jp.${sonnet}`, 'ap-northeast-1'],
    [`au.${sonnet}`, 'ap-southeast-2'],
    [`ca.${sonnet}`, 'ca-central-1'],
    [`in.${sonnet}`, 'ap-south-1'],
    [`us-gov.${sonnet}`, 'us-gov-west-1'],
    [`global.${sonnet}`, 'sa-east-1'],
    // Context sizes, versions left out.
    [`${haiku}:48k`, 'us-east-1'],
    ['anthropic.claude-3-haiku-20240307-v1', 'us-east-1'],
    ['us.anthropic.claude-opus-4-6-v1:0', 'us-east-1'],
    ['openai.gpt-oss-120b-1:0', 'us-east-1'],
    ['global.openai.gpt-5.6-sol', 'us-east-1'],
    ['deepseek.v3.2', 'us-east-1'],
  ])('%s in %s is known, and is called as it is', (id, region) => {
    const known = row(id, region)
    expect(known).toMatchObject({
      id,
      paths: { chat: expect.arrayContaining(['converse']) },
      features: expect.any(Array),
    })
    expect(known).not.toHaveProperty('upstreamId')
    expect(known).not.toHaveProperty('region')
  })

  test.each([
    [sonnet, sonnet],
    [`us.${sonnet}`, `us.${sonnet}`],
    // A geography that the catalogue does not list for it.
    ['ca.meta.llama3-3-70b-instruct-v1:0', 'ca.meta.llama3-3-70b-instruct-v1:0'],
  ])('the slug of %s is %s', (id, found) => {
    expect(row(id.replace(/[.:]/g, '-'), 'ca-central-1')).toEqual(row(found, 'ca-central-1'))
  })

  test.each(['vendor.model', 'us.vendor.model-v1:0', 'anthropic.claude-99', 'zai.glm-9.9', 'a.b'])(
    '%s is taken, though nothing is known of it',
    (id) => {
      expect(row(id)).toEqual({ id, paths: { chat: ['converse'] } })
    },
  )

  test.each([
    [`jp.${sonnet}`, 'us-east-1', 'Inference profiles that begin with jp. cannot be called from us-east-1.'],
    [`us.${sonnet}`, 'eu-west-1', `From eu-west-1 this model has global.${sonnet}, eu.${sonnet}.`],
    [`eu.${sonnet}`, 'us-gov-west-1', `From us-gov-west-1 this model has us-gov.${sonnet}.`],
    [`xx.${sonnet}`, 'us-east-1', 'Bedrock has no inference profiles that begin with xx.'],
    ['zz.newer.meta.llama', 'us-east-1', undefined],
    [`us.eu.${sonnet}`, 'us-east-1', 'one geography, and this one with two'],
    ['us.anthropic.claude-99', 'eu-west-1', 'Call it through an entry of another region.'],
  ])('%s cannot be called from %s', (id, region, message) => {
    if (message === undefined) expect(row(id, region)).toMatchObject({ id })
    else
      expect(faultOf(id, region)).toMatchObject({ code: 'model_not_found', message: expect.stringContaining(message) })
    // The managers may know better.
    expect(row(id, region, { id })).toMatchObject({ id })
  })

  test('that go by their own id in certain regions alone are told so in others', () => {
    const id = 'anthropic.claude-opus-4-6-v1'
    expect(row(id, 'eu-west-2')).toMatchObject({ id })
    expect(faultOf(id, 'us-east-1')).toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('Use one of its inference profiles: global.anthropic.claude-opus-4-6-v1, us.'),
    })
  })

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
    `Us.${sonnet}`,
    'US.ANTHROPIC.CLAUDE',
    `a.${'b'.repeat(2048)}`,
  ])('%j is none', (id) => {
    expect(row(id)).toBeUndefined()
  })
})

describe('ARNs', () => {
  const own = 'arn:aws:bedrock:eu-west-1:123456789012'
  const here = (id: string, said?: ListedModel) => row(id, 'eu-west-1', said)

  test.each([
    `arn:aws:bedrock:eu-west-1::foundation-model/${haiku}`,
    `${own}:inference-profile/eu.${sonnet}`,
    `${own}:inference-profile/global.${sonnet}`,
    `${own}:custom-model/${haiku}/abc123def456`,
  ])('%s is known', (id) => {
    expect(here(id)).toMatchObject({ id, region: 'eu-west-1', features: expect.any(Array) })
  })

  test.each([
    `${own}:provisioned-model/abc123def456`,
    `${own}:custom-model-deployment/abc123def456`,
    `${own}:imported-model/abc123def456`,
    `${own}:prompt-router/abc123def456`,
    `${own}:default-prompt-router/anthropic.claude:1`,
    'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/my-endpoint',
  ])('%s is opaque', (id) => {
    expect(here(id)).toEqual({ id, region: 'eu-west-1', paths: { chat: ['converse'] } })
  })

  test('an application profile can be asked after, and a prompt brings its own settings', () => {
    expect(here(`${own}:application-inference-profile/abc123def456`)?.data).toEqual({ applicationProfile: true })
    expect(here(`${own}:prompt/ABCDEFGHIJ:3`)?.data).toEqual({ managedPrompt: true })
  })

  test.each([
    ['us-gov-west-1', 'aws-us-gov', 'us-gov-east-1'],
    ['cn-north-1', 'aws-cn', 'cn-northwest-1'],
    ['eusc-de-east-1', 'aws-eusc', 'eusc-de-east-1'],
  ])('an entry in %s takes those of %s alone', (entryRegion, partition, region) => {
    const id = `arn:${partition}:bedrock:${region}::foundation-model/${haiku}`
    expect(row(id, entryRegion, { id })?.region).toBe(region)
    for (const [other, from] of [
      [`arn:aws:bedrock:us-east-1::foundation-model/${haiku}`, entryRegion],
      [id, 'us-east-1'],
      [`arn:aws:bedrock:${region}::foundation-model/${haiku}`, 'us-east-1'],
    ] as const) {
      const told = { code: 'invalid_request', message: expect.stringContaining('no credentials reach across') }
      expect(faultOf(other, from)).toMatchObject({ ...told, param: 'model' })
      expect(faultOf(other, from, { id: other })).toMatchObject({ ...told, param: 'id' })
    }
  })

  test('of another region are for the entry to list, as callers do not choose where their data goes', () => {
    const id = `arn:aws:bedrock:us-west-2::foundation-model/${haiku}`
    expect(faultOf(id, 'us-east-1')).toMatchObject({
      code: 'invalid_request',
      message:
        'The ARN is in us-west-2, and the entry calls us-east-1. Use an entry of us-west-2, or list the ARN in this one.',
    })
    expect(row(id, 'us-east-1', { id })).toMatchObject({ id, region: 'us-west-2' })
  })

  test('have no profile of a geography that their region is not in', () => {
    expect(faultOf(`${own}:inference-profile/us.${sonnet}`, 'eu-west-1')).toMatchObject({ code: 'model_not_found' })
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
    expect(faultOf(id, 'eu-west-1')).toMatchObject({ code: 'invalid_request', param: 'model' })
  })
})

describe('what an entry says of a model', () => {
  const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456'
  const imported = 'arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456'
  const listed = (said: ListedModel) => row(said.id, 'us-east-1', said)

  test('is behind an application profile', () => {
    const { features, limits, data } = row(sonnet) ?? expect.fail()
    for (const base of [sonnet, `us.${sonnet}`])
      expect(listed({ id: profile, base })).toMatchObject({ id: profile, features, limits, data })
    expect(listed({ id: profile, base: sonnet })?.data).not.toHaveProperty('applicationProfile')
  })

  test('is the body that it takes, and then it goes by InvokeModel', () => {
    expect(listed({ id: imported, format: 'llama3' })).toMatchObject({
      paths: { chat: ['invoke', 'converse'] },
      data: { invokeFormat: 'llama3' },
    })
  })

  test('goes over the catalogue', () => {
    const said = { reasoning: 'none', cache: { minimum: 2048, most: 2 }, sampling: 'usual', streaming: 'none' } as const
    const { data } = listed({ id: `us.${sonnet}`, ...said, structuredOutput: 'tool' }) ?? expect.fail()
    expect(data).toMatchObject({ cache: said.cache, streaming: 'none', structuredOutput: 'tool', stopText: 'visible' })
    expect(data).not.toHaveProperty('reasoning')
    expect(data).not.toHaveProperty('sampling')
    const native = { id: 'us.anthropic.claude-haiku-4-5-20251001-v1:0', structuredOutput: 'native' }
    expect(listed(native)).toMatchObject({ features: expect.arrayContaining(['json_schema']) })
    expect(listed(native)?.data).not.toHaveProperty('structuredOutput')
    expect(listed({ id: 'vendor.model', cache: 'none' })).toEqual(row('vendor.model'))
  })

  test.each<[string, ListedModel, string]>([
    ['a base that nobody knows', { id: profile, base: 'vendor.model' }, 'base'],
    ['InvokeModel without a body', { id: `us.${sonnet}`, path: 'invoke' }, 'path'],
    ['OpenAI’s API for an application profile', { id: profile, path: 'openai' }, 'path'],
    ['a path for what does not chat', { id: 'amazon.titan-embed-text-v2:0', path: 'converse' }, 'path'],
    ['a region of another partition', { id: `us.${sonnet}`, region: 'cn-north-1' }, 'region'],
    ['a region beside an ARN of another', { id: profile, region: 'us-west-2' }, 'region'],
  ])('may not be %s', (_, said, param) => {
    expect(faultOf(said.id, 'us-east-1', said)).toMatchObject({ code: 'invalid_request', param })
  })

  test('may not be a region that the entry’s VPC endpoint is not in', () => {
    const place = {
      region: 'us-east-1',
      endpoints: { runtime: 'https://vpce-1-a.bedrock-runtime.us-east-1.vpce.amazonaws.com' },
    }
    const said = { id: `us.${sonnet}`, region: 'us-west-2' }
    expect(() => resolveModel(said.id, place, said)).toThrow('VPC endpoint is in us-east-1')
    expect(resolveModel(said.id, place, { ...said, region: 'us-east-1' })).toMatchObject({ id: said.id })
  })
})

describe('the catalogue', () => {
  test('has no id twice, and only ids that are found again with the same facts', () => {
    expect(new Set(models.map(({ id }) => id)).size).toBe(models.length)
    for (const model of models) expect(row(model.id, 'us-east-1', { id: model.id })).toEqual(model)
  })

  test('has a slug for every id of every geography', () => {
    const ids = baseRows.flatMap(({ id }) => [id, ...Object.keys(geographies).map((geography) => `${geography}.${id}`)])
    expect(new Set(ids.map((id) => id.replace(/[.:/]/g, '-'))).size).toBe(ids.length)
  })

  test('lists a model by its own id only where it can be called so, and not where it is no more', () => {
    const ids = new Set(models.map(({ id }) => id))
    for (const { id, onDemand, onDemandIn, profiles, apis, lifecycle } of baseRows) {
      const isThere = apis.length > 0 && lifecycle !== 'ended'
      expect(ids.has(id), id).toBe((onDemand || onDemandIn !== undefined) && isThere)
      expect(onDemand || profiles.length > 0 || !isThere, id).toBe(true)
    }
  })

  test('says why a model has no chat', () => {
    for (const model of models) expect(model.unserved === undefined, model.id).toBe(model.paths?.chat !== undefined)
    expect(row('amazon.titan-embed-text-v2:0')).toMatchObject({ paths: {}, unserved: 'It makes embeddings.' })
    expect(row('deepseek.v3.1')).toMatchObject({ paths: {}, unserved: expect.stringContaining('Bedrock Mantle') })
  })

  test('names the profiles of a model', () => {
    expect(profileIds('meta.llama3-3-70b-instruct-v1:0')).toContain('us.meta.llama3-3-70b-instruct-v1:0')
    expect(profileIds('vendor.model')).toEqual([])
  })
})

describe('advice', () => {
  const advised = (id: string, region = 'us-east-1') => advise(row(id, region, { id }) ?? expect.fail(), region)

  test.each([
    [haiku, 'us-east-1', `Bound to us-east-1. Inference profiles reach more regions: us.${haiku}.`],
    [
      `arn:aws:bedrock:eu-west-1::foundation-model/${haiku}`,
      'us-east-1',
      `Bound to eu-west-1. Inference profiles reach more regions: eu.${haiku}.`,
    ],
    [sonnet, 'us-east-1', `Bedrock serves it by inference profiles alone: global.${sonnet}, us.${sonnet}.`],
    [`jp.${sonnet}`, 'us-east-1', 'Profiles of jp. cannot be called from us-east-1.'],
  ])('of %s in %s', (id, region, told) => {
    expect(advised(id, region)).toContain(told)
  })

  test.each([`us.${sonnet}`, `uk.${sonnet}`, 'vendor.model', 'openai.gpt-oss-120b-1:0'])(
    'of %s there is none',
    (id) => {
      expect(advised(id)).toBeUndefined()
    },
  )
})
