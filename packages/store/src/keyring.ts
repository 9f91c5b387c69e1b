import { MohoError } from '@moho/core'
import type { Transaction } from 'kysely'
import type { Engine } from './engine.ts'
import type { MasterKey } from './master-key.ts'
import { createSealer, keyIdOf, type Place, type Sealer } from './seal.ts'
import type { Tables } from './tables.ts'

/** The master key in use, and for the time of a rotation the next one beside it. */
export class Keyring {
  #current: Sealer
  #next: Sealer | undefined
  /** For what was read just before a rotation ended. */
  #previous: Sealer | undefined

  constructor(master: MasterKey) {
    this.#current = createSealer(master)
  }

  /** Throws `invalid_request` where the database was sealed under another master key. The first to open a database chooses it. */
  async check(work: Transaction<Tables>, engine: Engine): Promise<void> {
    await engine.lock(work, 'master key', 'exclusive')
    const stored = await checkValue(work)
    if (stored === undefined) await keepCheckValue(work, this.#current)
    else if (keyIdOf(stored) !== this.#current.id || this.#current.open(stored, checkPlace) !== checkText)
      throw new MohoError(
        'invalid_request',
        'This master key is not the one that the store’s secrets were sealed with. Set MOHO_MASTER_KEY, or the key’s file, to that one. ' +
          'Nothing was changed.',
      )
  }

  /** What seals in this transaction. Another process may have rotated the key since this one read it. */
  async sealer(work: Transaction<Tables>, engine: Engine): Promise<Sealer> {
    await engine.lock(work, 'master key', 'shared')
    const keyId = keyIdOf((await checkValue(work)) ?? '')
    const sealer = [this.#current, this.#next].find((known) => known?.id === keyId)
    if (sealer === undefined)
      throw new MohoError(
        'internal',
        'The master key was rotated by another process. Start this one again with the new key. Nothing was changed.',
      )
    return sealer
  }

  open(envelope: string, place: Place): string {
    const id = keyIdOf(envelope)
    const sealer = [this.#next, this.#previous].find((known) => known !== undefined && known.id === id)
    return (sealer ?? this.#current).open(envelope, place)
  }

  /** `reseal` runs in one transaction; what was sealed under either key opens until it ends. */
  async rotate(master: MasterKey, reseal: (next: Sealer) => Promise<void>): Promise<void> {
    if (this.#next !== undefined) throw new MohoError('conflict', 'The master key is being rotated already.')
    const next = createSealer(master)
    if (next.id === this.#current.id)
      throw new MohoError('invalid_request', 'This is the master key in use. Make a new one.')
    this.#next = next
    try {
      await reseal(next)
      this.#previous = this.#current
      this.#current = next
    } finally {
      this.#next = undefined
    }
  }
}

const checkPlace: Place = { table: 'meta', record: 'master_key', member: 'value' }
const checkText = 'moho'

async function checkValue(work: Transaction<Tables>): Promise<string | undefined> {
  const row = await work.selectFrom('meta').select('value').where('name', '=', checkPlace.record).executeTakeFirst()
  return row?.value
}

export async function keepCheckValue(work: Transaction<Tables>, sealer: Sealer): Promise<void> {
  const value = sealer.seal(checkText, checkPlace)
  await work
    .insertInto('meta')
    .values({ name: checkPlace.record, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}
