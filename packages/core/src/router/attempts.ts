import { MohoError } from '../contract/errors.ts'
import type { AttemptRecord } from '../contract/extend.ts'
import type { Resolved } from './resolve.ts'

/** One try at one target, to the point where the first byte would go to the caller. */
export interface Attempt<T> {
  readonly record: AttemptRecord
  /** What came of it, where it went well. */
  readonly committed: T | undefined
  /** Whether the credential was renewed after a refusal, so that the same target deserves another try. */
  readonly renewed: boolean
}

/**
 * Tries targets in their order until one commits. Until then nothing has been sent to the caller, so an attempt may still move.
 * The last fault is thrown where none does. `records` gets each attempt as it ends.
 */
export async function attempt<T>(
  targets: readonly [Resolved, ...Resolved[]],
  run: (target: Resolved) => Promise<Attempt<T>>,
  records: AttemptRecord[],
): Promise<T> {
  let last: MohoError | undefined
  for (const target of targets) {
    let tried = await run(target)
    records.push(tried.record)
    if (tried.committed === undefined && tried.renewed) {
      tried = await run(target)
      records.push(tried.record)
    }
    if (tried.committed !== undefined) return tried.committed
    last = tried.record.error
    if (last?.retry === 'never') break
  }
  throw last ?? new MohoError('internal', 'No attempt was made.')
}
