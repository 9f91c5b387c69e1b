import type { Feature } from '@moho/core'
import type { Geography } from '../geographies.ts'
import type { BedrockFacts } from '../models.ts'

/** A base model, under the id that it has without a geography. */
export interface BaseRow {
  readonly id: string
  /** What it makes of its input. */
  readonly kind: 'text' | 'embeddings' | 'images' | 'rerank' | 'video' | 'speech'
  /** Which of Bedrock Runtime's APIs serve it. None: AWS has it elsewhere, such as on Bedrock Mantle. */
  readonly apis: readonly BedrockApi[]
  /** What AWS says of its life: 'legacy' goes on for those who use it, 'ended' for nobody. Left out: active. */
  readonly lifecycle?: 'legacy' | 'ended'
  /** The geographies of its inference profiles. */
  readonly profiles: readonly Geography[]
  /** Whether it can be called by this id, and not only by a profile. */
  readonly onDemand: boolean
  /** The regions where alone it can be called by this id too: `onDemand` is false, as a profile does everywhere. */
  readonly onDemandIn?: readonly string[]
  readonly features: readonly Feature[]
  readonly contextTokens: number | undefined
  readonly outputTokens: number | undefined
  readonly facts: BedrockFacts
}

/** `POST …/converse`, `…/invoke`, `/openai/v1/chat/completions`, `/openai/v1/responses`, `/anthropic/v1/messages`. */
export type BedrockApi = 'converse' | 'invoke' | 'openai-chat' | 'openai-responses' | 'anthropic'

export const k = 1_000
export const M = 1_000_000
/** Open models have limits of powers of two. */
export const Ki = 1_024

export const globalAndUs = ['global', 'us'] as const
export const usAndEu = ['us', 'eu'] as const
export const us = ['us'] as const

/** A model that makes text. One that has no profile is called by its own id. */
export const text = (
  id: string,
  features: readonly Feature[],
  contextTokens: number | undefined,
  outputTokens: number | undefined,
  more: Partial<BaseRow> = {},
): BaseRow => ({
  id,
  kind: 'text',
  apis: ['converse', 'invoke'],
  profiles: [],
  onDemand: (more.profiles ?? []).length === 0,
  features,
  contextTokens,
  outputTokens,
  facts: others,
  ...more,
})

/** A model that makes something else. */
export const notText = (
  kind: Exclude<BaseRow['kind'], 'text'>,
  id: string,
  features: readonly Feature[],
  more: Partial<BaseRow> = {},
): BaseRow => text(id, features, undefined, undefined, { kind, apis: ['invoke'], facts: {}, ...more })

/** A model that AWS has on Bedrock Mantle alone. */
export const onMantle = (...[id, features, contextTokens, outputTokens]: Parameters<typeof text>): BaseRow =>
  text(id, features, contextTokens, outputTokens, { apis: [] })

/** What Bedrock serves with an engine of its own: its bodies are OpenAI's. */
export const openWeights = {
  apis: ['converse', 'invoke', 'openai-chat'],
} as const satisfies Partial<BaseRow>

/** Only Claude goes on from the beginning of an answer. */
export const others: BedrockFacts = { prefill: 'refused' }
/** AWS names the families that can be told to use a tool: Claude, Nova and Mistral Large. */
export const auto: BedrockFacts = { ...others, toolChoice: 'auto' }
export const openPlain: BedrockFacts = { ...others, invokeFormat: 'openai-chat' }
export const openAuto: BedrockFacts = { ...auto, invokeFormat: 'openai-chat' }

export const openReasoning = ['tools', 'reasoning', 'json_schema'] as const
export const openSeeing = ['tools', 'vision', 'json_schema'] as const
export const openText = ['tools', 'json_schema'] as const
