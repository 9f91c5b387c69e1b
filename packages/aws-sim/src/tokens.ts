/** Tokens as the simulator counts them: four characters are one, so that every figure can be foretold. */

const CHARACTERS = 4

export function countTokens(text: string): number {
  return tokensIn(text.length)
}

export function tokensIn(characters: number): number {
  return Math.ceil(characters / CHARACTERS)
}

/** How many characters so many tokens are. */
export function charactersOf(tokens: number): number {
  return tokens * CHARACTERS
}

/** The text in the pieces in which it is streamed: a token each, no character split. */
export function toDeltas(text: string): string[] {
  const deltas: string[] = []
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + CHARACTERS, text.length)
    if (isHighSurrogate(text.charCodeAt(end - 1)) && end < text.length) end += 1
    deltas.push(text.slice(at, end))
    at = end
  }
  return deltas
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00
}
