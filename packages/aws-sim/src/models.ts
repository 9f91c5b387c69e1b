/**
 * One model as the simulator plays it: which ids reach it and what it refuses. The facts follow AWS's documentation and
 * the refusals that clients report; change a row when AWS changes.
 */
export interface SimulatedModel {
  readonly id: string
  /** False: only an inference profile reaches it. */
  readonly onDemand: boolean
  /** The geographic prefixes of its inference profiles. */
  readonly profiles: readonly Geography[]
  readonly contextTokens: number
  readonly maxOutputTokens: number
  readonly tools: 'none' | 'auto' | 'any' | 'named'
  readonly images: boolean
  readonly documents: boolean
  readonly system: boolean
  /** `role: system` inside the conversation. */
  readonly systemRole: boolean
  /** What becomes of a conversation that ends with the assistant. */
  readonly prefill: 'continued' | 'unsupported' | 'refused'
  /** `exclusive`: temperature or top_p; `fixed`: temperature only at its default. */
  readonly sampling: 'free' | 'exclusive' | 'fixed'
  /** Tokens below which a cache point is ignored; undefined: a cache point is refused. */
  readonly cacheMinimum: number | undefined
  readonly maxStopSequences: number
  /** Native JSON schema output and `strict` tools. */
  readonly strictSchemas: boolean
  readonly reasoning: 'none' | 'on request' | 'signed always' | 'unsigned always'
  /** True once AWS has retired it. */
  readonly ended: boolean
}

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

const plain: Omit<SimulatedModel, 'id'> = {
  onDemand: true,
  profiles: [],
  contextTokens: 131_072,
  maxOutputTokens: 8192,
  tools: 'auto',
  images: false,
  documents: true,
  system: true,
  systemRole: false,
  prefill: 'refused',
  sampling: 'free',
  cacheMinimum: undefined,
  maxStopSequences: 2500,
  strictSchemas: true,
  reasoning: 'none',
  ended: false,
}

const claude: Omit<SimulatedModel, 'id'> = {
  ...plain,
  onDemand: false,
  profiles: ['us', 'eu', 'global'],
  contextTokens: 200_000,
  maxOutputTokens: 64_000,
  tools: 'named',
  images: true,
  prefill: 'continued',
  cacheMinimum: 1024,
  reasoning: 'on request',
}

const claude46 = { ...claude, contextTokens: 1_000_000, maxOutputTokens: 128_000, prefill: 'unsupported' } as const

const claude5 = {
  ...claude46,
  systemRole: true,
  sampling: 'fixed',
  cacheMinimum: 512,
  strictSchemas: false,
  reasoning: 'signed always',
} as const

const nova: Omit<SimulatedModel, 'id'> = {
  ...plain,
  profiles: ['us', 'eu', 'apac'],
  contextTokens: 300_000,
  maxOutputTokens: 10_000,
  tools: 'named',
  images: true,
  cacheMinimum: 1000,
  maxStopSequences: 4,
}

const MODELS: readonly SimulatedModel[] = [
  { ...claude5, id: 'anthropic.claude-opus-5-5' },
  { ...claude5, id: 'anthropic.claude-sonnet-5-5' },
  { ...claude5, id: 'anthropic.claude-opus-5' },
  { ...claude5, id: 'anthropic.claude-sonnet-5', cacheMinimum: 1024 },
  { ...claude5, id: 'anthropic.claude-fable-5-1' },
  { ...claude5, id: 'anthropic.claude-fable-5' },
  { ...claude46, id: 'anthropic.claude-opus-4-8', sampling: 'fixed', strictSchemas: false },
  { ...claude46, id: 'anthropic.claude-opus-4-7', sampling: 'fixed', strictSchemas: false, cacheMinimum: 4096 },
  { ...claude46, id: 'anthropic.claude-opus-4-6-v1', cacheMinimum: 4096 },
  { ...claude46, id: 'anthropic.claude-sonnet-4-6', profiles: ['us', 'eu', 'jp', 'au', 'global'] },
  { ...claude, id: 'anthropic.claude-opus-4-5-20251101-v1:0', cacheMinimum: 4096 },
  {
    ...claude,
    id: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
    profiles: ['us', 'eu', 'jp', 'au', 'us-gov', 'global'],
  },
  {
    ...claude,
    id: 'anthropic.claude-haiku-4-5-20251001-v1:0',
    profiles: ['us', 'eu', 'jp', 'au', 'global'],
    sampling: 'exclusive',
    cacheMinimum: 4096,
  },
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
    profiles: ['us'],
    images: false,
    maxOutputTokens: 8192,
    cacheMinimum: 2048,
    reasoning: 'none',
  },
  {
    ...claude,
    id: 'anthropic.claude-3-haiku-20240307-v1:0',
    onDemand: true,
    profiles: ['us', 'eu', 'apac', 'us-gov'],
    maxOutputTokens: 4096,
    cacheMinimum: undefined,
    reasoning: 'none',
  },
  { ...claude, id: 'anthropic.claude-v2:1', onDemand: true, profiles: [], ended: true },
  {
    ...nova,
    id: 'amazon.nova-2-lite-v1:0',
    onDemand: false,
    profiles: ['us', 'eu', 'jp', 'global'],
    contextTokens: 1_000_000,
    maxOutputTokens: 65_535,
    reasoning: 'on request',
  },
  { ...nova, id: 'amazon.nova-premier-v1:0', onDemand: false, profiles: ['us'], contextTokens: 1_000_000 },
  { ...nova, id: 'amazon.nova-pro-v1:0' },
  { ...nova, id: 'amazon.nova-lite-v1:0' },
  { ...nova, id: 'amazon.nova-micro-v1:0', contextTokens: 128_000, images: false },
  {
    ...plain,
    id: 'openai.gpt-5.6-sol',
    onDemand: false,
    profiles: ['us', 'global'],
    contextTokens: 1_050_000,
    maxOutputTokens: 128_000,
    images: true,
  },
  { ...plain, id: 'openai.gpt-oss-120b-1:0', maxOutputTokens: 16_384, reasoning: 'unsigned always' },
  { ...plain, id: 'openai.gpt-oss-20b-1:0', maxOutputTokens: 16_384, reasoning: 'unsigned always' },
  {
    ...plain,
    id: 'deepseek.r1-v1:0',
    onDemand: false,
    profiles: ['us'],
    maxOutputTokens: 32_768,
    tools: 'none',
    maxStopSequences: 10,
    reasoning: 'unsigned always',
  },
  { ...plain, id: 'deepseek.v3-v1:0', contextTokens: 163_840, maxOutputTokens: 81_920, maxStopSequences: 10 },
  {
    ...plain,
    id: 'moonshot.kimi-k2-thinking',
    contextTokens: 262_144,
    maxOutputTokens: 16_384,
    reasoning: 'unsigned always',
  },
  { ...plain, id: 'qwen.qwen3-32b-v1:0', contextTokens: 32_768, maxOutputTokens: 16_384 },
  {
    ...plain,
    id: 'meta.llama4-maverick-17b-instruct-v1:0',
    onDemand: false,
    profiles: ['us'],
    contextTokens: 1_000_000,
    images: true,
  },
  { ...plain, id: 'meta.llama3-3-70b-instruct-v1:0', onDemand: false, profiles: ['us'], maxOutputTokens: 4096 },
  { ...plain, id: 'mistral.mistral-large-2407-v1:0', tools: 'any', maxStopSequences: 10 },
  {
    ...plain,
    id: 'mistral.mistral-7b-instruct-v0:2',
    contextTokens: 32_768,
    tools: 'none',
    system: false,
    documents: false,
    maxStopSequences: 10,
  },
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
