import { distance } from 'fastest-levenshtein'

/** The known name that was probably meant, if one is close: case, `_` and `-` do not count, else one slip in three letters, and two letters that changed places are one slip. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Math.min(4, Math.max(1, Math.floor(name.length / 3))) + 1
  for (const candidate of known) {
    const slips = slipsBetween(plain(name), plain(candidate))
    if (slips < bestDistance) [best, bestDistance] = [candidate, slips]
  }
  return best
}

const slipsBetween = (a: string, b: string) => {
  const slips = distance(a, b)
  return slips === 2 && sorted(a) === sorted(b) ? 1 : slips
}

const sorted = (text: string) => [...text].sort().join('')

const plain = (name: string) => name.toLowerCase().replace(/[_-]/g, '')

/** `; did you mean "region"?`, or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  return meant === undefined ? '' : `; did you mean "${meant}"?`
}

/** `must be "a", "b" or "c"; did you mean "b"?` */
export const mustBe = (known: readonly string[], given: unknown): string =>
  `must be ${choice(known)}${typeof given === 'string' && known.length > 1 ? didYouMean(given, known) : ''}`

/** `"a", "b" or "c"` */
export function choice(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`)
  const last = quoted.pop()
  return quoted.length === 0 ? (last ?? 'none') : `${quoted.join(', ')} or ${last}`
}
