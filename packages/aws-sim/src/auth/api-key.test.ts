import { describe, expect, it } from 'vitest'
import { encodeKey, shortTermKey } from '../testing/sign.ts'
import { verifyApiKey } from './api-key.ts'
import type { AccessKey } from './credentials.ts'

const NOW = new Date('2026-01-02T03:04:05Z')
const session: AccessKey = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'SESSIONTOKENEXAMPLE',
}
// Made elsewhere.
const PRESIGNED =
  'bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Fus-east-1%2Fbedrock%2Faws4_request&X-Amz-Date=20260102T030405Z&X-Amz-Expires=43200&X-Amz-Security-Token=SESSIONTOKENEXAMPLE&X-Amz-Signature=1580e47a80cdaf45081fe67f9951f8c01dd441074028bbaea8197e588f9da428&X-Amz-SignedHeaders=host&Version=1'
const INVALID = { status: 403, message: 'Authentication failed: Please make sure your API Key is valid.' }
const EXPIRED = { status: 403, message: 'Bearer Token has expired' }

function check(key: string, { region = 'us-east-1', seconds = 0, pair = session, listed = [] as string[] } = {}) {
  return verifyApiKey(key, region, listed, {
    keys: new Map([[pair.accessKeyId, pair]]),
    service: 'bedrock',
    acceptsRegion: () => true,
    now: () => new Date(NOW.getTime() + seconds * 1000),
  })
}

describe('a long-term key', () => {
  it('is accepted when it is known, and in every region', () => {
    expect(check('ABSKone', { region: 'eu-west-1', listed: ['ABSKone'] })).toMatchObject({ lastFour: 'Kone' })
    expect(check('ABSKtwo', { listed: ['ABSKone'] })).toMatchObject(INVALID)
  })
})

describe('a short-term key', () => {
  it('is accepted in its region', () => {
    expect(check(encodeKey(PRESIGNED))).toMatchObject({ kind: 'api-key', region: 'us-east-1' })
    expect(check(shortTermKey(session))).toMatchObject({ kind: 'api-key' })
    expect(check(shortTermKey(session).replace(/=+$/, ''))).toMatchObject({ kind: 'api-key' })
    expect(check(encodeKey(PRESIGNED), { region: 'eu-west-1' })).toMatchObject(INVALID)
  })

  it('lasts as long as it says, twelve hours at most', () => {
    expect(check(shortTermKey(session), { seconds: 43_199 })).toMatchObject({ kind: 'api-key' })
    expect(check(shortTermKey(session), { seconds: 43_200 })).toMatchObject(EXPIRED)
    const short = shortTermKey(session, { 'X-Amz-Expires': '60' })
    expect(check(short, { seconds: 59 })).toMatchObject({ kind: 'api-key' })
    expect(check(short, { seconds: 60 })).toMatchObject(EXPIRED)
  })

  it('lasts no longer than the session that signed it', () => {
    const pair = { ...session, expiration: new Date(NOW.getTime() + 1000) }
    expect(check(shortTermKey(session), { pair })).toMatchObject({ kind: 'api-key' })
    expect(check(shortTermKey(session), { pair, seconds: 1 })).toMatchObject(EXPIRED)
  })

  it('may be five minutes ahead', () => {
    expect(check(shortTermKey(session), { seconds: -300 })).toMatchObject({ kind: 'api-key' })
    expect(check(shortTermKey(session), { seconds: -301 })).toMatchObject(INVALID)
  })

  const signedWrongly: [string, Record<string, string | undefined>][] = [
    ['more than twelve hours', { 'X-Amz-Expires': '43201' }],
    ['no time', { 'X-Amz-Expires': undefined }],
    ['a time of 0', { 'X-Amz-Expires': '0' }],
    ['a time that is no whole number', { 'X-Amz-Expires': '1e3' }],
    ['no date', { 'X-Amz-Date': undefined }],
    ['a date that is none', { 'X-Amz-Date': '2026-01-02T03:04:05Z' }],
    ['another day in the scope', { day: '20260101' }],
    ['part of a day in the scope', { day: '2026' }],
    ['another algorithm', { 'X-Amz-Algorithm': 'AWS4-ECDSA-P256-SHA256' }],
    ['no algorithm', { 'X-Amz-Algorithm': undefined }],
    ['more signed headers', { 'X-Amz-SignedHeaders': 'host;x-amz-date' }],
    ['other signed headers', { 'X-Amz-SignedHeaders': 'x-amz-date' }],
    ['another action', { Action: 'InvokeModel' }],
    ['another host', { host: 'example.com' }],
    ['another token', { 'X-Amz-Security-Token': 'other' }],
    ['no token', { 'X-Amz-Security-Token': undefined }],
  ]
  it.each(signedWrongly)('with %s is refused, be it signed or listed', (_what, change) => {
    const key = shortTermKey(session, change)
    expect(check(key)).toMatchObject(INVALID)
    if (!('X-Amz-Security-Token' in change)) expect(check(key, { listed: [key] })).toMatchObject(INVALID)
  })

  const edited: [string, (text: string) => string][] = [
    ['without a version', (text) => text.replace('&Version=1', '')],
    ['of another version', (text) => text.replace('Version=1', 'Version=2')],
    ['of two versions', (text) => `${text}&Version=1`],
    ['with more after its version', (text) => `${text}?more`],
    ['with another path', (text) => text.replace('/?', '/more?')],
    ['with a longer time', (text) => text.replace('Expires=43200', 'Expires=43199')],
    ['with a parameter twice', (text) => text.replace('X-Amz-Expires=43200', 'X-Amz-Expires=43200&X-Amz-Expires=9')],
    ['with a parameter that was not signed', (text) => `${text}&more=1`],
    [
      'with a wrong signature',
      (text) => text.replace(/Signature=./, (hit) => `Signature=${hit.endsWith('0') ? 1 : 0}`),
    ],
    ['without a signature', (text) => text.replace(/&X-Amz-Signature=\w+/, '')],
    ['with an https://', (text) => `https://${text}`],
  ]
  it.each(edited)('%s is refused', (_what, edit) => {
    expect(check(shortTermKey(session, {}, edit))).toMatchObject(INVALID)
  })

  it('that is no base64 is refused', () => {
    const key = shortTermKey(session)
    for (const wrong of [
      'bedrock-api-key-',
      'bedrock-api-key-%%%',
      `${key.slice(0, 40)}!${key.slice(40)}`,
      `${key}AAAA`,
    ]) {
      expect(check(wrong)).toMatchObject(INVALID)
    }
  })
})
