import { MohoError } from '../contract/errors.ts'
import type { Framing } from '../contract/reply.ts'
import { maxAnswerBytes } from './body-limit.ts'

/** The whole body as one frame. */
export const wholeBody: Framing = (frames) => {
  const parts: Uint8Array[] = []
  let size = 0
  return {
    chunk(bytes) {
      size += bytes.byteLength
      if (size > maxAnswerBytes)
        throw new MohoError('upstream_failed', 'The upstream answered with more than Moho keeps in memory.')
      parts.push(bytes)
    },
    end() {
      frames.frame(utf8.decode(parts.length === 1 ? parts[0] : Buffer.concat(parts, size)), '')
      frames.end()
    },
  }
}

/** Strict: an answer that is not UTF-8 is an error, not a guess. */
const utf8 = new TextDecoder('utf-8', { fatal: true })
