/**
 * Finds the one JSON object in what a model writes, and passes it on while it comes: what is before it may be white space or the
 * beginning of a code fence, what is after it is not looked at. Where other text comes first, the object is looked for at the end.
 */
export class JsonText {
  readonly #pass: (piece: string) => void
  /** All that was written, as far as it counts. */
  #text = ''
  /** Of `#text`: how much has been passed on. */
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
    if (this.#state === 'after' || piece === '') return
    let from = this.#text.length
    this.#text += piece
    if (this.#state === 'before') {
      const start = opening.exec(this.#text)
      if (start === null) {
        if (!mayOpen.test(this.#text)) this.#state = 'prose'
        return
      }
      this.#text = this.#text.slice(start[0].length - 1)
      this.#state = 'inside'
      from = 0
    }
    if (this.#state === 'inside') this.#follow(from)
  }

  /** What was written and not passed on, which then counts as passed. */
  rest(): string {
    const rest = this.#text.slice(this.#passed)
    this.#passed = this.#text.length
    return rest
  }

  /** Whether there was an object; all of it has been passed on then. */
  end(): boolean {
    if (this.#state === 'prose') {
      const object = fenced.exec(this.#text)?.[1]
      if (object === undefined || !isObject(object)) return false
      this.#pass(object)
      return true
    }
    return this.#state === 'after' && isObject(this.#text)
  }

  #follow(from: number): void {
    for (let at = from; at < this.#text.length; at++) {
      const char = this.#text.charCodeAt(at)
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (char === backslash) this.#escaped = true
        else if (char === quote) this.#inString = false
      } else if (char === quote) this.#inString = true
      else if (char === openBrace || char === openBracket) this.#depth++
      else if ((char === closeBrace || char === closeBracket) && --this.#depth === 0) {
        this.#text = this.#text.slice(0, at + 1)
        this.#state = 'after'
      }
    }
    this.#pass(this.rest())
  }
}

const opening = /^\s*(?:```(?:json)?\s*)?\{/i
/** What may still become an opening. */
const mayOpen = /^\s*(?:`{0,3}|```j?s?o?n?|```(?:json)?\s*)$/i
const fenced = /```(?:json)?\s*(\{[\s\S]*\})\s*```\s*$/i

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [34, 92, 123, 125, 91, 93]

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
