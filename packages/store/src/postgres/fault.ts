import { type ErrorCode, MohoError } from '@moho/core'
import { commitLost, QueryError, type QueryFault } from '../query-error.ts'

/** What went wrong with PostgreSQL, in words that say what to do. `sql` is undefined where there was no connection yet. */
export function postgresFault(error: unknown, sql: string | undefined): QueryFault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  // What the server says has five characters, and no E in front as those of sockets and files. The rest means that there is no server.
  const sqlState = code !== undefined && /^(?!E)[0-9A-Z]{5}$/.test(code) ? code : undefined
  const known = sqlState === undefined ? withoutState(error) : faults.find(([start]) => sqlState.startsWith(start))?.[1]
  // Only its first line: the rest of the server's answer quotes values, as the words about bad data do.
  const said = sqlState?.startsWith('22') ? 'a value was refused' : textOf(error, code)
  const cause = new QueryError(said, code, sql)
  if (known === undefined)
    return { fault: new MohoError('internal', 'The store’s database refused a query.', { cause }), isAway: false }
  const fault = known.isAway && sql === 'commit' ? commitLost(cause) : new MohoError(known.as, known.words, { cause })
  return { fault, isAway: known.isAway }
}

/** pg’s pool says of its own that all connections are taken. */
const withoutState = (error: unknown): KnownFault =>
  error instanceof Error && error.message === 'timeout exceeded when trying to connect' ? again : away

/** Where several addresses were tried, the error of them all has no words. */
const textOf = (error: unknown, code: string | undefined): string =>
  error instanceof Error ? error.message || (code ?? error.name) : String(error)

interface KnownFault {
  readonly as: ErrorCode
  readonly words: string
  readonly isAway: boolean
}

const away: KnownFault = { as: 'overloaded', words: 'The store’s database cannot be reached. Try again.', isAway: true }
const refused: KnownFault = {
  as: 'overloaded',
  words:
    'The store’s database does not let Moho in. Look at the user, the password and the database of the store’s address.',
  isAway: true,
}
const again: KnownFault = { as: 'overloaded', words: 'The store’s database is busy. Try again.', isAway: false }

/** By how the SQLSTATE begins. */
const faults: readonly (readonly [string, KnownFault])[] = [
  ['08', away],
  ['57P', away],
  ['58', away],
  ['28', refused],
  ['3D000', refused],
  [
    '53100',
    { as: 'overloaded', words: 'The disk of the store’s database is full. Nothing was changed.', isAway: false },
  ],
  ['53', { as: 'overloaded', words: 'The store’s database has no connection left for Moho. Try again.', isAway: true }],
  [
    '25006',
    {
      as: 'overloaded',
      words: 'The store’s database may only be read. Name the one that is written to.',
      isAway: true,
    },
  ],
  ['40', again],
  ['55P03', again],
  ['57014', again],
  [
    '42501',
    {
      as: 'internal',
      words: 'The store’s database user lacks a right. Let it create tables and write to them.',
      isAway: false,
    },
  ],
]
