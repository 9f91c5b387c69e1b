/** A text without any string of the secret, however it is escaped: upstreams quote what they were sent. */
export function scrub(text: string, secret: unknown): string {
  if (typeof secret === 'string') return secret.length < 4 ? text : text.replace(anySpelling(secret), '[redacted]')
  let clean = text
  for (const value of typeof secret === 'object' && secret !== null ? Object.values(secret) : []) {
    // Shorter members are words: the name of a kind, a region.
    if (typeof value === 'string' && value.length >= 16) clean = clean.replace(anySpelling(value), '[redacted]')
  }
  return clean
}

/** As it is, as JSON may escape it, and as a URL does. */
const anySpelling = (value: string): RegExp => new RegExp([...Buffer.from(value)].map(spellings).join(''), 'gi')

function spellings(octet: number): string {
  const hex = octet.toString(16).padStart(2, '0')
  const char = String.fromCharCode(octet)
  const plain = /[a-z0-9]/i.test(char) ? char : `\\x${hex}`
  return `(?:\\\\?${plain}|\\\\u00${hex}|%${hex})`
}
