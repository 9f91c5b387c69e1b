import type { Said } from '../conversation.ts'
import type { ResponsesRequest } from './request-schema.ts'

/** One answer of Responses: what it says of itself before, while and after it is made. */
export interface ResponseHead {
  readonly number: string
  /** Seconds since 1970. */
  readonly createdAt: number
  readonly request: ResponsesRequest
}

export type OutputItem = MessageItem | FunctionCallItem

interface MessageItem {
  readonly type: 'message'
  readonly id: string
  readonly role: 'assistant'
  readonly status: string
  readonly content: readonly TextPart[]
}

interface FunctionCallItem {
  readonly type: 'function_call'
  readonly id: string
  readonly call_id: string
  readonly name: string
  readonly arguments: string
  readonly status: string
}

interface TextPart {
  readonly type: 'output_text'
  readonly text: string
  readonly annotations: readonly []
  readonly logprobs: readonly []
}

export function textPart(text: string): TextPart {
  return { type: 'output_text', text, annotations: [], logprobs: [] }
}

export function outputItems({ number }: ResponseHead, said: Said): OutputItem[] {
  const status = isIncomplete(said) ? 'incomplete' : 'completed'
  const hasText = said.text !== '' || said.calls.length === 0
  const message: MessageItem = {
    type: 'message',
    id: `msg_sim${number}`,
    role: 'assistant',
    status,
    content: [textPart(said.text)],
  }
  const calls = said.calls.map(
    (call, index): FunctionCallItem => ({
      type: 'function_call',
      id: `fc_sim${number}${index}`,
      call_id: call.id,
      name: call.name,
      arguments: call.arguments,
      status: 'completed',
    }),
  )
  return hasText ? [message, ...calls] : calls
}

/** The answer while it is made: nothing in it yet. */
export function pendingResponse(head: ResponseHead): Record<string, unknown> {
  return response(head, { status: 'in_progress', output: [], usage: null })
}

export function wholeResponse(head: ResponseHead, said: Said): Record<string, unknown> {
  const { usage } = said
  return response(head, {
    status: isIncomplete(said) ? 'incomplete' : 'completed',
    completed_at: isIncomplete(said) ? null : head.createdAt,
    incomplete_details: isIncomplete(said) ? { reason: 'max_output_tokens' } : null,
    output: outputItems(head, said),
    usage: {
      input_tokens: usage.input,
      input_tokens_details: { cached_tokens: usage.cacheRead, cache_write_tokens: usage.cacheWrite },
      output_tokens: usage.output,
      output_tokens_details: { reasoning_tokens: usage.reasoning },
      total_tokens: usage.input + usage.output,
    },
  })
}

export function isIncomplete({ reply }: Said): boolean {
  return reply.stopReason === 'max_tokens'
}

function response({ number, createdAt, request }: ResponseHead, own: Record<string, unknown>): Record<string, unknown> {
  return {
    id: `resp_sim${number}`,
    object: 'response',
    created_at: createdAt,
    completed_at: null,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    model: request.model,
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: null,
    prompt_cache_key: request.prompt_cache_key ?? null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: request.store ?? true,
    temperature: request.temperature ?? 1,
    text: { format: request.text?.format ?? { type: 'text' }, verbosity: request.text?.verbosity ?? 'medium' },
    tool_choice: request.tool_choice ?? 'auto',
    tools: request.tools ?? [],
    top_p: request.top_p ?? 1,
    truncation: request.truncation ?? 'disabled',
    metadata: request.metadata ?? {},
    user: request.user ?? null,
    ...own,
  }
}
