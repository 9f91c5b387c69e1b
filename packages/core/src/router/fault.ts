import type { Log } from '../contract/call.ts'
import { MohoError } from '../contract/errors.ts'

/** What is no MohoError is a fault of Moho's own: told to the log, not to the caller. */
export function faultOf(thrown: unknown): MohoError {
  if (MohoError.is(thrown)) return thrown
  // Bodies are read and written by recursion.
  if (thrown instanceof RangeError && /call stack/i.test(thrown.message)) {
    return new MohoError('invalid_request', 'The body is nested too deeply.', { cause: thrown })
  }
  return new MohoError('internal', 'Moho failed. Its log says more under this request’s id.', { cause: thrown })
}

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

/** A promise that ends with the signal, where what it waits for does not. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
