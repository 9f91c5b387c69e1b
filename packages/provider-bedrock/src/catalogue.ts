import type { Feature } from '@moho/core'
import type { AdaptiveThinking, BedrockFacts, CacheFacts } from './models.ts'

/** A base model, under the id that it has without a geography. */
export interface BaseRow {
  readonly id: string
  /** The geographies of its inference profiles. */
  readonly profiles: readonly Geography[]
  /** Whether it can be called by this id, and not only by a profile. */
  readonly onDemand: boolean
  readonly features: readonly Feature[]
  readonly contextTokens: number | undefined
  readonly outputTokens: number | undefined
  readonly facts: BedrockFacts
}

type Geography = 'global' | 'us' | 'us-gov' | 'eu' | 'apac' | 'jp' | 'au' | 'ca' | 'in'

const k = 1_000
const M = 1_000_000
/** Open models have limits of powers of two. */
const Ki = 1_024

const world = ['global', 'us', 'eu', 'jp', 'au'] as const
const older = ['us', 'eu', 'apac'] as const
const us = ['us'] as const
const globalAndUs = ['global', 'us'] as const

/** A model that is called only by a profile. */
const byProfile = (
  id: string,
  profiles: readonly Geography[],
  features: readonly Feature[],
  contextTokens: number | undefined,
  outputTokens: number | undefined,
  facts: BedrockFacts = others,
): BaseRow => ({ id, profiles, onDemand: false, features, contextTokens, outputTokens, facts })

/** A model that is called by its own id too. */
const onDemand = (...row: Parameters<typeof byProfile>): BaseRow => ({ ...byProfile(...row), onDemand: true })

/** Anthropic */
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
const sonnet5: BedrockFacts = { ...claude5, reasoning: adaptive(toHigh, 'on') }
const fable: BedrockFacts = { ...claude5, reasoning: adaptive(toHigh, 'always') }

/** Others */
const nova = ['tools', 'vision', 'documents', 'video', 'prompt_cache'] as const
const gpt = ['tools', 'vision', 'documents', 'reasoning', 'json_schema', 'prompt_cache'] as const
const openReasoning = ['tools', 'reasoning', 'json_schema'] as const
const openSeeing = ['tools', 'vision', 'json_schema'] as const
const openText = ['tools', 'json_schema'] as const
/** Only Claude goes on from the beginning of an answer. */
const others: BedrockFacts = { prefill: 'refused' }
/** AWS names the families that can be told to use a tool: Claude, Nova and Mistral Large. */
const auto: BedrockFacts = { ...others, toolChoice: 'auto' }
const novaFacts: BedrockFacts = {
  ...others,
  cache: { ...briefly(1000), places: 'outside-tools' },
  topK: 'inferenceConfig.topK',
  s3: true,
}
const nova2: BedrockFacts = {
  ...novaFacts,
  reasoning: { by: 'reasoningConfig', efforts: toHigh },
  reasoningHistory: 'open',
}
const gptFacts: BedrockFacts = { ...auto, reasoning: { by: 'reasoning.effort', efforts: ['none', ...toHigh, 'xhigh'] } }
const gptOss: BedrockFacts = { ...auto, reasoning: { by: 'reasoning_effort', efforts: toHigh } }
const mistral: BedrockFacts = { ...auto, toolUseIds: 'nine' }
const mistralLarge: BedrockFacts = { ...mistral, toolChoice: 'any' }
const voxtral: BedrockFacts = { ...mistral, s3: true }

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html */
export const baseRows: readonly BaseRow[] = [
  byProfile('anthropic.claude-opus-5-5', world, thinking, 1 * M, 128 * k, claude5),
  byProfile('anthropic.claude-sonnet-5-5', world, thinking, 1 * M, undefined, sonnet5),
  byProfile('anthropic.claude-opus-5', world, thinking, 1 * M, 128 * k, claude5),
  byProfile('anthropic.claude-sonnet-5', world, thinking, 1 * M, 128 * k, { ...sonnet5, cache: keeps(1024) }),
  byProfile('anthropic.claude-fable-5-1', world, thinking, 1 * M, 128 * k, fable),
  byProfile('anthropic.claude-fable-5', world, thinking, 1 * M, 128 * k, fable),
  byProfile('anthropic.claude-opus-4-8', world, thinking, 1 * M, 128 * k, claude47),
  byProfile('anthropic.claude-opus-4-7', world, thinking, 1 * M, 128 * k, { ...claude47, cache: keeps(4096) }),
  byProfile('anthropic.claude-opus-4-6-v1', world, structured, 1 * M, 128 * k, { ...claude46, cache: keeps(4096) }),
  byProfile('anthropic.claude-sonnet-4-6', world, structured, 1 * M, 128 * k, {
    ...claude46,
    structuredOutput: 'tool',
  }),
  byProfile('anthropic.claude-opus-4-5-20251101-v1:0', world, structured, 200 * k, 64 * k, claude45Late),
  byProfile('anthropic.claude-sonnet-4-5-20250929-v1:0', [...world, 'us-gov'], structured, 200 * k, 64 * k, claude45),
  byProfile('anthropic.claude-haiku-4-5-20251001-v1:0', world, structured, 200 * k, 64 * k, {
    ...claude45Late,
    structuredOutput: 'tool',
  }),
  byProfile('anthropic.claude-opus-4-1-20250805-v1:0', us, thinking, 200 * k, 32 * k, claude41),
  byProfile('anthropic.claude-sonnet-4-20250514-v1:0', ['global', ...older], thinking, 200 * k, 64 * k, claude37),
  byProfile('anthropic.claude-3-7-sonnet-20250219-v1:0', [...older, 'us-gov'], thinking, 200 * k, 64 * k, claude37),
  onDemand(
    'anthropic.claude-3-5-haiku-20241022-v1:0',
    us,
    ['tools', 'parallel_tools', 'prompt_cache'],
    200 * k,
    8 * Ki,
    { ...claude, cache: briefly(2048) },
  ),
  onDemand('anthropic.claude-3-haiku-20240307-v1:0', [...older, 'us-gov'], seeing, 200 * k, 4 * Ki, claude),

  byProfile('amazon.nova-2-lite-v1:0', ['global', 'us', 'eu', 'jp'], [...nova, 'reasoning'], 1 * M, 65_535, nova2),
  byProfile('amazon.nova-premier-v1:0', us, nova, 1 * M, undefined, novaFacts),
  onDemand('amazon.nova-pro-v1:0', older, nova, 300 * k, 10 * k, novaFacts),
  onDemand('amazon.nova-lite-v1:0', older, nova, 300 * k, 10 * k, novaFacts),
  onDemand('amazon.nova-micro-v1:0', older, ['tools', 'prompt_cache'], 128 * k, 10 * k, novaFacts),

  byProfile('openai.gpt-6-astra', globalAndUs, gpt, 1_050 * k, 128 * k, gptFacts),
  byProfile('openai.gpt-6-sol', globalAndUs, gpt, 1_050 * k, 128 * k, gptFacts),
  byProfile('openai.gpt-6-luna', globalAndUs, gpt, 1_050 * k, 128 * k, gptFacts),
  byProfile('openai.gpt-5.6-sol', globalAndUs, gpt, 1_050 * k, 128 * k, gptFacts),
  byProfile('openai.gpt-5.6-terra', globalAndUs, gpt, 1_050 * k, 128 * k, gptFacts),
  byProfile('openai.gpt-5.6-luna', globalAndUs, gpt, 1_050 * k, 128 * k, gptFacts),
  onDemand('openai.gpt-oss-120b-1:0', [], openReasoning, 128 * k, undefined, gptOss),
  onDemand('openai.gpt-oss-20b-1:0', [], openReasoning, 128 * k, undefined, gptOss),

  byProfile('meta.llama4-maverick-17b-instruct-v1:0', us, ['tools', 'vision'], 1 * M, 8 * Ki, auto),
  byProfile('meta.llama4-scout-17b-instruct-v1:0', us, ['tools', 'vision'], 10 * M, 8 * Ki, auto),
  byProfile('meta.llama3-3-70b-instruct-v1:0', us, ['tools'], 128 * k, 4 * Ki, auto),

  onDemand('mistral.mistral-large-3-675b-instruct', [], openSeeing, 262 * k, 8 * Ki, mistralLarge),
  onDemand('mistral.magistral-small-2509', [], [...openSeeing, 'reasoning'], 128 * k, 40 * k, mistral),
  onDemand('mistral.devstral-2-123b', [], openText, 262 * k, 8 * Ki, mistral),
  onDemand('mistral.mistral-7b-instruct-v0:2', [], [], 32 * k, 8 * Ki, { ...mistral, system: 'first-message' }),
  onDemand('mistral.mixtral-8x7b-instruct-v0:1', [], [], 32 * k, 4 * Ki, { ...mistral, system: 'first-message' }),
  onDemand('mistral.voxtral-small-24b-2507', [], ['tools', 'audio'], 32 * k, undefined, voxtral),
  onDemand('mistral.voxtral-mini-3b-2507', [], ['tools', 'audio'], 32 * k, undefined, voxtral),

  onDemand('deepseek.v3.2', [], openReasoning, 164 * k, 80 * Ki, auto),
  onDemand('deepseek.v3-v1:0', [], openReasoning, 164 * k, 80 * Ki, auto),
  byProfile('deepseek.r1-v1:0', us, ['reasoning'], 128 * k, 32 * Ki),
  onDemand('qwen.qwen3-32b-v1:0', [], ['tools', 'reasoning'], 32 * k, 16 * Ki, auto),
  onDemand('qwen.qwen3-coder-30b-a3b-v1:0', [], ['tools'], 256 * k, undefined, auto),
  byProfile('xai.grok-4.6', globalAndUs, [...openSeeing, 'reasoning'], 500 * k, 500 * k, auto),
  byProfile('moonshotai.kimi-k3', globalAndUs, [...openSeeing, 'reasoning'], 1 * M, 128 * k, auto),
  onDemand('moonshotai.kimi-k2.5', [], [...openSeeing, 'reasoning'], 262 * k, 16 * Ki, auto),
  onDemand('moonshot.kimi-k2-thinking', [], openReasoning, 262 * k, 16 * Ki, auto),
  onDemand('zai.glm-5', [], openReasoning, 203 * k, 128 * Ki, auto),
  onDemand('zai.glm-4.7', [], openReasoning, 203 * k, 128 * Ki, auto),
  onDemand('zai.glm-4.7-flash', [], openReasoning, 203 * k, 128 * Ki, auto),
  onDemand('minimax.minimax-m2', [], openReasoning, undefined, undefined, { ...auto, reasoningHistory: 'open' }),
  onDemand('nvidia.nemotron-super-3-120b', [], openReasoning, 262 * k, 128 * Ki, auto),
  onDemand('google.gemma-3-27b-it', [], ['vision'], 131 * k, 8 * Ki),
  byProfile('writer.palmyra-x5-v1:0', us, ['tools'], 1 * M, 8 * Ki, auto),
  byProfile('writer.palmyra-x4-v1:0', us, ['tools'], 128 * k, 8 * Ki, auto),
]
