import { decodedLength } from './base64.ts'
import { imageSize } from './image-size.ts'
import type { MediaKind, MediaType } from './media-type.ts'
import { refusal } from './translation.ts'

/** How many files a request may hold. No limit is documented for sounds. */
export const mostFiles: Readonly<Record<MediaKind, number>> = {
  image: 20,
  document: 5,
  video: 1,
  audio: Number.POSITIVE_INFINITY,
}

const MiB = 1024 * 1024
/** How large a file may be. No limit is documented for sound, so it is held to that of videos. */
export const mostBytes: Readonly<Record<MediaKind, number>> = {
  image: 3.75 * MiB,
  document: 4.5 * MiB,
  video: 25 * MiB,
  audio: 25 * MiB,
}
/** In pixels. */
const longestSide = 8000

/** Throws `invalid_request` for a file that Bedrock would refuse, of which it would not say which. `member`: what holds it. */
export function checkFile(type: MediaType, base64: string, member: string): void {
  const length = decodedLength(base64)
  if (length === 0) throw refusal('invalid_request', member, 'The file is empty.')
  const most = mostBytes[type.kind]
  if (length > most) {
    const sizes = `This ${type.kind} has ${megabytes(length, Math.ceil)} MB, and Bedrock takes ${megabytes(most, Math.round)}.`
    throw refusal('invalid_request', member, sizes)
  }
  if (type.kind !== 'image') return
  const size = imageSize(base64, type.format)
  if (size === undefined || Math.max(size.width, size.height) <= longestSide) return
  const sides = `This image has ${size.width} × ${size.height} pixels, and Bedrock takes ${longestSide} on a side.`
  throw refusal('invalid_request', member, sides)
}

/** So that what is too large by a byte does not read as if it were not. */
const megabytes = (bytes: number, round: (value: number) => number): number => round((bytes / MiB) * 100) / 100
