import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Framing } from '../contract/reply.ts'
import { jsonLines } from './json-lines.ts'
import { wholeBody } from './whole-body.ts'

/** The frames of a body that comes in slices of these lengths. */
function framesOf(framing: Framing, body: Uint8Array, lengths: readonly number[]): readonly string[] {
  const frames: string[] = []
  const sink = framing({ frame: (data) => void frames.push(data), end: () => void frames.push('<end>') })
  let from = 0
  for (const length of lengths) {
    sink.chunk(body.subarray(from, from + length))
    from += length
  }
  sink.chunk(body.subarray(from))
  sink.end()
  return frames
}

const slices = fc.array(fc.nat(9), { maxLength: 40 })
const lineText = fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text))

describe('the whole body', () => {
  it('is one frame however it is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), slices, (text, lengths) => {
        expect(framesOf(wholeBody, Buffer.from(text), lengths)).toEqual([text, '<end>'])
      }),
    )
  })

  it('is refused where it is not UTF-8', () => {
    expect(() => framesOf(wholeBody, Uint8Array.of(0x22, 0xff, 0x22), [])).toThrow()
  })

  it('is refused where it is larger than memory should hold', () => {
    const sink = wholeBody({ frame() {}, end() {} })
    const chunk = new Uint8Array(16 * 1024 * 1024)
    for (let n = 0; n < 4; n++) sink.chunk(chunk)
    expect(() => sink.chunk(Uint8Array.of(1))).toThrow(expect.objectContaining({ code: 'upstream_failed' }))
  })
})

describe('JSON lines', () => {
  it('are the same frames however they are cut, with and without a last newline', () => {
    fc.assert(
      fc.property(
        fc.array(lineText),
        slices,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        (lines, lengths, newline, ended) => {
          const body = lines.join(newline) + (ended ? newline : '')
          expect(framesOf(jsonLines, Buffer.from(body), lengths)).toEqual([...lines, '<end>'])
        },
      ),
    )
  })

  it('pass over blank lines', () => {
    expect(framesOf(jsonLines, Buffer.from('\n\n1\n \n2'), [])).toEqual(['1', '2', '<end>'])
  })
})
