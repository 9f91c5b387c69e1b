import type { Measured } from './load/job.ts'
import type { Options } from './options.ts'
import { findRow, type Row } from './rows.ts'
import type { Actor, Effort, Stage } from './stage.ts'

/** What was measured of one target for one row. */
export interface Cell {
  readonly target: string
  readonly title: string
  /** CPU µs per request in each round. Empty: it failed. */
  readonly rounds: number[]
  /** To the first byte of the answer, with one caller at a time (paced streams: with all). */
  p50Ms?: number
  requests: number
  fault?: string
}

export interface RowResult {
  readonly row: Row
  readonly cells: readonly Cell[]
}

/** A row: warms all targets, then goes round after round over all of them, so that a noisy moment hits each alike. */
export async function measureRow(
  stage: Stage,
  row: Row,
  options: Options,
  outOfTime: () => boolean,
): Promise<RowResult> {
  const pairs = stage.actors
    .filter(({ target }) => target.serves(row))
    .map((actor) => ({ actor, cell: emptyCell(actor) }))
  const { seconds, warmSeconds, rounds } = options
  const full: Effort = { connections: row.connections, seconds }
  const alone: Effort = { connections: row.pace === 'paced' ? row.connections : 1, seconds: seconds / 3 }

  for (const { actor, cell } of pairs) {
    if (outOfTime()) continue
    const warming = warmSeconds * actor.target.warmth
    // Some hundred paced streams would leave the compilers at work in the rounds, and the larger a gateway the longer.
    if (row.pace === 'paced') {
      const atOnce = findRow(row.id.replace('paced', 'burst'))
      await attempt(stage, atOnce, actor, cell, { connections: atOnce.connections, seconds: warming })
    }
    await attempt(stage, row, actor, cell, { ...full, seconds: row.pace === 'paced' ? warming / 2 : warming })
    const outcome = await attempt(stage, row, actor, cell, alone)
    if (outcome) cell.p50Ms = outcome.p50Ms
  }
  for (let round = 0; round < rounds; round += 1) {
    // Another one begins each time.
    const order = pairs.map((_, index) => pairs[(index + round) % pairs.length])
    for (const pair of order) {
      if (pair === undefined || outOfTime()) continue
      const outcome = await attempt(stage, row, pair.actor, pair.cell, full)
      if (outcome === undefined) continue
      pair.cell.rounds.push(outcome.cpuMicros / outcome.requests)
      pair.cell.requests += outcome.requests
    }
  }
  for (const { cell } of pairs) if (cell.rounds.length === 0) cell.fault ??= 'no time was left'
  return { row, cells: pairs.map(({ cell }) => cell) }
}

const emptyCell = ({ target }: Actor): Cell => ({ target: target.id, title: target.title, rounds: [], requests: 0 })

/** What answers wrongly once is not asked again. */
async function attempt(
  stage: Stage,
  row: Row,
  actor: Actor,
  cell: Cell,
  effort: Effort,
): Promise<Measured | undefined> {
  if (cell.fault !== undefined) return undefined
  const outcome = await stage.call(actor, row, effort)
  if (!('fault' in outcome)) return outcome
  cell.fault = outcome.fault
  cell.rounds.length = 0
  return undefined
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
