import { type Answer, streamAnswer } from '../../answer.ts'
import type { Operation } from '../../service.ts'
import type { StreamEvent } from '../../streams/stream.ts'
import { respond } from '../invoke/respond.ts'
import type { Spoken } from '../invoke/spoken.ts'
import { chunkStream } from './chunk-stream.ts'

/** `POST /model/{modelId}/invoke-with-response-stream`. */
export const invokeModelWithResponseStream: Operation = {
  name: 'InvokeModelWithResponseStream',
  method: 'POST',
  path: /^\/model\/(?<modelId>[^/]+)\/invoke-with-response-stream$/,
  answer: (exchange) =>
    respond(exchange, true, (format, spoken) => toStream(withMetrics(format.toChunks(spoken), spoken))),
}

function toStream(events: readonly StreamEvent[]): Answer {
  const answer = streamAnswer({ format: chunkStream, events })
  return { ...answer, headers: { ...answer.headers, 'x-amzn-bedrock-content-type': 'application/json' } }
}

// Whoever's format it is, the service puts its own counts into the last chunk.
function withMetrics(events: readonly StreamEvent[], { usage, latencyMs }: Spoken): StreamEvent[] {
  const metrics = JSON.stringify({
    inputTokenCount: usage.inputTokens,
    outputTokenCount: usage.outputTokens,
    invocationLatency: latencyMs,
    firstByteLatency: 100,
    cacheReadInputTokenCount: usage.cacheReadInputTokens,
    cacheWriteInputTokenCount: usage.cacheWriteInputTokens,
  })
  return events.map((event, index) =>
    index < events.length - 1
      ? event
      : { ...event, payload: `${event.payload.slice(0, -1)},"amazon-bedrock-invocationMetrics":${metrics}}` },
  )
}
