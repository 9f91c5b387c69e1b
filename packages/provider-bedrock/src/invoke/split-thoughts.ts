import type { TextWriter } from '@moho/core'

export interface ThoughtTags {
  /** Reasoning is only what comes in it at the very beginning. Left out: the text begins with reasoning. */
  readonly open?: string
  readonly close: string
}

/** Takes text in any pieces. */
export interface Thoughts {
  text(delta: string, block?: number): void
  /** What was held back is no tag: something else comes, or nothing. */
  settle(): void
}

/**
 * Tells the reasoning at the beginning of a text apart from the rest. Both lose the line breaks around the tags, before their own first
 * character; without an end of reasoning all is reasoning.
 */
export function splitThoughts({ open, close }: ThoughtTags, out: Pick<TextWriter, 'text' | 'reasoning'>): Thoughts {
  let place: 'start' | 'thoughts' | 'text' = open === undefined ? 'thoughts' : 'start'
  /** What may be a part of a tag. */
  let held = ''
  /** Nothing has been told since the tag. */
  let fresh = place === 'thoughts'

  const say = (text: string, block: number | undefined) => {
    const told = fresh ? text.replace(/^[\r\n]+/, '') : text
    if (told === '') return
    fresh = false
    if (place === 'thoughts') out.reasoning(told)
    else out.text(told, block)
  }
  const enter = (next: 'thoughts' | 'text') => {
    place = next
    fresh = true
  }

  return {
    text(delta, block) {
      held += delta
      if (place === 'start' && open !== undefined) {
        if (held.startsWith(open)) {
          held = held.slice(open.length)
          enter('thoughts')
        } else if (open.startsWith(held)) return
        else place = 'text'
      }
      if (place === 'thoughts') {
        const end = held.indexOf(close)
        const sure = end === -1 ? held.length - beginningAtEnd(held, close) : end
        say(held.slice(0, sure), undefined)
        held = held.slice(sure)
        if (end === -1) return
        held = held.slice(close.length)
        enter('text')
      }
      say(held, block)
      held = ''
    },

    settle() {
      if (held === '') return
      if (place === 'start') place = 'text'
      say(held, undefined)
      held = ''
    },
  }
}

/** How long the longest end of a text is that a tag begins with. */
function beginningAtEnd(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length--)
    if (text.endsWith(tag.slice(0, length))) return length
  return 0
}
