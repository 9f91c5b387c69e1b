import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ScriptedAnswer, type Simulator, startSimulator } from './index.ts'
import { mishapShape } from './mishaps.ts'
import { frames, frameTypes, type Seen, see } from './testing/raw-client.ts'

const MODEL = '/model/amazon.nova-lite-v1%3A0'
const STREAM = `${MODEL}/converse-stream`
const PLAIN = `${MODEL}/converse`
/** What a stream of `[[sim:say=abcdefgh]]` has: start, two deltas, stop, end and metadata. */
const EVENTS = 6

let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator()
})
beforeEach(() => simulator.reset())
afterAll(() => simulator.close())

const asked = (directives: string): string =>
  JSON.stringify({ messages: [{ role: 'user', content: [{ text: `[[sim:say=abcdefgh]] ${directives}` }] }] })

/** The same mishap by directive and by script must be seen the same. */
function bothWays(
  title: string,
  directives: string,
  script: ScriptedAnswer,
  check: (seen: Seen) => void | Promise<void>,
  path = STREAM,
): void {
  it(`${title}, by directive`, async () => check(await see(simulator, path, asked(directives))))
  it(`${title}, by script`, async () => {
    simulator.script(script)
    await check(await see(simulator, path, asked('')))
  })
}

describe('the way to the client', () => {
  it('is straight when nothing is asked for', async () => {
    const seen = await see(simulator, STREAM, asked(''))
    expect(seen.ending).toBe('whole')
    expect(frameTypes(seen)).toEqual([
      'messageStart',
      'contentBlockDelta',
      'contentBlockDelta',
      'contentBlockStop',
      'messageStop',
      'metadata',
    ])
    expect(simulator.calls[0]).toMatchObject({ clientLeft: false, eventsSent: EVENTS, bytesSent: seen.body.length })
  })

  bothWays('hangs before the head', '[[sim:hang]]', { hang: true }, (seen) => {
    expect([seen.head, seen.ending]).toEqual(['', 'silent'])
  })

  bothWays('hangs after the head', '[[sim:hangAfter=0]]', { hangAfter: 0 }, (seen) => {
    expect(seen.head).toContain('200 OK')
    expect([seen.body.length, seen.ending]).toEqual([0, 'silent'])
  })

  bothWays('hangs after two events', '[[sim:hangAfter=2]]', { hangAfter: 2 }, async (seen) => {
    expect([frameTypes(seen), seen.ending]).toEqual([['messageStart', 'contentBlockDelta'], 'silent'])
    await expect.poll(() => simulator.calls[0]?.clientLeft).toBe(true)
    expect(simulator.calls[0]).toMatchObject({ status: 200, eventsSent: 2, bytesSent: seen.body.length })
    expect(simulator.calls[0]?.leftAfterMs).toBeGreaterThan(100)
  })

  for (const [cutBy, ending] of [
    ['fin', 'fin'],
    ['rst', 'rst'],
    ['end', 'whole'],
  ] as const) {
    bothWays(
      `is cut after 100 bytes by ${cutBy}`,
      `[[sim:cutAfter=100]] [[sim:cutBy=${cutBy}]]`,
      { cutAfter: 100, cutBy },
      async (seen) => {
        expect([seen.body.length, seen.ending]).toEqual([100, ending])
        await expect.poll(() => simulator.calls[0]?.status).toBe(200)
        expect(simulator.calls[0]).toMatchObject({ clientLeft: false, bytesSent: 100, eventsSent: 0 })
      },
    )
    bothWays(
      `is cut after 3 events by ${cutBy}`,
      `[[sim:cutAfterEvents=3]] [[sim:cutBy=${cutBy}]]`,
      { cutAfterEvents: 3, cutBy },
      (seen) => {
        expect([frameTypes(seen).length, frames(seen.body).rest.length, seen.ending]).toEqual([3, 0, ending])
      },
    )
  }

  bothWays('waits', '[[sim:delay=80]]', { delayMs: 80 }, (seen) => {
    expect(seen.milliseconds).toBeGreaterThan(75)
    expect(frameTypes(seen)).toHaveLength(EVENTS)
  })

  bothWays('is paced', '[[sim:pace=15]]', { pace: 15 }, (seen) => {
    expect(seen.reads.length).toBeGreaterThanOrEqual(EVENTS)
    expect(frameTypes(seen)).toHaveLength(EVENTS)
  })

  bothWays('has several events in a write', '[[sim:burst=3]] [[sim:pace=30]]', { burst: 3, pace: 30 }, (seen) => {
    // The end of the chunks goes out with the last.
    expect(seen.reads).toHaveLength(2)
    expect(frameTypes(seen)).toHaveLength(EVENTS)
  })

  bothWays('splits events', '[[sim:split=5]] [[sim:pace=10]]', { split: 5, pace: 10 }, (seen) => {
    expect(seen.reads.length).toBeGreaterThanOrEqual(2 * EVENTS)
    expect(frameTypes(seen)).toHaveLength(EVENTS)
  })

  bothWays('trickles', '[[sim:trickle]]', { trickle: true }, (seen) => {
    expect(frameTypes(seen)).toHaveLength(EVENTS)
    expect(seen.reads.length).toBeGreaterThan(seen.body.length / 2)
  })

  bothWays('stays open and silent', '[[sim:linger]]', { linger: true }, async (seen) => {
    expect([frameTypes(seen).length, seen.ending]).toEqual([EVENTS, 'silent'])
    await expect.poll(() => simulator.calls[0]?.clientLeft).toBe(true)
    expect(simulator.calls[0]?.eventsSent).toBe(EVENTS)
  })

  it('stays open with heartbeats', async () => {
    // The heartbeats come faster than the client gives up, so somebody else has to end this.
    const pending = see(simulator, STREAM, asked('[[sim:linger]] [[sim:heartbeat=40]]'))
    await sleep(250)
    await simulator.close()
    const seen = await pending
    expect(frameTypes(seen).slice(EVENTS, EVENTS + 3)).toEqual(['ping', 'ping', 'ping'])
    simulator = await startSimulator()
  })

  bothWays('announces too much', '[[sim:lengthOff=7]]', { lengthOff: 7 }, announcesBy(7, 'silent'))
  bothWays('announces too little', '[[sim:lengthOff=-7]]', { lengthOff: -7 }, announcesBy(-7, 'whole'))
  bothWays(
    'announces too much for a plain answer',
    '[[sim:lengthOff=7]]',
    { lengthOff: 7 },
    announcesBy(7, 'silent'),
    PLAIN,
  )

  bothWays('has no body', '[[sim:emptyBody]]', { emptyBody: true }, (seen) => {
    expect(seen.head).toContain('200 OK')
    expect([seen.body.length, seen.ending]).toEqual([0, 'whole'])
  })
  bothWays(
    'has no body in a plain answer',
    '[[sim:emptyBody]]',
    { emptyBody: true },
    (seen) => {
      expect(seen.head).toMatch(/content-length: 0\b/i)
      expect([seen.body.length, seen.ending]).toEqual([0, 'whole'])
    },
    PLAIN,
  )
  bothWays('has another body', '[[sim:garbage]]', { garbage: true }, (seen) => {
    expect([seen.ending, seen.body.toString()]).toEqual(['whole', expect.stringMatching(/^<html>/)])
  })

  function announcesBy(off: number, ending: Seen['ending']): (seen: Seen) => void {
    return (seen) => {
      expect(Number(/content-length: (\d+)/i.exec(seen.head)?.[1])).toBe(seen.body.length + off)
      expect(seen.ending).toBe(ending)
    }
  }
})

describe('what the stream says', () => {
  for (const name of [
    'throttlingException',
    'modelStreamErrorException',
    'internalServerException',
    'serviceUnavailableException',
    'validationException',
  ]) {
    bothWays(`is ${name} at once`, `[[sim:exception=${name}]]`, { exception: name }, (seen) => {
      expect([frameTypes(seen), seen.ending]).toEqual([[name], 'whole'])
      expect(JSON.parse(frames(seen.body).frames[0]?.payload ?? '')).toHaveProperty('message')
    })
    bothWays(
      `is ${name} after two events`,
      `[[sim:exception=${name}:said so]] [[sim:at=2]]`,
      { exception: `${name}:said so`, at: 2 },
      (seen) => {
        expect(frameTypes(seen)).toEqual(['messageStart', 'contentBlockDelta', name])
        expect(JSON.parse(frames(seen.body).frames[2]?.payload ?? '')).toMatchObject({ message: 'said so' })
      },
    )
  }

  bothWays(
    'names the status of the model',
    '[[sim:exception=modelStreamErrorException]] [[sim:originalStatusCode=429]]',
    { exception: 'modelStreamErrorException', originalStatusCode: 429 },
    (seen) => {
      expect(JSON.parse(frames(seen.body).frames[0]?.payload ?? '')).toMatchObject({ originalStatusCode: 429 })
    },
  )

  bothWays(
    'is an error without a model',
    '[[sim:errorFrame=InternalError:boom]] [[sim:at=1]]',
    { errorFrame: 'InternalError:boom', at: 1 },
    (seen) => {
      const [, error] = frames(seen.body).frames
      expect([frameTypes(seen), error?.payload]).toEqual([['messageStart', 'InternalError'], ''])
      expect(error?.bytes.toString('latin1')).toContain(':message-type\x07\x00\x05error')
    },
  )

  for (const badCrc of ['prelude', 'message'] as const) {
    bothWays(`has a wrong ${badCrc} checksum`, `[[sim:badCrc=${badCrc}]] [[sim:at=2]]`, { badCrc, at: 2 }, (seen) => {
      const { frames: right, rest } = frames(seen.body)
      expect(right).toHaveLength(2)
      expect(crc32(rest.subarray(0, 8)) === rest.readUInt32BE(8)).toBe(badCrc === 'message')
    })
  }

  bothWays(
    'announces a frame that is too long',
    '[[sim:frameLength=2000000000]] [[sim:at=1]]',
    { frameLength: 2_000_000_000, at: 1 },
    (seen) => {
      const { frames: right, rest } = frames(seen.body)
      expect([right.length, rest.readUInt32BE(0)]).toEqual([1, 2_000_000_000])
    },
  )

  bothWays('has bytes of nothing', '[[sim:garbageBytes=9]] [[sim:at=3]]', { garbageBytes: 9, at: 3 }, (seen) => {
    const { frames: right, rest } = frames(seen.body)
    expect([right.length, frames(rest.subarray(9)).frames.length]).toEqual([3, EVENTS - 3])
  })

  bothWays(
    'has a payload that is no JSON',
    '[[sim:garbageJson]] [[sim:at=1]]',
    { garbageJson: true, at: 1 },
    (seen) => {
      const payloads = frames(seen.body).frames.map((frame) => frame.payload)
      expect(() => JSON.parse(payloads[1] ?? '')).toThrow()
      expect(payloads.filter((_, at) => at !== 1).map((payload) => typeof JSON.parse(payload))).toHaveLength(EVENTS - 1)
    },
  )

  for (const without of ['messageStop', 'metadata', 'messageStop,metadata']) {
    bothWays(`lacks ${without}`, `[[sim:without=${without}]]`, { without }, (seen) => {
      expect(frameTypes(seen).filter((type) => without.split(',').includes(type))).toEqual([])
      expect([frameTypes(seen).length, seen.ending]).toEqual([EVENTS - without.split(',').length, 'whole'])
    })
  }

  bothWays('ends twice', '[[sim:twice=messageStop]]', { twice: 'messageStop' }, (seen) => {
    expect(frameTypes(seen).slice(-3)).toEqual(['messageStop', 'messageStop', 'metadata'])
  })

  bothWays('goes on after its end', '[[sim:afterEnd]]', { afterEnd: true }, (seen) => {
    expect(frameTypes(seen).slice(-2)).toEqual(['metadata', 'contentBlockDelta'])
  })
})

it('has every mishap in the README', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  expect(Object.keys(mishapShape).filter((name) => !new RegExp(`\`${name}[:\`]`).test(readme))).toEqual([])
})
