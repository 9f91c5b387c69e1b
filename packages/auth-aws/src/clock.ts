/**
 * How far AWS's clock is ahead of ours, in milliseconds, as it says with a refusal; `undefined` where it says nothing that can be believed.
 */
export function clockOffset(serverTime: number | undefined, now: number): number | undefined {
  return serverTime !== undefined && isPlausible(serverTime) ? serverTime - now : undefined
}

/** A clock that is believed for good must not make signatures that nobody takes. */
const isPlausible = (time: number): boolean => time > Date.UTC(2020) && time < Date.UTC(2100)

/** AWS takes signatures that are up to five minutes off; below four, the clock was not what it minded. */
export const isOtherOffset = (offset: number, other: number): boolean => Math.abs(offset - other) >= 240_000
