/**
 * Converse's JSON as it goes over the wire: what Moho sends, and what it reads. Blobs are Base64 text.
 * A union is an object with exactly one key. `wire.test.ts` holds these types against the AWS SDK's.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export interface ConverseRequest {
  messages: Message[]
  system?: TextBlock[]
  inferenceConfig?: InferenceConfiguration
  toolConfig?: ToolConfiguration
  /** Members of the model's own API. */
  additionalModelRequestFields?: JsonObject
  serviceTier?: { type: ServiceTier }
}

export type JsonObject = Record<string, unknown>
export type ServiceTier = 'default' | 'flex' | 'priority' | 'reserved'

export interface Message {
  role: 'user' | 'assistant'
  content: ContentBlock[]
}

export type ContentBlock = TextBlock | ImageBlock | ToolUseBlock | ToolResultBlock
export type ToolResultContentBlock = TextBlock | ImageBlock

/** Never blank. */
export interface TextBlock {
  text: string
}

export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp'

export interface ImageBlock {
  image: { format: ImageFormat; source: { bytes: string } }
}

export interface ToolUseBlock {
  toolUse: { toolUseId: string; name: string; input: JsonObject }
}

export interface ToolResultBlock {
  toolResult: { toolUseId: string; content: ToolResultContentBlock[] }
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

export interface Tool {
  toolSpec: ToolSpecification
}

export interface ToolSpecification {
  name: string
  /** Never empty. */
  description?: string
  /** An object schema: `type` is 'object'. */
  inputSchema: { json: JsonObject }
}

/** There is no way to say 'none'. */
export type ToolChoice = { auto: Record<string, never> } | { any: Record<string, never> } | { tool: { name: string } }

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
