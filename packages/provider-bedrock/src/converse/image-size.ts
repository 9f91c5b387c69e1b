import { bytesAt } from './base64.ts'
import type { ImageFormat } from './wire.ts'

/** Width and height in pixels, from the few bytes that tell; `undefined` where they are not as the format says. */
export function imageSize(base64: string, format: ImageFormat): Size | undefined {
  return readers[format](base64)
}

export interface Size {
  readonly width: number
  readonly height: number
}

const readers: Readonly<Record<ImageFormat, (base64: string) => Size | undefined>> = { png, jpeg, gif, webp }

function png(base64: string): Size | undefined {
  const head = bytesAt(base64, 0, 24)
  if (head.byteLength < 24 || head.toString('latin1', 12, 16) !== 'IHDR') return undefined
  return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) }
}

function gif(base64: string): Size | undefined {
  const head = bytesAt(base64, 0, 10)
  if (head.byteLength < 10) return undefined
  return { width: head.readUInt16LE(6), height: head.readUInt16LE(8) }
}

function webp(base64: string): Size | undefined {
  const head = bytesAt(base64, 0, 30)
  if (head.byteLength < 30) return undefined
  switch (head.toString('latin1', 12, 16)) {
    case 'VP8X':
      return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 }
    case 'VP8L': {
      const bits = head.readUInt32LE(21)
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8 ':
      return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff }
    default:
      return undefined
  }
}

/** Goes from segment to segment: a camera's preview and colour profile may be a hundred kilobytes before the frame. */
function jpeg(base64: string): Size | undefined {
  let at = 2
  for (let segments = 0; segments < mostSegments; segments += 1) {
    const head = bytesAt(base64, at, 9)
    if (head.byteLength < 9 || head[0] !== 0xff) return undefined
    const marker = head[1] ?? 0
    // A marker may be filled up.
    if (marker === 0xff) at += 1
    else if (isFrame(marker)) return { width: head.readUInt16BE(7), height: head.readUInt16BE(5) }
    else at += 2 + head.readUInt16BE(2)
  }
  return undefined
}

/** 0xC0 to 0xCF are frames, but for the three that are tables. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

const mostSegments = 200
