import { z } from 'zod'
import { list } from './list.ts'

/**
 * OpenAI's Chat Completions request, with the extensions that Moho documents.
 * Members that are not listed here are let through: what a provider cannot carry, it reports as dropped.
 */
const CacheControl = z.looseObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).nullish() })
/** Marks the end of a prefix that the model's host may keep. */
const cache_control = CacheControl.nullish()
export type ChatCacheControl = z.output<typeof CacheControl>

const TextPart = z.looseObject({ type: z.literal('text'), text: z.string(), cache_control })
const RefusalPart = z.looseObject({ type: z.literal('refusal'), refusal: z.string() })
const ImagePart = z.looseObject({
  type: z.literal('image_url'),
  /** A data URI, an https or an s3 address. */
  image_url: z.union([z.string(), z.looseObject({ url: z.string(), detail: z.string().nullish() })]),
  cache_control,
})
const VideoPart = z.looseObject({
  type: z.literal('video_url'),
  video_url: z.union([z.string(), z.looseObject({ url: z.string() })]),
  cache_control,
})
const FilePart = z.looseObject({
  type: z.literal('file'),
  file: z.looseObject({
    /** A data URI, Base64, an https or an s3 address. */
    file_data: z.string().nullish(),
    filename: z.string().nullish(),
    file_id: z.string().nullish(),
  }),
  cache_control,
})
const AudioPart = z.looseObject({
  type: z.literal('input_audio'),
  input_audio: z.looseObject({ data: z.string(), format: z.string() }),
  cache_control,
})

const ThinkingPart = z.looseObject({
  type: z.literal('thinking'),
  thinking: z.string(),
  signature: z.string().nullish(),
})
const RedactedThinkingPart = z.looseObject({ type: z.literal('redacted_thinking'), data: z.string() })
const ThinkingBlock = z.discriminatedUnion('type', [ThinkingPart, RedactedThinkingPart])

const UserPart = z.discriminatedUnion('type', [TextPart, ImagePart, VideoPart, FilePart, AudioPart], {
  error: 'must be text, image_url, file, input_audio or video_url',
})
const AssistantPart = z.discriminatedUnion('type', [TextPart, RefusalPart, ThinkingPart, RedactedThinkingPart], {
  error: 'must be text, refusal, thinking or redacted_thinking; calls of tools go into `tool_calls`',
})

const ToolCall = z.looseObject({
  id: z.string().min(1),
  type: z.literal('function').default('function'),
  function: z.looseObject({ name: z.string().min(1), arguments: z.string().default('') }),
  cache_control,
})

const name = z.string().nullish()
const SystemMessage = z.looseObject({
  role: z.enum(['system', 'developer']),
  content: z.union([z.string(), list(TextPart)]),
  name,
  cache_control,
})
const UserMessage = z.looseObject({
  role: z.literal('user'),
  content: z.union([z.string(), list(UserPart)]),
  name,
  cache_control,
})
const AssistantMessage = z.looseObject({
  role: z.literal('assistant'),
  content: z.union([z.string(), list(AssistantPart)]).nullish(),
  refusal: z.string().nullish(),
  /** What an answer told of its reasoning; `thinking_blocks` go back as they came. */
  reasoning_content: z.string().nullish(),
  thinking_blocks: list(ThinkingBlock).nullish(),
  tool_calls: list(ToolCall).nullish(),
  name,
  cache_control,
})
const ToolMessage = z.looseObject({
  role: z.literal('tool'),
  tool_call_id: z.string().min(1),
  content: z
    .union([z.string(), list(UserPart)], { error: 'must be a text or a list of parts: send objects as JSON text' })
    .nullish(),
  cache_control,
})

export const ChatMessage = z.discriminatedUnion('role', [SystemMessage, UserMessage, AssistantMessage, ToolMessage], {
  error: 'must be system, developer, user, assistant or tool',
})
export type ChatMessage = z.output<typeof ChatMessage>
export type ChatUserPart = z.output<typeof UserPart>
export type ChatToolCall = z.output<typeof ToolCall>
export type ChatThinkingPart = z.output<typeof ThinkingBlock>

const functionOnly = { error: 'must be "function": Moho takes no other kind of tool here' }

export const ChatTool = z.looseObject({
  type: z.literal('function', functionOnly),
  function: z.looseObject({
    name: z.string().min(1),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
    cache_control,
  }),
  cache_control,
})
export type ChatTool = z.output<typeof ChatTool>

const NamedTool = z.looseObject({
  type: z.literal('function', functionOnly),
  function: z.looseObject({ name: z.string().min(1) }),
})
export const ChatToolChoice = z.union(
  [
    z.enum(['none', 'auto', 'required']),
    z.discriminatedUnion('type', [
      NamedTool,
      z.looseObject({
        type: z.literal('allowed_tools'),
        allowed_tools: z.looseObject({
          mode: z.enum(['auto', 'required']),
          tools: list(NamedTool).refine((tools) => tools.length > 0, 'must not be empty'),
        }),
      }),
    ]),
  ],
  { error: 'must be "none", "auto", "required", a function, or allowed_tools' },
)
export type ChatToolChoice = z.output<typeof ChatToolChoice>

const ResponseFormat = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    json_schema: z.looseObject({
      name: z.string().regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -'),
      description: z.string().nullish(),
      schema: z.record(z.string(), z.unknown()).nullish(),
      strict: z.boolean().nullish(),
    }),
  }),
])
export type ChatResponseFormat = z.output<typeof ResponseFormat>

export const reasoningEfforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
export type ReasoningEffort = (typeof reasoningEfforts)[number]

/** Anthropic's own switch for thinking. */
const Thinking = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('enabled'), budget_tokens: z.int() }),
  z.looseObject({ type: z.literal('adaptive') }),
  z.looseObject({ type: z.literal('disabled') }),
])
export type ChatThinking = z.output<typeof Thinking>

/** OpenAI takes 16. Looked at one by one, as a caller may send a hundred thousand. */
const mostMetadata = 64
const texts = z.unknown().transform((value, context): Record<string, string> => {
  const fault = faultOfTexts(value)
  if (fault === undefined) return value as Record<string, string>
  context.issues.push({ code: 'custom', input: value, ...fault })
  return z.NEVER
})

function faultOfTexts(value: unknown): { message: string; path: string[] } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { message: 'expected object', path: [] }
  let count = 0
  for (const [key, text] of Object.entries(value)) {
    if (++count > mostMetadata) return { message: `must not have more than ${mostMetadata} members`, path: [] }
    if (typeof text !== 'string') return { message: 'expected string', path: [key] }
  }
  return undefined
}

const tokens = z.int().positive().nullish()

export const ChatRequest = z.looseObject({
  model: z.string().min(1),
  messages: list(ChatMessage).refine((messages) => messages.length > 0, 'must not be empty'),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: tokens,
  max_completion_tokens: tokens,
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  n: z.int().positive().nullish(),
  stop: z.union([z.string(), list(z.string())]).nullish(),
  tools: list(ChatTool).nullish(),
  tool_choice: ChatToolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: ResponseFormat.nullish(),
  reasoning_effort: z.enum(reasoningEfforts).nullish(),
  thinking: Thinking.nullish(),
  top_k: z.int().nonnegative().nullish(),
  service_tier: z.enum(['auto', 'default', 'flex', 'priority', 'reserved', 'scale']).nullish(),
  user: z.string().nullish(),
  metadata: texts.nullish(),
})
export type ChatRequest = z.output<typeof ChatRequest>

/** A whole answer. Keys without `?` are always there: clients read them unguarded. */
export interface ChatCompletion {
  id: string
  object: 'chat.completion'
  /** Seconds since 1970. */
  created: number
  /** What the caller asked for. */
  model: string
  choices: [ChatChoice]
  /** Left out where the upstream did not tell. */
  usage?: ChatUsage
  service_tier?: string
}

interface ChatChoice {
  index: 0
  message: {
    role: 'assistant'
    content: string | null
    refusal: string | null
    reasoning_content?: string
    /** Sealed reasoning, to be sent back as it is. */
    thinking_blocks?: ChatThinkingBlock[]
    tool_calls?: ChatToolCallAnswer[]
  }
  logprobs: null
  finish_reason: ChatFinishReason
}

export type ChatFinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter'

export type ChatThinkingBlock =
  | { type: 'thinking'; thinking: string; signature?: string }
  | { type: 'redacted_thinking'; data: string }

export interface ChatToolCallAnswer {
  id: string
  type: 'function'
  function: { name: string; arguments: string }
}

/** `prompt_tokens` counts cached tokens too, as OpenAI does. Details that are not known are left out. */
export interface ChatUsage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
  prompt_tokens_details?: {
    cached_tokens?: number
    cache_write_tokens?: number
    /** What was written, by time to live. */
    cache_creation?: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: number }
  }
  completion_tokens_details?: { reasoning_tokens?: number }
}
