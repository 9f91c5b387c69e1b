/**
 * Finds the one JSON object in what a model writes, and passes it on while it comes: what is before it may be white space or the
 * beginning of a code fence, what is after it is not looked at. Where other text comes first, the object is looked for at the end.
 */
export class JsonText {
  readonly #pass: (piece: string) => void
  /** All that counts of what was written, and how much of it has been passed on. */
  #text = ''
  #passed = 0
  #state: 'before' | 'prose' | 'inside' | 'after' = 'before'
  #depth = 0
  #inString = false
  #escaped = false

  constructor(pass: (piece: string) => void) {
    this.#pass = pass
  }

  get text(): string {
    return this.#text
  }

  write(piece: string): void {
    switch (this.#state) {
      case 'before':
        this.#begin((this.#text + piece).trimStart())
        break
      case 'prose':
        this.#text += piece
        break
      case 'inside':
        this.#follow(piece)
        break
      case 'after':
    }
  }

  /** What was written and not passed on, which then counts as passed. */
  rest(): string {
    const rest = this.#text.slice(this.#passed)
    this.#passed = this.#text.length
    return rest
  }

  /** Whether there was an object; all of it has been passed on then. */
  end(): boolean {
    if (this.#state === 'prose' || this.#state === 'before') {
      const object = fencedObject(this.#text)
      if (object === undefined || !isObject(object)) return false
      this.#pass(object)
      return true
    }
    return this.#state === 'after' && isObject(this.#text)
  }

  #begin(text: string): void {
    const start = opening.exec(text)
    if (start !== null) {
      this.#text = ''
      this.#state = 'inside'
      this.#follow(text.slice(start[0].length - 1))
      return
    }
    this.#text = text
    // An opening is short, and is not looked for again and again in what is none.
    if (text.length > longestOpening || !mayOpen.test(text)) this.#state = 'prose'
  }

  /** Looks at the piece alone: to look into the text would join it anew for each. */
  #follow(piece: string): void {
    let end = piece.length
    for (let at = 0; at < end; at++) {
      const char = piece.charCodeAt(at)
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (char === backslash) this.#escaped = true
        else if (char === quote) this.#inString = false
      } else if (char === quote) this.#inString = true
      else if (char === openBrace || char === openBracket) this.#depth++
      else if ((char === closeBrace || char === closeBracket) && --this.#depth === 0) {
        end = at + 1
        this.#state = 'after'
      }
    }
    const counts = end < piece.length ? piece.slice(0, end) : piece
    if (counts === '') return
    this.#text += counts
    this.#passed = this.#text.length
    this.#pass(counts)
  }
}

/** In characters. */
const longestOpening = 100
const opening = /^\s*(?:```(?:json)?\s*)?\{/i
/** What may still become an opening. */
const mayOpen = /^\s*(?:`{0,3}|```j?s?o?n?|```(?:json)?\s*)$/i

/** From the first fence to the last; by hand, as a pattern would try from each of them. */
function fencedObject(text: string): string | undefined {
  const from = text.indexOf('{', text.indexOf(fence))
  const to = text.lastIndexOf('}', text.lastIndexOf(fence))
  return text.includes(fence) && from !== -1 && from < to ? text.slice(from, to + 1) : undefined
}

const fence = '```'

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [34, 92, 123, 125, 91, 93]

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
