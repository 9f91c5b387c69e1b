import {
  type BaseRow,
  globalAndUs,
  Ki,
  k,
  M,
  onMantle,
  openAuto,
  openPlain,
  openReasoning,
  openSeeing,
  openText,
  openWeights,
  others,
  text,
  us,
} from './row.ts'

/** DeepSeek, Qwen, Kimi, MiniMax, GLM, Nemotron, Gemma. */
const open = { ...openWeights, facts: openAuto } as const
const minimax = { ...openWeights, facts: { ...openAuto, reasoningHistory: 'open' } } as const
const gemma = { ...openWeights, facts: openPlain } as const

export const openWeightModels: readonly BaseRow[] = [
  text('deepseek.v3.2', openReasoning, 164 * k, 80 * Ki, open),
  text('deepseek.v3-v1:0', openReasoning, 164 * k, 80 * Ki, open),
  onMantle('deepseek.v3.1', openReasoning, 164 * k, 80 * Ki),
  text('deepseek.r1-v1:0', ['reasoning'], 128 * k, 32 * Ki, {
    profiles: us,
    facts: { ...others, invokeFormat: 'deepseek-r1' },
  }),

  text('qwen.qwen3-32b-v1:0', ['tools', 'reasoning'], 32 * k, 16 * Ki, open),
  text('qwen.qwen3-235b-a22b-2507-v1:0', ['tools'], 256 * Ki, undefined, open),
  text('qwen.qwen3-next-80b-a3b', ['tools'], 262 * k, undefined, open),
  text('qwen.qwen3-vl-235b-a22b', ['tools', 'vision'], 262 * k, undefined, open),
  text('qwen.qwen3-coder-30b-a3b-v1:0', ['tools'], 256 * k, undefined, open),
  text('qwen.qwen3-coder-480b-a35b-v1:0', ['tools'], 128 * Ki, 64 * Ki, open),
  text('qwen.qwen3-coder-next', ['tools'], undefined, undefined, open),

  text('moonshotai.kimi-k3', [...openSeeing, 'reasoning'], 1 * M, 128 * k, {
    apis: [...openWeights.apis, 'openai-responses'],
    profiles: globalAndUs,
    facts: openAuto,
  }),
  text('moonshotai.kimi-k2.5', [...openSeeing, 'reasoning'], 262 * k, 16 * Ki, open),
  text('moonshot.kimi-k2-thinking', openReasoning, 262 * k, 16 * Ki, { facts: openAuto }),

  text('minimax.minimax-m2.5', openReasoning, 192 * Ki, 96 * Ki, minimax),
  text('minimax.minimax-m2.1', openReasoning, 200 * Ki, undefined, minimax),
  text('minimax.minimax-m2', openReasoning, undefined, undefined, minimax),

  text('zai.glm-5', openReasoning, 203 * k, 128 * Ki, open),
  text('zai.glm-4.7', openReasoning, 203 * k, 128 * Ki, open),
  text('zai.glm-4.7-flash', openReasoning, 203 * k, 128 * Ki, open),
  onMantle('zai.glm-4.6', openReasoning, undefined, undefined),

  text('nvidia.nemotron-super-3-120b', openReasoning, 262 * k, 128 * Ki, open),
  text('nvidia.nemotron-nano-3-30b', openText, undefined, undefined, open),
  text('nvidia.nemotron-nano-12b-v2', openSeeing, 128 * k, undefined, open),
  text('nvidia.nemotron-nano-9b-v2', openText, 128 * k, undefined, open),

  text('google.gemma-3-27b-it', ['vision'], 131 * k, 8 * Ki, gemma),
  text('google.gemma-3-12b-it', ['vision'], 131 * k, 8 * Ki, gemma),
  text('google.gemma-3-4b-it', ['vision'], 131 * k, 4 * Ki, gemma),
  onMantle('google.gemma-4-31b', [...openSeeing, 'video', 'reasoning'], 262 * k, undefined),
  onMantle('google.gemma-4-26b-a4b', [...openSeeing, 'video', 'reasoning'], 262 * k, undefined),
  onMantle('google.gemma-4-e2b', [...openSeeing, 'video', 'audio', 'reasoning'], 131 * k, 8 * Ki),
]
