import { setTimeout as sleep } from 'node:timers/promises'
import { cpuTime } from '../cpu-time.ts'
import { requestBody } from '../request-body.ts'
import { findRow, type Row } from '../rows.ts'
import { Connection } from './connection.ts'
import type { Call, Job, Outcome } from './job.ts'
import { findFault } from './verify.ts'

/** So that no round grows without bound. */
const maxRequests = 200_000
/** What a gateway may still do after its answer, such as writing a log. */
const settleMs = 30
const patienceMs = 10_000
/** Streams do not start in step. */
const staggerMs = 100

/**
 * A round of load. CPU time is read before the first request and after the last answer, so that what is counted is exactly what was
 * answered: no request is cut off at the end.
 */
export async function runJob({ rowId, call, pid, connections: count, seconds }: Job): Promise<Outcome> {
  const row = findRow(rowId)
  const request = encode(row, call)
  const connections = Array.from({ length: count }, () => new Connection(call.port))
  const latencies: number[] = []
  let fault: string | undefined
  const close = () => {
    for (const connection of connections) connection.close()
  }
  const watch = setTimeout(
    () => {
      const waiting = connections.flatMap((connection) => connection.waitsWith ?? [])
      fault = `it hangs, with ${waiting.length} of ${count} answers under way: ${waiting[0]}`
      close()
    },
    seconds * 1000 + patienceMs,
  )
  try {
    await Promise.all(connections.map((connection) => connection.open()))
    const before = cpuTime(pid)
    const started = performance.now()
    const deadline = started + seconds * 1000

    const work = async (connection: Connection, index: number): Promise<void> => {
      if (row.pace === 'paced' && count > 1) await sleep((staggerMs * index) / count)
      let thorough = true
      do {
        const response = await connection.send(request)
        fault ??= findFault(row, call.expected, response, thorough)
        thorough = false
        latencies.push(response.firstByteMs)
      } while (fault === undefined && performance.now() < deadline && latencies.length < maxRequests)
    }
    await Promise.all(connections.map(work))
    const ended = performance.now()
    if (fault !== undefined) return { fault }
    await sleep(settleMs)
    return {
      requests: latencies.length,
      seconds: (ended - started) / 1000,
      cpuMicros: cpuTime(pid) - before,
      p50Ms: latencies.sort((one, other) => one - other)[latencies.length >> 1] ?? 0,
    }
  } catch (error) {
    return { fault: fault ?? String(error) }
  } finally {
    clearTimeout(watch)
    close()
  }
}

function encode(row: Row, { port, path, headers, model }: Call): Buffer {
  const body = requestBody(row, model)
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    'content-type': 'application/json',
    'content-length': body.length,
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), body])
}
