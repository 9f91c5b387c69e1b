import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** The command that pins a process, for the gateway that is measured and for everything else. */
export interface Cores {
  readonly gateway: readonly string[]
  readonly others: readonly string[]
}

/** The core that gateways run on, where they are pinned. */
export const gatewayCore = availableParallelism() - 1

/** The gateway has the last core for itself, where there are two and `taskset` is at hand. */
export function pickCores(): Cores {
  const gateway = ['taskset', '-c', String(gatewayCore)]
  const others = ['taskset', '-c', `0-${gatewayCore - 1}`]
  const works =
    gatewayCore > 0 &&
    [gateway, others].every(([command = '', ...args]) => spawnSync(command, [...args, 'true']).status === 0)
  return works ? { gateway, others } : { gateway: [], others: [] }
}
