import { type ErrorCode, MohoError } from '@moho/core'
import { commitLost, QueryError, type QueryFault } from '../query-error.ts'
import { fileMoved } from './database-file.ts'
import { SqliteThreadError } from './sqlite-thread.ts'

/** What went wrong with SQLite, in words that say what to do. */
export function sqliteFault(error: unknown, sql: string): QueryFault {
  const { code, isDead, message } =
    error instanceof SqliteThreadError ? error : { code: undefined, isDead: false, message: String(error) }
  // The upper bits tell more of the same.
  const known = code === undefined ? undefined : (faults[code] ?? faults[code & 0xff])
  const cause = new QueryError(message, code, sql)
  const isAway = isDead || known?.isAway === true
  if (isAway && sql === 'commit') return { fault: commitLost(cause), isAway }
  if (isDead)
    return { fault: new MohoError('overloaded', 'The store’s database stopped. Try again.', { cause }), isAway }
  if (known === undefined)
    return { fault: new MohoError('internal', 'The store’s database refused a query.', { cause }), isAway }
  return { fault: new MohoError(known.as, known.words, { cause }), isAway }
}

interface KnownFault {
  readonly as: ErrorCode
  readonly words: string
  readonly isAway: boolean
}

const locked: KnownFault = {
  as: 'overloaded',
  words: 'Another process has locked the store’s database file. Try again, and end that process if it stays so.',
  isAway: true,
}

/** By SQLite’s result code. */
const faults: { readonly [code: number]: KnownFault } = {
  5: locked,
  6: locked,
  8: {
    as: 'overloaded',
    words: 'The store’s database file may only be read. Let Moho’s user write to it and to its folder.',
    isAway: false,
  },
  10: { as: 'overloaded', words: 'The store’s disk cannot be read or written. Nothing was changed.', isAway: true },
  11: { as: 'internal', words: 'The store’s database file is damaged. Restore a backup.', isAway: false },
  13: {
    as: 'overloaded',
    words: 'The store’s disk is full. Nothing was changed. Make room and try again.',
    isAway: false,
  },
  14: {
    as: 'overloaded',
    words:
      'The store’s database file cannot be opened. Look whether its folder is there and Moho’s user may write to it.',
    isAway: true,
  },
  [fileMoved]: {
    as: 'overloaded',
    words:
      'The store’s database file was removed or replaced while it was open, so that nothing would be kept. Put it back, or start Moho again.',
    isAway: true,
  },
  26: {
    as: 'internal',
    words: 'The store’s database file is not a SQLite database, or is damaged. Name another file or restore a backup.',
    isAway: false,
  },
}
