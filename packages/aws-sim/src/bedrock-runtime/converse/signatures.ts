import { createHmac } from 'node:crypto'

/**
 * The simulator's signatures of thoughts: each holds for one text and one family of models, so that a thought which was
 * altered, invented or taken from elsewhere is known. The same call gets the same one.
 */
export function signThought(family: string, text: string, seed: Buffer): string {
  return PREFIX + sealed(`${family} ${text}`, seed).toString('base64')
}

export function isSignedThought(family: string, text: string, signature: string): boolean {
  return signature === signThought(family, text, Buffer.from(signature.slice(PREFIX.length), 'base64'))
}

/** A thought that nobody may read, as base64. */
export function redactedThought(family: string, seed: Buffer): string {
  return Buffer.concat([Buffer.from(REDACTED), sealed(`${family} redacted`, seed)]).toString('base64')
}

export function isRedactedThought(family: string, base64: string): boolean {
  return base64 === redactedThought(family, Buffer.from(base64, 'base64').subarray(REDACTED.length))
}

const PREFIX = 'sim-'
const REDACTED = 'sim-redacted:'
const SALT_BYTES = 12
// No secret: whoever reads this may forge thoughts.
const KEY = 'a thought of the simulator'

/** What was signed is not in it, its salt is: the seed's first bytes. */
function sealed(text: string, seed: Buffer): Buffer {
  const salt = seed.subarray(0, SALT_BYTES)
  return Buffer.concat([salt, createHmac('sha256', KEY).update(salt).update(text).digest()])
}
