import { createHash } from 'node:crypto'

/** The page of a list that a token leads to, or the first; undefined when the token is none of this list. */
export function pageOf<Item>(
  items: readonly Item[],
  listing: string,
  size: number,
  token: string | null,
): { readonly items: readonly Item[]; readonly nextToken?: string } | undefined {
  const start = token === null ? 0 : startOf(token, listing)
  if (start === undefined) return undefined
  const end = start + size
  return { items: items.slice(start, end), ...(end < items.length ? { nextToken: tokenFor(end, listing) } : {}) }
}

function startOf(token: string, listing: string): number | undefined {
  const start = Number(Buffer.from(token, 'base64url').toString().split(' ')[0])
  return token === tokenFor(start, listing) ? start : undefined
}

// Sealed, so that a token of another list, or one that was made by hand, is known.
function tokenFor(start: number, listing: string): string {
  const seal = createHash('sha256').update(`${start} of ${listing}`).digest('base64url')
  return Buffer.from(`${start} ${seal}`).toString('base64url')
}
