import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { quickRows } from './goals.ts'
import { findRow, type Row, rows } from './rows.ts'

export interface Options {
  readonly mode: 'measure' | 'check' | 'profile' | 'help'
  readonly rows: readonly Row[]
  readonly rounds: number
  /** Of a round. */
  readonly seconds: number
  /** Of warming, before the first round of a row. */
  readonly warmSeconds: number
  /** After so many no round is started. */
  readonly budgetSeconds: number
  /** Only these. */
  readonly targets: readonly string[] | undefined
  /** Moho's command; of several builds, each one's. */
  readonly mohos: readonly string[]
  /** Where the results go. */
  readonly out: string | undefined
}

export const usage = `npm run bench -- [options]
  --rows a,b      only these rows: ${rows.map(({ id }) => id).join(', ')}
  --targets a,b   only these targets: floor, moho, sdk, portkey
  --rounds N      rounds for each row, of which the median counts (5)
  --seconds S     length of a round (1)
  --quick         the rows with a goal, three short rounds: under a minute
  --check         one verified call for each row and target, no measuring
  --profile       where Moho's CPU time goes, by function
  --moho A,B      other builds' apps/router/bin/moho.js, side by side
  --out FILE      where the results go (bench/results/TIME.json)`

/** What the command line asks for. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      rows: { type: 'string' },
      targets: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      moho: { type: 'string', default: join(import.meta.dirname, '../../apps/router/bin/moho.js') },
      out: { type: 'string' },
    },
  })
  const { help, quick, check, profile } = values
  const seconds = readNumber('--seconds', values.seconds, quick ? 0.3 : 1)
  return {
    mode: help ? 'help' : check ? 'check' : profile ? 'profile' : 'measure',
    rows: values.rows?.split(',').map(findRow) ?? (quick || profile ? quickRows : rows),
    rounds: readNumber('--rounds', values.rounds, quick ? 3 : 5),
    seconds,
    warmSeconds: quick ? 0.5 : 4,
    budgetSeconds: quick ? 55 : 465,
    targets: values.targets?.split(','),
    mohos: values.moho.split(',').map((bin) => resolve(bin)),
    out: values.out,
  }
}

function readNumber(name: string, text: string | undefined, fallback: number): number {
  const number = Number(text ?? fallback)
  if (number > 0 && number <= 100) return number
  throw new Error(`${name} must be a number above 0 and up to 100.`)
}
