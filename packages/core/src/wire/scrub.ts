/** A text without any string of the secret: upstreams quote what they were sent. */
export function scrub(text: string, secret: unknown): string {
  let clean = text
  for (const value of typeof secret === 'object' && secret !== null ? Object.values(secret) : [secret]) {
    // Shorter strings beside it are words: the name of a kind, a region.
    if (typeof value === 'string' && value.length >= 16) clean = clean.replaceAll(value, '[redacted]')
  }
  return clean
}
