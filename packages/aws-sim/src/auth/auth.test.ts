import { describe, expect, it } from 'vitest'
import type { ReceivedRequest } from '../request.ts'
import { authenticate } from './authenticate.ts'
import { verifySignature } from './sigv4.ts'

const NOW = new Date('2026-01-02T03:04:05Z')
const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const session = { ...key, sessionToken: 'SESSIONTOKENEXAMPLE' }
const HELLO = '{"messages":[{"role":"user","content":[{"text":"hi"}]}]}'
const SCOPE = 'AKIDEXAMPLE/20260102/us-east-1/bedrock/aws4_request'
const SIGNED = 'content-type;host;x-amz-content-sha256;x-amz-date'
const SIGNATURE = 'c5792c81b9d05cb860f984e6e7fdf902b5755f3c2410c569ff457930fb651b92'
const HELLO_HASH = 'c3335e07d6e89650bf94cb98664be69f8774dbc3198df221f113db0a59ea14f0'

const rules = (pair: typeof key | typeof session = key, now = NOW) => ({
  keys: new Map([[pair.accessKeyId, pair]]),
  service: 'bedrock',
  acceptsRegion: () => true,
  now: () => now,
})

function request(change: Partial<ReceivedRequest> = {}, headers: Record<string, string> = {}): ReceivedRequest {
  const all = {
    host: 'bedrock-runtime.us-east-1.amazonaws.com',
    'content-type': 'application/json',
    'x-amz-content-sha256': HELLO_HASH,
    'x-amz-date': '20260102T030405Z',
    authorization: `AWS4-HMAC-SHA256 Credential=${SCOPE}, SignedHeaders=${SIGNED}, Signature=${SIGNATURE}`,
    ...headers,
  }
  return {
    method: 'POST',
    rawPath: '/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse',
    rawQuery: '',
    headers: new Map(Object.entries(all).map(([name, value]) => [name, [value]])),
    body: Buffer.from(HELLO),
    remoteAddress: '127.0.0.1',
    ...change,
  }
}

const authorization = (change: { credential?: string; signed?: string; signature?: string }) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${change.credential ?? SCOPE}, SignedHeaders=${change.signed ?? SIGNED}, Signature=${change.signature ?? SIGNATURE}`,
})

describe('verifySignature', () => {
  it('agrees with a signature made elsewhere', () => {
    expect(verifySignature(request(), rules())).toMatchObject({ accessKeyId: 'AKIDEXAMPLE', region: 'us-east-1' })
  })

  it('agrees about an ARN in the path and a session token', () => {
    const signed = request(
      {
        rawPath:
          '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc123def456/converse-stream',
      },
      {
        'x-amz-security-token': 'SESSIONTOKENEXAMPLE',
        ...authorization({
          signed: `${SIGNED};x-amz-security-token`,
          signature: 'd7bae8cd1e65e8d4c92ff9bfe58539a2399006654a3896197433de3a687a3590',
        }),
      },
    )
    expect(verifySignature(signed, rules(session))).toMatchObject({ accessKeyId: 'AKIDEXAMPLE' })
  })

  it('agrees about a call without a body', () => {
    const headers = {
      host: 'bedrock.us-east-1.amazonaws.com',
      'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      ...authorization({
        signed: 'host;x-amz-content-sha256;x-amz-date',
        signature: 'c53f6e6baf8667aa56e6e87ac09e1cccb036097ec6924eef157c2f1c923a2714',
      }),
    }
    const signed = request(
      {
        method: 'GET',
        rawPath:
          '/model-invocation-job/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Amodel-invocation-job%2Fabcdef123456',
        body: Buffer.alloc(0),
      },
      headers,
    )
    expect(verifySignature(signed, rules())).toMatchObject({ accessKeyId: 'AKIDEXAMPLE' })
  })

  it('agrees about a form for STS', () => {
    const headers = {
      host: 'sts.us-east-1.amazonaws.com',
      'content-type': 'application/x-www-form-urlencoded',
      'x-amz-content-sha256': '3d8f8f2aed8697fa7e3b6458b48e170099ed5a4b9bdcae5521a2f08ca82cbf81',
      ...authorization({
        credential: SCOPE.replace('bedrock', 'sts'),
        signature: 'ba12017cdebaaebb8c6e5f6e915ce16d8ae612ef7f549e58475d1d16f56888e0',
      }),
    }
    const body = Buffer.from(
      'Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fmoho&RoleSessionName=moho-gw&DurationSeconds=3600&ExternalId=ext-1',
    )
    const signed = request({ rawPath: '/', body }, headers)
    expect(verifySignature(signed, { ...rules(), service: 'sts' })).toMatchObject({ service: 'sts' })
  })

  const refused: [string, ReceivedRequest, string, string][] = [
    [
      'a changed body',
      request({ body: Buffer.from('{}') }),
      'InvalidSignatureException',
      'The request signature we calculated',
    ],
    [
      'a changed query',
      request({ rawQuery: 'a=b' }),
      'InvalidSignatureException',
      'The request signature we calculated',
    ],
    [
      'a decoded path',
      request({ rawPath: '/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0/converse' }),
      'InvalidSignatureException',
      'The request signature we calculated',
    ],
    [
      'another host',
      request({}, { host: '127.0.0.1:4599' }),
      'InvalidSignatureException',
      'The request signature we calculated',
    ],
    [
      'an announced hash that is not the body’s',
      request({}, { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }),
      'InvalidSignatureException',
      'The request signature we calculated',
    ],
    [
      'a short signature',
      request({}, authorization({ signature: 'abcd' })),
      'InvalidSignatureException',
      'The request signature we calculated',
    ],
    [
      'an unsigned x-amz header',
      request({}, { 'x-amz-meta': '1' }),
      'InvalidSignatureException',
      'were not signed: x-amz-meta',
    ],
    [
      'an unsigned host',
      request({}, authorization({ signed: 'content-type;x-amz-content-sha256;x-amz-date' })),
      'InvalidSignatureException',
      "must be a 'SignedHeader'",
    ],
    [
      'another day in the scope',
      request({}, authorization({ credential: SCOPE.replace('20260102', '20260103') })),
      'InvalidSignatureException',
      "'20260103' != '20260102', from '20260102T030405Z'",
    ],
    [
      'another service',
      request({}, authorization({ credential: SCOPE.replace('bedrock', 'bedrock-runtime') })),
      'InvalidSignatureException',
      "Credential should be scoped to correct service: 'bedrock'.",
    ],
    [
      'another terminator',
      request({}, authorization({ credential: SCOPE.replace('aws4_request', 'aws4') })),
      'InvalidSignatureException',
      "'aws4_request', not 'aws4'",
    ],
    [
      'a scope with four parts',
      request({}, authorization({ credential: 'AKID/20260102/us-east-1/bedrock' })),
      'IncompleteSignatureException',
      'exactly 5 slash-delimited elements',
    ],
    ['no date', request({}, { 'x-amz-date': '' }), 'IncompleteSignatureException', "'X-Amz-Date'"],
    [
      'no credential',
      request({}, { authorization: 'AWS4-HMAC-SHA256 Signature=abc' }),
      'IncompleteSignatureException',
      "requires 'Credential' parameter. Authorization header requires 'SignedHeaders' parameter.",
    ],
  ]
  it.each(refused)('refuses %s', (_what, signed, name, text) => {
    const refusal = verifySignature(signed, rules())
    expect(refusal).toMatchObject({ name, message: expect.stringContaining(text) })
  })

  it('keeps a window of five minutes', () => {
    const at = (minutes: number) => verifySignature(request(), rules(key, new Date(NOW.getTime() + minutes * 60_000)))
    expect(at(4.9)).toHaveProperty('accessKeyId')
    expect(at(-4.9)).toHaveProperty('accessKeyId')
    expect(at(6)).toHaveProperty(
      'message',
      'Signature expired: 20260102T030405Z is now earlier than 20260102T030505Z (20260102T031005Z - 5 min.)',
    )
    expect(at(-6)).toHaveProperty(
      'message',
      'Signature not yet current: 20260102T030405Z is still later than 20260102T030305Z (20260102T025805Z + 5 min.)',
    )
  })
})

describe('authenticate', () => {
  const settings = { accessKeys: rules().keys, apiKeys: [], regions: undefined, region: 'us-east-1', now: () => NOW }
  const withHeaders = (headers: Record<string, string>) => request({}, headers)

  it('wants an authorization header', () => {
    const unsigned = request({ headers: new Map([['host', ['127.0.0.1']]]) })
    expect(authenticate(unsigned, 'bedrock', settings)).toMatchObject({
      status: 403,
      name: 'MissingAuthenticationTokenException',
      message: 'Missing Authentication Token',
    })
  })

  it('knows no other kind of it', () => {
    const basic = withHeaders({ authorization: 'Basic abc' })
    expect(authenticate(basic, 'bedrock', settings)).toMatchObject({
      status: 400,
      name: 'IncompleteSignatureException',
    })
  })

  it('refuses a region that the host name contradicts, and one that is none', () => {
    const elsewhere = withHeaders({ host: 'bedrock-runtime.eu-west-1.amazonaws.com' })
    expect(authenticate(elsewhere, 'bedrock', settings)).toHaveProperty(
      'message',
      'Credential should be scoped to a valid region.',
    )
    const nowhere = withHeaders({
      host: 'localhost',
      ...authorization({ credential: SCOPE.replace('us-east-1', 'aws-global') }),
    })
    expect(authenticate(nowhere, 'bedrock', settings)).toHaveProperty(
      'message',
      'Credential should be scoped to a valid region.',
    )
  })
})
