import { type FinishReason, MohoError, type TextWriter, type Translate, type Usage } from '@moho/core'
import type { ToolNames } from './tool-names.ts'
import type { AnswerBlock, AnswerToolUse, ConverseResponse, TokenUsage } from './wire.ts'

/** Converse's answer, the whole body, as verbs. `requestId` becomes the answer's id. */
export const fromConverse = (names: ToolNames, requestId: string | undefined): Translate => {
  return (out) => ({
    frame(data) {
      const answer = readAnswer(data)
      const content = answer.output.message.content
      const reason = finishReason(answer.stopReason, content, data)
      const tier = answer.serviceTier?.type
      if (requestId) out.start({ id: requestId, serviceTier: tier })
      for (const [index, block] of content.entries()) {
        tell(block, index, out, names, data)
        out.close(index)
      }
      const usage = usageOf(answer.usage ?? {})
      if (usage !== undefined) out.usage(usage, tier)
      out.finish(reason, { raw: answer.stopReason })
    },
    end() {
      // The body comes as one frame, and that told everything or threw.
    },
  })
}

interface Answer extends ConverseResponse {
  readonly output: { readonly message: { readonly content: readonly AnswerBlock[] } }
}

/** A 200 may carry anything: an error of AWS's front, a proxy's page, half of a body. */
function readAnswer(data: string): Answer {
  let answer: unknown
  try {
    answer = JSON.parse(data)
  } catch {
    throw unreadable(data === '' ? 'an empty body' : 'something that is not JSON', data)
  }
  if (!isObject(answer)) throw unreadable('JSON that is no answer', data)
  const { output } = answer
  if (!isObject(output) || !isObject(output.message)) throw unreadable(errorName(answer) ?? 'no message', data)
  const content = output.message.content ?? []
  if (!Array.isArray(content) || !content.every(isObject)) throw unreadable('content that cannot be read', data)
  return { ...answer, output: { message: { content } } }
}

/** As in `{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"}}`, which is what a wrong path gets. */
function errorName(answer: Record<string, unknown>): string | undefined {
  const type = isObject(answer.Output) ? answer.Output.__type : answer.__type
  return typeof type === 'string' ? (type.split('#').at(-1) ?? type).slice(0, 100) : undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const unreadable = (what: string, data: string) =>
  new MohoError('upstream_failed', `Bedrock answered with ${what} where a model’s answer was due.`, {
    cause: data.slice(0, 4096),
  })

function tell(block: AnswerBlock, index: number, out: TextWriter, names: ToolNames, data: string): void {
  const { text, reasoningContent, toolUse, citationsContent } = block
  if (typeof text === 'string') {
    if (text !== '') out.text(text, index)
  } else if (reasoningContent) {
    const { reasoningText, redactedContent } = reasoningContent
    if (reasoningText?.text) out.reasoning(reasoningText.text, index)
    if (reasoningText?.signature) out.signature(reasoningText.signature, index)
    if (redactedContent) out.redacted(redactedContent, index)
  } else if (toolUse) {
    const { id, name, input } = readToolUse(toolUse, data)
    out.toolCall(id, names.restored(name), index)
    out.toolInput(input, index)
  } else if (citationsContent) {
    for (const { text } of citationsContent.content ?? []) if (text) out.text(text, index)
  } else {
    throw unreadable(`content of a kind that Moho does not know (${Object.keys(block).join(', ').slice(0, 100)})`, data)
  }
}

function readToolUse(
  { toolUseId, name, input }: AnswerToolUse,
  data: string,
): { id: string; name: string; input: string } {
  const whole = typeof toolUseId === 'string' && toolUseId !== '' && typeof name === 'string' && name !== ''
  if (!whole || !(input === undefined || input === null || isObject(input)))
    throw unreadable('a tool call that cannot be read', data)
  return { id: toolUseId, name, input: JSON.stringify(input ?? {}) }
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop_sequence',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'context_full',
  guardrail_intervened: 'content_filter',
  content_filtered: 'content_filter',
}

const malformed: ReadonlySet<unknown> = new Set(['malformed_model_output', 'malformed_tool_use'])

function finishReason(stopReason: unknown, content: readonly AnswerBlock[], data: string): FinishReason {
  if (malformed.has(stopReason)) {
    throw new MohoError(
      'upstream_failed',
      'The model answered with something that Bedrock could not read. Try again.',
      { cause: data.slice(0, 4096) },
    )
  }
  const reason =
    typeof stopReason === 'string' && Object.hasOwn(finishReasons, stopReason) ? finishReasons[stopReason] : undefined
  // A reason that is new may mean that the answer was cut or refused: calling it `stop` would pass it off as whole.
  if (reason === undefined)
    throw unreadable(`a stop reason that Moho does not know (${String(stopReason).slice(0, 100)})`, data)
  // Open models at times end their turn in the very answer that calls a tool, and clients act on the reason alone.
  return reason === 'stop' && content.some(({ toolUse }) => toolUse) ? 'tool_calls' : reason
}

function usageOf(usage: TokenUsage): Usage | undefined {
  const input = count(usage.inputTokens)
  const output = count(usage.outputTokens)
  if (input === undefined && output === undefined) return undefined
  return { input, cacheRead: count(usage.cacheReadInputTokens), ...cacheWrites(usage), output }
}

/** The split by time to live counts only where it adds up; otherwise all of it was written for the usual five minutes. */
function cacheWrites({
  cacheWriteInputTokens,
  cacheDetails,
}: TokenUsage): Pick<Usage, 'cacheWrite5m' | 'cacheWrite1h'> {
  const written = count(cacheWriteInputTokens)
  if (written === undefined) return {}
  const details = Array.isArray(cacheDetails) ? cacheDetails : []
  const of = (ttl: string) =>
    details.reduce((sum, detail) => sum + (detail?.ttl === ttl ? (count(detail.inputTokens) ?? 0) : 0), 0)
  const [short, long] = [of('5m'), of('1h')]
  return details.length > 0 && short + long === written
    ? { cacheWrite5m: short, cacheWrite1h: long }
    : { cacheWrite5m: written }
}

const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined
