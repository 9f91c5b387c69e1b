import type { Feature } from '@moho/core'
import type { BedrockFacts } from './models.ts'

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
  facts: BedrockFacts = {},
): BaseRow => ({ id, profiles, onDemand: false, features, contextTokens, outputTokens, facts })

/** A model that is called by its own id too. */
const onDemand = (...row: Parameters<typeof byProfile>): BaseRow => ({ ...byProfile(...row), onDemand: true })

/** Anthropic */
const seeing = ['tools', 'parallel_tools', 'vision', 'documents'] as const
const thinking = [...seeing, 'reasoning', 'prompt_cache'] as const
const structured = [...thinking, 'json_schema'] as const
const claude: BedrockFacts = { stopText: 'visible' }
const claude41: BedrockFacts = { ...claude, sampling: 'one' }
const claude45: BedrockFacts = { ...claude41, serialTools: 'anthropic' }
const claude46: BedrockFacts = { ...claude45, prefill: 'refused' }
const claude47: BedrockFacts = { ...claude46, sampling: 'fixed' }

/** Others */
const nova = ['tools', 'vision', 'documents', 'prompt_cache'] as const
const gpt = ['tools', 'vision', 'documents', 'reasoning', 'json_schema', 'prompt_cache'] as const
const openReasoning = ['tools', 'reasoning', 'json_schema'] as const
const openSeeing = ['tools', 'vision', 'json_schema'] as const
const openText = ['tools', 'json_schema'] as const
const auto: BedrockFacts = { toolChoice: 'auto' }
const mistral: BedrockFacts = { toolUseIds: 'nine' }

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html */
export const baseRows: readonly BaseRow[] = [
  byProfile('anthropic.claude-opus-5-5', world, thinking, 1 * M, 128 * k, claude47),
  byProfile('anthropic.claude-sonnet-5-5', world, thinking, 1 * M, undefined, claude47),
  byProfile('anthropic.claude-opus-5', world, thinking, 1 * M, 128 * k, claude47),
  byProfile('anthropic.claude-sonnet-5', world, thinking, 1 * M, 128 * k, claude47),
  byProfile('anthropic.claude-fable-5-1', world, thinking, 1 * M, 128 * k, claude47),
  byProfile('anthropic.claude-fable-5', world, thinking, 1 * M, 128 * k, claude47),
  byProfile('anthropic.claude-opus-4-8', world, thinking, 1 * M, 128 * k, claude47),
  byProfile('anthropic.claude-opus-4-7', world, thinking, 1 * M, 128 * k, claude47),
  byProfile('anthropic.claude-opus-4-6-v1', world, structured, 1 * M, 128 * k, claude46),
  byProfile('anthropic.claude-sonnet-4-6', world, structured, 1 * M, 128 * k, claude46),
  byProfile('anthropic.claude-opus-4-5-20251101-v1:0', world, structured, 200 * k, 64 * k, claude45),
  byProfile('anthropic.claude-sonnet-4-5-20250929-v1:0', [...world, 'us-gov'], structured, 200 * k, 64 * k, claude45),
  byProfile('anthropic.claude-haiku-4-5-20251001-v1:0', world, structured, 200 * k, 64 * k, claude45),
  byProfile('anthropic.claude-opus-4-1-20250805-v1:0', us, thinking, 200 * k, 32 * k, claude41),
  byProfile('anthropic.claude-sonnet-4-20250514-v1:0', ['global', ...older], thinking, 200 * k, 64 * k, claude),
  byProfile('anthropic.claude-3-7-sonnet-20250219-v1:0', [...older, 'us-gov'], thinking, 200 * k, 64 * k, claude),
  onDemand(
    'anthropic.claude-3-5-haiku-20241022-v1:0',
    us,
    ['tools', 'parallel_tools', 'prompt_cache'],
    200 * k,
    8 * k,
    claude,
  ),
  onDemand('anthropic.claude-3-haiku-20240307-v1:0', [...older, 'us-gov'], seeing, 200 * k, 4 * k, claude),

  byProfile('amazon.nova-2-lite-v1:0', ['global', 'us', 'eu', 'jp'], [...nova, 'reasoning'], 1 * M, 65 * k),
  byProfile('amazon.nova-premier-v1:0', us, nova, 1 * M, undefined),
  onDemand('amazon.nova-pro-v1:0', older, nova, 300 * k, 10 * k),
  onDemand('amazon.nova-lite-v1:0', older, nova, 300 * k, 10 * k),
  onDemand('amazon.nova-micro-v1:0', older, ['tools', 'prompt_cache'], 128 * k, 10 * k),

  byProfile('openai.gpt-6-astra', globalAndUs, gpt, 1_050 * k, 128 * k),
  byProfile('openai.gpt-6-sol', globalAndUs, gpt, 1_050 * k, 128 * k),
  byProfile('openai.gpt-6-luna', globalAndUs, gpt, 1_050 * k, 128 * k),
  byProfile('openai.gpt-5.6-sol', globalAndUs, gpt, 1_050 * k, 128 * k),
  byProfile('openai.gpt-5.6-terra', globalAndUs, gpt, 1_050 * k, 128 * k),
  byProfile('openai.gpt-5.6-luna', globalAndUs, gpt, 1_050 * k, 128 * k),
  onDemand('openai.gpt-oss-120b-1:0', [], openReasoning, 128 * k, undefined, auto),
  onDemand('openai.gpt-oss-20b-1:0', [], openReasoning, 128 * k, undefined, auto),

  byProfile('meta.llama4-maverick-17b-instruct-v1:0', us, ['tools', 'vision'], 1 * M, 8 * k, auto),
  byProfile('meta.llama4-scout-17b-instruct-v1:0', us, ['tools', 'vision'], 10 * M, 8 * k, auto),
  byProfile('meta.llama3-3-70b-instruct-v1:0', us, ['tools'], 128 * k, 4 * k, auto),

  onDemand('mistral.mistral-large-3-675b-instruct', [], openSeeing, 262 * k, 8 * k, mistral),
  onDemand('mistral.magistral-small-2509', [], [...openSeeing, 'reasoning'], 128 * k, 40 * k, mistral),
  onDemand('mistral.devstral-2-123b', [], openText, 262 * k, 8 * k, mistral),
  onDemand('mistral.mistral-7b-instruct-v0:2', [], [], 32 * k, 8 * k, { ...mistral, system: 'first-message' }),
  onDemand('mistral.mixtral-8x7b-instruct-v0:1', [], [], 32 * k, 4 * k, { ...mistral, system: 'first-message' }),

  onDemand('deepseek.v3.2', [], openReasoning, 164 * k, 82 * k),
  onDemand('deepseek.v3-v1:0', [], openReasoning, 164 * k, 82 * k),
  byProfile('deepseek.r1-v1:0', us, ['reasoning'], 128 * k, 32 * k),
  onDemand('qwen.qwen3-32b-v1:0', [], ['tools', 'reasoning'], 32 * k, 16 * k),
  onDemand('qwen.qwen3-coder-30b-a3b-v1:0', [], ['tools'], 256 * k, undefined),
  byProfile('xai.grok-4.6', globalAndUs, [...openSeeing, 'reasoning'], 500 * k, 500 * k),
  byProfile('moonshotai.kimi-k3', globalAndUs, [...openSeeing, 'reasoning'], 1 * M, 128 * k),
  onDemand('moonshotai.kimi-k2.5', [], [...openSeeing, 'reasoning'], 262 * k, 16 * k),
  onDemand('moonshot.kimi-k2-thinking', [], openReasoning, 262 * k, 16 * k),
  onDemand('zai.glm-5', [], openReasoning, 203 * k, 131 * k),
  onDemand('zai.glm-4.7', [], openReasoning, 203 * k, 131 * k),
  onDemand('zai.glm-4.7-flash', [], openReasoning, 203 * k, 131 * k),
  onDemand('minimax.minimax-m2', [], openReasoning, undefined, undefined),
  onDemand('nvidia.nemotron-super-3-120b', [], openReasoning, 262 * k, 131 * k),
  onDemand('google.gemma-3-27b-it', [], ['vision'], 131 * k, 8 * k),
  byProfile('writer.palmyra-x5-v1:0', us, ['tools'], 1 * M, 8 * k),
  byProfile('writer.palmyra-x4-v1:0', us, ['tools'], 128 * k, 8 * k),
]
