import { MohoError } from '../contract/errors.ts'
import type { Framing } from '../contract/reply.ts'
import { maxAnswerBytes } from './body-limit.ts'

/** Server-sent events: the data of each as a frame, named by its `event:` line. `[DONE]` is data like any other. */
export const sse: Framing = (frames) => {
  // Bytes of the line that has not ended yet. Bytes are cut at line ends before they are decoded, so no character is split.
  let rest: Uint8Array[] = []
  let held = 0
  // The last read ended with CR: an LF that opens the next one belongs to it.
  let endedWithCr = false
  let begun = false
  let data: string | undefined
  let name = ''

  const dispatch = () => {
    const event = data
    const type = name
    data = undefined
    name = ''
    if (event !== undefined) frames.frame(event, type)
  }
  const line = (text: string) => {
    const colon = text.indexOf(':')
    const field = colon === -1 ? text : text.slice(0, colon)
    if (field !== 'data' && field !== 'event') return
    const value = colon === -1 ? '' : text.slice(text.charCodeAt(colon + 1) === space ? colon + 2 : colon + 1)
    if (field === 'event') name = value
    else {
      data = data === undefined ? value : `${data}\n${value}`
      if (data.length > maxAnswerBytes) throw tooLarge()
    }
  }
  /** Bytes that end with a line's end. */
  const lines = (bytes: Uint8Array) => {
    let text = utf8.decode(rest.length === 0 ? bytes : Buffer.concat([...rest, bytes]))
    rest = []
    held = 0
    if (!begun) {
      begun = true
      if (text.startsWith('\ufeff')) text = text.slice(1)
    }
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n')
    let from = 0
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      if (at === from) dispatch()
      else line(text.slice(from, at))
      from = at + 1
    }
  }

  return {
    chunk(bytes) {
      if (bytes.byteLength === 0) return
      const from = endedWithCr && bytes[0] === lf ? 1 : 0
      const to = endOfLines(bytes)
      endedWithCr = bytes[bytes.byteLength - 1] === cr
      if (to > from) lines(bytes.subarray(from, to))
      if (to === bytes.byteLength) return
      held += bytes.byteLength - to
      if (held + (data?.length ?? 0) > maxAnswerBytes) throw tooLarge()
      rest.push(bytes.subarray(to))
    },
    end() {
      // Some upstreams leave out the last blank line, or even the last line's end.
      if (rest.length > 0) lines(Uint8Array.of(lf))
      dispatch()
      frames.end()
    },
  }
}

/** The place after the last line end, 0 where there is none. Looks from behind: most reads end with a line. */
function endOfLines(bytes: Uint8Array): number {
  for (let at = bytes.byteLength - 1; at >= 0; at--) if (bytes[at] === lf || bytes[at] === cr) return at + 1
  return 0
}

const tooLarge = () => new MohoError('upstream_failed', 'The upstream sent an event longer than Moho keeps in memory.')

const lf = 0x0a
const cr = 0x0d
const space = 0x20
/** Strict, and a BOM is one only where the stream begins. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
