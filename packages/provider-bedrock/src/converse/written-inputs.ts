import { isObject } from './reading.ts'
import type { JsonObject } from './wire.ts'

/**
 * The input of a call as it was written, by the object that it was read as. It goes out as it was: JavaScript's numbers hold neither ids of
 * 64 bits nor `1.10`. Weakly, so that it goes with its request.
 */
const written = new WeakMap<JsonObject, string>()

/** Reads the input of a call; `undefined` for what is no JSON object. */
export function readInput(text: string): JsonObject | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isObject(value)) return undefined
  // Half of a pair of surrogates is no UTF-8: as JSON it is written by its number.
  if (hasDigit.test(text) && text.isWellFormed()) written.set(value, text)
  return value
}

export const writtenAs = (input: JsonObject): string | undefined => written.get(input)

const hasDigit = /\d/
