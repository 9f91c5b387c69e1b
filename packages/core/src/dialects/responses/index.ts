import type { Usage } from '../../contract/writer.ts'
import { countOf, isObject } from '../../wire/json-value.ts'
import { chatError } from '../chat/error.ts'
import type { Dialect, EventReading } from '../dialect.ts'

/** OpenAI's Responses, where the upstream speaks it. */
export const responses: Dialect = {
  errorEvent(error) {
    const { message, code, param } = chatError(error).error
    // The SDK counts events, but takes an error whatever its number.
    return `event: error\ndata: ${JSON.stringify({ type: 'error', code, message, param, sequence_number: 0 })}\n\n`
  },
  forwarded: {
    member: 'output',
    modelIn: 'response',
    readUsage: readResponsesUsage,
    marks: /"type"\s*:\s*"(?:response\.(?:completed|incomplete|failed)|error)"|"error"\s*:\s*\{|\[DONE\]/,
    readEvent,
    usageIsOptional: false,
    end: '',
  },
}

function readEvent(data: unknown): EventReading {
  if (data === '[DONE]') return { ended: true }
  if (!isObject(data)) return {}
  if (data.type === 'error') return { failure: isObject(data.error) ? data.error : data }
  // An upstream that refuses in the shape of its other APIs.
  if (data.type === undefined && isObject(data.error)) return { failure: data.error }
  if (typeof data.type === 'string' && starting.has(data.type)) return { isStart: true }
  if (typeof data.type !== 'string' || !terminal.has(data.type)) return {}
  const response = isObject(data.response) ? data.response : {}
  return {
    usage: readResponsesUsage(response.usage),
    serviceTier: typeof response.service_tier === 'string' ? response.service_tier : undefined,
    finished: [0],
  }
}

const starting: ReadonlySet<string> = new Set(['response.created', 'response.queued', 'response.in_progress'])

/** A response that failed is whole as an answer: it says so itself. */
const terminal: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed'])

/** Their counts as disjoint ones: input tokens count cached ones too. */
function readResponsesUsage(usage: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined
  const input = countOf(usage.input_tokens)
  const output = countOf(usage.output_tokens)
  if (input === undefined && output === undefined) return undefined
  const inputDetails = isObject(usage.input_tokens_details) ? usage.input_tokens_details : {}
  const outputDetails = isObject(usage.output_tokens_details) ? usage.output_tokens_details : {}
  const cacheRead = countOf(inputDetails.cached_tokens)
  const cacheWrite5m = countOf(inputDetails.cache_write_tokens)
  return {
    input: input === undefined ? undefined : Math.max(0, input - (cacheRead ?? 0) - (cacheWrite5m ?? 0)),
    cacheRead,
    cacheWrite5m,
    output,
    reasoning: countOf(outputDetails.reasoning_tokens),
  }
}
