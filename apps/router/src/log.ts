import { AnswerExcerpt, type CallRecord, type Log, type Observer } from '@moho/core'
import pino from 'pino'

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** The log: lines of JSON on stderr, so that stdout is left to what a person or a script reads. */
export function createLog(level: LogLevel): Log {
  // A write for each line would cost as much as making it. What is held goes out in the end, however that comes.
  const destination = pino.destination({
    dest: 2,
    sync: false,
    minLength: 32_768,
    maxWrite: 65_536,
    periodicFlush: 100,
  })
  process.on('exit', () => destination.flushSync())
  const logger = pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp,
      serializers: { error: pino.stdSerializers.err },
    },
    destination,
  )
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  }
}

/** A line for each call: where it went, what it used and how it ended. Never what was said. */
export const logCalls = (log: Log): Observer => ({
  observe(record) {
    const { error } = record
    const fields = {
      ...describe(record),
      ...(error && { code: error.code, message: error.message, cause: briefly(error.cause) }),
    }
    if (error === undefined) log.info('call', fields)
    else if (error.status >= 500) log.error('call failed', fields)
    else log.warn('call failed', fields)
  },
})

function describe(record: CallRecord): object {
  const last = record.attempts.at(-1)
  return {
    requestId: record.id,
    surface: record.surface,
    key: record.caller.key,
    model: record.model.slice(0, 200),
    ms: Math.round(record.totalMs),
    ...(last && {
      entry: last.target.entry,
      upstreamId: last.target.upstreamId,
      region: last.target.region,
      path: last.target.path,
      attempts: record.attempts.length,
      upstreamMs: Math.round(last.upstreamMs),
      usage: last.usage.state === 'measured' ? last.usage.usage : last.usage.state,
    }),
    ...(record.dropped.length > 0 && { dropped: record.dropped.map(({ path }) => path) }),
  }
}

/** What a fault came from, without anything that a model said. */
function briefly(cause: unknown): string | undefined {
  if (cause === undefined) return undefined
  if (cause instanceof AnswerExcerpt) return 'the answer itself, which is not logged'
  // Its message quotes what it could not read.
  if (cause instanceof SyntaxError) return cause.name
  return (cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)).slice(0, 2000)
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
