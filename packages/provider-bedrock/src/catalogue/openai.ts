import type { BedrockFacts } from '../models.ts'
import {
  auto,
  type BaseRow,
  globalAndUs,
  Ki,
  k,
  M,
  onMantle,
  openAuto,
  openPlain,
  openReasoning,
  openWeights,
  text,
} from './row.ts'

/** GPT, which has no InvokeModel, and the open models of its maker. */
const seeing = ['tools', 'vision', 'documents', 'reasoning', 'json_schema', 'prompt_cache'] as const
const toHigh = ['low', 'medium', 'high'] as const
const gptFacts: BedrockFacts = { ...auto, reasoning: { by: 'reasoning.effort', efforts: ['none', ...toHigh, 'xhigh'] } }
const ossFacts: BedrockFacts = { ...openAuto, reasoning: { by: 'reasoning_effort', efforts: toHigh } }

const gpt = (id: string, profiles: BaseRow['profiles']): BaseRow =>
  text(id, seeing, 1_050 * k, 128 * k, {
    apis: ['converse', 'openai-chat', 'openai-responses'],
    profiles,
    facts: gptFacts,
  })

const oss = (id: string, outputTokens?: number, more: Partial<BaseRow> = {}): BaseRow =>
  text(id, openReasoning, 128 * k, outputTokens, { ...openWeights, facts: ossFacts, ...more })

/** They judge texts by a policy. Nothing tells that they have tools or a dial. */
const safeguard = (id: string): BaseRow =>
  oss(id, 16 * Ki, { features: ['reasoning', 'json_schema'], facts: openPlain })

export const openai: readonly BaseRow[] = [
  gpt('openai.gpt-6-astra', globalAndUs),
  gpt('openai.gpt-6-sol', globalAndUs),
  gpt('openai.gpt-6-luna', globalAndUs),
  gpt('openai.gpt-5.6-sol', globalAndUs),
  gpt('openai.gpt-5.6-terra', [...globalAndUs, 'in']),
  gpt('openai.gpt-5.6-luna', [...globalAndUs, 'in']),
  onMantle('openai.gpt-5.6-cyber', seeing, 272 * k, undefined),
  onMantle('openai.gpt-5.5', seeing, 1 * M, 128 * k),
  onMantle('openai.gpt-5.4', seeing, 1 * M, 128 * k),
  oss('openai.gpt-oss-120b-1:0'),
  oss('openai.gpt-oss-20b-1:0'),
  safeguard('openai.gpt-oss-safeguard-120b'),
  safeguard('openai.gpt-oss-safeguard-20b'),
]
