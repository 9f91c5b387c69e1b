import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { announceLength, breakChecksum, encodeError, encodeEvent, encodeException } from './event-stream.ts'

/** Frames that AWS's own codec made. */
const FRAMES = {
  delta: `0000009f00000057c37babff0b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c7461
    0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e74
    7b22636f6e74656e74426c6f636b496e646578223a302c2264656c7461223a7b2274657874223a224869227d2c2270223a2261626364227d
    f2ace5ff`,
  stop: `00000083000000518f0874490b3a6576656e742d7479706507000b6d65737361676553746f70
    0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e74
    7b2270223a226162222c2273746f70526561736f6e223a22656e645f7475726e227d9056e9a4`,
  throttled: `000000b0000000614f5086b30f3a657863657074696f6e2d747970650700137468726f74746c696e67457863657074696f6e
    0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e
    0d3a6d6573736167652d74797065070009657863657074696f6e
    7b226d657373616765223a22546f6f206d616e7920746f6b656e732c20706c656173652077616974206265666f726520747279696e6720
    616761696e2e227df70ae57f`,
  error: `0000005800000048154692c10b3a6572726f722d636f646507000d496e7465726e616c4572726f72
    0e3a6572726f722d6d657373616765070004626f6f6d0d3a6d6573736167652d747970650700056572726f72f9da682d`,
}

const bytes = (hex: string): Buffer => Buffer.from(hex.replace(/\s/g, ''), 'hex')

describe('the encoder', () => {
  it.each([
    [
      'an event',
      encodeEvent('contentBlockDelta', '{"contentBlockIndex":0,"delta":{"text":"Hi"},"p":"abcd"}'),
      FRAMES.delta,
    ],
    ['another event', encodeEvent('messageStop', '{"p":"ab","stopReason":"end_turn"}'), FRAMES.stop],
    [
      'an exception',
      encodeException('throttlingException', '{"message":"Too many tokens, please wait before trying again."}'),
      FRAMES.throttled,
    ],
    ['an error', encodeError('InternalError', 'boom'), FRAMES.error],
  ])('makes %s byte for byte', (_what, frame, expected) => {
    expect(frame.toString('hex')).toBe(bytes(expected).toString('hex'))
  })

  it('counts bytes, not characters', () => {
    const frame = encodeEvent('x', '{"text":"żółć 🙂"}')
    expect(frame.readUInt32BE(0)).toBe(frame.length)
    expect(frame.subarray(12 + frame.readUInt32BE(4), -4).toString()).toBe('{"text":"żółć 🙂"}')
  })
})

describe('a broken frame', () => {
  const whole = bytes(FRAMES.stop)
  const isPreludeRight = (frame: Buffer) => crc32(frame.subarray(0, 8)) === frame.readUInt32BE(8)
  const isMessageRight = (frame: Buffer) => crc32(frame.subarray(0, -4)) === frame.readUInt32BE(frame.length - 4)

  it.each([
    ['in the prelude only', breakChecksum(whole, 'prelude'), false, true],
    ['in the message only', breakChecksum(whole, 'message'), true, false],
    ['in the length only', announceLength(whole, 0x7fffffff), true, false],
  ])('is wrong %s', (_where, frame, prelude, message) => {
    expect([isPreludeRight(frame), isMessageRight(frame)]).toEqual([prelude, message])
    expect(frame).toHaveLength(whole.length)
  })

  it('says the length that it is told', () => {
    expect(announceLength(whole, 0xffffffff).readUInt32BE(0)).toBe(0xffffffff)
  })
})
