import { randomUUID } from 'node:crypto'
import type { ConverseRequest, Message, Source } from './wire.ts'
import { writtenAs } from './written-inputs.ts'

/**
 * A body as it is sent. Large files go into the JSON as the Base64 that they are: to look through megabytes of it for what would have to
 * be escaped takes longer than all the rest of a call. Inputs of calls go in as they were written.
 */
export function bodyBytes(body: ConverseRequest): string | Uint8Array {
  const places = placesIn(body.messages)
  if (places.length === 0) return JSON.stringify(body)
  // Nobody can have written it into a message.
  const mark = randomUUID()
  for (const { put } of places) put(mark)
  const pieces = JSON.stringify(body).split(mark)
  for (const { restore } of places) restore()
  const texts = places.map(({ text }) => text)
  // A mark is a string in the JSON. Where what it stands for is none, its quotes go.
  for (const [index, { quoted }] of places.entries()) {
    if (quoted) continue
    pieces[index] = pieces[index]?.slice(0, -1) ?? ''
    pieces[index + 1] = pieces[index + 1]?.slice(1) ?? ''
  }
  if (places.every(({ quoted }) => !quoted)) return pieces.map((piece, index) => piece + (texts[index] ?? '')).join('')
  // Base64 has as many bytes as characters, and to count those of megabytes is not free.
  const size =
    pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0) +
    places.reduce((sum, { text, quoted }) => sum + (quoted ? text.length : Buffer.byteLength(text)), 0)
  const bytes = Buffer.allocUnsafe(size)
  let at = 0
  for (const [index, piece] of pieces.entries()) {
    at += bytes.write(piece, at)
    const place = places[index]
    if (place !== undefined) at += bytes.write(place.text, at, place.quoted ? 'latin1' : 'utf8')
  }
  return bytes
}

/** Where a text goes into the JSON as it is. */
interface Place {
  readonly text: string
  /** It is the inside of a string. */
  readonly quoted: boolean
  put(mark: string): void
  restore(): void
}

/** In the order in which they are written. */
function placesIn(messages: readonly Message[]): Place[] {
  const places: Place[] = []
  for (const { content } of messages) {
    for (const block of content) {
      addFile(places, block)
      if ('toolResult' in block) for (const part of block.toolResult.content) addFile(places, part)
      if ('toolUse' in block) {
        const { toolUse } = block
        const { input } = toolUse
        const text = writtenAs(input)
        if (text !== undefined) {
          places.push({
            text,
            quoted: false,
            put: (mark) => Object.assign(toolUse, { input: mark }),
            restore: () => Object.assign(toolUse, { input }),
          })
        }
      }
    }
  }
  return places
}

function addFile(places: Place[], block: object): void {
  const source = sourceOf(block)
  if (source === undefined || !('bytes' in source) || source.bytes.length <= large) return
  const text = source.bytes
  const put = (bytes: string) => {
    source.bytes = bytes
  }
  places.push({ text, quoted: true, put, restore: () => put(text) })
}

function sourceOf(block: { image?: Held; document?: Held; video?: Held; audio?: Held }): Source | undefined {
  return (block.image ?? block.document ?? block.video ?? block.audio)?.source
}

interface Held {
  readonly source: Source
}

/** In characters. Below it nothing is to be gained. */
const large = 16 * 1024
