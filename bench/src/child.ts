import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cores } from './cores.ts'

export interface ChildOptions {
  readonly name: string
  /** A script for this Node, with its arguments. */
  readonly args: readonly string[]
  /** The ports that it opens. */
  readonly ports: readonly number[]
  /** Where its output goes, in a file of its name. */
  readonly folder: string
  readonly cores: Cores
  /** The core it runs on: the measured one, or the rest. */
  readonly role: keyof Cores
}

const patienceMs = 15_000
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** A process of its own, pinned to its core, with its output in a file. */
export class Child {
  readonly process: ChildProcess
  readonly pid: number
  readonly #log: string
  readonly #ended: Promise<unknown>

  private constructor(process: ChildProcess, log: string) {
    this.process = process
    this.pid = process.pid ?? 0
    this.#log = log
    this.#ended = new Promise((resolve) => process.once('close', resolve))
  }

  /** Resolves once all its ports are open. */
  static async start({ name, args, ports, folder, cores, role }: ChildOptions): Promise<Child> {
    const log = join(folder, `${name}.log`)
    const output = openSync(log, 'a')
    const [command = '', ...rest] = [...cores[role], process.execPath, ...args]
    // What is told by the environment, such as a proxy or a log level, is nobody's choice here.
    const env = { PATH: process.env.PATH, HOME: folder, NODE_ENV: 'production' }
    // A gateway has no channel to its parent when users run it.
    const channel = role === 'gateway' ? 'ignore' : 'ipc'
    const child = spawn(command, rest, { cwd: folder, env, stdio: ['ignore', output, output, channel] })
    closeSync(output)
    running.add(child)
    child.once('close', () => running.delete(child))
    const started = new Child(child, log)
    for (const port of ports) await started.#waitFor(port)
    return started
  }

  get alive(): boolean {
    return running.has(this.process)
  }

  /** The end of what it said. */
  lastWords(): string {
    return readFileSync(this.#log, 'utf8').trim().slice(-500)
  }

  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.process.kill(signal)
    await this.#ended
  }

  async #waitFor(port: number): Promise<void> {
    const deadline = Date.now() + patienceMs
    while (!(await isOpen(port))) {
      if (!this.alive) throw new Error(`It ended: ${this.lastWords()}`)
      if (Date.now() > deadline) throw new Error(`It did not open its port: ${this.lastWords()}`)
      await sleep(50)
    }
  }
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const answer = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.once('connect', () => answer(true)).once('error', () => answer(false))
  })
