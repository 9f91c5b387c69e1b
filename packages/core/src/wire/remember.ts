/**
 * A function that keeps what it made of the last texts that it was given: for what is dear to make, and asked for again with every
 * call. `most` bounds what is kept, for some of the texts are callers'.
 */
export function remember<Made>(make: (text: string) => Made, most = 1000): (text: string) => Made {
  const known = new Map<string, Made>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const made = make(text)
    // Whatever is still in use is soon made again.
    if (known.size >= most) known.clear()
    known.set(text, made)
    return made
  }
}
