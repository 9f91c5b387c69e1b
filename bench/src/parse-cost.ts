import { median } from './measure.ts'
import { requestBody } from './request-body.ts'
import type { Row } from './rows.ts'

/** What it costs to parse a row's request and to write it anew, from bytes to bytes, in µs of CPU: the least that a translation does. */
export function parseCost(row: Row): number {
  const body = requestBody(row, 'entry/model')
  const again = () => void Buffer.from(JSON.stringify(JSON.parse(body.toString())))
  const rounds = Array.from({ length: 6 }, () => {
    const before = process.cpuUsage()
    for (let call = 0; call < callsPerRound; call += 1) again()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / callsPerRound
  })
  // The first warms.
  return median(rounds.slice(1))
}

const callsPerRound = 50
