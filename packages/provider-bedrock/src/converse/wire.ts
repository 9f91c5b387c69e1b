/**
 * Converse's JSON as it goes over the wire: what Moho sends, and what it reads. Blobs are Base64 text.
 * A union is an object with exactly one key. `wire.test.ts` holds these types against the AWS SDK's.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export interface ConverseRequest {
  messages: Message[]
  system?: SystemBlock[]
  inferenceConfig?: InferenceConfiguration
  toolConfig?: ToolConfiguration
  guardrailConfig?: GuardrailConfiguration
  /** Members of the model's own API. */
  additionalModelRequestFields?: JsonObject
  requestMetadata?: Record<string, string>
  performanceConfig?: { latency: 'standard' | 'optimized' }
  serviceTier?: { type: ServiceTier }
  outputConfig?: { textFormat: TextFormat }
}

export type JsonObject = Record<string, unknown>
export type ServiceTier = 'default' | 'flex' | 'priority' | 'reserved'

export interface Message {
  role: 'user' | 'assistant'
  content: ContentBlock[]
}

export type SystemBlock = TextBlock | CachePointBlock
export type MediaBlock = ImageBlock | DocumentBlock | VideoBlock | AudioBlock
export type ContentBlock = TextBlock | MediaBlock | ReasoningBlock | ToolUseBlock | ToolResultBlock | CachePointBlock
export type ToolResultContentBlock = TextBlock | ImageBlock | DocumentBlock | VideoBlock

/** Never blank. */
export interface TextBlock {
  text: string
}

/** What is before it may be kept. */
export interface CachePointBlock {
  cachePoint: { type: 'default'; ttl?: '5m' | '1h' }
}

/** Base64, or where it lies in S3. */
export type Source = { bytes: string } | { s3Location: { uri: string } }

export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp'

export interface ImageBlock {
  image: { format: ImageFormat; source: Source }
}

export type DocumentFormat = 'pdf' | 'csv' | 'doc' | 'docx' | 'xls' | 'xlsx' | 'html' | 'txt' | 'md'

export interface DocumentBlock {
  /** `name`: letters, digits, single spaces, -, () and []; once in a request. */
  document: { format: DocumentFormat; name: string; source: Source }
}

export type VideoFormat = 'mkv' | 'mov' | 'mp4' | 'webm' | 'flv' | 'mpeg' | 'mpg' | 'wmv' | 'three_gp'

export interface VideoBlock {
  video: { format: VideoFormat; source: Source }
}

export type AudioFormat = 'mp3' | 'opus' | 'wav' | 'aac' | 'flac' | 'mp4' | 'ogg' | 'mkv' | 'm4a' | 'webm' | 'pcm'

export interface AudioBlock {
  audio: { format: AudioFormat; source: Source }
}

/** The signature seals the text: neither may be changed. */
export interface ReasoningBlock {
  reasoningContent: { reasoningText: { text: string; signature?: string } } | { redactedContent: string }
}

export interface ToolUseBlock {
  toolUse: { toolUseId: string; name: string; input: JsonObject }
}

export interface ToolResultBlock {
  toolResult: { toolUseId: string; content: ToolResultContentBlock[]; status?: 'error' }
}

export interface InferenceConfiguration {
  maxTokens?: number
  /** 0 to 1. */
  temperature?: number
  topP?: number
  stopSequences?: string[]
}

export interface ToolConfiguration {
  /** At least one. */
  tools: Tool[]
  toolChoice?: ToolChoice
}

export type Tool = { toolSpec: ToolSpecification } | CachePointBlock

export interface ToolSpecification {
  name: string
  /** Never empty. */
  description?: string
  /** An object schema: `type` is 'object'. */
  inputSchema: { json: JsonObject }
  strict?: true
}

/** There is no way to say 'none'. */
export type ToolChoice = { auto: Record<string, never> } | { any: Record<string, never> } | { tool: { name: string } }

/** The schema is JSON text. */
export interface TextFormat {
  type: 'json_schema'
  structure: { jsonSchema: { name: string; description?: string; schema: string } }
}

export interface GuardrailConfiguration {
  guardrailIdentifier: string
  guardrailVersion: string
  /** ConverseStream's alone. */
  streamProcessingMode?: 'sync' | 'async'
}

/** An answer. Nothing in it is taken for granted: it is checked as it is read. */
export interface ConverseResponse {
  output?: { message?: { content?: readonly AnswerBlock[] | null | undefined } | undefined } | undefined
  stopReason?: string | undefined
  usage?: TokenUsage | null | undefined
  serviceTier?: { type?: string | undefined } | undefined
}

export interface AnswerBlock {
  text?: string | undefined
  reasoningContent?: AnswerReasoning | undefined
  toolUse?: AnswerToolUse | undefined
  citationsContent?: { content?: readonly { text?: string | undefined }[] | undefined } | undefined
}

export interface AnswerReasoning {
  reasoningText?: { text?: string | undefined; signature?: string | undefined } | undefined
  redactedContent?: string | undefined
}

export interface AnswerToolUse {
  toolUseId?: string | undefined
  name?: string | undefined
  input?: unknown
}

/** `inputTokens` leaves cached tokens out; `cacheDetails` splits the writes by their time to live. */
export interface TokenUsage {
  inputTokens?: number | undefined
  outputTokens?: number | undefined
  cacheReadInputTokens?: number | undefined
  cacheWriteInputTokens?: number | undefined
  cacheDetails?: readonly { ttl?: string | undefined; inputTokens?: number | undefined }[] | undefined
}

/** The events of a streamed answer, by name. Each also has `p`, padding that means nothing. */
export interface StreamEvents {
  messageStart: { role?: string | undefined }
  contentBlockStart: { contentBlockIndex?: number | undefined; start?: BlockStart | undefined }
  contentBlockDelta: { contentBlockIndex?: number | undefined; delta?: BlockDelta | undefined }
  contentBlockStop: { contentBlockIndex?: number | undefined }
  messageStop: { stopReason?: string | undefined }
  metadata: Pick<ConverseResponse, 'usage' | 'serviceTier'>
}

interface BlockStart {
  toolUse?: Omit<AnswerToolUse, 'input'> | undefined
}

/** Exactly one of them. */
export interface BlockDelta {
  text?: string | undefined
  /** A piece of the input's JSON. */
  toolUse?: { input?: string | undefined } | undefined
  reasoningContent?: ReasoningDelta | undefined
  citation?: object | undefined
}

/** Exactly one of them. */
export interface ReasoningDelta {
  text?: string | undefined
  signature?: string | undefined
  redactedContent?: string | undefined
}
