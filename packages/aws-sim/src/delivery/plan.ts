import type { Answer } from '../answer.ts'
import { encodeEvents } from '../streams/disturb.ts'

/** How an answer goes over the wire. */
export interface Plan {
  readonly writes: readonly Buffer[]
  /** For each event, how many bytes of the body are out when it is. */
  readonly eventEnds: readonly number[]
  /** Undefined: in chunks, without a length. */
  readonly contentLength: number | undefined
  readonly ending: Ending
  /** Milliseconds between two writes; undefined: as fast as the client reads. */
  readonly pauseMs: number | undefined
  /** Sent every `everyMs` while the connection stays open. */
  readonly heartbeat: { readonly bytes: Buffer; readonly everyMs: number } | undefined
}

/**
 * `end` ends the body, `fin` closes the connection inside it, `rst` resets the connection, `open` does nothing until
 * the client leaves.
 */
type Ending = 'end' | 'fin' | 'rst' | 'open'

export function planDelivery(answer: Answer): Plan {
  const { body, mishaps = {} } = answer
  const isStream = typeof body === 'object' && 'events' in body
  const events = isStream ? encodeEvents(body, mishaps) : [typeof body === 'string' ? Buffer.from(body) : body]
  const eventEnds = runningTotals(events)
  const total = eventEnds.at(-1) ?? 0

  const endOf = (count: number | undefined): number =>
    count === undefined ? total : count === 0 ? 0 : (eventEnds[count - 1] ?? total)
  const cutAt = Math.min(mishaps.cut ? total >> 1 : total, mishaps.cutAfter ?? total, endOf(mishaps.cutAfterEvents))
  const isCut = mishaps.cut || mishaps.cutAfter !== undefined || mishaps.cutAfterEvents !== undefined
  const hangAt = endOf(mishaps.hangAfter)
  const limit = mishaps.emptyBody ? 0 : Math.min(cutAt, hangAt)
  const hangs = mishaps.hangAfter !== undefined && hangAt <= cutAt
  const ending = hangs ? 'open' : isCut ? (mishaps.cutBy ?? 'fin') : mishaps.linger ? 'open' : 'end'

  const isPaced = PACING.some((member) => mishaps[member] !== undefined)
  const { heartbeat } = mishaps
  // A body that is cut but ends as if it were whole announces what it has.
  const announced = mishaps.emptyBody || (ending === 'end' && isCut) ? limit : total
  const hasLength = !isStream || mishaps.lengthOff !== undefined
  return {
    writes: isPaced ? pacedWrites(events, limit, mishaps) : largeWrites(events, limit),
    eventEnds,
    contentLength: hasLength ? Math.max(0, announced + (mishaps.lengthOff ?? 0)) : undefined,
    ending,
    pauseMs: isPaced ? (mishaps.pace ?? 0) : undefined,
    heartbeat: heartbeat !== undefined && isStream ? { bytes: body.format.heartbeat, everyMs: heartbeat } : undefined,
  }
}

const PACING = ['pace', 'burst', 'split', 'trickle'] as const
const LARGE = 65_536

function runningTotals(events: readonly Buffer[]): number[] {
  let total = 0
  return events.map((event) => {
    total += event.length
    return total
  })
}

function largeWrites(events: readonly Buffer[], limit: number): Buffer[] {
  const [first] = events
  const whole = events.length === 1 && first ? first : Buffer.concat(events)
  return piecesOf(whole.subarray(0, limit), LARGE)
}

function pacedWrites(
  events: readonly Buffer[],
  limit: number,
  { burst = 1, split, trickle }: NonNullable<Answer['mishaps']>,
): Buffer[] {
  const writes: Buffer[] = []
  let left = limit
  for (let at = 0; at < events.length && left > 0; at += burst) {
    const group = Buffer.concat(events.slice(at, at + burst)).subarray(0, left)
    left -= group.length
    if (trickle !== undefined) writes.push(...piecesOf(group, trickle))
    else if (split !== undefined && split < group.length) writes.push(group.subarray(0, split), group.subarray(split))
    else writes.push(group)
  }
  return writes
}

function piecesOf(bytes: Buffer, size: number): Buffer[] {
  if (bytes.length <= size) return bytes.length === 0 ? [] : [bytes]
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  )
}
