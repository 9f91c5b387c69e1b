import type { Log } from '@moho/core'
import type { Engine } from './engine.ts'

/** What is kept in memory by those who read it, and so must be followed. */
export const changeKinds = ['entries', 'keys'] as const
export type ChangeKind = (typeof changeKinds)[number]

/** Hears that objects of a kind have changed, once that is committed; which of them is for it to read. */
export type ChangeListener = (kind: ChangeKind) => unknown

export interface Changes {
  listen(listener: ChangeListener): () => void
  /** This process has committed. */
  made(kind: ChangeKind, revision: number): void
  /** Reads the counters, and tells of those that are not what they were. */
  look(): Promise<void>
}

export function createChanges({ db }: Engine, log: Log): Changes {
  const listeners = new Set<ChangeListener>()
  const seen = new Map<string, number>()
  let looking: Promise<void> | undefined
  let isAskedAgain = false
  /** The kinds that this process has changed while it looked: what it read of them may be older. */
  let madeMeanwhile = new Set<ChangeKind>()

  const failed = (error: unknown) => log.error('a listener for changes of the store failed', { error })

  function tell(kind: ChangeKind): void {
    for (const listener of listeners) {
      try {
        Promise.resolve(listener(kind)).catch(failed)
      } catch (error) {
        failed(error)
      }
    }
  }

  async function look(): Promise<void> {
    madeMeanwhile = new Set()
    const rows = await db.selectFrom('revisions').selectAll().execute()
    isAskedAgain ||= madeMeanwhile.size > 0
    for (const kind of changeKinds) {
      if (madeMeanwhile.has(kind)) continue
      const revision = rows.find((row) => row.kind === kind)?.revision ?? 0
      const before = seen.get(kind)
      seen.set(kind, revision)
      if (before !== undefined && before !== revision) tell(kind)
    }
  }

  async function lookUntilNothingWasAsked(): Promise<void> {
    try {
      do {
        isAskedAgain = false
        await look()
      } while (isAskedAgain)
    } finally {
      looking = undefined
    }
  }

  return {
    listen(listener) {
      // Of its own, because the same one may listen twice.
      const own: ChangeListener = (kind) => listener(kind)
      listeners.add(own)
      return () => listeners.delete(own)
    },
    made(kind, revision) {
      // Looked at already, because others were told of it first.
      if (revision <= (seen.get(kind) ?? 0)) return
      madeMeanwhile.add(kind)
      seen.set(kind, revision)
      tell(kind)
    },
    look() {
      isAskedAgain = true
      looking ??= lookUntilNothingWasAsked()
      return looking
    },
  }
}
