import { type HttpRequest, MohoError } from '@moho/core'
import { describe, expect, test } from 'vitest'
import { type AwsBearerSecret, type AwsService, type AwsSigningSecret, awsSign } from './secret.ts'
import { signV4 } from './sign-v4.ts'

const now = () => Date.parse('2026-01-02T03:04:05Z')
const request: HttpRequest = { method: 'GET', url: 'https://bedrock-runtime.us-east-1.amazonaws.com/a', headers: {} }
const keys: AwsSigningSecret = {
  kind: 'signing',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI',
  clockOffsetMs: 0,
}
const token: AwsBearerSecret = { kind: 'bearer', token: 'ABSKexample' }

describe('keys', () => {
  test.each<AwsService>(['bedrock', 'bedrock-mantle', 's3', 'sts'])('sign for %s', (service) => {
    const scope = { service, region: 'eu-west-1' }
    expect(awsSign(service, 'eu-west-1', now)(keys, request)).toEqual(signV4(request, keys, scope, now()))
  })

  test("sign by AWS's clock", () => {
    const headers = awsSign('bedrock', 'us-east-1', now)({ ...keys, clockOffsetMs: -3_600_000 }, request)
    expect(headers['x-amz-date']).toBe('20260102T020405Z')
  })

  test('sign by the time of the machine when nothing else is said', () => {
    const before = Math.floor(Date.now() / 1000) * 1000
    const date = awsSign('bedrock', 'us-east-1')(keys, request)['x-amz-date'] ?? ''
    const signedAt = Date.parse(date.replace(/(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'))
    expect(signedAt).toBeGreaterThanOrEqual(before)
    expect(signedAt).toBeLessThanOrEqual(Date.now())
  })
})

describe('an API key', () => {
  test.each<AwsService>(['bedrock', 'bedrock-mantle'])(
    'is sent to %s as a bearer token and nothing else',
    (service) => {
      expect(awsSign(service, 'us-east-1')(token, request)).toEqual({ authorization: 'Bearer ABSKexample' })
    },
  )

  test.each<[AwsService, string]>([
    ['s3', 'storageAuth'],
    ['sts', 'access key or a role'],
  ])('is refused for %s with advice', (service, advice) => {
    const fault = faultOf(() => awsSign(service, 'us-east-1')(token, request))
    expect(fault).toMatchObject({ code: 'unsupported', message: expect.stringContaining(advice) })
    expect(fault.message).not.toContain(token.token)
  })

  test('made for one region is refused in another', () => {
    const shortTerm = { ...token, region: 'us-east-1' }
    expect(awsSign('bedrock', 'us-east-1')(shortTerm, request)).toEqual({ authorization: 'Bearer ABSKexample' })
    const fault = faultOf(() => awsSign('bedrock', 'us-west-2')(shortTerm, request))
    expect(fault.code).toBe('upstream_auth_failed')
    expect(fault.message).toMatch(/made for us-east-1.*used in us-west-2/)
  })
})

function faultOf(act: () => unknown): MohoError {
  try {
    act()
  } catch (error) {
    if (MohoError.is(error)) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}
