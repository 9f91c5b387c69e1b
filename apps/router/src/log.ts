import type { CallRecord, Log, Observer } from '@moho/core'
import pino from 'pino'

/** The log: lines of JSON on stderr, so that stdout is left to what a person or a script reads. */
export function createLog(level: string): Log {
  const logger = pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: pino.stdSerializers.err },
    },
    pino.destination({ dest: 2, sync: true }),
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

const briefly = (cause: unknown): string | undefined =>
  cause === undefined
    ? undefined
    : (cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)).slice(0, 2000)
