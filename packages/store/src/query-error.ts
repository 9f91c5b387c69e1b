import { MohoError } from '@moho/core'

/** What a log may have of a query that failed: its text, which holds no values, and what the database said. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
  /** As the database counts its errors. */
  readonly code: string | undefined

  constructor(message: string, code: string | number | undefined, sql: string | undefined) {
    super(sql === undefined ? message : `${message} (in: ${sql.slice(0, 500)})`)
    this.code = code === undefined ? undefined : String(code)
  }
}

export interface QueryFault {
  readonly fault: MohoError
  /** Whether the database cannot be reached, so that the next query would fail as well. */
  readonly isAway: boolean
}

/** The commit was sent, and its answer never came. */
export const commitLost = (cause: QueryError): MohoError =>
  new MohoError(
    'overloaded',
    'The store’s database was lost before it answered, so it is unknown whether this was kept. Look before you try again: what was kept ' +
      'would be a conflict.',
    { cause },
  )

export const storeClosed = (): MohoError =>
  new MohoError('overloaded', 'The store was closed, because the router ends.')
