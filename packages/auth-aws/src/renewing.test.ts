import { Ending, MohoError } from '@moho/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type RenewingParts, renewing, type Session } from './renewing.ts'
import type { AwsSigningSecret } from './secret.ts'

const minute = 60_000
const hour = 60 * minute
const start = Date.parse('2026-01-02T03:04:05Z')
const never = new Ending()
const denied = new MohoError('upstream_auth_failed', 'No.')

// The credential's clock is injected; the fake timers are for its patience alone.
let time = start
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  time = start
})
afterEach(() => {
  vi.useRealTimers()
})

const secretOf = (number: number, clockOffsetMs = 0): AwsSigningSecret => ({
  kind: 'signing',
  accessKeyId: `ASIAEXAMPLE${number}`,
  secretAccessKey: `secret-${number}`,
  sessionToken: `token-${number}`,
  clockOffsetMs,
})

/** A credential whose sessions are numbered and last as long as `lives` says, or fail; the last goes on. */
function credentialOf(lives: readonly (number | undefined | MohoError)[], parts: Partial<RenewingParts> = {}) {
  let asked = 0
  const renew = vi.fn(async (_: Ending, clockOffsetMs: number): Promise<Session> => {
    const life = lives[Math.min(asked, lives.length - 1)]
    asked += 1
    if (MohoError.is(life)) throw life
    const expiresAt = life === undefined ? undefined : time + clockOffsetMs + life
    return { secret: secretOf(asked, clockOffsetMs), expiresAt }
  })
  return { credential: renewing({ renew, now: () => time, random: () => 0.5, ...parts }), renew }
}

/** Once whatever is under way in the background is done. */
const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

/** As a renewal that only the test ends. */
function slowly() {
  const doors = Promise.withResolvers<Session>()
  return { doors, renew: vi.fn(() => doors.promise) }
}

describe('a secret is kept', () => {
  test.each([
    ['of an hour until five minutes before its end', hour, hour - 5 * minute],
    ['of 900 seconds until five minutes before its end', 15 * minute, 10 * minute],
    ['of less until a third of its life is left', 6 * minute, 4 * minute],
    ['without an expiry', undefined, 1e12],
  ])('%s', async (_, life, kept) => {
    const { credential, renew } = credentialOf([life])
    await credential.get(never)
    time = start + kept - 1
    expect(await credential.get(never)).toEqual(secretOf(1))
    await settled()
    expect(renew).toHaveBeenCalledTimes(1)
    if (life === undefined) return
    time += 1
    // In the background: whoever sets it off does not wait for it.
    expect(await credential.get(never)).toEqual(secretOf(1))
    await settled()
    expect(renew).toHaveBeenCalledTimes(2)
    expect(await credential.get(never)).toEqual(secretOf(2))
  })

  test('until it dies where it cannot be renewed, which is tried again after some seconds', async () => {
    const { credential, renew } = credentialOf([hour, denied])
    await credential.get(never)
    time = start + hour - 5 * minute
    for (const [passed, asked] of [
      [0, 2],
      [7499, 2],
      [7500, 3],
    ] as const) {
      time = start + hour - 5 * minute + passed
      expect(await credential.get(never)).toEqual(secretOf(1))
      await settled()
      expect(renew).toHaveBeenCalledTimes(asked)
    }
    time = start + hour
    await expect(credential.get(never)).rejects.toBe(denied)
  })

  test('as long as AWS keeps it, though our clock is a day ahead', async () => {
    const day = 24 * hour
    const renew = vi.fn(async () => ({ secret: secretOf(1), expiresAt: time - day + hour }))
    const { credential } = credentialOf([], { renew })
    const first = await credential.get(never)
    expect(credential.refused(first, 'clock', time - day)).toBe(true)
    expect(await credential.get(never)).toEqual({ ...first, clockOffsetMs: -day })
    time += hour - 1
    expect(await credential.get(never)).toEqual({ ...first, clockOffsetMs: -day })
    expect(renew.mock.calls).toEqual([
      [expect.anything(), 0],
      [expect.anything(), -day],
    ])
  })
})

test('a secret that is dead when it comes does not cost a renewal for each call', async () => {
  const { credential, renew } = credentialOf([-minute])
  for (let call = 0; call < 30; call++) {
    await credential.get(never)
    await settled()
    time += 100
  }
  expect(renew.mock.calls.length).toBeLessThan(4)
})

describe('one renewal', () => {
  test('serves all who wait', async () => {
    const { doors, renew } = slowly()
    const { credential } = credentialOf([], { renew })
    const waiting = Array.from({ length: 500 }, () => credential.get(never))
    doors.resolve({ secret: secretOf(1), expiresAt: time + hour })
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([secretOf(1)]))
    expect(renew).toHaveBeenCalledTimes(1)
  })

  test('outlives whoever no longer waits for it', async () => {
    const { doors, renew } = slowly()
    const { credential } = credentialOf([], { renew })
    const ending = new Ending()
    const [left, staying] = [credential.get(ending), credential.get(never)]
    const gone = new MohoError('cancelled', 'The caller has left.')
    ending.end(gone)
    await expect(left).rejects.toBe(gone)
    doors.resolve({ secret: secretOf(1), expiresAt: undefined })
    expect(await staying).toEqual(secretOf(1))
  })

  test('is given up where it does not come to an end', async () => {
    const { renew } = slowly()
    const { credential } = credentialOf([], { renew })
    const answer = credential.get(never)
    answer.catch(() => undefined)
    vi.advanceTimersByTime(30_000)
    await expect(answer).rejects.toMatchObject({ code: 'upstream_timeout' })
    expect(renew).toHaveBeenCalledWith(expect.objectContaining({ ended: true }), 0)
  })

  test('that fails is told to all who wait, and a missing right is not asked for with every call', async () => {
    const { credential, renew } = credentialOf([denied])
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => credential.get(never)))
    expect(outcomes.every((outcome) => outcome.status === 'rejected' && outcome.reason === denied)).toBe(true)
    time += 999
    await expect(credential.get(never)).rejects.toBe(denied)
    expect(renew).toHaveBeenCalledTimes(1)
    time += 1
    await expect(credential.get(never)).rejects.toBe(denied)
    expect(renew).toHaveBeenCalledTimes(2)
  })

  test.each([
    ['at once where another try may help', new MohoError('upstream_failed', 'Broken.'), 0],
    ['as late as AWS says', new MohoError('rate_limited', 'Slowly.', { retryAfterMs: 20_000 }), 20_000],
  ])('is made again %s', async (_, fault, wait) => {
    const { credential, renew } = credentialOf([fault, hour])
    await expect(credential.get(never)).rejects.toBe(fault)
    if (wait > 0) {
      time += wait - 1
      await expect(credential.get(never)).rejects.toBe(fault)
      expect(renew).toHaveBeenCalledTimes(1)
      time += 1
    }
    expect(await credential.get(never)).toEqual(secretOf(2))
  })
})

describe.each(['expired', 'invalid'] as const)('a secret that AWS refuses as %s', (why) => {
  test('is forgotten, once however many calls tell of it, and each of them may try again', async () => {
    const { credential, renew } = credentialOf([hour])
    const secret = await credential.get(never)
    expect(credential.refused(secret, why)).toBe(true)
    expect(await credential.get(never)).toEqual(secretOf(2))
    for (let call = 0; call < 50; call++) expect(credential.refused(secret, why)).toBe(true)
    expect(await credential.get(never)).toEqual(secretOf(2))
    expect(renew).toHaveBeenCalledTimes(2)
  })

  test('is forgotten though the clock was set right since', async () => {
    const { credential } = credentialOf([hour])
    const secret = await credential.get(never)
    credential.refused(secret, 'clock', time + hour / 2)
    expect(credential.refused(secret, why)).toBe(true)
    expect(await credential.get(never)).toMatchObject({ accessKeyId: secretOf(2).accessKeyId })
  })

  test('is not replaced over and over where the next one is refused too', async () => {
    const { credential, renew } = credentialOf([hour])
    credential.refused(await credential.get(never), why)
    const second = await credential.get(never)
    expect(credential.refused(second, why)).toBe(false)
    expect(await credential.get(never)).toBe(second)
    expect(renew).toHaveBeenCalledTimes(2)
    time += minute
    expect(credential.refused(second, why)).toBe(true)
  })
})

describe('a clock', () => {
  test.each([4 * minute, -60 * minute])('that is %i ms off is set right, once', async (offset) => {
    const { credential, renew } = credentialOf([hour * 3])
    const secret = await credential.get(never)
    expect(credential.refused(secret, 'clock', time + offset)).toBe(true)
    expect(credential.refused(secret, 'clock', time + offset)).toBe(true)
    const corrected = await credential.get(never)
    expect(corrected).toEqual({ ...secret, clockOffsetMs: offset })
    expect(credential.refused(corrected, 'clock', time + offset)).toBe(false)
    expect(renew).toHaveBeenCalledTimes(1)
  })

  test.each([undefined, Number.NaN, start + 4 * minute - 1])('is left alone where AWS says %s', async (serverTime) => {
    const { credential } = credentialOf([hour])
    const secret = await credential.get(never)
    expect(credential.refused(secret, 'clock', serverTime)).toBe(false)
    expect(await credential.get(never)).toBe(secret)
  })
})

describe('when it is closed', () => {
  test('what is under way ends, and its source with it', async () => {
    const { renew } = slowly()
    const close = vi.fn()
    const { credential } = credentialOf([], { renew, close })
    const answer = credential.get(never)
    credential.close()
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' })
    await expect(credential.get(never)).rejects.toMatchObject({ code: 'cancelled' })
    expect(renew).toHaveBeenCalledTimes(1)
    expect(close).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('calls that are under way keep their secret, and it is not renewed', async () => {
    const { credential, renew } = credentialOf([hour])
    await credential.get(never)
    credential.close()
    time = start + hour - 1
    expect(await credential.get(never)).toEqual(secretOf(1))
    await settled()
    expect(renew).toHaveBeenCalledTimes(1)
  })
})

test('its timer does not keep the process alive', () => {
  vi.useRealTimers()
  const timers = vi.spyOn(globalThis, 'setTimeout')
  const { credential } = credentialOf([], { renew: slowly().renew })
  credential.get(never).catch(() => undefined)
  expect(timers.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())).toEqual([false])
  credential.close()
  timers.mockRestore()
})
