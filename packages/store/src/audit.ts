import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Access } from './access.ts'
import { asked, fromJsonOrNull, type JsonObject, jsonObject, limit, readInput, text, toJson } from './read-input.ts'
import type { AuditRow } from './tables.ts'

/** Who changed what. Rows are added and never changed. */
export interface Audit {
  append(event: NewAuditEvent): Promise<void>
  /** The newest first. `next` is for the page after it, and undefined with the last. */
  list(page?: AuditPage): Promise<{ readonly events: readonly AuditEvent[]; readonly next: string | undefined }>
}

export type NewAuditEvent = z.input<typeof newAuditEvent>
const newAuditEvent = z.strictObject({
  /** As in `user:ana@example.com`. */
  who: text(500),
  /** As in `entry.update`. */
  what: text(200),
  /** As in `entry:my-aws-bedrock`. */
  which: text(500),
  /** The object as `list` shows it: without its secrets. */
  before: jsonObject.optional(),
  after: jsonObject.optional(),
})

export interface AuditEvent {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly who: string
  readonly what: string
  readonly which: string
  readonly before: JsonObject | undefined
  readonly after: JsonObject | undefined
}

export interface AuditPage {
  /** Of one object only. */
  readonly which?: string
  readonly next?: string | undefined
  readonly limit?: number
}

export function createAudit({ db, write, now }: Access): Audit {
  return {
    async append(event) {
      const { who, what, which, before, after } = readInput(newAuditEvent, event, 'audit event')
      const at = now()
      const row: AuditRow = {
        id: nextId(at),
        at,
        actor: who,
        action: what,
        object: which,
        before: before === undefined ? null : toJson(before, 'state before'),
        after: after === undefined ? null : toJson(after, 'state after'),
      }
      await write(({ db }) => db.insertInto('audit').values(row).execute())
    },

    async list({ which, next, limit: wanted = 50 } = {}) {
      const most = Math.max(1, Math.min(readInput(limit, wanted, 'limit'), 500))
      let page = db.selectFrom('audit').selectAll()
      if (which !== undefined) page = page.where('object', '=', asked(which))
      if (next !== undefined) page = page.where('id', '<', asked(next))
      const rows = await page
        .orderBy('id', 'desc')
        .limit(most + 1)
        .execute()
      const events = rows.slice(0, most).map(eventOf)
      return { events, next: rows.length > most ? events.at(-1)?.id : undefined }
    },
  }
}

let sequence = 0

/** Sorts by time, and within a millisecond by turn. Lower-case letters and digits only, which every collation sorts alike. */
function nextId(at: number): string {
  sequence = (sequence + 1) % 36 ** 4
  return base36(at, 9) + base36(sequence, 4) + base36(randomBytes(4).readUInt32BE(), 7)
}

const base36 = (number: number, length: number): string => number.toString(36).padStart(length, '0')

const eventOf = (row: AuditRow): AuditEvent => ({
  id: row.id,
  at: row.at,
  who: row.actor,
  what: row.action,
  which: row.object,
  before: fromJsonOrNull(row.before),
  after: fromJsonOrNull(row.after),
})
