import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { awsRegion, checkRegion, dnsSuffix, dualStackSuffix, isRegion, regionOfHost, urlInRegion } from './region.ts'

test.each([
  'us-east-1',
  'ap-southeast-7',
  'us-gov-west-1',
  'cn-northwest-1',
  'eusc-de-east-1',
  'us-isob-east-1',
  'mx-central-1',
])('%s is a region', (text) => {
  expect(isRegion(text)).toBe(true)
  expect(awsRegion.parse(` ${text} `)).toBe(text)
})

test.each([
  '',
  'us-east',
  'us-east-1a',
  'US-EAST-1',
  'aws-global',
  'us-east-1.evil.example',
  'us_east_1',
  'us-east-1/x',
  'us-east-1\n',
])('%j is no region', (text) => {
  expect(isRegion(text)).toBe(false)
})

test.each([
  ['us-east-1a', 'Its region is us-east-1.'],
  ['N. Virginia', 'as in us-east-1'],
])('says what is wrong with the region %s', (text, advice) => {
  expect(awsRegion.safeParse(text).error?.issues[0]?.message).toContain(advice)
})

test.each([
  ['us-east-1', 'amazonaws.com', 'api.aws'],
  ['us-gov-west-1', 'amazonaws.com', 'api.aws'],
  ['cn-north-1', 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  ['eusc-de-east-1', 'amazonaws.eu', 'api.amazonwebservices.eu'],
  ['us-iso-east-1', 'c2s.ic.gov', 'api.aws.ic.gov'],
  ['us-isob-east-1', 'sc2s.sgov.gov', 'api.aws.scloud'],
  ['eu-isoe-west-1', 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
  ['us-isof-south-1', 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
])('host names in %s end in %s or %s', (region, suffix, dualStack) => {
  expect([dnsSuffix(region), dualStackSuffix(region)]).toEqual([suffix, dualStack])
})

test.each([
  ['bedrock-runtime.us-east-1.amazonaws.com', 'us-east-1'],
  ['bedrock-runtime.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ['bedrock-runtime.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
  ['bedrock-runtime-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['bedrock-runtime.us-west-2.api.aws', 'us-west-2'],
  ['bedrock.ap-northeast-1.amazonaws.com', 'ap-northeast-1'],
  ['bedrock-fips.ca-central-1.amazonaws.com', 'ca-central-1'],
  ['bedrock-agent-runtime.eu-west-1.amazonaws.com', 'eu-west-1'],
  ['bedrock-mantle.eu-south-1.api.aws', 'eu-south-1'],
  ['sts.sa-east-1.amazonaws.com', 'sa-east-1'],
  ['sts-fips.us-east-2.amazonaws.com', 'us-east-2'],
  ['vpce-0a1b-2c3d.bedrock-runtime.us-east-1.vpce.amazonaws.com', 'us-east-1'],
  ['vpce-0a1b-2c3d-us-west-2a.bedrock-runtime.us-west-2.vpce.amazonaws.com', 'us-west-2'],
  ['bucket.vpce-0a1b.s3.us-east-1.vpce.amazonaws.com', 'us-east-1'],
  ['s3.eu-west-3.amazonaws.com', 'eu-west-3'],
  ['my.dotted_bucket.s3.eu-west-3.amazonaws.com', 'eu-west-3'],
  ['s3.dualstack.eu-west-3.amazonaws.com', 'eu-west-3'],
  ['us-east-1.s3.eu-west-3.amazonaws.com', 'eu-west-3'],
  ['Bedrock-Runtime.US-EAST-1.amazonaws.com:443', 'us-east-1'],
  ['bedrock-runtime.us-east-1.amazonaws.com.', 'us-east-1'],
])('%s is in %s', (host, region) => {
  expect(regionOfHost(host)).toBe(region)
})

test.each([
  '',
  'localhost:4599',
  '127.0.0.1',
  'bedrock.example.com',
  'amazonaws.com',
  'sts.amazonaws.com',
  'bucket.s3.amazonaws.com',
  'us-east-1.amazonaws.com',
  'bedrock-runtime.amazonaws.com',
  'abc123.execute-api.us-east-1.amazonaws.com',
  'bedrock-runtime.us-east-1.amazonaws.com.evil.example',
  'bedrock-runtime.us-east-1.notamazonaws.com',
  'notbedrock-runtime.us-east-1.amazonaws.com',
  'bedrock-runtime.cn-north-1.amazonaws.com',
  'bedrock-runtime.us-east-1.amazonaws.com.cn',
  'bedrock-runtime.{region}.amazonaws.com',
  'evil.example/.bedrock-runtime.us-east-1.amazonaws.com',
  'evil.example@bedrock-runtime.us-east-1.amazonaws.com',
])('%j is in no region that can be read', (host) => {
  expect(regionOfHost(host)).toBeUndefined()
})

describe('a base URL', () => {
  test.each([
    'https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1',
    'https://bedrock-mantle.us-east-1.api.aws',
    'https://gateway.example/us-west-2/v1',
    'http://127.0.0.1:4599',
    'https://bedrock-runtime.{region}.amazonaws.com',
    'https://evil.example\\.bedrock-runtime.us-west-2.amazonaws.com',
    'not a URL',
  ])('%s may serve us-east-1', (url) => {
    expect(checkRegion(url, 'us-east-1')).toBeUndefined()
  })

  test.each([
    'https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1',
    'https://bedrock-mantle.us-west-2.api.aws/v1',
    'HTTPS://BEDROCK-RUNTIME.US-WEST-2.AMAZONAWS.COM:443/',
    'https://vpce-0a1b.bedrock-runtime.us-west-2.vpce.amazonaws.com?x',
  ])('%s may not', (url) => {
    expect(checkRegion(url, 'us-east-1')).toBe(
      "The base URL is in us-west-2, but the entry's region is us-east-1. " +
        'Make them the same, or leave the base URL out: it follows from the region.',
    )
  })

  test('is checked by the config of a provider', () => {
    const config = z
      .object({ region: awsRegion, baseUrl: z.url().optional() })
      .superRefine(({ region, baseUrl }, check) => {
        const message = baseUrl === undefined ? undefined : checkRegion(baseUrl, region)
        if (message !== undefined) check.addIssue({ code: 'custom', path: ['baseUrl'], message })
      })
    const fault = { path: ['baseUrl'], message: expect.stringContaining('us-west-2') }
    const wrong = config.safeParse({ region: 'us-east-1', baseUrl: 'https://bedrock-runtime.us-west-2.amazonaws.com' })
    expect(wrong.error?.issues).toEqual([expect.objectContaining(fault)])
    expect(config.safeParse({ region: 'us-west-2' }).success).toBe(true)
  })
})

describe('a URL for another region', () => {
  test.each([
    [
      'https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1',
      'https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1',
    ],
    ['https://bedrock-mantle.us-east-1.api.aws/us-east-1', 'https://bedrock-mantle.us-west-2.api.aws/us-east-1'],
    [
      'https://bedrock-runtime-fips.us-east-1.amazonaws.com:8443',
      'https://bedrock-runtime-fips.us-west-2.amazonaws.com:8443',
    ],
    ['https://us-east-1.s3.us-east-1.amazonaws.com/a%2Fb//c', 'https://us-east-1.s3.us-west-2.amazonaws.com/a%2Fb//c'],
    ['https://bedrock-runtime.us-west-2.amazonaws.com/', 'https://bedrock-runtime.us-west-2.amazonaws.com/'],
    ['https://{region}.gateway.example/{region}/v1', 'https://us-west-2.gateway.example/us-west-2/v1'],
    ['https://bedrock-runtime.{region}.amazonaws.com', 'https://bedrock-runtime.us-west-2.amazonaws.com'],
    ['https://gateway.example/us-east-1', 'https://gateway.example/us-east-1'],
    ['http://127.0.0.1:4599', 'http://127.0.0.1:4599'],
    [
      'https://vpce-0a1b.bedrock-runtime.us-west-2.vpce.amazonaws.com',
      'https://vpce-0a1b.bedrock-runtime.us-west-2.vpce.amazonaws.com',
    ],
  ])('is made from %s', (url, expected) => {
    expect(urlInRegion(url, 'us-west-2')).toBe(expected)
  })

  test("takes the other partition's suffix", () => {
    expect(urlInRegion('https://bedrock-runtime.us-east-1.amazonaws.com/a', 'cn-north-1')).toBe(
      'https://bedrock-runtime.cn-north-1.amazonaws.com.cn/a',
    )
  })

  test('is not made from a VPC endpoint', () => {
    const url = 'https://vpce-0a1b.bedrock-runtime.us-east-1.vpce.amazonaws.com'
    const fault = { code: 'unsupported', message: expect.stringMatching(/in us-east-1.*in us-west-2/) }
    expect(() => urlInRegion(url, 'us-west-2')).toThrow(expect.objectContaining(fault))
  })
})
