import type { Log } from '../contract/call.ts'
import { AnswerExcerpt, MohoError } from '../contract/errors.ts'
import { scrub } from '../wire/scrub.ts'

/** What is no MohoError is a fault of Moho's own: told to the log, not to the caller. */
export function faultOf(thrown: unknown): MohoError {
  if (MohoError.is(thrown)) return thrown
  // Bodies are read and written by recursion.
  if (thrown instanceof RangeError && /call stack/i.test(thrown.message)) {
    return new MohoError('invalid_request', 'The body is nested too deeply.', { cause: thrown })
  }
  return new MohoError('internal', 'Moho failed. Its log says more under this request’s id.', { cause: thrown })
}

/** The same fault, with the secret in nothing that callers, logs or observers see of it. */
export function withoutSecret(fault: MohoError, secret: unknown): MohoError {
  const message = scrub(fault.message, secret)
  const param = fault.param && scrub(fault.param, secret)
  const cause = causeWithoutSecret(fault.cause, secret)
  const forManagers = fault.forManagers && scrub(fault.forManagers, secret)
  const { code, retry, retryAfterMs } = fault
  if (message === fault.message && param === fault.param && cause === fault.cause && forManagers === fault.forManagers)
    return fault
  return new MohoError(code, message, { cause, param, forManagers, retry, retryAfterMs })
}

function causeWithoutSecret(cause: unknown, secret: unknown, depth = 0): unknown {
  if (typeof cause === 'string') return scrub(cause, secret)
  if (cause instanceof AnswerExcerpt) {
    const text = scrub(cause.text, secret)
    return text === cause.text ? cause : new AnswerExcerpt(text)
  }
  if (!(cause instanceof Error)) return cause
  // Errors may be caused in a circle.
  if (depth === maxDepth) return undefined
  const told = `${cause.name}: ${cause.message}`
  const clean = scrub(told, secret)
  const below = causeWithoutSecret(cause.cause, secret, depth + 1)
  // A new one, as a stack quotes its message.
  return clean === told && below === cause.cause ? cause : new Error(clean, { cause: below })
}

const maxDepth = 8

/** Runs what a plugin brought along. Whether it throws or its promise does, the call goes on and the log is told. */
export function survive(run: () => unknown, message: string, log: Log): void {
  const told = (error: unknown) => log.error(message, { error })
  try {
    const result = run()
    if (result instanceof Promise) result.catch(told)
  } catch (error) {
    told(error)
  }
}
