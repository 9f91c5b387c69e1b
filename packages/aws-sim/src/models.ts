/**
 * One model as the simulator plays it: which ids reach it and what it refuses. The facts follow AWS's documentation and
 * the refusals that clients report; change a row when AWS changes.
 */
export interface SimulatedModel {
  readonly id: string
  /** Whose own interface sits behind Converse: it decides how `additionalModelRequestFields` are read. */
  readonly family: 'claude' | 'nova' | 'openai' | 'mistral' | 'other'
  /** False: only an inference profile reaches it. */
  readonly onDemand: boolean
  /** The geographic prefixes of its inference profiles. */
  readonly profiles: readonly Geography[]
  readonly contextTokens: number
  readonly maxOutputTokens: number
  readonly tools: 'none' | 'auto' | 'any' | 'named'
  readonly images: boolean
  readonly documents: boolean
  readonly videos: boolean
  readonly audio: boolean
  /** Files may be named by their place in S3 instead of being sent. */
  readonly s3Files: boolean
  readonly system: boolean
  /** `role: system` inside the conversation. */
  readonly systemRole: boolean
  /** What becomes of a conversation that ends with the assistant. */
  readonly prefill: 'continued' | 'unsupported' | 'refused'
  /** `exclusive`: temperature or top_p; `fixed`: temperature only at its default. */
  readonly sampling: 'free' | 'exclusive' | 'fixed'
  /** Undefined: a cache point is refused. */
  readonly cache: Caching | undefined
  readonly maxStopSequences: number
  /** Native JSON schema output and `strict` tools. */
  readonly strictSchemas: boolean
  readonly reasoning: Reasoning
  /** True once AWS has retired it. */
  readonly ended: boolean
}

interface Caching {
  /** Tokens below which a cache point is ignored. */
  readonly minimum: number
  readonly ttls: readonly ('5m' | '1h')[]
  /** Whether definitions of tools and messages with their results may be followed by a cache point. */
  readonly tools: boolean
}

interface Reasoning {
  /** Thinks when the request does not speak of it. */
  readonly unasked: boolean
  /** What Claude takes as `thinking.type`; empty: no `thinking` at all. */
  readonly modes: readonly ThinkingMode[]
  /** What its own dial for the effort takes; empty: it has none. */
  readonly efforts: readonly string[]
  /** What of these it takes while `thinking` is disabled; undefined: all. */
  readonly effortsUnthinking?: readonly string[]
  /** Whether Claude shows its thoughts when `thinking.display` does not say; undefined: it has no such member. */
  readonly display: 'summarized' | 'omitted' | undefined
  /** False: its thoughts are not in the answer. */
  readonly shown: boolean
  /** Whether a later request may have its thoughts: not at all, only as they were signed, or as they are. */
  readonly takesBack: 'nothing' | 'signed' | 'unsigned'
}

export type ThinkingMode = 'enabled' | 'adaptive' | 'disabled'

export type Geography = keyof typeof GEOGRAPHIES

/** Which source regions an inference profile's prefix may be called from. */
export const GEOGRAPHIES = {
  us: /^(?:us-(?:east|west)-\d|ca-(?:central|west)-1)$/,
  eu: /^eu-/,
  apac: /^ap-/,
  jp: /^ap-northeast-[13]$/,
  au: /^ap-southeast-[246]$/,
  'us-gov': /^us-gov-/,
  global: /^(?!us-gov-|cn-)/,
} as const

export const NO_REASONING: Reasoning = {
  unasked: false,
  modes: [],
  efforts: [],
  display: undefined,
  shown: true,
  takesBack: 'nothing',
}

const budgeted: Reasoning = { ...NO_REASONING, modes: ['enabled', 'disabled'], takesBack: 'signed' }
const adaptive46: Reasoning = {
  ...budgeted,
  modes: ['enabled', 'adaptive', 'disabled'],
  efforts: ['low', 'medium', 'high', 'max'],
  display: 'summarized',
}
const adaptive47: Reasoning = {
  ...adaptive46,
  modes: ['adaptive', 'disabled'],
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  display: 'omitted',
}
const unasked5: Reasoning = { ...adaptive47, unasked: true, efforts: ['low', 'medium', 'high'] }
const opus5Reasoning: Reasoning = {
  ...unasked5,
  efforts: adaptive47.efforts,
  effortsUnthinking: ['low', 'medium', 'high'],
}
const fableReasoning: Reasoning = { ...unasked5, modes: ['adaptive'] }
/** Of models that think in the open, whatever is asked. */
const open: Reasoning = { ...NO_REASONING, unasked: true }

const plain: Omit<SimulatedModel, 'id'> = {
  family: 'other',
  onDemand: true,
  profiles: [],
  contextTokens: 131_072,
  maxOutputTokens: 8192,
  tools: 'auto',
  images: false,
  documents: false,
  videos: false,
  audio: false,
  s3Files: false,
  system: true,
  systemRole: false,
  prefill: 'refused',
  sampling: 'free',
  cache: undefined,
  maxStopSequences: 2500,
  strictSchemas: false,
  reasoning: NO_REASONING,
  ended: false,
}
const byProfile = { onDemand: false, profiles: ['us', 'global'] } as const
const usOnly = { onDemand: false, profiles: ['us'] } as const

const cacheFrom = (minimum: number, ttls: Caching['ttls'] = ['5m', '1h']) => ({
  cache: { minimum, ttls, tools: true },
})
const shortCache = cacheFrom(1024, ['5m'])

const claude: Omit<SimulatedModel, 'id'> = {
  ...plain,
  ...shortCache,
  family: 'claude',
  onDemand: false,
  profiles: ['us', 'eu', 'jp', 'au', 'global'],
  contextTokens: 200_000,
  maxOutputTokens: 64_000,
  tools: 'named',
  images: true,
  documents: true,
  prefill: 'continued',
  reasoning: budgeted,
}

const claude45 = { ...claude, ...cacheFrom(1024), sampling: 'exclusive', strictSchemas: true } as const

const claude46 = {
  ...claude45,
  contextTokens: 1_000_000,
  maxOutputTokens: 128_000,
  prefill: 'unsupported',
  reasoning: adaptive46,
} as const

const claude47 = { ...claude46, sampling: 'fixed', strictSchemas: false, reasoning: adaptive47 } as const

const claude5 = { ...claude47, ...cacheFrom(512), systemRole: true, reasoning: unasked5 } as const

const nova: Omit<SimulatedModel, 'id'> = {
  ...plain,
  family: 'nova',
  profiles: ['us', 'eu', 'apac'],
  contextTokens: 300_000,
  maxOutputTokens: 10_000,
  tools: 'named',
  images: true,
  documents: true,
  videos: true,
  s3Files: true,
  cache: { minimum: 1000, ttls: ['5m'], tools: false },
  maxStopSequences: 4,
}

const gpt: Omit<SimulatedModel, 'id'> = {
  ...plain,
  ...byProfile,
  family: 'openai',
  contextTokens: 1_050_000,
  maxOutputTokens: 128_000,
  images: true,
  documents: true,
  strictSchemas: true,
  reasoning: { ...NO_REASONING, efforts: ['none', 'low', 'medium', 'high', 'xhigh'], shown: false },
}

const gptOss: Omit<SimulatedModel, 'id'> = {
  ...plain,
  family: 'openai',
  maxOutputTokens: 16_384,
  strictSchemas: true,
  reasoning: { ...open, efforts: ['low', 'medium', 'high'] },
}

const mistral: Omit<SimulatedModel, 'id'> = { ...plain, family: 'mistral', tools: 'any', maxStopSequences: 10 }
const oldMistral = { ...mistral, contextTokens: 32_768, tools: 'none', system: false } as const
const deepseek = {
  ...plain,
  contextTokens: 163_840,
  maxOutputTokens: 81_920,
  strictSchemas: true,
  maxStopSequences: 10,
} as const
const kimi = {
  ...plain,
  contextTokens: 262_144,
  maxOutputTokens: 16_384,
  strictSchemas: true,
  reasoning: open,
} as const
const glm = {
  ...plain,
  contextTokens: 202_752,
  maxOutputTokens: 131_072,
  strictSchemas: true,
  reasoning: open,
} as const
const llama4 = { ...plain, ...usOnly, images: true } as const

const MODELS: readonly SimulatedModel[] = [
  { ...claude5, id: 'anthropic.claude-opus-5-5', reasoning: opus5Reasoning },
  { ...claude5, id: 'anthropic.claude-sonnet-5-5' },
  { ...claude5, id: 'anthropic.claude-opus-5', reasoning: opus5Reasoning },
  { ...claude5, id: 'anthropic.claude-sonnet-5', ...cacheFrom(1024) },
  { ...claude5, id: 'anthropic.claude-fable-5-1', reasoning: fableReasoning },
  { ...claude5, id: 'anthropic.claude-fable-5', reasoning: fableReasoning },
  { ...claude47, id: 'anthropic.claude-opus-4-8' },
  { ...claude47, id: 'anthropic.claude-opus-4-7', ...cacheFrom(4096) },
  { ...claude46, id: 'anthropic.claude-opus-4-6-v1', ...cacheFrom(4096) },
  { ...claude46, id: 'anthropic.claude-sonnet-4-6' },
  {
    ...claude45,
    id: 'anthropic.claude-opus-4-5-20251101-v1:0',
    ...cacheFrom(4096),
    reasoning: { ...budgeted, efforts: ['low', 'medium', 'high'] },
  },
  {
    ...claude45,
    id: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
    profiles: ['us', 'eu', 'jp', 'au', 'us-gov', 'global'],
  },
  { ...claude45, id: 'anthropic.claude-haiku-4-5-20251001-v1:0', ...cacheFrom(4096) },
  {
    ...claude,
    id: 'anthropic.claude-opus-4-1-20250805-v1:0',
    profiles: ['us'],
    sampling: 'exclusive',
    maxOutputTokens: 32_000,
  },
  { ...claude, id: 'anthropic.claude-sonnet-4-20250514-v1:0', profiles: ['us', 'eu', 'apac', 'global'] },
  { ...claude, id: 'anthropic.claude-3-7-sonnet-20250219-v1:0', profiles: ['us', 'eu', 'apac', 'us-gov'] },
  {
    ...claude,
    id: 'anthropic.claude-3-5-haiku-20241022-v1:0',
    onDemand: true,
    profiles: ['us'],
    images: false,
    documents: false,
    maxOutputTokens: 8192,
    ...cacheFrom(2048, ['5m']),
    reasoning: NO_REASONING,
  },
  {
    ...claude,
    id: 'anthropic.claude-3-haiku-20240307-v1:0',
    onDemand: true,
    profiles: ['us', 'eu', 'apac', 'us-gov'],
    maxOutputTokens: 4096,
    cache: undefined,
    reasoning: NO_REASONING,
  },
  { ...claude, id: 'anthropic.claude-v2:1', onDemand: true, profiles: [], ended: true },
  {
    ...nova,
    id: 'amazon.nova-2-lite-v1:0',
    onDemand: false,
    profiles: ['us', 'eu', 'jp', 'global'],
    contextTokens: 1_000_000,
    maxOutputTokens: 65_535,
    reasoning: { ...NO_REASONING, efforts: ['low', 'medium', 'high'], takesBack: 'unsigned' },
  },
  { ...nova, id: 'amazon.nova-premier-v1:0', ...usOnly, contextTokens: 1_000_000 },
  { ...nova, id: 'amazon.nova-pro-v1:0' },
  { ...nova, id: 'amazon.nova-lite-v1:0' },
  {
    ...nova,
    id: 'amazon.nova-micro-v1:0',
    contextTokens: 128_000,
    images: false,
    documents: false,
    videos: false,
    s3Files: false,
  },
  { ...gpt, id: 'openai.gpt-6-astra' },
  { ...gpt, id: 'openai.gpt-6-sol' },
  { ...gpt, id: 'openai.gpt-6-luna' },
  { ...gpt, id: 'openai.gpt-5.6-sol' },
  { ...gpt, id: 'openai.gpt-5.6-terra' },
  { ...gpt, id: 'openai.gpt-5.6-luna' },
  { ...gptOss, id: 'openai.gpt-oss-120b-1:0' },
  { ...gptOss, id: 'openai.gpt-oss-20b-1:0' },
  { ...llama4, id: 'meta.llama4-maverick-17b-instruct-v1:0', contextTokens: 1_000_000 },
  { ...llama4, id: 'meta.llama4-scout-17b-instruct-v1:0', contextTokens: 10_000_000 },
  { ...plain, ...usOnly, id: 'meta.llama3-3-70b-instruct-v1:0', maxOutputTokens: 4096 },
  {
    ...mistral,
    id: 'mistral.mistral-large-3-675b-instruct',
    contextTokens: 262_144,
    images: true,
    strictSchemas: true,
  },
  {
    ...mistral,
    id: 'mistral.magistral-small-2509',
    maxOutputTokens: 40_960,
    images: true,
    strictSchemas: true,
    reasoning: open,
  },
  { ...mistral, id: 'mistral.devstral-2-123b', contextTokens: 262_144, strictSchemas: true },
  { ...mistral, id: 'mistral.mistral-large-2407-v1:0' },
  { ...mistral, id: 'mistral.voxtral-small-24b-2507', contextTokens: 32_768, audio: true, s3Files: true },
  { ...mistral, id: 'mistral.voxtral-mini-3b-2507', contextTokens: 32_768, audio: true, s3Files: true },
  { ...oldMistral, id: 'mistral.mistral-7b-instruct-v0:2' },
  { ...oldMistral, id: 'mistral.mixtral-8x7b-instruct-v0:1', maxOutputTokens: 4096 },
  { ...deepseek, id: 'deepseek.v3.2' },
  { ...deepseek, id: 'deepseek.v3-v1:0' },
  {
    ...deepseek,
    ...usOnly,
    id: 'deepseek.r1-v1:0',
    contextTokens: 131_072,
    maxOutputTokens: 32_768,
    tools: 'none',
    strictSchemas: false,
    reasoning: open,
  },
  { ...plain, id: 'qwen.qwen3-32b-v1:0', contextTokens: 32_768, maxOutputTokens: 16_384 },
  { ...plain, id: 'qwen.qwen3-coder-30b-a3b-v1:0', contextTokens: 262_144, maxOutputTokens: 65_536 },
  {
    ...plain,
    ...byProfile,
    id: 'xai.grok-4.6',
    contextTokens: 500_000,
    maxOutputTokens: 500_000,
    images: true,
    strictSchemas: true,
  },
  {
    ...kimi,
    ...byProfile,
    id: 'moonshotai.kimi-k3',
    contextTokens: 1_048_576,
    maxOutputTokens: 131_072,
    images: true,
  },
  { ...kimi, id: 'moonshotai.kimi-k2.5', images: true },
  { ...kimi, id: 'moonshot.kimi-k2-thinking' },
  { ...glm, id: 'zai.glm-5' },
  { ...glm, id: 'zai.glm-4.7' },
  { ...glm, id: 'zai.glm-4.7-flash' },
  {
    ...plain,
    id: 'minimax.minimax-m2',
    contextTokens: 196_608,
    maxOutputTokens: 98_304,
    strictSchemas: true,
    reasoning: { ...open, takesBack: 'unsigned' },
  },
  {
    ...plain,
    id: 'nvidia.nemotron-super-3-120b',
    contextTokens: 262_144,
    maxOutputTokens: 131_072,
    strictSchemas: true,
  },
  { ...plain, id: 'google.gemma-3-27b-it', tools: 'none', images: true },
  { ...plain, ...usOnly, id: 'writer.palmyra-x5-v1:0', contextTokens: 1_000_000 },
  { ...plain, ...usOnly, id: 'writer.palmyra-x4-v1:0', contextTokens: 128_000 },
]

const BY_ID: ReadonlyMap<string, SimulatedModel> = new Map(MODELS.map((model) => [model.id, model]))

export function findModel(id: string): SimulatedModel | undefined {
  return BY_ID.get(id)
}

/** Every id that the simulator answers: bare ones, then those of the inference profiles. Retired models are left out. */
export const SIMULATED_MODEL_IDS: readonly string[] = [
  ...MODELS.filter((model) => model.onDemand && !model.ended).map((model) => model.id),
  ...MODELS.flatMap((model) => model.profiles.map((prefix) => `${prefix}.${model.id}`)),
]
