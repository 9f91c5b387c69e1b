import { hash } from 'node:crypto'

/** The names that tools go by upstream and at the caller: one to one within a request. */
export interface ToolNames {
  /** The caller's name → Bedrock's. */
  sent(name: string): string
  /** Bedrock's name → the caller's. A name that was not sent stays as it is. */
  restored(name: string): string
  /** A name that no tool of the request has, beginning with this one. */
  unused(name: string): string
}

/** Names that Bedrock takes stay as they are; the others are spelled so that it does, and never as one that is there already. */
export function toolNames(names: Iterable<string>): ToolNames {
  const all = new Set(names)
  const taken = new Set([...all].filter((name) => fits.test(name)))
  const sent = new Map<string, string>()
  const restored = new Map<string, string>()
  for (const name of all) {
    const spelled = fits.test(name) ? name : respell(name, taken)
    taken.add(spelled)
    sent.set(name, spelled)
    restored.set(spelled, name)
  }
  return {
    sent: (name) => sent.get(name) ?? name,
    restored(name) {
      // gpt-oss may add the channel that it calls from: `get_weather<|channel|>commentary`.
      const bare = name.split('<|')[0] || name
      return restored.get(bare) ?? bare
    },
    unused(name) {
      let found = name
      for (let round = 2; taken.has(found) || sent.has(found); round++) found = `${name}_${round}`
      return found
    },
  }
}

const longest = 64
const fits = /^[a-zA-Z0-9_-]{1,64}$/

function respell(name: string, taken: ReadonlySet<string>): string {
  const plain = name.replace(/[^a-zA-Z0-9_-]/g, '_')
  let spelled = plain
  for (let round = 0; spelled.length > longest || taken.has(spelled); round++) {
    spelled = `${plain.slice(0, longest - 9)}_${hash('sha256', `${round} ${name}`).slice(0, 8)}`
  }
  return spelled
}
