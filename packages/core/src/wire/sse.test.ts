import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sse } from './sse.ts'

type Event = readonly [data: string, name: string]

/** The events of a stream that comes in slices of these lengths. */
function eventsOf(stream: Uint8Array, lengths: readonly number[] = []): readonly Event[] {
  const events: Event[] = []
  let ended = 0
  const sink = sse({ frame: (data, name) => void events.push([data, name]), end: () => void ended++ })
  let from = 0
  for (const length of lengths) {
    sink.chunk(stream.subarray(from, from + length))
    from += length
  }
  if (from < stream.byteLength) sink.chunk(stream.subarray(from))
  expect(ended).toBe(0)
  sink.end()
  expect(ended).toBe(1)
  return events
}
const eventsIn = (text: string) => eventsOf(Buffer.from(text))

/** The standard's algorithm, on the whole text at once. */
function expected(text: string): readonly Event[] {
  const events: Event[] = []
  let data: string[] = []
  let name = ''
  for (const line of [...text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/), '']) {
    if (line === '') {
      if (data.length > 0) events.push([data.join('\n'), name])
      data = []
      name = ''
    }
    const [, field, value = ''] = /^(.*?)(?:: ?(.*))?$/s.exec(line) ?? []
    if (field === 'data') data.push(value)
    if (field === 'event') name = value
  }
  return events
}

const slices = fc.array(fc.nat(7), { maxLength: 60 })

describe('server-sent events', () => {
  it.each<[string, readonly Event[]]>([
    [
      'data: {"a":1}\n\ndata: [DONE]\n\n',
      [
        ['{"a":1}', ''],
        ['[DONE]', ''],
      ],
    ],
    [
      'event: ping\ndata:x\n\ndata: y\n\n',
      [
        ['x', 'ping'],
        ['y', ''],
      ],
    ],
    [
      'data: a\r\n\r\ndata: b\r\rdata: c\n\n',
      [
        ['a', ''],
        ['b', ''],
        ['c', ''],
      ],
    ],
    ['data: a\ndata:\ndata:  b\n\n', [['a\n\n b', '']]],
    [
      '\ufeffdata: a\n\ndata: \ufeffb\n\n',
      [
        ['a', ''],
        ['\ufeffb', ''],
      ],
    ],
    [': comment\nid: 7\nretry: 10\ndatum: x\nevent: e\n\n\n\ndata: a\n\n', [['a', '']]],
    ['data: a: b\n\n', [['a: b', '']]],
    ['data\n\n', [['', '']]],
    [
      'data: a\n\ndata: last\n',
      [
        ['a', ''],
        ['last', ''],
      ],
    ],
    [
      'data: a\n\ndata: last',
      [
        ['a', ''],
        ['last', ''],
      ],
    ],
    ['event: e\n\n: nothing', []],
    ['', []],
  ])('%j', (text, events) => {
    expect(eventsIn(text)).toEqual(events)
    expect(eventsOf(Buffer.from(text), Array<number>(100).fill(1))).toEqual(events)
  })

  it('are what the standard says, however they are cut', () => {
    const piece = fc.constantFrom(
      'data: ',
      'data:',
      'data',
      'event: ',
      'event:',
      ':',
      ' ',
      'id: 1',
      '\n',
      '\n\n',
      '\r',
      '\r\n',
      '\r\n\r\n',
      '\ufeff',
      'é',
      '😀',
      '{"a":1}',
      '[DONE]',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), slices, (pieces, lengths) => {
        const text = pieces.join('')
        expect(eventsOf(Buffer.from(text), lengths)).toEqual(expected(text))
      }),
      { numRuns: 2000 },
    )
  })

  it('come as soon as their blank line does', () => {
    const events: string[] = []
    const sink = sse({ frame: (data) => void events.push(data), end() {} })
    sink.chunk(Buffer.from('data: a\r\n\r'))
    expect(events).toEqual(['a'])
    sink.chunk(Buffer.from('\ndata: b\n\n'))
    expect(events).toEqual(['a', 'b'])
  })

  it('are refused where they are not UTF-8', () => {
    expect(() => eventsOf(Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0x0a, 0x0a]))).toThrow()
  })

  it.each([
    ['one line', 'x'.repeat(1024 * 1024)],
    ['many lines', `${'x'.repeat(1024 * 1024 - 6)}\ndata: `],
  ])('are refused where one is larger than memory should hold: %s', (_, piece) => {
    const sink = sse({ frame() {}, end() {} })
    const bytes = Buffer.from(piece)
    sink.chunk(Buffer.from('data: '))
    expect(() => {
      for (let n = 0; n < 66; n++) sink.chunk(bytes)
    }).toThrow(expect.objectContaining({ code: 'upstream_failed' }))
  })

  it('take a long event in small slices in time linear to it', () => {
    const text = `data: ${'x'.repeat(4 * 1024 * 1024)}\n\n`
    const started = performance.now()
    expect(eventsOf(Buffer.from(text), Array<number>(65_536).fill(64))).toHaveLength(1)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
