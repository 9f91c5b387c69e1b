import type { Geography } from '../geographies.ts'
import type { AdaptiveThinking, BedrockFacts, CacheFacts } from '../models.ts'
import { type BaseRow, globalAndUs, Ki, k, M, text, us, usAndEu } from './row.ts'

/** Claude. From Opus 4.7 on, ids have no date, and Bedrock Runtime has Anthropic's own API for them. */
const seeing = ['tools', 'parallel_tools', 'vision', 'documents'] as const
const thinking = [...seeing, 'reasoning', 'prompt_cache'] as const
const structured = [...thinking, 'json_schema'] as const
const allEfforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const
const toMax = ['low', 'medium', 'high', 'max'] as const
const toHigh = ['low', 'medium', 'high'] as const

/** AWS takes four marks of every model. */
const briefly = (minimum: number): CacheFacts => ({ minimum, most: 4 })
const keeps = (minimum: number): CacheFacts => ({ ...briefly(minimum), hour: true })
const adaptive = (
  efforts: AdaptiveThinking['efforts'],
  unasked: AdaptiveThinking['unasked'],
  more: { budget?: true; silent?: true } = { silent: true },
): AdaptiveThinking => ({ by: 'adaptive', efforts, unasked, ...more })

const claude: BedrockFacts = {
  stopText: 'visible',
  schemaReferences: 'kept',
  topK: 'top_k',
}
const claude37: BedrockFacts = {
  ...claude,
  reasoning: { by: 'budget' },
  reasoningHistory: 'signed',
  cache: briefly(1024),
}
const claude41: BedrockFacts = { ...claude37, sampling: 'one' }
const claude45: BedrockFacts = { ...claude41, serialTools: 'anthropic', cache: keeps(1024) }
const claude45Late: BedrockFacts = { ...claude45, cache: keeps(4096) }
const claude46: BedrockFacts = {
  ...claude45,
  prefill: 'refused',
  reasoning: adaptive(toMax, 'off', { budget: true }),
}
const claude47: BedrockFacts = { ...claude46, sampling: 'fixed', reasoning: adaptive(allEfforts, 'off') }
const claude5: BedrockFacts = { ...claude47, reasoning: adaptive(allEfforts, 'on'), cache: keeps(512) }
const opus55: BedrockFacts = { ...claude5, reasoning: adaptive(allEfforts, 'always') }
const sonnet5: BedrockFacts = { ...claude5, reasoning: adaptive(toHigh, 'on') }
const fable: BedrockFacts = { ...claude5, reasoning: adaptive(toHigh, 'always') }

const world = ['global', 'us', 'eu', 'jp', 'au'] as const
const withoutJapan = ['global', 'us', 'eu', 'au'] as const
const globalUsAndEu = ['global', ...usAndEu] as const

/** An undated one. */
const undated = (id: string, profiles: readonly Geography[], facts: BedrockFacts): BaseRow =>
  text(id, thinking, 1 * M, 128 * k, { apis: ['converse', 'invoke', 'anthropic'], profiles, facts })

export const anthropic: readonly BaseRow[] = [
  undated('anthropic.claude-opus-5-5', world, opus55),
  undated('anthropic.claude-sonnet-5-5', globalUsAndEu, sonnet5),
  undated('anthropic.claude-opus-5', withoutJapan, claude5),
  undated('anthropic.claude-sonnet-5', withoutJapan, { ...sonnet5, cache: keeps(1024) }),
  undated('anthropic.claude-fable-5-1', globalAndUs, fable),
  undated('anthropic.claude-fable-5', globalAndUs, fable),
  /** For those whom Anthropic has approved. */
  undated('anthropic.claude-mythos-5-1', globalAndUs, fable),
  text('anthropic.claude-mythos-5', thinking, 1 * M, undefined, { apis: [] }),
  undated('anthropic.claude-opus-4-8', world, { ...claude47, cache: keeps(1024) }),
  undated('anthropic.claude-opus-4-7', world, { ...claude47, cache: keeps(4096) }),
  text('anthropic.claude-opus-4-6-v1', structured, 1 * M, 128 * k, {
    profiles: withoutJapan,
    onDemandIn: ['eu-west-2'],
    facts: { ...claude46, cache: keeps(4096) },
  }),
  text('anthropic.claude-sonnet-4-6', structured, 1 * M, 128 * k, {
    profiles: world,
    onDemandIn: ['eu-west-2'],
    facts: { ...claude46, structuredOutput: 'tool' },
  }),
  text('anthropic.claude-opus-4-5-20251101-v1:0', structured, 200 * k, 64 * k, {
    profiles: globalUsAndEu,
    facts: claude45Late,
  }),
  text('anthropic.claude-sonnet-4-5-20250929-v1:0', structured, 200 * k, 64 * k, {
    profiles: [...world, 'us-gov'],
    facts: claude45,
  }),
  text('anthropic.claude-haiku-4-5-20251001-v1:0', structured, 200 * k, 64 * k, {
    profiles: world,
    facts: { ...claude45Late, structuredOutput: 'tool' },
  }),
  text('anthropic.claude-opus-4-1-20250805-v1:0', thinking, 200 * k, 32 * k, {
    lifecycle: 'legacy',
    profiles: us,
    facts: claude41,
  }),
  text('anthropic.claude-sonnet-4-20250514-v1:0', thinking, 200 * k, 64 * k, {
    lifecycle: 'ended',
    profiles: [...globalUsAndEu, 'apac'],
    facts: claude37,
  }),
  /** Of those that follow, some have ended in most regions and go on in a few. */
  text('anthropic.claude-3-7-sonnet-20250219-v1:0', thinking, 200 * k, 64 * k, {
    lifecycle: 'legacy',
    profiles: ['apac', 'us-gov'],
    onDemandIn: ['eu-west-2'],
    facts: claude37,
  }),
  text('anthropic.claude-3-5-sonnet-20241022-v2:0', seeing, 200 * k, undefined, {
    lifecycle: 'legacy',
    profiles: ['apac'],
    facts: claude,
  }),
  text('anthropic.claude-3-5-sonnet-20240620-v1:0', seeing, 200 * k, undefined, {
    lifecycle: 'legacy',
    profiles: ['apac'],
    onDemand: true,
    facts: claude,
  }),
  text('anthropic.claude-3-5-haiku-20241022-v1:0', ['tools', 'parallel_tools', 'prompt_cache'], 200 * k, 8 * Ki, {
    lifecycle: 'ended',
    profiles: us,
    onDemand: true,
    facts: { ...claude, cache: briefly(2048) },
  }),
  text('anthropic.claude-3-haiku-20240307-v1:0', seeing, 200 * k, 4 * Ki, {
    lifecycle: 'legacy',
    profiles: [...usAndEu, 'us-gov'],
    onDemand: true,
    facts: claude,
  }),
  text('anthropic.claude-3-sonnet-20240229-v1:0', seeing, 200 * k, 4 * Ki, {
    lifecycle: 'legacy',
    profiles: ['apac'],
    onDemand: true,
    facts: claude,
  }),
]
