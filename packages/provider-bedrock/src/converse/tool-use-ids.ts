import { hash } from 'node:crypto'
import type { BedrockFacts } from '../models.ts'

/**
 * Gives each tool call of a conversation the id that it goes by upstream: its own where Bedrock takes it, else one that follows
 * from it, so that a conversation looks the same on every turn. An id that comes back in a later turn gets one of its own.
 */
export function toolUseIds(style: BedrockFacts['toolUseIds']): (id: string) => string {
  const { fits, make } = styles[style ?? 'any']
  const used = new Set<string>()
  /** How often an id has come: some clients begin to count anew with each turn. */
  const rounds = new Map<string, number>()
  return (id) => {
    let sent = fits.test(id) ? id : make(hash('sha256', id))
    let round = rounds.get(id) ?? 0
    while (used.has(sent)) {
      round++
      sent = make(hash('sha256', `${round} ${id}`))
    }
    rounds.set(id, round)
    used.add(sent)
    return sent
  }
}

const styles = {
  any: { fits: /^[a-zA-Z0-9_.:-]{1,64}$/, make: (hex: string) => `tooluse_${hex.slice(0, 32)}` },
  nine: { fits: /^[a-zA-Z0-9]{9}$/, make: (hex: string) => hex.slice(0, 9) },
} as const
