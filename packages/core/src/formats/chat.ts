import { z } from 'zod'
import { list } from './list.ts'

/**
 * OpenAI's Chat Completions request, with the extensions that Moho documents.
 * Members that are not listed here are let through: what a provider cannot carry, it reports as dropped.
 */
const TextPart = z.looseObject({ type: z.literal('text'), text: z.string() })
const RefusalPart = z.looseObject({ type: z.literal('refusal'), refusal: z.string() })
const ImagePart = z.looseObject({
  type: z.literal('image_url'),
  image_url: z.union([z.string(), z.looseObject({ url: z.string(), detail: z.string().nullish() })]),
})
const FilePart = z.looseObject({
  type: z.literal('file'),
  file: z.looseObject({
    file_data: z.string().optional(),
    filename: z.string().optional(),
    file_id: z.string().optional(),
  }),
})
const AudioPart = z.looseObject({
  type: z.literal('input_audio'),
  input_audio: z.looseObject({ data: z.string(), format: z.string() }),
})

const UserPart = z.discriminatedUnion('type', [TextPart, ImagePart, FilePart, AudioPart])
const AssistantPart = z.discriminatedUnion('type', [TextPart, RefusalPart])

const ToolCall = z.looseObject({
  id: z.string().min(1),
  type: z.literal('function').default('function'),
  function: z.looseObject({ name: z.string().min(1), arguments: z.string().default('') }),
})

const name = z.string().nullish()
const SystemMessage = z.looseObject({
  role: z.enum(['system', 'developer']),
  content: z.union([z.string(), list(TextPart)]),
  name,
})
const UserMessage = z.looseObject({ role: z.literal('user'), content: z.union([z.string(), list(UserPart)]), name })
const AssistantMessage = z.looseObject({
  role: z.literal('assistant'),
  content: z.union([z.string(), list(AssistantPart)]).nullish(),
  refusal: z.string().nullish(),
  tool_calls: list(ToolCall).nullish(),
  name,
})
const ToolMessage = z.looseObject({
  role: z.literal('tool'),
  tool_call_id: z.string().min(1),
  content: z.union([z.string(), list(UserPart)]).nullish(),
})

export const ChatMessage = z.discriminatedUnion('role', [SystemMessage, UserMessage, AssistantMessage, ToolMessage])
export type ChatMessage = z.output<typeof ChatMessage>
export type ChatUserPart = z.output<typeof UserPart>
export type ChatToolCall = z.output<typeof ToolCall>

export const ChatTool = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({
    name: z.string().min(1),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
  }),
})
export type ChatTool = z.output<typeof ChatTool>

export const ChatToolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: z.string().min(1) }) }),
])
export type ChatToolChoice = z.output<typeof ChatToolChoice>

const tokens = z.int().positive().nullish()

export const ChatRequest = z.looseObject({
  model: z.string().min(1),
  messages: list(ChatMessage).refine((messages) => messages.length > 0, 'must not be empty'),
  stream: z.boolean().nullish(),
  max_tokens: tokens,
  max_completion_tokens: tokens,
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  n: z.int().positive().nullish(),
  stop: z.union([z.string(), list(z.string())]).nullish(),
  tools: list(ChatTool).nullish(),
  tool_choice: ChatToolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
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
  prompt_tokens_details?: { cached_tokens?: number; cache_write_tokens?: number }
  completion_tokens_details?: { reasoning_tokens?: number }
}
