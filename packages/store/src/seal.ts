import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, KeyObject, randomBytes } from 'node:crypto'
import { MohoError } from '@moho/core'
import type { MasterKey } from './master-key.ts'

/**
 * Seals texts under one master key, by AES-256-GCM. An envelope is `v1.KEY.BYTES`: which master key it is, and nonce, ciphertext and tag as
 * base64url. It opens only at the place that it was sealed for, so one moved to another record is refused.
 */
export interface Sealer {
  /** Names the master key without telling it. */
  readonly id: string
  seal(text: string, place: Place): string
  /** Throws `internal` where the envelope was changed or belongs elsewhere. */
  open(envelope: string, place: Place): string
}

export interface Place {
  readonly table: string
  readonly record: string
  readonly member: string
}

export function createSealer(master: MasterKey): Sealer {
  if (!(master instanceof KeyObject))
    throw new MohoError(
      'invalid_request',
      'The store needs a master key, as `readMasterKey` gives it from MOHO_MASTER_KEY.',
    )
  const key = createSecretKey(derive(master, 'moho v1 seal', 32))
  const id = derive(master, 'moho v1 key id', 6).toString('base64url')
  return {
    id,
    seal(text, place) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(placeBytes(place))
      const bytes = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `v1.${id}.${bytes.toString('base64url')}`
    },
    open(envelope, place) {
      const [version, keyId, sealed] = envelope.split('.')
      if (version !== 'v1' || sealed === undefined)
        throw cannotOpen(place, 'it is in a form that this Moho does not know')
      if (keyId !== id) throw cannotOpen(place, 'it was sealed under another master key')
      const bytes = Buffer.from(sealed, 'base64url')
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
          authTagLength: tagBytes,
        })
          .setAAD(placeBytes(place))
          .setAuthTag(bytes.subarray(-tagBytes))
        const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes))
        return Buffer.concat([text, decipher.final()]).toString('utf8')
      } catch {
        throw cannotOpen(place, 'it was changed, or belongs to another record')
      }
    },
  }
}

/** The master key that an envelope was sealed under. */
export const keyIdOf = (envelope: string): string | undefined => envelope.split('.')[1]

const nonceBytes = 12
const tagBytes = 16

const derive = (master: MasterKey, purpose: string, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', master, '', purpose, length))

/** As JSON, so that no two places are the same bytes. */
const placeBytes = ({ table, record, member }: Place): Buffer => Buffer.from(JSON.stringify([table, record, member]))

const cannotOpen = ({ table, member }: Place, why: string): MohoError =>
  new MohoError(
    'internal',
    `A sealed ${member} of the store’s ${table} cannot be opened: ${why}. Restore a backup, or enter it again.`,
  )
