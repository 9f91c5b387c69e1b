import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Child } from './child.ts'
import { gatewayCore, pickCores } from './cores.ts'
import { cpuTime } from './cpu-time.ts'
import { ForeignLoad } from './foreign-load.ts'
import type { Job, Outcome } from './load/job.ts'
import { freePorts } from './ports.ts'
import type { Row } from './rows.ts'
import type { Place, Started, Target } from './targets/target.ts'

/** A target that was started, or could not be. */
export interface Actor {
  readonly target: Target
  readonly started: Started | undefined
  /** Why it did not start. */
  readonly fault?: string
}

/** Callers, upstream and all targets, running side by side. */
export interface Stage {
  readonly actors: readonly Actor[]
  readonly pinned: boolean
  /** The share of the gateways' core that other programs took since the start. Undefined where nobody can tell. */
  foreignShare(): number | undefined
  call(actor: Actor, row: Row, effort: Effort): Promise<Outcome>
  close(): Promise<void>
}

/** How hard a target is called. */
export type Effort = Pick<Job, 'connections' | 'seconds'>

const processes = join(import.meta.dirname, '../processes')
/** Longer than the load generator's own patience. */
const patienceMs = 20_000

export async function openStage(targets: readonly Target[]): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'moho-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const cores = pickCores()
  const ports = await freePorts(2)
  const [burst = 0, paced = 0] = ports
  const outside = await Child.start({
    name: 'outside',
    args: [join(processes, 'outside.ts'), ...ports.map(String)],
    ports,
    folder,
    cores,
    role: 'others',
  })
  const place: Place = {
    upstream: { burst, paced },
    folder,
    run: (options) => Child.start({ ...options, folder, cores, role: 'gateway' }),
  }
  const actors = await Promise.all(targets.map((target) => startActor(target, place)))

  const pinned = cores.gateway.length > 0
  const foreign = new ForeignLoad(gatewayCore)
  const usedBefore = cpuOf(actors)

  return {
    actors,
    pinned,
    foreignShare: () => (pinned ? foreign.share(cpuOf(actors) - usedBefore) : undefined),
    async call({ started, fault = 'it did not start' }, row, effort) {
      if (started === undefined) return { fault }
      const { child } = started
      if (!child.alive) return { fault: `it ended: ${child.lastWords()}` }
      return ask(outside, { rowId: row.id, call: started.call(row), pid: child.pid, ...effort })
    },
    // SIGINT ends Moho in order, so that a profile is written.
    async close() {
      await Promise.all(actors.map(({ started }) => started?.child.alive && started.child.stop('SIGINT')))
    },
  }
}

const cpuOf = (actors: readonly Actor[]) =>
  actors.reduce((sum, { started }) => sum + (started?.child.alive ? cpuTime(started.child.pid) : 0), 0)

async function startActor(target: Target, place: Place): Promise<Actor> {
  try {
    return { target, started: await target.start(place) }
  } catch (error) {
    return { target, started: undefined, fault: error instanceof Error ? error.message : String(error) }
  }
}

function ask({ process: outside }: Child, job: Job): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('What is outside hangs.')), job.seconds * 1000 + patienceMs)
    outside.once('message', (outcome) => {
      clearTimeout(timer)
      resolve(outcome as Outcome)
    })
    outside.send(job)
  })
}
