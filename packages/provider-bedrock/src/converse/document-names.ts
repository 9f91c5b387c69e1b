/**
 * Names for the documents of one request, in the order in which they are asked for. Bedrock takes letters, digits, single spaces,
 * hyphens, parentheses and square brackets, and each name once. What is asked for first keeps its name, so that a conversation that
 * grows begins as before and what was kept of it is found again.
 */
export function documentNames(): (filename: string) => string {
  const given = new Set<string>()
  return (filename) => {
    const name = plainName(filename)
    let unique = name
    for (let count = 2; given.has(unique); count += 1) unique = `${name} ${count}`
    given.add(unique)
    return unique
  }
}

function plainName(filename: string): string {
  const base = filename.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1)
  const plain = base
    // Before all else: to take letters apart is slow.
    .slice(-2 * longest)
    .replace(/(?<=.)\.[a-z0-9]{1,8}$/i, '')
    // An accented letter becomes the letter and its accent, of which the accent goes.
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-zA-Z0-9()[\]-]+/g, ' ')
    .slice(0, longest)
    .trim()
  return plain === '' ? 'document' : plain
}

/** Bedrock takes 200 characters; a number may follow. */
const longest = 180
