import { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { LogBuffer } from './log-buffer.ts'

/** Keeps what is written to it. */
function sink() {
  const writes: string[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      writes.push(chunk.toString())
      done()
    },
  })
  return { writes, stream }
}

describe('lines of a log', () => {
  it('go out together, soon', async () => {
    const { writes, stream } = sink()
    const buffer = new LogBuffer(stream)
    for (const line of ['one\n', 'zwei ü 🙂\n', '三\n']) buffer.write(line)
    expect(writes).toEqual([])
    await sleep(100)
    expect(writes).toEqual(['one\nzwei ü 🙂\n三\n'])
  })

  it('keep their order and are whole, however many and long they are', () => {
    const { writes, stream } = sink()
    const buffer = new LogBuffer(stream)
    const lines = Array.from({ length: 3000 }, (_, at) => `${at} ${'ü€🙂x'.repeat(at % 40)}\n`)
    lines.push(`${'long '.repeat(50_000)}\n`, 'last\n')
    for (const line of lines) buffer.write(line)
    buffer.flush()
    expect(writes.length).toBeLessThan(20)
    expect(writes.join('')).toBe(lines.join(''))
  })
})
