import type { Job } from '../src/load/job.ts'
import { runJob } from '../src/load/run-job.ts'
import { serveUpstream } from '../src/mock.ts'

/**
 * What is outside of a gateway: its callers and its upstream. Started with the upstream's two ports; a round of load comes as a message,
 * and its outcome goes back as one.
 *
 * One process for both, that does not sleep while a round lasts. To wake a sleeping process costs the one that writes to it more than all
 * else it does for a call. Only slow gateways would pay for that: a fast one lets nobody sleep. And outside of a benchmark callers and
 * upstreams are on other machines.
 */

const [burstPort, pacedPort] = process.argv.slice(2).map(Number)
serveUpstream(burstPort, false)
serveUpstream(pacedPort, true)

let awake = false
function stayAwake(): void {
  if (awake) setImmediate(stayAwake)
}

process.on('message', async (job: Job) => {
  awake = true
  stayAwake()
  const outcome = await runJob(job).catch((error: unknown) => ({ fault: String(error) }))
  awake = false
  process.send?.(outcome)
})
process.on('disconnect', () => process.exit())
