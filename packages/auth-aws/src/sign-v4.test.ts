import { describe, expect, test } from 'vitest'
import { type SignableRequest, type SigningScope, signV4 } from './sign-v4.ts'

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const date = Date.parse('2026-01-02T03:04:05Z')
const bedrock: SigningScope = { service: 'bedrock', region: 'us-east-1' }

const json = { 'content-type': 'application/json' }
const hello = '{"messages":[{"role":"user","content":[{"text":"hi"}]}]}'
const runtime = 'https://bedrock-runtime.us-east-1.amazonaws.com'
const inference = 'arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc123def456'
const job = 'arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Amodel-invocation-job%2Fabcdef123456'
const assumeRole =
  'Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fmoho' +
  '&RoleSessionName=moho-gw&DurationSeconds=3600&ExternalId=ext-1'
const bucket = 'https://my-bucket.s3.us-east-1.amazonaws.com'

/** Made with @smithy/signature-v4 and checked with a second implementation. */
const vectors: { name: string; service: string; sessionToken?: string; request: SignableRequest; signature: string }[] =
  [
    {
      name: 'Converse, an id with a colon',
      service: 'bedrock',
      request: {
        method: 'POST',
        url: `${runtime}/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse`,
        headers: json,
        body: hello,
      },
      signature: 'c5792c81b9d05cb860f984e6e7fdf902b5755f3c2410c569ff457930fb651b92',
    },
    {
      name: 'ConverseStream, an ARN and a session token',
      service: 'bedrock',
      sessionToken: 'SESSIONTOKENEXAMPLE',
      request: { method: 'POST', url: `${runtime}/model/${inference}/converse-stream`, headers: json, body: hello },
      signature: 'd7bae8cd1e65e8d4c92ff9bfe58539a2399006654a3896197433de3a687a3590',
    },
    {
      name: 'a batch job of the control plane',
      service: 'bedrock',
      request: {
        method: 'GET',
        url: `https://bedrock.us-east-1.amazonaws.com/model-invocation-job/${job}`,
        headers: {},
      },
      signature: 'c53f6e6baf8667aa56e6e87ac09e1cccb036097ec6924eef157c2f1c923a2714',
    },
    {
      name: 'Responses at Mantle',
      service: 'bedrock-mantle',
      request: {
        method: 'POST',
        url: 'https://bedrock-mantle.us-east-1.api.aws/openai/v1/responses',
        headers: json,
        body: '{"model":"openai.gpt-5.5","input":"hi"}',
      },
      signature: '61449311a23549cb3a4a1d467de4350de9efeb1d1a2b5bd9efe4cb34074ee0a1',
    },
    {
      name: 'STS AssumeRole, without a path',
      service: 'sts',
      request: {
        method: 'POST',
        url: 'https://sts.us-east-1.amazonaws.com',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: assumeRole,
      },
      signature: 'ba12017cdebaaebb8c6e5f6e915ce16d8ae612ef7f549e58475d1d16f56888e0',
    },
    {
      name: 'S3 PutObject, whose path is not encoded again',
      service: 's3',
      request: {
        method: 'PUT',
        url: `${bucket}/moho/in%20put/a%2Bb.jsonl`,
        headers: { 'content-type': 'application/jsonl' },
        body: new TextEncoder().encode('{}\n'),
      },
      signature: '7395e274fa403edcad0d8f754c9535c465933035fab7903d3be026e1fd408494',
    },
    {
      name: 'S3 ListObjectsV2, with a query',
      service: 's3',
      request: { method: 'GET', url: `${bucket}/?prefix=moho%2Fout%2Fjob1%2F&list-type=2`, headers: {} },
      signature: '72340bcbd40d0458c02de202f5573f7f3ef9994eccdd6a93826fe3af85888731',
    },
  ]

test.each(vectors)('signs $name', ({ service, sessionToken, request, signature }) => {
  const { authorization } = signV4(request, { ...keys, sessionToken }, { service, region: 'us-east-1' }, date)
  expect(authorization).toMatch(new RegExp(`Signature=${signature}$`))
})

describe('the headers to add', () => {
  test('are all that AWS asks for', () => {
    const request = { method: 'GET', url: `${runtime}/model/a/converse`, headers: {} }
    expect(signV4(request, { ...keys, sessionToken: 'TOKEN' }, bedrock, date)).toEqual({
      authorization: expect.stringMatching(
        new RegExp(
          '^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/bedrock/aws4_request, ' +
            'SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$',
        ),
      ),
      host: 'bedrock-runtime.us-east-1.amazonaws.com',
      'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'x-amz-date': '20260102T030405Z',
      'x-amz-security-token': 'TOKEN',
    })
  })

  test('sign nothing that a proxy may touch', () => {
    const request = {
      method: 'GET',
      url: runtime,
      headers: { accept: '*/*', 'user-agent': 'x', 'x-amzn-trace-id': 'y', ...json },
    }
    expect(signV4(request, keys, bedrock, date).authorization).toContain(
      'SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date,',
    )
  })

  test('keep a body hash that the request brings', () => {
    const request = { method: 'PUT', url: bucket, headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, body: 'x' }
    const added = signV4(request, keys, { service: 's3', region: 'us-east-1' }, date)
    expect(added['x-amz-content-sha256']).toBe('UNSIGNED-PAYLOAD')
  })
})

test.each([
  ['http://127.0.0.1:4599/model/a/converse', '127.0.0.1:4599'],
  ['http://[::1]:4599?a=b', '[::1]:4599'],
  ['http://localhost:80/', 'localhost'],
  ['http://localhost:443/', 'localhost:443'],
  ['https://Host.Example:443/a:443', 'host.example'],
  ['https://host.example:8443?x=/y', 'host.example:8443'],
])('takes the host of %s as it is sent', (url, host) => {
  expect(signV4({ method: 'GET', url, headers: {} }, keys, bedrock, date).host).toBe(host)
})

describe('a query', () => {
  const signatureOf = (query: string) =>
    signV4(
      { method: 'GET', url: `${bucket}/${query}`, headers: {} },
      keys,
      { service: 's3', region: 'us-east-1' },
      date,
    ).authorization

  test.each([
    ['?uploads', '?uploads='],
    ['?a=1&b=2', '?b=2&a=1'],
    ['?a=2&a=1', '?a=1&a=2'],
    ['?a-b=1&a=2', '?a=2&a-b=1'],
    ['?a=x+y', '?a=x%20y'],
    ['?a=%7e%2f', '?a=~/'],
    ['?a=100%', '?a=100%25'],
    ['?a=%ff', '?a=%FF'],
    ['?a==&&b', '?b&a=%3D'],
    ['?a=\u212a', '?a=%E2%84%AA'],
  ])('signs %s as it signs %s', (query, same) => {
    expect(signatureOf(query)).toBe(signatureOf(same))
  })

  test.each([
    ['?a=%2B', '?a=+'],
    ['?a=%26b', '?a=&b'],
    ['?a=%FF', '?a=%25FF'],
  ])('does not sign %s as it signs %s', (query, other) => {
    expect(signatureOf(query)).not.toBe(signatureOf(other))
  })
})

test('derives the same key after more secrets than are kept', () => {
  const sign = (secretAccessKey: string) =>
    signV4({ method: 'GET', url: runtime, headers: {} }, { ...keys, secretAccessKey }, bedrock, date).authorization
  const first = sign('secret-0')
  const all = new Set(Array.from({ length: 1100 }, (_, index) => sign(`secret-${index}`)))
  expect(all.size).toBe(1100)
  expect(sign('secret-0')).toBe(first)
})
