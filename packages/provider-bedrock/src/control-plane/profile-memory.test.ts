import { MohoError } from '@moho/core'
import { ReplayClient } from '@moho/core/testing'
import { describe, expect, test, vi } from 'vitest'
import type { modelBehindProfile } from './inference-profile.ts'
import { profileMemory } from './profile-memory.ts'
import { entryCall } from './testing/entry-call.ts'

const at = { region: 'us-east-1' }
const minute = 60_000

/** A memory whose lookups are answered by hand. */
function memory(most?: number) {
  let time = 0
  const lookUp = vi.fn<typeof modelBehindProfile>()
  const { modelBehind } = profileMemory({ lookUp, now: () => time, ...(most !== undefined && { most }) })
  const asking = (profile = 'profile') => {
    const { call, ...more } = entryCall(new ReplayClient([]))
    return { ...more, answer: modelBehind(call, at, profile) }
  }
  return {
    lookUp,
    asking,
    ask: (profile?: string) => asking(profile).answer,
    pass: (milliseconds: number) => {
      time += milliseconds
    },
  }
}

const gone = new MohoError('cancelled', 'The caller has left.')
const fault = new MohoError('upstream_timeout', 'No connection to the upstream came about in time.')

describe('an answer', () => {
  test.each<[string, (lookUp: ReturnType<typeof memory>['lookUp']) => void, string | undefined, number]>([
    ['an hour', (lookUp) => lookUp.mockResolvedValue('model'), 'model', 60 * minute],
    ['a minute, where there is none', (lookUp) => lookUp.mockResolvedValue(undefined), undefined, minute],
    ['a minute, where asking failed', (lookUp) => lookUp.mockRejectedValue(fault), undefined, minute],
  ])('is remembered for %s', async (_, answers, model, time) => {
    const { lookUp, ask, pass } = memory()
    answers(lookUp)
    expect(await ask()).toBe(model)
    pass(time - 1)
    expect(await ask()).toBe(model)
    expect(lookUp).toHaveBeenCalledTimes(1)
    pass(1)
    expect(await ask()).toBe(model)
    expect(lookUp).toHaveBeenCalledTimes(2)
  })

  test('is each profile’s own, and the oldest is forgotten first', async () => {
    const { lookUp, ask } = memory(2)
    lookUp.mockImplementation(async (_, __, profile) => `behind ${profile}`)
    for (const profile of ['a', 'b', 'c']) expect(await ask(profile)).toBe(`behind ${profile}`)
    for (const profile of ['c', 'b']) await ask(profile)
    expect(lookUp).toHaveBeenCalledTimes(3)
    await ask('a')
    expect(lookUp).toHaveBeenCalledTimes(4)
  })

  test('that is renewed takes no other’s place', async () => {
    const { lookUp, ask, pass } = memory(2)
    lookUp.mockImplementation(async (_, __, profile) => (profile === 'known' ? 'model' : undefined))
    await ask('known')
    await ask('unknown')
    pass(minute)
    await ask('unknown')
    await ask('known')
    expect(lookUp).toHaveBeenCalledTimes(3)
  })
})

describe('a control plane that is too slow', () => {
  const never = (lookUp: ReturnType<typeof memory>['lookUp']) =>
    lookUp.mockImplementation(
      (call) => new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason))),
    )

  test('is waited for once in a minute, and what it says in the end counts', async () => {
    vi.useFakeTimers()
    try {
      const { lookUp, ask, pass } = memory()
      const { promise, resolve } = Promise.withResolvers<string>()
      lookUp.mockReturnValueOnce(promise)
      const first = ask()
      await vi.advanceTimersByTimeAsync(1000)
      expect(await first).toBeUndefined()
      expect(await ask()).toBeUndefined()
      expect(lookUp).toHaveBeenCalledTimes(1)
      pass(1000)
      resolve('model')
      await vi.advanceTimersByTimeAsync(0)
      expect(await ask()).toBe('model')
    } finally {
      vi.useRealTimers()
    }
  })

  test('does not keep one impatient caller after the other from the model', async () => {
    const { lookUp, asking, ask, pass } = memory()
    never(lookUp)
    const { answer, leave } = asking()
    leave(gone)
    await expect(answer).rejects.toBeDefined()
    expect(await ask()).toBeUndefined()
    expect(lookUp).toHaveBeenCalledTimes(1)
    pass(5000)
    asking()
    expect(lookUp).toHaveBeenCalledTimes(2)
  })
})

test('a fault is in the log of whoever asked', async () => {
  const { lookUp, asking } = memory()
  lookUp.mockRejectedValue(fault)
  const { answer, warnings } = asking()
  await answer
  expect(warnings).toHaveLength(1)
})

describe('those who wait together', () => {
  /** A lookup that ends when it is told to, or with its call, as one by HTTP does. */
  const held = (lookUp: ReturnType<typeof memory>['lookUp']) => {
    const { promise, resolve } = Promise.withResolvers<string>()
    lookUp.mockImplementationOnce((call) => {
      const left = new Promise<never>((_, reject) =>
        call.signal.addEventListener('abort', () => reject(call.signal.reason)),
      )
      return Promise.race([promise, left])
    })
    return resolve
  }

  test('share a lookup', async () => {
    const { lookUp, ask } = memory()
    const answer = held(lookUp)
    const all = Promise.all([ask(), ask(), ask()])
    answer('model')
    expect(await all).toEqual(['model', 'model', 'model'])
    expect(lookUp).toHaveBeenCalledTimes(1)
  })

  test('do not lose it with one of them', async () => {
    const { lookUp, ask, asking } = memory()
    const answer = held(lookUp)
    const first = ask()
    const second = asking()
    second.leave(gone)
    await expect(second.answer).rejects.toBe(gone)
    answer('model')
    expect(await first).toBe('model')
    expect(lookUp).toHaveBeenCalledTimes(1)
  })

  test('begin anew, once, when the one leaves who began', async () => {
    const { lookUp, ask, asking } = memory()
    held(lookUp)
    const first = asking()
    const others = Promise.all([ask(), ask()])
    held(lookUp)('model')
    first.leave(gone)
    await expect(first.answer).rejects.toBe(gone)
    expect(await others).toEqual(['model', 'model'])
    expect(lookUp).toHaveBeenCalledTimes(2)
  })

  test('ask nothing for a call that has ended', async () => {
    const { lookUp } = memory()
    const { modelBehind } = profileMemory({ lookUp })
    const { call, leave } = entryCall(new ReplayClient([]))
    leave(gone)
    await expect(modelBehind(call, at, 'profile')).rejects.toBe(gone)
    expect(lookUp).not.toHaveBeenCalled()
  })
})
