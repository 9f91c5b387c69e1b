import { statSync } from 'node:fs'

/** A file known by what it is on the disk: another of the same name is not it. The thread reads this, and so it imports nothing of Moho’s. */
export interface DatabaseFile {
  readonly path: string
  readonly identity: string | undefined
}

export const fileAt = (path: string): DatabaseFile => ({ path, identity: identityOf(path) })

export const isInPlace = ({ path, identity }: DatabaseFile): boolean => identityOf(path) === identity

/** SQLite’s own code for it, SQLITE_READONLY_DBMOVED, which it does not give while it keeps a write-ahead log. */
export const fileMoved = 1032

function identityOf(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats && `${stats.dev}:${stats.ino}`
}
