import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** The functions that a profile in a folder spent its time in, most first, without the waiting. */
export function topFunctions(folder: string, count: number): string[] {
  const name = readdirSync(folder).find((file) => file.endsWith('.cpuprofile'))
  if (name === undefined) throw new Error('Moho wrote no profile.')
  const { nodes, samples, timeDeltas }: CpuProfile = JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const names = new Map(nodes.map(({ id, callFrame }) => [id, describe(callFrame)]))
  const times = new Map<string, number>()
  samples.forEach((id, index) => {
    const key = names.get(id) ?? '?'
    times.set(key, (times.get(key) ?? 0) + (timeDeltas[index] ?? 0))
  })
  times.delete('(idle)')
  const total = [...times.values()].reduce((sum, time) => sum + time, 0)
  return [...times]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, count)
    .map(([key, time]) => `${((time / total) * 100).toFixed(1).padStart(5)} %  ${key}`)
}

function describe({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName || '(anonymous)'
  if (url === '') return name
  const path = url.startsWith('file:') ? relative(join(import.meta.dirname, '../..'), fileURLToPath(url)) : url
  return `${name}  ${path.replace(/^.*node_modules\//, '')}:${lineNumber + 1}`
}
