import { isUtf8 } from 'node:buffer'
import { crc32 } from 'node:zlib'
import { AnswerExcerpt, type Framing, MohoError } from '@moho/core'

/**
 * AWS's binary event stream. The name of an event's frame is its `:event-type`, its data the payload. A frame that reports a
 * failure is named as `failureType` reads it; its data is JSON with a `message`, wherever the frame had that.
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export const eventStream: Framing = (frames) => {
  // A frame that has not come whole: its first `size` bytes, and how many are due before they can be read on.
  let partial = Buffer.alloc(0)
  let size = 0
  let due = preludeSize
  // Most frames have the headers of the one before.
  let headers = Buffer.alloc(0)
  let meaning: Meaning | undefined

  /** Takes what is due from a read, as far as it goes. The room doubles, so that slices of any size cost the same in sum. */
  const hold = (read: Buffer, at: number): number => {
    const more = Math.min(due - size, read.byteLength - at)
    if (size + more > partial.byteLength) {
      const larger = Buffer.allocUnsafe(Math.max(1024, 2 * partial.byteLength, size + more))
      partial.copy(larger, 0, 0, size)
      partial = larger
    }
    read.copy(partial, size, at, at + more)
    size += more
    return more
  }

  const frame = (bytes: Buffer, at: number, total: number) => {
    const end = at + total - checksumSize
    // The message's checksum goes on from the prelude's, which is right already.
    if (crc32(bytes.subarray(at + 8, end), bytes.readUInt32BE(at + 8)) !== bytes.readUInt32BE(end))
      throw damaged('a checksum is wrong', bytes.subarray(at))
    const start = at + preludeSize
    const payload = start + bytes.readUInt32BE(at + 4)
    if (
      meaning === undefined ||
      payload - start !== headers.byteLength ||
      bytes.compare(headers, 0, headers.byteLength, start, payload) !== 0
    ) {
      headers = Buffer.from(bytes.subarray(start, payload))
      meaning = meaningOf(readHeaders(headers), headers)
    }
    frames.frame(meaning.data ?? textOf(bytes, payload, end), meaning.name)
  }

  return {
    chunk(bytes) {
      const read = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      let at = 0
      while (at < read.byteLength) {
        if (size === 0) {
          const left = read.byteLength - at
          due = left < preludeSize ? preludeSize : frameSize(read, at)
          if (left >= due) {
            frame(read, at, due)
            at += due
            continue
          }
        }
        at += hold(read, at)
        if (size < due) return
        if (due === preludeSize) due = frameSize(partial, 0)
        else {
          size = 0
          frame(partial, 0, due)
        }
      }
    },
    end() {
      if (size > 0)
        throw new MohoError('upstream_failed', 'The upstream broke off in the middle of its answer.', {
          cause: `${size} bytes of a frame of ${due}`,
        })
      frames.end()
    },
  }
}

/** The type of the exception or error that a frame of this name reports; undefined for an event. */
export const failureType = (name: string): string | undefined =>
  name.startsWith(failurePrefix) ? name.slice(failurePrefix.length) : undefined

/** The names of events are identifiers, which have no colon. */
const failurePrefix = 'failure:'

/** The lengths of the frame and of its headers, and a checksum of both. */
const preludeSize = 12
const checksumSize = 4
const maxHeaders = 128 * 1024
const maxPayload = 24 * 1024 * 1024

/** Checks the prelude, before anything of what it announces is kept. */
function frameSize(bytes: Buffer, at: number): number {
  if (shortChecksum(bytes, at, at + 8) !== bytes.readUInt32BE(at + 8))
    throw damaged('the checksum of a prelude is wrong', bytes.subarray(at))
  const total = bytes.readUInt32BE(at)
  const headers = bytes.readUInt32BE(at + 4)
  const payload = total - headers - preludeSize - checksumSize
  if (payload < 0) throw damaged('the lengths of a frame contradict each other', bytes.subarray(at))
  if (headers > maxHeaders || payload > maxPayload)
    throw damaged('a frame is larger than any that is allowed', bytes.subarray(at))
  return total
}

/** CRC-32 of a few bytes: for eight of them, a view and a call out of JavaScript take longer than the sum. */
function shortChecksum(bytes: Buffer, start: number, end: number): number {
  let sum = -1
  for (let at = start; at < end; at++) sum = (sums[(sum ^ (bytes[at] as number)) & 0xff] as number) ^ (sum >>> 8)
  return ~sum >>> 0
}

/** Of each byte alone, by the reversed polynomial that zlib has too. */
const sums = Int32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1
  return sum
})

interface Meaning {
  readonly name: string
  /** In place of the payload. */
  readonly data?: string
}

function meaningOf(headers: ReadonlyMap<string, string>, bytes: Buffer): Meaning {
  const kind = headers.get(':message-type')
  const event = headers.get(':event-type')
  if (kind === 'event' && event !== undefined) return { name: event }
  if (kind === 'exception') return { name: failurePrefix + (headers.get(':exception-type') ?? '') }
  // A failure that the service's model does not have: it is told in headers alone.
  if (kind === 'error') {
    const message = headers.get(':error-message') ?? ''
    return { name: failurePrefix + (headers.get(':error-code') ?? ''), data: JSON.stringify({ message }) }
  }
  throw damaged('a frame is of an unknown kind', bytes)
}

/** The headers that are text, by name. */
function readHeaders(bytes: Buffer): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  let at = 0
  /** The start of as many bytes, which must be there. */
  const pass = (length: number) => {
    const start = at
    at += length
    if (at > bytes.byteLength) throw damaged('a header is cut off', bytes)
    return start
  }
  while (at < bytes.byteLength) {
    const nameLength = bytes.readUInt8(pass(1))
    const name = pass(nameLength)
    const type = bytes.readUInt8(pass(1))
    const fixed = valueLengths[type]
    if (fixed === undefined) throw damaged('a header is of an unknown type', bytes)
    const length = fixed === 'counted' ? bytes.readUInt16BE(pass(2)) : fixed
    const value = pass(length)
    if (type === textType) texts.set(bytes.toString('utf8', name, name + nameLength), bytes.toString('utf8', value, at))
  }
  return texts
}

/** By type: true, false, byte, three sizes of integer, bytes, text, timestamp, UUID. */
const valueLengths: readonly (number | 'counted')[] = [0, 0, 1, 2, 4, 8, 'counted', 'counted', 8, 16]
const textType = 7

/** Node's lenient decoder is twice as fast as the strict one, and puts a sign of its own where a strict look is needed. */
function textOf(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end)
  if (text.includes('\ufffd') && !isUtf8(bytes.subarray(start, end)))
    throw damaged('a payload is not UTF-8', bytes.subarray(start, end))
  return text
}

/** How much of what cannot be read is kept for the log. */
const quotedBytes = 256

const damaged = (what: string, bytes: Uint8Array): MohoError =>
  new MohoError('upstream_failed', `The upstream’s event stream cannot be read: ${what}.`, {
    cause: new AnswerExcerpt(Buffer.from(bytes.subarray(0, quotedBytes)).toString('hex')),
  })
