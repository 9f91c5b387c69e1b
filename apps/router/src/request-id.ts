import { randomFillSync } from 'node:crypto'

const idBytes = 16
/** Random bytes for many ids: to ask for a few at a time takes longer than all the rest. */
const pool = Buffer.alloc(256 * idBytes)
let taken = pool.length

/** `req_` and 128 random bits in hexadecimal. */
export function newRequestId(): string {
  if (taken === pool.length) {
    randomFillSync(pool)
    taken = 0
  }
  const from = taken
  taken += idBytes
  return `req_${pool.toString('hex', from, taken)}`
}
