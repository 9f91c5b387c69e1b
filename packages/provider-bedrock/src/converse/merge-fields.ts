import { isObject } from './reading.ts'
import type { JsonObject } from './wire.ts'

/** One object of several: a later one wins, and objects within them are merged in the same way, one level deep. */
export function mergeFields(...parts: readonly (JsonObject | undefined)[]): JsonObject | undefined {
  let merged: JsonObject | undefined
  for (const part of parts) {
    if (part === undefined) continue
    if (merged === undefined) {
      merged = { ...part }
      continue
    }
    for (const [key, value] of Object.entries(part)) {
      const before = Object.hasOwn(merged, key) ? merged[key] : undefined
      const both = isObject(before) && isObject(value) ? { ...before, ...value } : value
      Object.defineProperty(merged, key, { value: both, enumerable: true, configurable: true, writable: true })
    }
  }
  return merged
}
