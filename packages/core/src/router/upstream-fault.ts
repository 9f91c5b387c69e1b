import { MohoError } from '../contract/errors.ts'

/** What a translator or a framing stumbles over is the upstream's fault, told as such. */
export const upstreamFault = (thrown: unknown): MohoError =>
  MohoError.is(thrown)
    ? thrown
    : new MohoError(
        'upstream_failed',
        'The upstream answered with something that cannot be read as a model’s answer.',
        {
          cause: thrown,
        },
      )

/** Where the bytes of an answer end before the answer does. */
export const brokeOff = (): MohoError =>
  new MohoError('upstream_failed', 'The upstream broke off in the middle of its answer.')

/** Turns whatever a callback throws into an upstream's fault. */
export const guarded =
  <Arguments extends readonly unknown[]>(run: (...args: Arguments) => void) =>
  (...args: Arguments): void => {
    try {
      run(...args)
    } catch (thrown) {
      throw upstreamFault(thrown)
    }
  }
