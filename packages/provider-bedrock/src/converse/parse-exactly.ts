/**
 * JSON whose numbers come out again as they were written, when it is made JSON anew: ids of 64 bits are more than a number holds.
 * Throws as `JSON.parse` does.
 */
export function parseExactly(text: string): unknown {
  return hasLongNumber.test(text) ? JSON.parse(text, keepSource) : JSON.parse(text)
}

/** Sixteen digits in a row, or an exponent: what a double may not hold. It may be in a string, which costs only time. */
const hasLongNumber = /\d{16}|\d[eE][+-]?\d{3}/

function keepSource(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value
  return exact.rawJSON(source)
}

/** Newer than TypeScript's library. */
const exact: { rawJSON(source: string): unknown } = JSON as unknown as { rawJSON(source: string): unknown }
