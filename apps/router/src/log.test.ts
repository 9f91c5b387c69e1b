import type { CallRecord, Target, Usage } from '@moho/core'
import { describe, expect, it } from 'vitest'
import { callLine, logCalls } from './log.ts'

const target: Target = {
  entry: 'bedrock',
  operation: 'chat',
  model: { id: 'vendor.one-v1:0' },
  name: 'one',
  upstreamId: 'vendor.one-v1:0',
  region: 'us-east-1',
  path: 'converse',
}
const attempt = { target, startedAt: 0, totalMs: 12.6, upstreamMs: 11.2 }
const measured = (usage: Usage) => ({ ...attempt, usage: { state: 'measured', usage } as const })
const record: CallRecord = {
  id: 'req_0123',
  caller: { key: 'ci', metadata: {} },
  surface: 'chat',
  startedAt: 0,
  model: 'bedrock/one',
  totalMs: 13.5,
  attempts: [measured({ input: 3, cacheRead: undefined, output: 4 })],
  dropped: [],
  notes: [],
}

/** What the log is told of a call in any other way. */
function fieldsOf(call: CallRecord): object {
  let told: object = {}
  const ignore = () => {}
  const info = (_: string, fields: object = {}) => {
    told = fields
  }
  logCalls({ debug: ignore, info, warn: ignore, error: ignore }).observe(call)
  // As JSON has it.
  return JSON.parse(JSON.stringify(told))
}

describe('the line of a call', () => {
  it.each<[string, Partial<CallRecord>]>([
    ['that was answered', {}],
    ['whose names need escapes', { model: 'a "b" \\ \n ü \u2028', caller: { key: 'k\t"', metadata: {} } }],
    ['without usage', { attempts: [{ ...attempt, usage: { state: 'unmeasured' } }] }],
    ['after several attempts', { attempts: [measured({}), measured({ input: 1, reasoning: 0 })] }],
    ['to a target without a region', { attempts: [{ ...measured({}), target: { ...target, region: undefined } }] }],
    [
      'that lost members',
      {
        dropped: [
          { path: 'seed', why: 'no' },
          { path: 'a"b', why: 'no' },
        ],
      },
    ],
    ['with notes', { notes: [{ name: 'structured-output', value: 'tool' }] }],
    ['with a long name', { model: 'x'.repeat(1000) }],
  ])('says of one %s what the log says otherwise', (_, more) => {
    const call = { ...record, ...more }
    const line = callLine(call)
    expect(line).toMatch(/^[^\n]*\n$/)
    const { time, ...rest } = JSON.parse(line)
    expect(rest).toEqual({ level: 'info', ...fieldsOf(call), msg: 'call' })
    expect(Math.abs(Date.now() - Date.parse(time))).toBeLessThan(60_000)
  })
})
