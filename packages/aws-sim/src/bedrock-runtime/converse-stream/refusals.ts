import type { ConverseCall } from '../converse/call.ts'
import { invalid, REFUSALS, type RefusalRule } from '../converse/refusals.ts'

/** Every reason for which AWS refuses a ConverseStream call: those of Converse and its own. */
export const STREAM_REFUSALS: readonly RefusalRule[] = [
  ...REFUSALS,
  invalid('streaming-unsupported', streamsWithoutSupport),
  invalid('streaming-tools-unsupported', streamsToolsWithoutSupport),
]

// The wording is inferred.
export function streamsWithoutSupport({ model }: Pick<ConverseCall, 'model'>): string | undefined {
  return model?.streaming === false ? 'The model is unsupported for streaming.' : undefined
}

// The wording is inferred.
function streamsToolsWithoutSupport({ body, model }: ConverseCall): string | undefined {
  if (model?.streamingTools !== false || !body.toolConfig) return undefined
  return "This model doesn't support tool use in streaming mode."
}
