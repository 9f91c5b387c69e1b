import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { MohoError } from '@moho/core'

/** 32 bytes that seal every secret of a store. A KeyObject, because that prints as nothing. */
export type MasterKey = KeyObject

/**
 * A master key as it stands in MOHO_MASTER_KEY or in a file: base64, base64url or hex. Throws `invalid_request` with what is wrong with
 * the text, and never the text.
 */
export function readMasterKey(text: string): MasterKey {
  const trimmed = text.trim()
  const fault = faultOf(trimmed)
  if (fault !== undefined) throw new MohoError('invalid_request', `The master key ${fault} ${howToMake}`)
  return createSecretKey(bytesOf(trimmed))
}

/** A new master key, to be kept in a file. */
export const makeMasterKey = (): string => randomBytes(keyBytes).toString('base64')

const keyBytes = 32
const howToMake = 'It is 32 random bytes as base64 or hex, as `openssl rand -base64 32` makes them.'
const isHex = /^(?:[0-9a-f]{2})+$/i

function faultOf(text: string): string | undefined {
  if (text === '') return 'is empty.'
  if (/^(["'`]).*\1$/s.test(text)) return 'has quotation marks around it. Leave them out.'
  if (/\s/.test(text)) return 'has white space in it. Perhaps it was broken over two lines.'
  if (!/^[\w+/-]+={0,2}$/.test(text)) return 'has characters that neither base64 nor hex has.'
  const bytes = bytesOf(text)
  if (bytes.length !== keyBytes) return `has ${bytes.length} bytes and not 32.`
  if (new Set(bytes).size < 8) return 'is no random one: its bytes repeat.'
  return undefined
}

/** 64 digits of hex would be 48 bytes of base64, so there is no doubt about a key that fits. */
const bytesOf = (text: string): Buffer => Buffer.from(text, isHex.test(text) && text.length === 64 ? 'hex' : 'base64')
