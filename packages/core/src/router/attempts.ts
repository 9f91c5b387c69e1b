import { MohoError } from '../contract/errors.ts'
import type { AttemptRecord } from '../contract/extend.ts'
import type { Resolved } from './resolve.ts'

/** What came of one try at one target, at the point where the first byte would go to the caller. */
export type Attempt<T> =
  | { readonly committed: T }
  | {
      readonly failed: AttemptRecord
      readonly error: MohoError
      /** Whether the credential was renewed after a refusal, so that the same target deserves another try. */
      readonly renewed: boolean
    }

/**
 * Tries targets in their order until one commits. Until then nothing has been sent to the caller, so an attempt may still move.
 * The last fault is thrown where none does. `records` gets each attempt that failed.
 */
export async function attempt<T>(
  targets: readonly [Resolved, ...Resolved[]],
  run: (target: Resolved) => Promise<Attempt<T>>,
  records: AttemptRecord[],
): Promise<T> {
  let last: MohoError | undefined
  for (const target of targets) {
    let tried = await run(target)
    if ('failed' in tried) {
      records.push(tried.failed)
      if (tried.renewed) {
        tried = await run(target)
        if ('failed' in tried) records.push(tried.failed)
      }
    }
    if ('committed' in tried) return tried.committed
    last = tried.error
    if (last.retry === 'never') break
  }
  throw last ?? new MohoError('internal', 'No attempt was made.')
}
