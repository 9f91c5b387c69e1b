import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { describeCircumstances } from './circumstances.ts'
import type { GoalResult } from './goals.ts'
import { median, type RowResult } from './measure.ts'

export interface Results {
  readonly circumstances: ReturnType<typeof describeCircumstances>
  readonly settings: { readonly rounds: number; readonly seconds: number }
  readonly foreignShare: number | undefined
  readonly results: readonly RowResult[]
  readonly goals: readonly GoalResult[]
}

/** Writes what a run found, and tells where. */
export function writeResults(
  { circumstances, settings, foreignShare, results, goals }: Results,
  out: string | undefined,
): string {
  const file = out ?? join(import.meta.dirname, '../results', `${circumstances.time.replace(/[:.]/g, '-')}.json`)
  const rows = results.map(({ row, cells }) => ({
    ...row,
    targets: cells.map(({ rounds, ...cell }) => ({
      ...cell,
      cpuMicros:
        rounds.length === 0
          ? null
          : { median: median(rounds), min: Math.min(...rounds), max: Math.max(...rounds), rounds },
    })),
  }))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ ...circumstances, settings, foreignShare, rows, goals }, roundNumbers, 2)}\n`)
  return file
}

const roundNumbers = (_: string, value: unknown) =>
  typeof value === 'number' ? Math.round(value * 1000) / 1000 : value
