import { randomUUID } from 'node:crypto'
import type { ConverseRequest, Message, Source } from './wire.ts'

/**
 * A body as it is sent. Large files go into the JSON as the Base64 that they are: to look through megabytes of it for what would have to
 * be escaped takes longer than all the rest of a call.
 */
export function bodyBytes(body: ConverseRequest): string | Uint8Array {
  const files = largeFiles(body.messages)
  if (files.length === 0) return JSON.stringify(body)
  const texts = files.map((file) => file.bytes)
  // Nobody can have written it into a message.
  const mark = randomUUID()
  for (const file of files) file.bytes = mark
  const pieces = JSON.stringify(body).split(mark)
  for (const [index, file] of files.entries()) file.bytes = texts[index] ?? ''
  const size = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0)
  const bytes = Buffer.allocUnsafe(texts.reduce((sum, text) => sum + text.length, size))
  let at = 0
  for (const [index, piece] of pieces.entries()) {
    at += bytes.write(piece, at)
    at += bytes.write(texts[index] ?? '', at, 'latin1')
  }
  return bytes
}

/** In the order in which they are written. */
function largeFiles(messages: readonly Message[]): { bytes: string }[] {
  const files: { bytes: string }[] = []
  for (const { content } of messages) {
    for (const block of content) {
      add(files, block)
      if ('toolResult' in block) for (const part of block.toolResult.content) add(files, part)
    }
  }
  return files
}

function add(files: { bytes: string }[], block: object): void {
  const source = sourceOf(block)
  if (source !== undefined && 'bytes' in source && source.bytes.length > large) files.push(source)
}

function sourceOf(block: { image?: Held; document?: Held; video?: Held; audio?: Held }): Source | undefined {
  return (block.image ?? block.document ?? block.video ?? block.audio)?.source
}

interface Held {
  readonly source: Source
}

/** In characters. Below it nothing is to be gained. */
const large = 16 * 1024
