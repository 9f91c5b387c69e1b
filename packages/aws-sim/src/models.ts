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
  /** The regions where it is reached by its own id too, though `onDemand` is false. */
  readonly onDemandIn: readonly string[]
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
  /** The day of its end, where AWS has announced one: until then it is legacy, and answers. */
  readonly endsOn: string | undefined
  /** As the control plane shows it, where that cannot be read from the id. */
  readonly name: string | undefined
  readonly output: 'TEXT' | 'EMBEDDING' | 'IMAGE'
  /** Endings of further ids, such as `200k`, that are listed and only for provisioned throughput. */
  readonly provisioned: readonly string[]
  /** False: it makes no text, so Converse refuses it. */
  readonly converse: boolean
  readonly streaming: boolean
  /** False: tools only in a plain answer. */
  readonly streamingTools: boolean
  /** Whether Bedrock Runtime's own Chat Completions serves it. */
  readonly openaiChat: boolean
  /** There it takes what GPT takes: no `max_tokens`, no sampling, and tools only without reasoning. */
  readonly gptParameters: boolean
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
  ca: /^ca-/,
  in: /^ap-south-[12]$/,
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
/** AWS gives each legacy model a day of its own; this one is made up. */
const legacy = { endsOn: '2027-12-31' } as const
/** Of models that think in the open, whatever is asked. */
const open: Reasoning = { ...NO_REASONING, unasked: true }

const plain: Omit<SimulatedModel, 'id'> = {
  family: 'other',
  onDemand: true,
  onDemandIn: [],
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
  endsOn: undefined,
  name: undefined,
  output: 'TEXT',
  provisioned: [],
  converse: true,
  streaming: true,
  streamingTools: true,
  openaiChat: false,
  gptParameters: false,
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
  openaiChat: true,
  gptParameters: true,
}

const gptOss: Omit<SimulatedModel, 'id'> = {
  ...plain,
  family: 'openai',
  maxOutputTokens: 16_384,
  strictSchemas: true,
  reasoning: { ...open, efforts: ['low', 'medium', 'high'] },
  openaiChat: true,
}

const llama: Omit<SimulatedModel, 'id'> = { ...plain, maxOutputTokens: 4096 }
const llama31 = { ...llama, profiles: ['us'], streamingTools: false } as const
const llama32 = { ...llama31, onDemand: false } as const

const mistral: Omit<SimulatedModel, 'id'> = { ...plain, family: 'mistral', tools: 'any', maxStopSequences: 10 }
const mistral25 = { ...mistral, strictSchemas: true, openaiChat: true } as const
const oldMistral = { ...mistral, contextTokens: 32_768, tools: 'none', system: false } as const
const deepseek = {
  ...plain,
  contextTokens: 163_840,
  maxOutputTokens: 81_920,
  strictSchemas: true,
  maxStopSequences: 10,
  openaiChat: true,
} as const
const qwen = { ...plain, contextTokens: 262_144, maxOutputTokens: 65_536, openaiChat: true } as const
const kimi = {
  ...plain,
  contextTokens: 262_144,
  maxOutputTokens: 16_384,
  strictSchemas: true,
  reasoning: open,
  openaiChat: true,
} as const
const glm = {
  ...plain,
  contextTokens: 202_752,
  maxOutputTokens: 131_072,
  strictSchemas: true,
  reasoning: open,
  openaiChat: true,
} as const
const minimax = {
  ...plain,
  contextTokens: 196_608,
  maxOutputTokens: 98_304,
  strictSchemas: true,
  reasoning: { ...open, takesBack: 'unsigned' },
  openaiChat: true,
} as const
const nemotron = { ...plain, strictSchemas: true, openaiChat: true } as const
const gemma = { ...plain, tools: 'none', images: true, openaiChat: true } as const
const command = {
  ...plain,
  contextTokens: 128_000,
  maxOutputTokens: 4096,
  documents: true,
} as const
const jamba = { ...plain, contextTokens: 256_000, maxOutputTokens: 4096 } as const
/** Of models that make no text and are reached by InvokeModel alone. */
const textless = {
  ...plain,
  converse: false,
  streaming: false,
  streamingTools: false,
  tools: 'none',
  system: false,
} as const
const embedding = { ...textless, output: 'EMBEDDING', contextTokens: 8192 } as const
const image = { ...textless, output: 'IMAGE', contextTokens: 1024 } as const
const llama4 = { ...plain, ...usOnly, images: true, streamingTools: false } as const
const palmyra = { ...plain, ...usOnly, streamingTools: false } as const

export const MODELS: readonly SimulatedModel[] = [
  { ...claude5, id: 'anthropic.claude-opus-5-5', reasoning: opus5Reasoning },
  { ...claude5, id: 'anthropic.claude-sonnet-5-5', profiles: ['global', 'us', 'eu'] },
  { ...claude5, id: 'anthropic.claude-opus-5', reasoning: opus5Reasoning, profiles: ['global', 'us', 'eu', 'au'] },
  { ...claude5, id: 'anthropic.claude-sonnet-5', ...cacheFrom(1024), profiles: ['global', 'us', 'eu', 'au'] },
  { ...claude5, id: 'anthropic.claude-fable-5-1', reasoning: fableReasoning, profiles: ['global', 'us'] },
  { ...claude5, id: 'anthropic.claude-fable-5', reasoning: fableReasoning, profiles: ['global', 'us'] },
  { ...claude5, id: 'anthropic.claude-mythos-5-1', reasoning: fableReasoning, profiles: ['global', 'us'] },
  { ...claude47, id: 'anthropic.claude-opus-4-8' },
  { ...claude47, id: 'anthropic.claude-opus-4-7', ...cacheFrom(4096) },
  {
    ...claude46,
    id: 'anthropic.claude-opus-4-6-v1',
    ...cacheFrom(4096),
    profiles: ['global', 'us', 'eu', 'au'],
    onDemandIn: ['eu-west-2'],
  },
  { ...claude46, id: 'anthropic.claude-sonnet-4-6', onDemandIn: ['eu-west-2'] },
  {
    ...claude45,
    id: 'anthropic.claude-opus-4-5-20251101-v1:0',
    ...cacheFrom(4096),
    reasoning: { ...budgeted, efforts: ['low', 'medium', 'high'] },
    profiles: ['global', 'us', 'eu'],
  },
  {
    ...claude45,
    id: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
    profiles: ['us', 'eu', 'jp', 'au', 'us-gov', 'global'],
  },
  { ...claude45, id: 'anthropic.claude-haiku-4-5-20251001-v1:0', ...cacheFrom(4096) },
  {
    ...claude,
    ...legacy,
    id: 'anthropic.claude-opus-4-1-20250805-v1:0',
    profiles: ['us'],
    sampling: 'exclusive',
    maxOutputTokens: 32_000,
  },
  { ...claude, id: 'anthropic.claude-sonnet-4-20250514-v1:0', profiles: ['us', 'eu', 'apac', 'global'], ended: true },
  {
    ...claude,
    ...legacy,
    id: 'anthropic.claude-3-7-sonnet-20250219-v1:0',
    profiles: ['us', 'eu', 'apac', 'us-gov'],
    onDemandIn: ['eu-west-2'],
  },
  {
    ...claude,
    ...legacy,
    id: 'anthropic.claude-3-5-haiku-20241022-v1:0',
    onDemand: true,
    profiles: ['us'],
    images: false,
    documents: false,
    maxOutputTokens: 8192,
    ...cacheFrom(2048, ['5m']),
    reasoning: NO_REASONING,
    ended: true,
  },
  ...['3-5-sonnet-20241022-v2:0', '3-5-sonnet-20240620-v1:0', '3-sonnet-20240229-v1:0'].map((version) => ({
    ...claude,
    ...legacy,
    id: `anthropic.claude-${version}`,
    onDemand: !version.includes('v2'),
    profiles: ['apac'] as const,
    maxOutputTokens: version.startsWith('3-sonnet') ? 4096 : 8192,
    cache: undefined,
    reasoning: NO_REASONING,
  })),
  {
    ...claude,
    ...legacy,
    id: 'anthropic.claude-3-haiku-20240307-v1:0',
    provisioned: ['48k', '200k'],
    onDemand: true,
    profiles: ['us', 'eu', 'us-gov'],
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
  { ...nova, ...legacy, id: 'amazon.nova-premier-v1:0', ...usOnly, contextTokens: 1_000_000 },
  { ...nova, id: 'amazon.nova-pro-v1:0', provisioned: ['24k', '300k'] },
  { ...nova, id: 'amazon.nova-lite-v1:0', profiles: ['us', 'eu', 'apac', 'ca'], provisioned: ['24k', '300k'] },
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
  { ...gpt, id: 'openai.gpt-5.6-terra', profiles: ['us', 'in', 'global'] },
  { ...gpt, id: 'openai.gpt-5.6-luna', profiles: ['us', 'in', 'global'] },
  { ...gptOss, id: 'openai.gpt-oss-120b-1:0' },
  { ...gptOss, id: 'openai.gpt-oss-20b-1:0' },
  { ...gptOss, id: 'openai.gpt-oss-safeguard-120b', tools: 'none' },
  { ...gptOss, id: 'openai.gpt-oss-safeguard-20b', tools: 'none' },
  { ...llama4, id: 'meta.llama4-maverick-17b-instruct-v1:0', contextTokens: 1_000_000 },
  { ...llama4, id: 'meta.llama4-scout-17b-instruct-v1:0', contextTokens: 10_000_000 },
  { ...llama, ...usOnly, id: 'meta.llama3-3-70b-instruct-v1:0', onDemandIn: ['us-east-2'] },
  { ...llama32, id: 'meta.llama3-2-90b-instruct-v1:0', images: true, ended: true },
  { ...llama32, id: 'meta.llama3-2-11b-instruct-v1:0', images: true, ended: true },
  { ...llama32, id: 'meta.llama3-2-3b-instruct-v1:0', profiles: ['us', 'eu'], ended: true },
  { ...llama32, id: 'meta.llama3-2-1b-instruct-v1:0', profiles: ['us', 'eu'], ended: true },
  { ...llama, ...legacy, id: 'meta.llama3-70b-instruct-v1:0', tools: 'none', contextTokens: 8192 },
  { ...llama, ...legacy, id: 'meta.llama3-8b-instruct-v1:0', tools: 'none', contextTokens: 8192 },
  { ...llama31, id: 'meta.llama3-1-405b-instruct-v1:0', ended: true },
  { ...llama31, id: 'meta.llama3-1-70b-instruct-v1:0', onDemand: false, onDemandIn: ['us-west-2'] },
  { ...llama31, id: 'meta.llama3-1-8b-instruct-v1:0', onDemand: false, onDemandIn: ['us-west-2'] },
  {
    ...mistral25,
    id: 'mistral.mistral-large-3-675b-instruct',
    contextTokens: 262_144,
    images: true,
  },
  {
    ...mistral25,
    id: 'mistral.magistral-small-2509',
    maxOutputTokens: 40_960,
    images: true,
    reasoning: open,
  },
  { ...mistral25, id: 'mistral.devstral-2-123b', contextTokens: 262_144 },
  { ...mistral25, id: 'mistral.ministral-3-14b-instruct', contextTokens: 262_144, images: true },
  { ...mistral25, id: 'mistral.ministral-3-8b-instruct', images: true },
  { ...mistral25, id: 'mistral.ministral-3-3b-instruct', images: true },
  { ...mistral, id: 'mistral.pixtral-large-2502-v1:0', onDemand: false, profiles: ['us', 'eu'], images: true },
  { ...mistral, id: 'mistral.mistral-small-2402-v1:0', contextTokens: 32_768 },
  { ...mistral, id: 'mistral.mistral-large-2407-v1:0', streamingTools: false },
  { ...mistral, ...legacy, id: 'mistral.mistral-large-2402-v1:0', contextTokens: 32_768, streamingTools: false },
  {
    ...mistral,
    openaiChat: true,
    id: 'mistral.voxtral-small-24b-2507',
    contextTokens: 32_768,
    audio: true,
    s3Files: true,
  },
  {
    ...mistral,
    openaiChat: true,
    id: 'mistral.voxtral-mini-3b-2507',
    contextTokens: 32_768,
    audio: true,
    s3Files: true,
  },
  { ...oldMistral, id: 'mistral.mistral-7b-instruct-v0:2' },
  { ...oldMistral, id: 'mistral.mixtral-8x7b-instruct-v0:1', maxOutputTokens: 4096 },
  { ...deepseek, id: 'deepseek.v3.2', name: 'DeepSeek-V3.2' },
  { ...deepseek, id: 'deepseek.v3-v1:0', name: 'DeepSeek-V3.1' },
  {
    ...deepseek,
    ...usOnly,
    id: 'deepseek.r1-v1:0',
    name: 'DeepSeek-R1',
    contextTokens: 131_072,
    maxOutputTokens: 32_768,
    tools: 'none',
    strictSchemas: false,
    reasoning: open,
    openaiChat: false,
  },
  { ...qwen, id: 'qwen.qwen3-32b-v1:0', contextTokens: 32_768, maxOutputTokens: 16_384 },
  { ...qwen, id: 'qwen.qwen3-235b-a22b-2507-v1:0' },
  { ...qwen, id: 'qwen.qwen3-next-80b-a3b' },
  { ...qwen, id: 'qwen.qwen3-coder-next' },
  { ...qwen, id: 'qwen.qwen3-coder-30b-a3b-v1:0' },
  { ...qwen, id: 'qwen.qwen3-coder-480b-a35b-v1:0', contextTokens: 131_072 },
  { ...qwen, id: 'qwen.qwen3-vl-235b-a22b', name: 'Qwen3 VL 235B A22B', images: true },
  {
    ...plain,
    ...byProfile,
    id: 'xai.grok-4.6',
    contextTokens: 500_000,
    maxOutputTokens: 500_000,
    images: true,
    strictSchemas: true,
    openaiChat: true,
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
  { ...kimi, id: 'moonshot.kimi-k2-thinking', openaiChat: false },
  { ...glm, id: 'zai.glm-5' },
  { ...glm, id: 'zai.glm-4.7' },
  { ...glm, id: 'zai.glm-4.7-flash' },
  { ...minimax, id: 'minimax.minimax-m2' },
  { ...minimax, id: 'minimax.minimax-m2.1' },
  { ...minimax, id: 'minimax.minimax-m2.5' },
  { ...nemotron, id: 'nvidia.nemotron-super-3-120b', contextTokens: 262_144, maxOutputTokens: 131_072 },
  { ...nemotron, id: 'nvidia.nemotron-nano-3-30b', contextTokens: 262_144 },
  { ...nemotron, id: 'nvidia.nemotron-nano-12b-v2', images: true },
  { ...nemotron, id: 'nvidia.nemotron-nano-9b-v2' },
  { ...gemma, id: 'google.gemma-3-27b-it' },
  { ...gemma, id: 'google.gemma-3-12b-it' },
  { ...gemma, id: 'google.gemma-3-4b-it', maxOutputTokens: 4096 },
  { ...command, ...legacy, id: 'cohere.command-r-v1:0' },
  { ...command, ...legacy, id: 'cohere.command-r-plus-v1:0', name: 'Command R+' },
  { ...jamba, ...legacy, id: 'ai21.jamba-1-5-large-v1:0' },
  { ...jamba, ...legacy, id: 'ai21.jamba-1-5-mini-v1:0' },
  { ...jamba, ...legacy, id: 'ai21.jamba-instruct-v1:0', tools: 'none', streamingTools: false, ended: true },
  { ...palmyra, id: 'writer.palmyra-x5-v1:0', contextTokens: 1_000_000 },
  { ...palmyra, id: 'writer.palmyra-x4-v1:0', contextTokens: 128_000 },
  {
    ...plain,
    id: 'writer.palmyra-vision-7b',
    tools: 'none',
    system: false,
    images: true,
    videos: true,
    strictSchemas: true,
    openaiChat: true,
  },
  { ...embedding, ...legacy, id: 'amazon.titan-embed-text-v1', name: 'Titan Embeddings G1 - Text' },
  { ...embedding, id: 'amazon.titan-embed-text-v2:0', name: 'Titan Text Embeddings V2' },
  { ...embedding, id: 'amazon.titan-embed-image-v1', name: 'Titan Multimodal Embeddings G1', images: true },
  {
    ...embedding,
    id: 'amazon.nova-2-multimodal-embeddings-v1:0',
    images: true,
    videos: true,
    audio: true,
  },
  { ...embedding, id: 'cohere.embed-english-v3', name: 'Embed English' },
  { ...embedding, id: 'cohere.embed-multilingual-v3', name: 'Embed Multilingual' },
  { ...embedding, id: 'cohere.embed-v4:0', name: 'Embed v4', profiles: ['us', 'eu', 'global'], images: true },
  { ...image, id: 'amazon.nova-canvas-v1:0', images: true },
  { ...image, id: 'amazon.titan-image-generator-v2:0', name: 'Titan Image Generator G1 v2', images: true },
  { ...image, id: 'stability.stable-image-core-v1:1' },
  { ...image, id: 'stability.stable-image-ultra-v1:1' },
  { ...image, id: 'stability.sd3-5-large-v1:0', name: 'Stable Diffusion 3.5 Large', images: true },
]

const TALKING = MODELS.filter((model) => model.converse && !model.ended)

const BY_ID: ReadonlyMap<string, SimulatedModel> = new Map(MODELS.map((model) => [model.id, model]))

export function findModel(id: string): SimulatedModel | undefined {
  return BY_ID.get(id)
}

/** Every id that Converse answers: bare ones, then those of the inference profiles. Retired models are left out. */
export const SIMULATED_MODEL_IDS: readonly string[] = [
  ...TALKING.filter((model) => model.onDemand).map((model) => model.id),
  ...TALKING.flatMap((model) => model.profiles.map((prefix) => `${prefix}.${model.id}`)),
]
