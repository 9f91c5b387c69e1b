import { Ending, type Surroundings } from '@moho/core'
import { describe, expect, test } from 'vitest'
import { accessKey } from './access-key.ts'

const settings = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const never = new Ending()

describe('settings', () => {
  test.each([
    ['an access key', settings],
    ['temporary keys', { ...settings, accessKeyId: 'ASIAIOSFODNN7EXAMPLE', sessionToken: 'IQoJb3JpZ2luX2Vj//+=' }],
    ['an empty session token, as an unset variable gives', { ...settings, sessionToken: '' }],
    ['keys of a stand-in for AWS', { accessKeyId: 'test', secretAccessKey: 'test-secret' }],
  ])('take %s', (_, input) => {
    expect(accessKey.settings.parse(input)).toEqual(input)
  })

  test('leave out the space around what is pasted', () => {
    expect(accessKey.settings.parse({ ...settings, secretAccessKey: `\t${settings.secretAccessKey}\n` })).toEqual(
      settings,
    )
  })

  test.each([
    ['a blank id', { accessKeyId: ' ' }, 'accessKeyId', /is empty/],
    ['a blank secret', { secretAccessKey: '' }, 'secretAccessKey', /is empty/],
    ['a secret over two lines', { secretAccessKey: 'wJalrXUtn\nFEMI' }, 'secretAccessKey', /white space/],
    ['a secret in quotation marks', { secretAccessKey: '"wJalrXUtnFEMI"' }, 'secretAccessKey', /quotation marks/],
    ['a dash of a word processor', { secretAccessKey: 'wJalr\u2013XUtnFEMI' }, 'secretAccessKey', /no AWS key has/],
    [
      'an id in place of the secret',
      { secretAccessKey: 'AKIAI44QH8DHBEXAMPLE' },
      'secretAccessKey',
      /looks like an access key id/,
    ],
    [
      'one text for both',
      { accessKeyId: 'test', secretAccessKey: 'test' },
      'secretAccessKey',
      /same as the access key id/,
    ],
    ['the secret in place of the id', { accessKeyId: settings.secretAccessKey }, 'accessKeyId', /swapped/],
    ['a temporary id alone', { accessKeyId: 'ASIAIOSFODNN7EXAMPLE' }, 'sessionToken', /only with its session token/],
    ['a session token cut in two', { sessionToken: 'IQoJ b3Jp' }, 'sessionToken', /white space/],
  ])('refuse %s and do not repeat it', (_, wrong, member, message) => {
    const input = { ...settings, ...wrong }
    const issues = accessKey.settings.safeParse(input).error?.issues ?? []
    expect(issues).toContainEqual(expect.objectContaining({ path: [member], message: expect.stringMatching(message) }))
    const said = JSON.stringify(issues)
    for (const value of Object.values(input)) if (value.length > 4) expect(said).not.toContain(value)
  })

  test('are all marked as secret', () => {
    const marks = Object.values(accessKey.settings.shape).map((member) => member.meta?.()?.secret)
    expect(marks).toEqual([true, true, true])
  })
})

describe('the credential', () => {
  const start = Date.parse('2026-01-02T03:04:05Z')
  const minute = 60_000
  const surroundings: Surroundings = {
    region: 'us-east-1',
    endpoints: {},
    http: { send: () => Promise.reject(new Error('A static key has nobody to ask.')) },
    now: () => start,
  }
  const open = () => accessKey.open(accessKey.settings.parse(settings), surroundings)

  test('gives the keys as they are', async () => {
    expect(await open().get(never)).toEqual({
      kind: 'signing',
      ...settings,
      sessionToken: undefined,
      clockOffsetMs: 0,
    })
  })

  test.each(['expired', 'invalid'] as const)('cannot help where they are %s', async (why) => {
    const credential = open()
    expect(credential.refused(await credential.get(never), why, start + 60 * minute)).toBe(false)
    expect(await credential.get(never)).toMatchObject({ clockOffsetMs: 0 })
  })

  test.each([4 * minute, -60 * minute])('sets a clock right that is %i ms off, once', async (offset) => {
    const credential = open()
    expect(credential.refused(await credential.get(never), 'clock', start + offset)).toBe(true)
    const corrected = await credential.get(never)
    expect(corrected).toMatchObject({ clockOffsetMs: offset })
    expect(credential.refused(corrected, 'clock', start + offset)).toBe(false)
  })

  test.each([
    ['no time', undefined],
    ['no number', Number.NaN],
    ['nearly our time', start + 4 * minute - 1],
  ])('leaves the clock alone where AWS says %s', async (_, serverTime) => {
    const credential = open()
    expect(credential.refused(await credential.get(never), 'clock', serverTime)).toBe(false)
    expect(await credential.get(never)).toMatchObject({ clockOffsetMs: 0 })
  })

  test('lets each call try again that was under way with the wrong clock', async () => {
    const credential = open()
    const wrong = await credential.get(never)
    expect(credential.refused(wrong, 'clock', start + 10 * minute)).toBe(true)
    expect(credential.refused(wrong, 'clock', start + 10 * minute + 1000)).toBe(true)
    expect(await credential.get(never)).toMatchObject({ clockOffsetMs: 10 * minute })
  })

  test('follows a clock that is set right on the machine', async () => {
    let time = start
    const credential = accessKey.open(accessKey.settings.parse(settings), { ...surroundings, now: () => time })
    credential.refused(await credential.get(never), 'clock', start + 10 * minute)
    time = start + 10 * minute
    expect(credential.refused(await credential.get(never), 'clock', time)).toBe(true)
    expect(await credential.get(never)).toMatchObject({ clockOffsetMs: 0 })
  })
})
