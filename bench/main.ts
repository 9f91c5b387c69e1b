import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeCircumstances } from './src/circumstances.ts'
import { judge } from './src/goals.ts'
import { measureRow, type RowResult } from './src/measure.ts'
import { type Options, readOptions, usage } from './src/options.ts'
import { topFunctions } from './src/profile.ts'
import { goalTable, tableHead, tableRow } from './src/report.ts'
import { writeResults } from './src/results-file.ts'
import { openStage } from './src/stage.ts'
import { floor } from './src/targets/floor.ts'
import { moho } from './src/targets/moho.ts'
import { portkey } from './src/targets/portkey.ts'
import { sdk } from './src/targets/sdk.ts'
import type { Target } from './src/targets/target.ts'

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
const modes = { measure, check, profile, help }
const options = read()
process.exit(await modes[options.mode](options))

function read(): Options {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`)
    process.exit(2)
  }
}

function targetsFor({ mohos, targets }: Options): Target[] {
  const all = [
    floor,
    ...mohos.map((bin, index) => moho({ bin, id: index === 0 ? 'moho' : `moho-${index + 1}` })),
    sdk,
    portkey,
  ]
  return all.filter(({ id }) => targets === undefined || targets.includes(id))
}

/** Fails when a target does, not when a goal is missed: that may be the machine's mood. */
async function measure(options: Options): Promise<number> {
  const { rows, rounds, seconds, budgetSeconds, out } = options
  const deadline = Date.now() + budgetSeconds * 1000
  const stage = await openStage(targetsFor(options))
  const circumstances = describeCircumstances(stage.pinned)
  const { machine, versions, commit, changed } = circumstances
  console.log(
    `${machine.cpu}, ${machine.cores} cores, Node ${versions.node}, ${commit.slice(0, 8)}${changed ? ' with changes' : ''}`,
  )
  console.log(
    `${rounds} rounds of ${seconds} s; the gateway ${stage.pinned ? 'has a core to itself' : 'is not pinned to a core'}\n`,
  )
  console.log(tableHead())
  const results: RowResult[] = []
  for (const row of rows) {
    const result = await measureRow(stage, row, options, () => Date.now() > deadline)
    results.push(result)
    console.log(tableRow(result))
  }
  const foreignShare = stage.foreignShare()
  await stage.close()
  const goals = judge(results)
  if (goals.length > 0) console.log(`\n${goalTable(goals)}`)
  if (foreignShare !== undefined) {
    console.log(
      `\nOther programs took ${Math.round(foreignShare * 100)} % of the gateway's core: ${moodOf(foreignShare)}.`,
    )
  }
  console.log(writeResults({ circumstances, settings: { rounds, seconds }, foreignShare, results, goals }, out))
  return results.some(({ cells }) => cells.some(({ fault }) => fault !== undefined)) ? 1 : 0
}

function moodOf(foreignShare: number): string {
  return foreignShare < 0.05 ? 'a quiet run' : 'too much for numbers to quote'
}

async function help(): Promise<number> {
  console.log(usage)
  return 0
}

async function check(options: Options): Promise<number> {
  const stage = await openStage(targetsFor(options))
  let failures = 0
  for (const row of options.rows) {
    for (const actor of stage.actors.filter(({ target }) => target.serves(row))) {
      const outcome = await stage.call(actor, row, { connections: 1, seconds: 0 })
      const failed = 'fault' in outcome
      if (failed) failures += 1
      console.log(`${row.id.padEnd(24)} ${actor.target.id.padEnd(8)} ${failed ? `failed: ${outcome.fault}` : 'ok'}`)
    }
  }
  await stage.close()
  return failures === 0 ? 0 : 1
}

async function profile(options: Options): Promise<number> {
  for (const row of options.rows) {
    const folder = mkdtempSync(join(tmpdir(), 'moho-profile-'))
    const stage = await openStage([
      moho({ bin: options.mohos[0] ?? '', flags: ['--cpu-prof', `--cpu-prof-dir=${folder}`] }),
    ])
    for (const actor of stage.actors) {
      const outcome = await stage.call(actor, row, { connections: row.connections, seconds: 4 * options.seconds })
      console.log(`\n${row.title}: ${'fault' in outcome ? `failed: ${outcome.fault}` : `${outcome.requests} calls`}`)
    }
    await stage.close()
    for (const text of topFunctions(folder, 15)) console.log(text)
    rmSync(folder, { recursive: true, force: true })
  }
  return 0
}
