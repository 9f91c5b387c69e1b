import type { CallRecord, MohoError } from '@moho/core'
import { headerText } from './header-text.ts'
import { factsOfTarget } from './target-facts.ts'

/** What a 429 announces where the upstream does not say when to come back, in milliseconds. */
const defaultRetryAfterMs = 5_000

/** The headers by which a caller can follow what became of a call. */
export function callHeaders(record: CallRecord): Record<string, string> {
  const last = record.attempts.at(-1)
  const headers: Record<string, string> = {}
  // First, so that no plugin can say something else of what Moho tells itself.
  for (const { name, value } of record.notes) if (isPlainName.test(name)) headers[`x-moho-${name}`] = headerText(value)
  if (last !== undefined) Object.assign(headers, factsOfTarget(last.target).headers)
  headers['x-moho-attempts'] = String(record.attempts.length)
  if (record.dropped.length > 0) headers['x-moho-dropped'] = headerText(listed(record.dropped.map(({ path }) => path)))
  const upstreamMs = record.attempts.reduce((sum, attempt) => sum + attempt.upstreamMs, 0)
  headers['server-timing'] =
    `moho;dur=${(record.totalMs - upstreamMs).toFixed(2)}, upstream;dur=${upstreamMs.toFixed(2)}`
  return headers
}

const isPlainName = /^[a-z][a-z\d-]*$/

export function errorHeaders(error: MohoError): Record<string, string> {
  const headers: Record<string, string> = {}
  const comesBack = error.code === 'rate_limited' && error.retry === 'again'
  const retryAfterMs = error.retryAfterMs ?? (comesBack ? defaultRetryAfterMs : undefined)
  if (retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(retryAfterMs / 1000))
  if (error.retry !== 'again') headers['x-should-retry'] = 'false'
  return headers
}

/** As many as fit, and how many more there are. */
function listed(paths: readonly string[]): string {
  let text = ''
  for (const [index, path] of paths.entries()) {
    const next = index === 0 ? path : `${text}, ${path}`
    if (next.length > 900) return `${text}${text === '' ? '' : ', '}and ${paths.length - index} more`
    text = next
  }
  return text
}
