import { readFileSync } from 'node:fs'

/** Tells how much of the time other programs kept the gateway's core busy: with much of it, caches are cold and numbers are high. */
export class ForeignLoad {
  readonly #core: number
  readonly #start: Ticks | undefined

  constructor(core: number) {
    this.#core = core
    this.#start = readTicks(core)
  }

  /** As a share of all time since the start. `ownMicros` is what the gateways used. Undefined where the system does not tell. */
  share(ownMicros: number): number | undefined {
    const now = readTicks(this.#core)
    if (this.#start === undefined || now === undefined) return undefined
    const busy = now.busy - this.#start.busy
    return Math.max(0, busy - ownMicros / tick) / (now.all - this.#start.all)
  }
}

interface Ticks {
  readonly busy: number
  readonly all: number
}

const tick = 10_000

function readTicks(core: number): Ticks | undefined {
  if (process.platform !== 'linux') return undefined
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'latin1'))?.[1]
  if (line === undefined) return undefined
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, stolen = 0] = line
    .split(' ')
    .map(Number)
  const busy = user + nice + system + irq + soft + stolen
  return { busy, all: busy + idle + wait }
}
