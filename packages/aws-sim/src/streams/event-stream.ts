import { crc32 } from 'node:zlib'
import type { Failure, StreamEvent, StreamFormat } from './stream.ts'

// The encoded headers of each event type; there are few.
const EVENT_HEADERS = new Map<string, Buffer>()
/** The header type of a string. */
const STRING = 7
/** Two lengths and their checksum before the headers, one checksum at the end. */
const AROUND = 16

/** `application/vnd.amazon.eventstream`: AWS's binary frames, each with a checksum of its first 8 bytes and one of all. */
export const eventStream: StreamFormat = {
  kind: 'binary',
  contentType: 'application/vnd.amazon.eventstream',
  encode: ({ name, payload }: StreamEvent) => encodeEvent(name, payload),
  failure: ({ name, payload }: Failure) => encodeException(name, payload),
  // Bedrock was not seen to send any; a client must pass over an event that it does not know.
  heartbeat: encodeEvent('ping', '{}'),
}

/** A header of a frame: its name and its value, which is always a string here. */
type FrameHeader = readonly [name: string, value: string]

/** An event as Bedrock sends it, the headers in Bedrock's order. */
export function encodeEvent(type: string, payload: string): Buffer {
  let headers = EVENT_HEADERS.get(type)
  if (!headers) {
    headers = encodeHeaders([
      [':event-type', type],
      [':content-type', 'application/json'],
      [':message-type', 'event'],
    ])
    EVENT_HEADERS.set(type, headers)
  }
  return assemble(headers, payload)
}

/** A modelled exception, which ends the stream. */
export function encodeException(type: string, payload: string): Buffer {
  return encodeFrame(
    [
      [':exception-type', type],
      [':content-type', 'application/json'],
      [':message-type', 'exception'],
    ],
    payload,
  )
}

/** A failure that the service model does not declare; it ends the stream too and has no payload. */
export function encodeError(code: string, message: string): Buffer {
  return encodeFrame([
    [':error-code', code],
    [':error-message', message],
    [':message-type', 'error'],
  ])
}

function encodeFrame(headers: readonly FrameHeader[], payload = ''): Buffer {
  return assemble(encodeHeaders(headers), payload)
}

/** The frame with a checksum that does not fit. */
export function breakChecksum(frame: Buffer, which: 'prelude' | 'message'): Buffer {
  const broken = Buffer.from(frame)
  const at = which === 'prelude' ? 8 : frame.length - 4
  broken.writeUInt32BE((broken.readUInt32BE(at) ^ 0xffffffff) >>> 0, at)
  if (which === 'prelude') broken.writeUInt32BE(crc32(broken.subarray(0, -4)), broken.length - 4)
  return broken
}

/** The frame with another total length; the checksum of the first 8 bytes fits, so that only the length is wrong. */
export function announceLength(frame: Buffer, length: number): Buffer {
  const broken = Buffer.from(frame)
  broken.writeUInt32BE(length >>> 0, 0)
  broken.writeUInt32BE(crc32(broken.subarray(0, 8)), 8)
  return broken
}

function encodeHeaders(headers: readonly FrameHeader[]): Buffer {
  return Buffer.concat(
    headers.flatMap(([name, value]) => {
      const [key, text] = [Buffer.from(name), Buffer.from(value)]
      return [Buffer.from([key.length]), key, Buffer.from([STRING, text.length >> 8, text.length & 0xff]), text]
    }),
  )
}

function assemble(headers: Buffer, payload: string): Buffer {
  const total = AROUND + headers.length + Buffer.byteLength(payload)
  const frame = Buffer.allocUnsafe(total)
  frame.writeUInt32BE(total, 0)
  frame.writeUInt32BE(headers.length, 4)
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8)
  headers.copy(frame, 12)
  frame.write(payload, 12 + headers.length)
  frame.writeUInt32BE(crc32(frame.subarray(0, total - 4)), total - 4)
  return frame
}
