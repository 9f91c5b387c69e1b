import type { Said } from '../conversation.ts'

/** What all chunks of an answer have in common. */
export interface ChatHead {
  readonly id: string
  /** Seconds since 1970. */
  readonly created: number
  readonly model: string
  /** How often the same is said, as `n` asks. */
  readonly choices: number
  /** Where thoughts are; `reasoning_content` when left out. */
  readonly reasoningMember?: 'reasoning' | 'reasoning_content'
}

export function toCompletion(
  { choices, reasoningMember = 'reasoning_content', ...head }: ChatHead,
  said: Said,
): Record<string, unknown> {
  const message = {
    role: 'assistant',
    content: said.text === '' && said.calls.length > 0 ? null : said.text,
    refusal: null,
    ...(said.reasoning === '' ? {} : { [reasoningMember]: said.reasoning }),
    ...(said.calls.length === 0
      ? {}
      : {
          tool_calls: said.calls.map(({ id, name, arguments: text }) => ({
            id,
            type: 'function',
            function: { name, arguments: text },
          })),
        }),
    annotations: [],
  }
  return {
    id: head.id,
    object: 'chat.completion',
    created: head.created,
    model: head.model,
    choices: Array.from({ length: choices }, (_, index) => ({
      index,
      message,
      logprobs: null,
      finish_reason: finishReason(said),
    })),
    usage: chatUsage(said, choices),
    service_tier: 'default',
    system_fingerprint: 'fp_simulated',
  }
}

export function chatUsage({ usage }: Said, choices: number): Record<string, unknown> {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output * choices,
    total_tokens: usage.input + usage.output * choices,
    prompt_tokens_details: { cached_tokens: usage.cacheRead, cache_write_tokens: usage.cacheWrite, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning * choices,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

export function finishReason({ reply }: Said): string {
  return FINISH_REASONS.get(reply.stopReason) ?? reply.stopReason
}

const FINISH_REASONS: ReadonlyMap<string, string> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['tool_use', 'tool_calls'],
  ['content_filtered', 'content_filter'],
  ['guardrail_intervened', 'content_filter'],
])
