/** Takes values out of a text that somebody else wrote: a provider's message may repeat what it was given. */
export interface Mask {
  add(value: string): void
  hide(text: string): string
}

export function createMask(): Mask {
  const hidden = new Set<string>()
  return {
    add(value) {
      for (const word of [value, value.trim(), ...value.split(/\s+/)]) if (!isHarmless(word)) hidden.add(word)
    },
    hide(text) {
      // The longest first, so that no part of one is left over.
      const longestFirst = [...hidden].sort((a, b) => b.length - a.length)
      return longestFirst.reduce((masked, value) => masked.replaceAll(value, '…'), text)
    },
  }
}

/** Too short for a secret, or a word as regions and names are, without which a message would say little: `us-east-1`. */
const isHarmless = (text: string) =>
  text.length < 6 || (text.length < 16 && /^[a-z]+(-[a-z]+)*(-?\d{1,2})?$/i.test(text))
