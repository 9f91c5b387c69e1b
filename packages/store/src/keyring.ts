import { MohoError } from '@moho/core'
import type { Transaction } from 'kysely'
import type { Engine } from './engine.ts'
import type { MasterKey } from './master-key.ts'
import { createSealer, keyIdOf, type Place, type Sealer } from './seal.ts'
import type { Tables } from './tables.ts'

/** The master keys that this process has had. Which of them is in force, the database says. */
export class Keyring {
  readonly #first: Sealer
  /** By id. The earlier ones are for what was read before a rotation ended. */
  readonly #sealers = new Map<string | undefined, Sealer>()

  /** Throws `invalid_request` for what is no master key. */
  constructor(master: MasterKey) {
    this.#first = this.add(master)
  }

  add(master: MasterKey): Sealer {
    const sealer = createSealer(master)
    this.#sealers.set(sealer.id, sealer)
    return sealer
  }

  /** Throws `invalid_request` where the database was sealed under another master key. The first to open a database chooses it. */
  async check(work: Transaction<Tables>, engine: Engine): Promise<void> {
    await engine.lock(work, 'master key', 'exclusive')
    const stored = await checkValue(work)
    if (stored === undefined) await keepCheckValue(work, this.#first)
    else if (keyIdOf(stored) !== this.#first.id || this.#first.open(stored, checkPlace) !== checkText)
      throw new MohoError(
        'invalid_request',
        'This master key is not the one that the store’s secrets were sealed with. Set MOHO_MASTER_KEY, or the key’s file, to that one. ' +
          'Nothing was changed.',
      )
  }

  /** What seals in this transaction. Another process may have rotated the key since this one read it. */
  async sealer(work: Transaction<Tables>, engine: Engine): Promise<Sealer> {
    await engine.lock(work, 'master key', 'shared')
    const sealer = this.#sealers.get(keyIdOf((await checkValue(work)) ?? ''))
    if (sealer === undefined)
      throw new MohoError(
        'internal',
        'The master key was rotated by another process. Start this one again with the new key. Nothing was changed.',
      )
    return sealer
  }

  open(envelope: string, place: Place): string {
    const sealer = this.#sealers.get(keyIdOf(envelope)) ?? this.#first
    return sealer.open(envelope, place)
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
