import { hash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** A new secret of a key: `moho_`, 32 random bytes as base64url and a checksum, by which scanners and `isKeyText` know one. */
export function makeKeyText(): string {
  const random = `${start}${randomBytes(32).toString('base64url')}`
  return random + checksum(random)
}

/** Whether a text can be such a secret at all. One with a letter mistyped or missing cannot. */
export const isKeyText = (text: string): boolean =>
  /^moho_[\w-]{49}$/.test(text) && checksum(text.slice(0, -checksumLength)) === text.slice(-checksumLength)

/** By which a secret is kept and found. It is random and long, so nobody finds it by trying, and it needs no salt. */
export const hashKey = (text: string): string => hash('sha256', text, 'base64url')

/** What may be shown of a secret. */
export const shownOfKey = (text: string): { readonly prefix: string; readonly lastFour: string } => ({
  prefix: text.slice(0, start.length + 4),
  lastFour: text.slice(-4),
})

const start = 'moho_'
const checksumLength = 6

function checksum(text: string): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(text))
  return bytes.toString('base64url')
}
