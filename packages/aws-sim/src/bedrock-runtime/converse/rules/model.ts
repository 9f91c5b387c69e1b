import { type ConverseCall, modelError, placedBlocks } from '../call.ts'
import { promptParts } from '../usage.ts'
import { isObject } from './tools.ts'

/** Rules that differ from model to model. */

export function isUnknownModel({ resolution }: ConverseCall): string | undefined {
  return 'refused' in resolution ? resolution.refused : undefined
}

export function isEndedModel({ model }: ConverseCall): string | undefined {
  if (!model?.ended) return undefined
  return 'This model version has reached the end of its life. Please refer to the AWS documentation for more details.'
}

// The wording is inferred; that these members must not be sent is documented.
export function overridesPrompt({ body, resolution }: ConverseCall): string | undefined {
  if (!('isPrompt' in resolution && resolution.isPrompt)) return undefined
  const members = ['additionalModelRequestFields', 'inferenceConfig', 'system', 'toolConfig'] as const
  const found = members.find((member) => body[member] !== undefined)
  return found && `The ${found} field can't be specified when the model identifier is a prompt.`
}

export function usesSystemWithoutSupport({ body, model }: ConverseCall): string | undefined {
  if (model?.system !== false || !body.system?.length) return undefined
  return "This model doesn't support system messages. Try again without a system message or use a model that supports system messages."
}

// Older models know only the two roles of the first release.
export function usesSystemRoleWithoutSupport({ body, model }: ConverseCall): string | undefined {
  const index = (body.messages ?? []).findIndex((message) => message.role === 'system')
  if (index === -1 || model?.systemRole !== false) return undefined
  return `1 validation error detected: Value 'system' at 'messages.${index + 1}.member.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant]`
}

export function setsFixedTemperature({ body, model }: ConverseCall): string | undefined {
  const temperature = body.inferenceConfig?.temperature
  if (model?.sampling !== 'fixed' || temperature === undefined || temperature === 1) return undefined
  return modelError('`temperature` is deprecated for this model.')
}

export function setsTemperatureAndTopP({ body, model }: ConverseCall): string | undefined {
  const { temperature, topP } = body.inferenceConfig ?? {}
  if (model?.sampling !== 'exclusive' || temperature === undefined || topP === undefined) return undefined
  return modelError('`temperature` and `top_p` cannot both be specified for this model. Please use only one.')
}

export function asksTooManyTokens({ body, model }: ConverseCall): string | undefined {
  const limit = model?.maxOutputTokens
  if (limit === undefined || (body.inferenceConfig?.maxTokens ?? 0) <= limit) return undefined
  return `The maximum tokens you requested exceeds the model limit of ${limit}. Try again with a maximum tokens value that is lower than ${limit}.`
}

// The wording is inferred.
export function hasTooManyStops({ body, model }: ConverseCall): string | undefined {
  const count = body.inferenceConfig?.stopSequences?.length ?? 0
  if (count <= (model?.maxStopSequences ?? count)) return undefined
  return `The number of stop sequences ${count} exceeds the maximum of ${model?.maxStopSequences} for this model.`
}

export function isTooLong({ body, model }: ConverseCall): string | undefined {
  const tokens = promptParts(body).reduce((sum, part) => sum + part.tokens, 0)
  return tokens > (model?.contextTokens ?? tokens) ? 'Input is too long for requested model.' : undefined
}

export function cachesWithoutSupport({ body, model }: ConverseCall): string | undefined {
  if (model?.cacheMinimum !== undefined || cacheTtls(body).length === 0) return undefined
  return 'You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.'
}

export function hasTooManyCachePoints({ body }: ConverseCall): string | undefined {
  const count = cacheTtls(body).length
  if (count <= 4) return undefined
  return modelError(`A maximum of 4 blocks with cache_control may be provided. Found ${count}.`)
}

export function lengthensCacheTtl({ body }: ConverseCall): string | undefined {
  const ttls = cacheTtls(body)
  const at = ttls.findIndex((entry, index) => entry.ttl === '1h' && ttls.slice(0, index).some((e) => e.ttl === '5m'))
  const found = ttls[at]
  if (!found) return undefined
  return modelError(
    `${found.place}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: \`tools\`, \`system\`, \`messages\`.`,
  )
}

export function wantsSchemaWithoutSupport({ body, model }: ConverseCall): string | undefined {
  if (model?.strictSchemas !== false || !body.outputConfig?.textFormat) return undefined
  return modelError('output_config.format: Extra inputs are not permitted')
}

// The wording is inferred.
export function hasBrokenOutputSchema({ body }: ConverseCall): string | undefined {
  const schema = body.outputConfig?.textFormat?.structure.jsonSchema?.schema
  if (schema === undefined) return undefined
  try {
    if (isObject(JSON.parse(schema))) return undefined
  } catch {
    // Said below.
  }
  return 'The value at outputConfig.textFormat.structure.jsonSchema.schema is not a valid JSON schema.'
}

export function thinksWithoutRoom({ body }: ConverseCall): string | undefined {
  const { budget_tokens: budget } = thinking(body.additionalModelRequestFields)
  const maxTokens = body.inferenceConfig?.maxTokens
  if (typeof budget !== 'number') return undefined
  if (budget < 1024) return modelError('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024')
  if (maxTokens === undefined || maxTokens > budget) return undefined
  return modelError('`max_tokens` must be greater than `thinking.budget_tokens`.')
}

export function thinksWhileForced({ body }: ConverseCall): string | undefined {
  const choice = body.toolConfig?.toolChoice
  if (!isThinking(body.additionalModelRequestFields) || !(choice?.any || choice?.tool)) return undefined
  return modelError('Thinking may not be enabled when tool_choice forces tool use.')
}

export function thinksWithTemperature({ body }: ConverseCall): string | undefined {
  const temperature = body.inferenceConfig?.temperature
  if (!isThinking(body.additionalModelRequestFields) || temperature === undefined || temperature === 1) return undefined
  return modelError('`temperature` may only be set to 1 when thinking is enabled.')
}

/** Claude's own switch, passed through as it is. */
export function isThinking(fields: unknown): boolean {
  const { type } = thinking(fields)
  return type === 'enabled' || type === 'adaptive'
}

function thinking(fields: unknown): Record<string, unknown> {
  const found = isObject(fields) ? fields.thinking : undefined
  return isObject(found) ? found : {}
}

// In the order in which a prompt is read, which is also the order that the rules speak of.
function cacheTtls(body: ConverseCall['body']): { ttl: '5m' | '1h'; place: string }[] {
  return [
    ...(body.toolConfig?.tools ?? []).map((tool, index) => ({ point: tool.cachePoint, place: `tools.${index}` })),
    ...(body.system ?? []).map((block, index) => ({ point: block.cachePoint, place: `system.${index}` })),
    ...placedBlocks(body).map(({ block, place }) => ({ point: block.cachePoint, place })),
  ].flatMap(({ point, place }) => (point ? [{ ttl: point.ttl ?? '5m', place }] : []))
}
