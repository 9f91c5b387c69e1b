import { describe, expect, it } from 'vitest'
import { type Signing, signedRequest } from '../testing/sign.ts'
import { verifySignature } from './sigv4.ts'

const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const rules = {
  keys: new Map([[key.accessKeyId, key]]),
  service: 'bedrock',
  acceptsRegion: () => true,
  now: () => new Date('2026-01-02T03:04:05Z'),
}

describe('a right signature', () => {
  const accepted: [string, Signing][] = [
    ['is accepted', {}],
    ['may cover more', { signedHeaders: ['content-type', 'host', 'x-amz-date'] }],
    [
      'may have its parameters in another order, and no spaces',
      {
        write: (p) =>
          `AWS4-HMAC-SHA256 Signature=${p.signature},SignedHeaders=${p.signedHeaders},Credential=${p.credential}`,
      },
    ],
  ]
  it.each(accepted)('%s', (_what, signing) => {
    expect(verifySignature(signedRequest(key, signing), rules)).toMatchObject({ kind: 'access-key' })
  })
})

describe('a signature that is right for what it says', () => {
  const mismatch = (day: string) =>
    `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day}' != '20260102', from '20260102T030405Z'.`
  const refused: [string, Signing, string, string][] = [
    ['with no date in its scope', { day: '' }, 'InvalidSignatureException', mismatch('')],
    ['with part of a date in its scope', { day: '2026' }, 'InvalidSignatureException', mismatch('2026')],
    ['with a month in its scope', { day: '202601' }, 'InvalidSignatureException', mismatch('202601')],
    ['with the timestamp in its scope', { day: '20260102T' }, 'InvalidSignatureException', mismatch('20260102T')],
    [
      'over :authority where there is none',
      { signedHeaders: [':authority', 'x-amz-date'] },
      'InvalidSignatureException',
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      'over :authority and host where there is one of them',
      { signedHeaders: [':authority', 'host', 'x-amz-date'] },
      'InvalidSignatureException',
      'not in the request: :authority',
    ],
    [
      'over headers out of order',
      { signedHeaders: ['x-amz-date', 'host'] },
      'InvalidSignatureException',
      "'SignedHeaders' must be",
    ],
    [
      'over a header twice',
      { signedHeaders: ['host', 'host', 'x-amz-date'] },
      'InvalidSignatureException',
      "'SignedHeaders' must be",
    ],
    [
      'over an empty name at the end',
      { signedHeaders: ['host', 'x-amz-date', ''] },
      'InvalidSignatureException',
      "'SignedHeaders' must be",
    ],
    [
      'over an empty name at the start',
      { signedHeaders: ['', 'host', 'x-amz-date'] },
      'InvalidSignatureException',
      'not in the request',
    ],
    [
      'over a header that is not there',
      { signedHeaders: ['host', 'x-amz-date', 'x-amz-meta'] },
      'InvalidSignatureException',
      'not in the request: x-amz-meta',
    ],
    [
      'over a name in capitals',
      { signedHeaders: ['Content-Type', 'host', 'x-amz-date'] },
      'InvalidSignatureException',
      'not in the request: Content-Type',
    ],
    [
      'after another one',
      {
        write: (p) =>
          `AWS4-HMAC-SHA256 Credential=${p.credential}, SignedHeaders=${p.signedHeaders}, Signature=${'0'.repeat(64)}, Signature=${p.signature}`,
      },
      'IncompleteSignatureException',
      "'Signature' parameter",
    ],
    [
      'before the same again',
      {
        write: (p) =>
          `AWS4-HMAC-SHA256 Credential=${p.credential}, SignedHeaders=${p.signedHeaders}, Signature=${p.signature}, Signature=${p.signature}`,
      },
      'IncompleteSignatureException',
      "'Signature' parameter",
    ],
    [
      'with two credentials',
      {
        write: (p) =>
          `AWS4-HMAC-SHA256 Credential=other, Credential=${p.credential}, SignedHeaders=${p.signedHeaders}, Signature=${p.signature}`,
      },
      'IncompleteSignatureException',
      "'Credential' parameter",
    ],
    [
      'with two lists of headers',
      {
        write: (p) =>
          `AWS4-HMAC-SHA256 Credential=${p.credential}, SignedHeaders=host, SignedHeaders=${p.signedHeaders}, Signature=${p.signature}`,
      },
      'IncompleteSignatureException',
      "'SignedHeaders' parameter",
    ],
    [
      'beside a part that is no pair',
      {
        write: (p) =>
          `AWS4-HMAC-SHA256 odd, Credential=${p.credential}, SignedHeaders=${p.signedHeaders}, Signature=${p.signature}`,
      },
      'IncompleteSignatureException',
      "'odd' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 odd,",
    ],
    [
      'with a space in a value',
      {
        write: (p) =>
          `AWS4-HMAC-SHA256 Credential= ${p.credential}, SignedHeaders=${p.signedHeaders}, Signature=${p.signature}`,
      },
      'IncompleteSignatureException',
      "aws4_request' not a valid key=value pair",
    ],
  ]
  it.each(refused)('%s is refused', (_what, signing, name, text) => {
    const refusal = verifySignature(signedRequest(key, signing), rules)
    expect(refusal).toMatchObject({ name, message: expect.stringContaining(text) })
  })

  it('is refused in a header that comes twice', () => {
    const once = signedRequest(key)
    const [value = ''] = once.headers.get('authorization') ?? []
    const twice = { ...once, headers: new Map([...once.headers, ['authorization', [value, value]]]) }
    expect(verifySignature(twice, rules)).toHaveProperty(
      'message',
      expect.stringContaining("'AWS4-HMAC-SHA256' not a valid key=value pair"),
    )
  })
})
