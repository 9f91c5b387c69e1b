import type { BedrockFacts } from '../models.ts'
import { auto, type BaseRow, Ki, k, openSeeing, openText, openWeights, text, usAndEu } from './row.ts'

/** Mistral AI. Those of 2025 and later are served as open models are, the older ones each in a way of its own. */
const nine: BedrockFacts = { ...auto, toolUseIds: 'nine' }
const facts: BedrockFacts = { ...nine, invokeFormat: 'openai-chat' }
const open = { ...openWeights, facts } as const
const voxtral = { ...openWeights, facts: { ...facts, s3: true } } as const
const prompts: BedrockFacts = { ...nine, system: 'first-message', invokeFormat: 'mistral' }
const older: BedrockFacts = { ...nine, streaming: 'without-tools' }
const olderLarge: BedrockFacts = { ...older, toolChoice: 'any' }

export const mistral: readonly BaseRow[] = [
  text('mistral.mistral-large-3-675b-instruct', openSeeing, 262 * k, 8 * Ki, {
    ...openWeights,
    facts: { ...facts, toolChoice: 'any' },
  }),
  text('mistral.magistral-small-2509', [...openSeeing, 'reasoning'], 128 * k, 40 * k, open),
  text('mistral.devstral-2-123b', openText, 262 * k, 8 * Ki, open),
  text('mistral.ministral-3-14b-instruct', openSeeing, 128 * k, 4 * Ki, open),
  text('mistral.ministral-3-8b-instruct', openSeeing, 128 * k, 4 * Ki, open),
  text('mistral.ministral-3-3b-instruct', openSeeing, 256 * k, 8 * Ki, open),
  text('mistral.voxtral-small-24b-2507', ['tools', 'audio'], 32 * k, undefined, voxtral),
  text('mistral.voxtral-mini-3b-2507', ['tools', 'audio'], 32 * k, undefined, voxtral),
  text('mistral.pixtral-large-2502-v1:0', ['tools', 'vision'], 128 * k, 8 * Ki, { profiles: usAndEu, facts: older }),
  text('mistral.mistral-large-2407-v1:0', ['tools'], 128 * k, 8 * Ki, { facts: olderLarge }),
  text('mistral.mistral-large-2402-v1:0', ['tools'], 32 * k, 4 * Ki, { facts: olderLarge }),
  text('mistral.mistral-small-2402-v1:0', ['tools'], 32 * k, undefined, { facts: older }),
  text('mistral.mixtral-8x7b-instruct-v0:1', [], 32 * k, 4 * Ki, { facts: prompts }),
  text('mistral.mistral-7b-instruct-v0:2', [], 32 * k, 8 * Ki, { facts: prompts }),
]
