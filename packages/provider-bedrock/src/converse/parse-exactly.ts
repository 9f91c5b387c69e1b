/**
 * JSON whose numbers come out again as they were written, when it is made JSON anew: ids of 64 bits are more than a number holds.
 * Throws as `JSON.parse` does.
 */
export function parseExactly(text: string): unknown {
  return text.length <= longest && hasLongNumber.test(text) ? JSON.parse(text, keepSource) : JSON.parse(text)
}

/** Whether it is such a number, which is no object but for `typeof`. */
export const isNumber = (value: unknown): boolean => typeof value === 'number' || exact.isRawJSON(value)

/** What a double may not hold: sixteen digits, or a large exponent. It may be in a string, which costs only time. */
const hasLongNumber = /\d[\d.]{15}|\d[eE][+-]?\d{3}/
/** In characters: to look at each value anew is thirty times as much work, and long answers have no ids in them. */
const longest = 256 * 1024

function keepSource(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value
  return exact.rawJSON(source)
}

/** Newer than TypeScript's library. */
const exact = JSON as unknown as { rawJSON(source: string): unknown; isRawJSON(value: unknown): boolean }
