import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** The CPU time in µs, user and system, that a process and all below it have used, with all their threads. */
export function cpuTime(pid: number): number {
  return existsSync('/proc/self/schedstat') ? fromProc(pid) : fromPs(pid)
}

/** By the scheduler's own count, in ns. `/proc/PID/stat` has the same in ticks of 10 ms, which are much for a short round. */
function fromProc(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, task) => {
    const read = (file: string) => readFileSync(`/proc/${pid}/task/${task}/${file}`, 'latin1').split(' ')
    const children = read('children').filter(Boolean).map(Number)
    return children.reduce((all, child) => all + fromProc(child), sum + Number(read('schedstat')[0]) / 1000)
  }, 0)
}

function fromPs(pid: number): number {
  const { stdout, error } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,time='], { encoding: 'utf8' })
  if (error) throw error
  const list = stdout.split('\n').map((line) => line.trim().split(/\s+/))
  const total = (wanted: string): number =>
    list
      .filter(([id, parent]) => id === wanted || parent === wanted)
      .reduce((sum, [id = '', , time = '']) => sum + (id === wanted ? microseconds(time) : total(id)), 0)
  return total(String(pid))
}

/** From `[days-][hours:]minutes:seconds`. */
function microseconds(time: string): number {
  const [seconds = 0, minutes = 0, hours = 0, days = 0] = time.split(/[-:]/).map(Number).reverse()
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1e6
}
