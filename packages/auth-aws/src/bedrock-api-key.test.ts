import { Ending, type MohoError, type Surroundings } from '@moho/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bedrockApiKey, describeApiKey } from './bedrock-api-key.ts'

const presigned =
  'bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Algorithm=AWS4-HMAC-SHA256' +
  '&X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Fus-east-1%2Fbedrock%2Faws4_request&X-Amz-Date=20260102T030405Z' +
  '&X-Amz-Expires=43200&X-Amz-Security-Token=SESSIONTOKENEXAMPLE' +
  '&X-Amz-Signature=1580e47a80cdaf45081fe67f9951f8c01dd441074028bbaea8197e588f9da428&X-Amz-SignedHeaders=host&Version=1'
const keyOf = (text: string) => `bedrock-api-key-${Buffer.from(text).toString('base64')}`
const shortTerm = keyOf(presigned)
const longTerm = 'ABSKQmVkcm9ja0FQSUtleS1leGFtcGxlOnNlY3JldA=='
const expiry = Date.parse('2026-01-02T15:04:05Z')
const never = new Ending()

// Settings are checked by the machine's clock, and this key is of its time.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: expiry - 1 })
})
afterEach(() => {
  vi.useRealTimers()
})

const open = (apiKey: string, at: Partial<Surroundings> = {}) =>
  bedrockApiKey.open(bedrockApiKey.settings.parse({ apiKey }), {
    region: 'us-east-1',
    endpoints: {},
    http: { send: () => Promise.reject(new Error('An API key has nobody to ask.')) },
    now: () => expiry - 1,
    ...at,
  })

describe('what a key says of itself', () => {
  test.each([
    ['a short-term key', shortTerm, { kind: 'short-term', region: 'us-east-1', expiresAt: expiry }],
    ['a long-term key', longTerm, { kind: 'long-term' }],
    ['a key of neither sort', 'test', {}],
    ['a key that cannot be read', 'bedrock-api-key-????', { kind: 'short-term' }],
    ['a key cut off in the middle', shortTerm.slice(0, 120), { kind: 'short-term' }],
    [
      'a key without an expiry',
      keyOf(presigned.replace('X-Amz-Expires=43200', 'X-Amz-Expires=')),
      { kind: 'short-term', region: 'us-east-1' },
    ],
    [
      'a key of no date',
      keyOf(presigned.replace('20260102T030405Z', '20261302T030405Z')),
      { kind: 'short-term', region: 'us-east-1' },
    ],
    ['a key of no region', keyOf(presigned.replace('us-east-1', '')), { kind: 'short-term', expiresAt: expiry }],
  ])('is read from %s', (_, apiKey, description) => {
    expect(describeApiKey(apiKey)).toEqual(description)
  })
})

describe('settings', () => {
  test('take both sorts of key, with the space around them left out', () => {
    expect(bedrockApiKey.settings.parse({ apiKey: ` ${longTerm}\n` })).toEqual({ apiKey: longTerm })
    expect(bedrockApiKey.settings.parse({ apiKey: shortTerm })).toEqual({ apiKey: shortTerm })
  })

  test.each([
    ['a blank', '  ', /is empty/],
    ['a header', `Bearer ${longTerm}`, /HTTP scheme/],
    ['two lines', 'ABSKQmVk\ncm9jaw', /white space/],
    ['an access key id', 'AKIAIOSFODNN7EXAMPLE', /not an API key/],
    ['a short-term key that has expired', shortTerm, /expired at 2026-01-02T15:04:05Z/],
  ])('refuse %s', (_, apiKey, message) => {
    vi.setSystemTime(expiry)
    const issues = bedrockApiKey.settings.safeParse({ apiKey }).error?.issues
    expect(issues).toEqual([expect.objectContaining({ path: ['apiKey'], message: expect.stringMatching(message) })])
    expect(JSON.stringify(issues)).not.toContain(apiKey)
  })
})

describe('the credential', () => {
  test('gives a long-term key anywhere, at any time', async () => {
    const credential = open(longTerm, { region: 'eu-west-1', now: () => expiry * 2 })
    expect(await credential.get(never)).toEqual({ kind: 'bearer', token: longTerm })
  })

  test('gives a short-term key with its limits', async () => {
    const secret = { kind: 'bearer', token: shortTerm, region: 'us-east-1', expiresAt: expiry }
    expect(await open(shortTerm).get(never)).toEqual(secret)
    expect(await open(shortTerm, { region: undefined }).get(never)).toEqual(secret)
  })

  test('does not open with a short-term key of another region', () => {
    const fault: Partial<MohoError> = {
      code: 'invalid_request',
      param: 'auth.apiKey',
      message: expect.stringMatching(/made for us-east-1.*used in eu-west-1/),
    }
    expect(() => open(shortTerm, { region: 'eu-west-1' })).toThrow(expect.objectContaining(fault))
  })

  test('does not give a short-term key that has expired', async () => {
    const fault: Partial<MohoError> = {
      code: 'upstream_auth_failed',
      message: expect.stringMatching(/expired at 2026-01-02T15:04:05Z.*put a new one in `auth.apiKey`/),
    }
    await expect(open(shortTerm, { now: () => expiry }).get(never)).rejects.toMatchObject(fault)
  })

  test.each(['expired', 'invalid', 'clock'] as const)('cannot help where it is refused as %s', async (why) => {
    const credential = open(longTerm)
    expect(credential.refused(await credential.get(never), why, expiry * 2)).toBe(false)
  })
})
