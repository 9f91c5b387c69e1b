import { describe, expect, it } from 'vitest'
import { readRefusal, retryAfterMs } from './post-json.ts'
import { scrub } from './scrub.ts'

describe('a refusal', () => {
  it.each([
    [400, 'invalid_request'],
    [401, 'upstream_auth_failed'],
    [403, 'upstream_auth_failed'],
    [404, 'model_not_found'],
    [408, 'upstream_timeout'],
    [422, 'invalid_request'],
    [429, 'rate_limited'],
    [500, 'upstream_failed'],
    [503, 'overloaded'],
    [504, 'upstream_timeout'],
    [302, 'upstream_failed'],
  ])('of status %i is %s', (status, code) => {
    expect(readRefusal({ status, headers: {}, text: '' }).error.code).toBe(code)
  })

  it.each([
    ['{"error":{"message":"Too long."}}', ': Too long.'],
    ['{"error":"Too long."}', ': Too long.'],
    ['{"message":"Too long."}', ': Too long.'],
    ['<html>nginx</html>', '.'],
    ['null', '.'],
    ['{"error":{"message":{"deep":1}}}', '.'],
  ])('tells the message of %s', (text, end) => {
    expect(readRefusal({ status: 400, headers: {}, text }).error.message).toBe(`The upstream refused the request${end}`)
  })
})

describe('the time to wait', () => {
  it.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after-ms': '250', 'retry-after': '7' }, 250],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-1' }, undefined],
    [{}, undefined],
  ])('is read from %j', (headers, wait) => {
    expect(retryAfterMs(headers)).toBe(wait)
  })
})

describe('a scrubbed text', () => {
  it('has none of a secret’s strings, however often it had them', () => {
    const secret = { kind: 'keys', region: 'us-east-1', id: 'AKIDEXAMPLE12345', secret: 'abcdefghijklmnop' }
    expect(scrub('keys us-east-1 AKIDEXAMPLE12345 abcdefghijklmnop abcdefghijklmnop', secret)).toBe(
      'keys us-east-1 [redacted] [redacted] [redacted]',
    )
  })

  it('has none in the spellings of JSON and URLs either', () => {
    const secret = 'ABSK+abc/def=0123456789'
    const hex = (prefix: string) =>
      [...secret].map((char) => prefix + char.charCodeAt(0).toString(16).padStart(2, '0')).join('')
    for (const spelled of [
      JSON.stringify(secret).replaceAll('/', '\\/'),
      hex('\\u00'),
      hex('%'),
      encodeURIComponent(secret),
    ]) {
      expect(scrub(`bad key ${spelled}!`, secret)).toMatch(/^bad key "?\[redacted\]"?!$/)
    }
  })
})
