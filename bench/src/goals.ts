import { median, type RowResult } from './measure.ts'
import { parseCost } from './parse-cost.ts'
import { type Row, rows } from './rows.ts'

/** What Moho is meant to cost at most, as a multiple of another target in the same run, or of `parse`: its request parsed and written anew. */
const goals = [
  { row: 'converse-json', to: 'floor', most: 2 },
  { row: 'converse-json', to: 'portkey', most: 1 / 6 },
  { row: 'forwarded-json', to: 'floor', most: 1.5 },
  { row: 'converse-stream-paced', to: 'floor', most: 1.4 },
  { row: 'forwarded-stream-paced', to: 'floor', most: 1.4 },
  { row: 'converse-stream-burst', to: 'sdk', most: 1 / 4 },
  { row: 'converse-json-2m', to: 'parse', most: 2 },
]

/** What `--quick` measures: the rows with a goal. */
export const quickRows: readonly Row[] = rows.filter(({ id }) => goals.some(({ row }) => row === id))

export interface GoalResult {
  readonly row: string
  readonly to: string
  readonly most: number
  readonly ratio: number
  readonly verdict: 'pass' | 'miss' | 'not measured'
}

export function judge(results: readonly RowResult[]): GoalResult[] {
  return goals.flatMap((goal) => {
    const result = results.find(({ row }) => row.id === goal.row)
    if (result === undefined) return []
    const ratio =
      goal.to === 'parse' ? costOf(result, 'moho') / parseCost(result.row) : ratioOf(result, 'moho', goal.to)
    const verdict = Number.isNaN(ratio) ? 'not measured' : ratio <= goal.most ? 'pass' : 'miss'
    return [{ ...goal, ratio, verdict }]
  })
}

/** One target's median as a multiple of another's. NaN where either has none. */
export function ratioOf(result: RowResult, one: string, other: string): number {
  return costOf(result, one) / costOf(result, other)
}

const costOf = ({ cells }: RowResult, id: string): number =>
  median(cells.find(({ target }) => target === id)?.rounds ?? [])
