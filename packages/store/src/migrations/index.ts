import type { Transaction } from 'kysely'
import type { Engine } from '../engine.ts'
import type { Tables } from '../tables.ts'
import { beginning } from './0001-beginning.ts'

/** Takes a database from the version before to its own. Never changed once published: a mistake is mended by the next. */
export type Migration = (work: Transaction<Tables>, engine: Engine['name']) => Promise<void>

/** The first is version 1. */
export const migrations: readonly Migration[] = [beginning]
