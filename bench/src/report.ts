import type { GoalResult } from './goals.ts'
import { ratioOf } from './goals.ts'
import { type Cell, median, type RowResult } from './measure.ts'

/** Tables for people: Markdown that can be read as it is. */

const header = ['', 'CPU µs per call: median (min–max)', '× bare proxy', '× Portkey', 'p50 ms']

export const tableHead = (): string =>
  `${line(header.map((title, column) => pad(title, column)))}\n${line(widths.map((width) => '-'.repeat(width)))}`

export const tableRow = (result: RowResult): string =>
  [
    line([pad(`**${result.row.title}**`, 0), ...widths.slice(1).map((width) => ' '.repeat(width))]),
    ...result.cells.map((cell) => line(describe(result, cell).map(pad))),
  ].join('\n')

const widths = [34, 36, 12, 10, 7]
const pad = (text: string, column: number) => text.padEnd(widths[column] ?? 0)
const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

function describe(result: RowResult, cell: Cell): string[] {
  if (cell.fault !== undefined)
    return [cell.title, `failed: ${cell.fault.replace(/\s+/g, ' ').slice(0, 300)}`, '', '', '']
  const { rounds, p50Ms = Number.NaN } = cell
  return [
    cell.title,
    `${micros(median(rounds))} (${micros(Math.min(...rounds))}–${micros(Math.max(...rounds))})`,
    ratio(ratioOf(result, cell.target, 'floor')),
    ratio(ratioOf(result, cell.target, 'portkey')),
    p50Ms.toFixed(2),
  ]
}

const micros = (value: number) => (value < 100 ? value.toFixed(1) : value.toFixed(0))
const ratio = (value: number) => (Number.isNaN(value) ? '–' : value.toFixed(2))

export const goalTable = (goals: readonly GoalResult[]): string =>
  [
    '| Moho, as a multiple of | measured | at most | |',
    '| --- | --- | --- | --- |',
    ...goals.map(({ row, to, most, ratio: measured, verdict }) =>
      line([`${row}: ${to}`, ratio(measured), most.toFixed(2), verdict]),
    ),
  ].join('\n')
