import { AnswerExcerpt, type CallRecord, type Log, type Observer, type UsageCount } from '@moho/core'
import pino from 'pino'
import { LogBuffer } from './log-buffer.ts'
import { factsOfTarget } from './target-facts.ts'

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export interface RouterLog extends Log {
  /** Takes the line of a call that went well, made already. Undefined where the level leaves those out, or each line is made by the log. */
  readonly calls?: ((line: string) => void) | undefined
}

/** The log: lines of JSON on stderr, so that stdout is left to what a person or a script reads. */
export function createLog(level: LogLevel): RouterLog {
  const lines = new LogBuffer(process.stderr)
  const logger = pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp,
      serializers: { error: pino.stdSerializers.err },
    },
    lines,
  )
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
    calls: logger.isLevelEnabled('info') ? (line) => lines.write(line) : undefined,
  }
}

/** A line for each call: where it went, what it used and how it ended. Never what was said. */
export const logCalls = (log: RouterLog): Observer => ({
  observe(record) {
    const { error } = record
    if (error === undefined && log.calls !== undefined) {
      log.calls(callLine(record))
      return
    }
    const fields = describe(record)
    if (error === undefined) {
      log.info('call', fields)
      return
    }
    fields.code = error.code
    fields.message = error.message
    fields.cause = briefly(error.cause)
    if (error.forManagers !== undefined) fields.advice = error.forManagers
    if (error.code === 'internal') fields.stack = framesOf(error.cause)
    if (error.status >= 500) log.error('call failed', fields)
    else log.warn('call failed', fields)
  },
})

/** Flat: a nested object takes longer to write than all the rest. */
function describe(record: CallRecord): Record<string, unknown> {
  const fields: Record<string, unknown> = {
    requestId: record.id,
    surface: record.surface,
    key: record.caller.key,
    model: record.model.slice(0, 200),
    ms: Math.round(record.totalMs),
  }
  const last = record.attempts.at(-1)
  if (last !== undefined) {
    fields.entry = last.target.entry
    fields.upstreamId = last.target.upstreamId
    fields.region = last.target.region
    fields.path = last.target.path
    fields.attempts = record.attempts.length
    fields.upstreamMs = Math.round(last.upstreamMs)
    if (last.usage.state === 'unmeasured') fields.usage = 'unmeasured'
    else for (const count in last.usage.usage) fields[`${count}Tokens`] = last.usage.usage[count as UsageCount]
  }
  if (record.dropped.length > 0) {
    fields.dropped = record.dropped.slice(0, maxDropped).map(({ path }) => path)
  }
  if (record.notes.length > 0) fields.notes = notesOf(record)
  return fields
}

/** What the log makes of `describe`, by hand: there is a line for each call, and to make it any other way is a tenth of all its work. */
export function callLine(record: CallRecord): string {
  let line =
    `{"level":"info"${timestamp()},"requestId":${quoted(record.id)},"surface":${quoted(record.surface)}` +
    `,"key":${quoted(record.caller.key)},"model":${quoted(record.model.slice(0, 200))},"ms":${Math.round(record.totalMs)}`
  const last = record.attempts.at(-1)
  if (last !== undefined) {
    line += `${factsOfTarget(last.target).logged},"attempts":${record.attempts.length},"upstreamMs":${Math.round(last.upstreamMs)}`
    if (last.usage.state === 'unmeasured') line += ',"usage":"unmeasured"'
    else {
      const { usage } = last.usage
      for (const count in usage) {
        const tokens = usage[count as UsageCount]
        if (tokens !== undefined) line += `,"${count}Tokens":${tokens}`
      }
    }
  }
  if (record.dropped.length > 0) {
    line += `,"dropped":${JSON.stringify(record.dropped.slice(0, maxDropped).map(({ path }) => path))}`
  }
  if (record.notes.length > 0) line += `,"notes":${JSON.stringify(notesOf(record))}`
  return `${line},"msg":"call"}\n`
}

const notesOf = ({ notes }: CallRecord): Record<string, string> =>
  Object.fromEntries(notes.map(({ name, value }) => [name, value]))

const quoted = (text: string): string => (isPlain.test(text) ? `"${text}"` : JSON.stringify(text))
/** Stands for itself in a JSON string. */
const isPlain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

/** Of the members that were dropped. */
const maxDropped = 50

/** What a fault came from, without anything that a model said. */
function briefly(cause: unknown): string | undefined {
  if (cause === undefined) return undefined
  if (cause instanceof AnswerExcerpt) return 'the answer itself, which is not logged'
  // Its message quotes what it could not read.
  if (cause instanceof SyntaxError) return cause.name
  return (cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)).slice(0, 2000)
}

/** Where a fault of our own, or of a plugin, was thrown; without its message, which may quote anything. */
function framesOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined
  const frames = cause.stack?.split('\n').filter((line) => /^\s+at /.test(line))
  return frames
    ?.slice(0, 8)
    .map((line) => line.trim())
    .join('\n')
}

let stampedAt = 0
let stamp = ''

/** The time as ISO 8601, made once for each millisecond. */
function timestamp(): string {
  const now = Date.now()
  if (now !== stampedAt) {
    stampedAt = now
    stamp = `,"time":"${new Date(now).toISOString()}"`
  }
  return stamp
}
