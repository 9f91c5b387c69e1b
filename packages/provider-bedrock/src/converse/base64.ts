/**
 * Standard Base64 with padding, as Bedrock wants it. The URL alphabet, line breaks, percent signs and missing padding are mended;
 * `undefined` for what is no Base64.
 */
export function standardBase64(text: string): string | undefined {
  return isStandard(text) ? text : mended(text)
}

/** How many bytes standard Base64 stands for. */
export function decodedLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  return (base64.length / 4) * 3 - padding
}

/** Some bytes from the middle of standard Base64, fewer where it ends first; the rest is not decoded. */
export function bytesAt(base64: string, start: number, length: number): Buffer {
  const group = Math.floor(start / 3)
  const skip = start - group * 3
  const bytes = Buffer.from(base64.slice(group * 4, (group + Math.ceil((skip + length) / 3)) * 4), 'base64')
  return bytes.subarray(skip, skip + length)
}

/** By decoding it, which passes over what does not belong: a regular expression takes ten times as long over megabytes. */
function isStandard(text: string): boolean {
  // The decoder looks at the low byte of a character alone. Where the text has no other bytes, V8 answers without looking.
  if (text.length % 4 !== 0 || wide.test(text)) return false
  let decoded = 0
  for (let at = 0; at < text.length; at += slice) {
    const part = text.slice(at, at + slice)
    if (part.includes('-') || part.includes('_')) return false
    decoded += scratch.write(part, 'base64')
  }
  return decoded === decodedLength(text)
}

const wide = /[\u0100-\uffff]/

/** In characters: what is decoded at a time, into room that is there already. */
const slice = 16 * 1024
const scratch = Buffer.allocUnsafe((slice / 4) * 3)

function mended(text: string): string | undefined {
  // Spaces within a line are kept, so that prose is not taken for Base64.
  const bare = (text.includes('%') ? percentDecoded(text) : text)?.replace(/[\r\n][ \t\r\n]*/g, '').trim()
  if (bare === undefined || wide.test(bare)) return undefined
  const end = bare.endsWith('==') ? -2 : bare.endsWith('=') ? -1 : bare.length
  const digits = bare.slice(0, end)
  const bytes = Buffer.from(digits, 'base64')
  // A last digit that stands alone has too few bits for a byte.
  if (digits.length % 4 === 1 || bytes.byteLength !== Math.floor((digits.length * 3) / 4)) return undefined
  return bytes.toString('base64')
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
