import { describe, expect, it, vi } from 'vitest'
import { Ending } from './ending.ts'

const reason = new Error('The caller left.')

describe('an ending', () => {
  it('tells its listeners once, with its reason', () => {
    const ending = new Ending()
    const listener = vi.fn()
    ending.onEnd(listener)
    expect(ending.ended).toBe(false)
    ending.throwIfEnded()
    ending.end(reason)
    ending.end(new Error('Too late.'))
    expect(listener).toHaveBeenCalledTimes(1)
    expect(ending).toMatchObject({ ended: true, reason })
    expect(() => ending.throwIfEnded()).toThrow(reason)
  })

  it('no longer tells who does not want to hear of it', () => {
    const ending = new Ending()
    const [gone, stays] = [vi.fn(), vi.fn()]
    ending.onEnd(gone)
    ending.onEnd(stays)
    ending.offEnd(gone)
    ending.end(reason)
    expect(gone).not.toHaveBeenCalled()
    expect(stays).toHaveBeenCalledTimes(1)
  })

  it.each(['before', 'after'])('ends its signal, asked for %s', (when) => {
    const ending = new Ending()
    const early = when === 'before' ? ending.signal : undefined
    ending.end(reason)
    expect(ending.signal.aborted).toBe(true)
    expect(ending.signal.reason).toBe(reason)
    expect(early ?? ending.signal).toBe(ending.signal)
  })

  it.each(['before', 'after'])('comes with the outer one’s, made %s that', (when) => {
    const outer = new Ending()
    const early = when === 'before' ? new Ending(outer) : undefined
    outer.end(reason)
    expect(early ?? new Ending(outer)).toMatchObject({ ended: true, reason })
  })

  it('does not end the outer one', () => {
    const outer = new Ending()
    new Ending(outer).end(reason)
    expect(outer.ended).toBe(false)
  })
})
