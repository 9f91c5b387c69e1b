import { MohoError } from '../contract/errors.ts'
import type { Framing } from '../contract/reply.ts'
import { maxAnswerBytes } from './body-limit.ts'

/** Each line of the body as a frame; blank lines are passed over. */
export const jsonLines: Framing = (frames) => {
  // Bytes of the line that has not ended yet. Lines are cut before they are decoded, so no character is split.
  let rest: Uint8Array[] = []
  let size = 0
  const line = (tail: Uint8Array) => {
    const text = utf8.decode(rest.length === 0 ? tail : Buffer.concat([...rest, tail])).trim()
    rest = []
    size = 0
    if (text !== '') frames.frame(text, '')
  }
  return {
    chunk(bytes) {
      let from = 0
      for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, from)) {
        line(bytes.subarray(from, at))
        from = at + 1
      }
      if (from === bytes.byteLength) return
      size += bytes.byteLength - from
      if (size > maxAnswerBytes)
        throw new MohoError('upstream_failed', 'The upstream sent a line longer than Moho keeps in memory.')
      rest.push(bytes.subarray(from))
    },
    end() {
      line(new Uint8Array())
      frames.end()
    },
  }
}

const newline = 0x0a
const utf8 = new TextDecoder('utf-8', { fatal: true })
