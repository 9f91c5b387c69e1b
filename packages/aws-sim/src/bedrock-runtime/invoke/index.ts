import { jsonAnswer } from '../../answer.ts'
import type { Operation } from '../../service.ts'
import { respond } from './respond.ts'
import type { Spoken } from './spoken.ts'

/** `POST /model/{modelId}/invoke`. */
export const invokeModel: Operation = {
  name: 'InvokeModel',
  method: 'POST',
  path: /^\/model\/(?<modelId>[^/]+)\/invoke$/,
  answer: (exchange) =>
    respond(exchange, false, (format, spoken) => jsonAnswer(200, format.toAnswer(spoken), countHeaders(spoken))),
}

function countHeaders({ usage, latencyMs }: Spoken): Record<string, string> {
  return {
    'x-amzn-bedrock-input-token-count': String(usage.inputTokens),
    'x-amzn-bedrock-output-token-count': String(usage.outputTokens),
    'x-amzn-bedrock-invocation-latency': String(latencyMs),
    ...(usage.cacheReadInputTokens > 0
      ? { 'x-amzn-bedrock-cache-read-input-token-count': String(usage.cacheReadInputTokens) }
      : {}),
    ...(usage.cacheWriteInputTokens > 0
      ? { 'x-amzn-bedrock-cache-write-input-token-count': String(usage.cacheWriteInputTokens) }
      : {}),
  }
}
