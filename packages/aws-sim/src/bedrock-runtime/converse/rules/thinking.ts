import type { SimulatedModel, ThinkingMode } from '../../../models.ts'
import { type ConverseCall, modelError } from '../call.ts'
import type { ConverseRequest } from '../request-schema.ts'
import { fieldsOf, nativeToolChoice } from './fields.ts'
import { isObject } from './tools.ts'

/** Rules about Claude's `thinking` and its effort. */

const MODES: readonly ThinkingMode[] = ['enabled', 'adaptive', 'disabled']

/** Claude's own switch, passed through as it is. */
export function thinkingOf(body: ConverseRequest): Record<string, unknown> {
  const { thinking } = fieldsOf(body)
  return isObject(thinking) ? thinking : {}
}

/** Whether the request itself turns thinking on. */
export function isThinking(body: ConverseRequest): boolean {
  const { type } = thinkingOf(body)
  return type === 'enabled' || type === 'adaptive'
}

export function asksUnknownThinking({ body, model }: ConverseCall): string | undefined {
  if (!isClaude(model) || fieldsOf(body).thinking === undefined) return undefined
  const { modes } = model.reasoning
  // The wording is inferred.
  if (modes.length === 0) return modelError('thinking: Extra inputs are not permitted')
  const { type } = thinkingOf(body)
  if (type === undefined) return modelError('thinking.type: Field required')
  const mode = MODES.find((known) => known === type)
  if (mode !== undefined && modes.includes(mode)) return undefined
  if (mode === 'adaptive') return modelError('adaptive thinking is not supported on this model')
  if (mode === 'enabled') {
    return modelError(
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
    )
  }
  // The wording is inferred from the one above.
  if (mode === 'disabled') return modelError('"thinking.type.disabled" is not supported for this model.')
  const expected = modes.map((known) => `'${known}'`).join(', ')
  return modelError(
    `thinking: Input tag '${String(type)}' found using 'type' does not match any of the expected tags: ${expected}`,
  )
}

const MEMBERS: Readonly<Record<ThinkingMode, readonly string[]>> = {
  enabled: ['type', 'budget_tokens', 'display'],
  adaptive: ['type', 'display'],
  disabled: ['type'],
}

export function addsToThinking({ body, model }: ConverseCall): string | undefined {
  const thinking = thinkingOf(body)
  const mode = MODES.find((known) => known === thinking.type)
  if (!isClaude(model) || mode === undefined) return undefined
  const known = MEMBERS[mode].filter((name) => name !== 'display' || model.reasoning.display !== undefined)
  const unknown = Object.keys(thinking).find((name) => !known.includes(name))
  if (unknown !== undefined) return modelError(`thinking.${mode}.${unknown}: Extra inputs are not permitted`)
  const { display } = thinking
  if (display === undefined || display === 'summarized' || display === 'omitted') return undefined
  return modelError(`thinking.${mode}.display: Input should be 'summarized' or 'omitted'`)
}

export function thinksWithoutRoom({ body, model }: ConverseCall): string | undefined {
  const { type, budget_tokens: budget } = thinkingOf(body)
  if (!isClaude(model) || type !== 'enabled') return undefined
  if (budget === undefined) return modelError('thinking.enabled.budget_tokens: Field required')
  if (typeof budget !== 'number' || !Number.isInteger(budget)) {
    return modelError('thinking.enabled.budget_tokens: Input should be a valid integer')
  }
  if (budget < 1024) return modelError('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024')
  const maxTokens = body.inferenceConfig?.maxTokens ?? model.maxOutputTokens
  return maxTokens > budget ? undefined : modelError('`max_tokens` must be greater than `thinking.budget_tokens`.')
}

export function thinksWhileForced({ body, model }: ConverseCall): string | undefined {
  const choice = nativeToolChoice(body, model).choice ?? body.toolConfig?.toolChoice
  if (!isThinkingClaude(body, model) || !(choice?.any || choice?.tool)) return undefined
  return modelError('Thinking may not be enabled when tool_choice forces tool use.')
}

export function thinksWithTemperature({ body, model }: ConverseCall): string | undefined {
  const temperature = body.inferenceConfig?.temperature ?? fieldsOf(body).temperature
  if (!isThinkingClaude(body, model) || temperature === undefined || temperature === 1) return undefined
  return modelError('`temperature` may only be set to 1 when thinking is enabled.')
}

export function thinksWithTopP({ body, model }: ConverseCall): string | undefined {
  const topP = body.inferenceConfig?.topP ?? fieldsOf(body).top_p
  if (!isThinkingClaude(body, model) || topP === undefined || (typeof topP === 'number' && topP >= 0.95)) {
    return undefined
  }
  return modelError('`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.')
}

export function thinksWithTopK({ body, model }: ConverseCall): string | undefined {
  if (!isThinkingClaude(body, model) || fieldsOf(body).top_k === undefined) return undefined
  return modelError('`top_k` must be unset when thinking is enabled.')
}

// The wording is inferred; that a prefill and thinking exclude each other is documented.
export function thinksWithPrefill({ body, model }: ConverseCall): string | undefined {
  if (!isThinkingClaude(body, model) || body.messages?.at(-1)?.role !== 'assistant') return undefined
  return modelError('messages: the final message must be from the user when `thinking` is enabled.')
}

export function forgetsThought({ body, model }: ConverseCall): string | undefined {
  const messages = body.messages ?? []
  const [said, answer] = [messages.at(-2), messages.at(-1)]
  if (!isClaude(model) || thinkingOf(body).type !== 'enabled' || said?.role !== 'assistant') return undefined
  if (!answer?.content.some((block) => block.toolResult) || !said.content.some((block) => block.toolUse)) {
    return undefined
  }
  const first = said.content[0]
  if (!first || first.reasoningContent) return undefined
  const found = first.toolUse ? 'tool_use' : Object.keys(first).join()
  return modelError(
    `messages.${messages.length - 2}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${found}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`.`,
  )
}

export function asksUnknownEffort({ body, model }: ConverseCall): string | undefined {
  const { output_config: config } = fieldsOf(body)
  const native = isObject(config) ? config.effort : undefined
  const effort = body.outputConfig?.effort ?? native
  if (effort === undefined || !model) return undefined
  const { efforts, effortsUnthinking = efforts } = model.reasoning
  if (!isClaude(model)) {
    // The wording is inferred from that about other fields.
    const isConverse = body.outputConfig?.effort !== undefined
    return isConverse
      ? "This model doesn't support the outputConfig.effort field. Remove outputConfig.effort and try again."
      : undefined
  }
  if (efforts.length === 0) return modelError('This model does not support the effort parameter.')
  const isOff = thinkingOf(body).type === 'disabled'
  const allowed = isOff ? effortsUnthinking : efforts
  if (typeof effort === 'string' && allowed.includes(effort)) return undefined
  // The wording of both is inferred.
  if (typeof effort === 'string' && efforts.includes(effort)) {
    return modelError(`output_config.effort: '${effort}' is not supported when \`thinking\` is disabled`)
  }
  return modelError(`output_config.effort: Input should be ${listed(efforts)}`)
}

const OUTPUT_CONFIG = new Set(['effort', 'format', 'task_budget'])

export function addsToOutputConfig({ body, model }: ConverseCall): string | undefined {
  const { output_config: config } = fieldsOf(body)
  if (!isClaude(model) || !isObject(config)) return undefined
  const unknown = Object.keys(config).find((name) => !OUTPUT_CONFIG.has(name))
  return unknown && modelError(`output_config.${unknown}: Extra inputs are not permitted`)
}

function isThinkingClaude(body: ConverseRequest, model: SimulatedModel | undefined): boolean {
  return isClaude(model) && isThinking(body)
}

function isClaude(model: SimulatedModel | undefined): model is SimulatedModel {
  return model?.family === 'claude'
}

function listed(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`)
  return quoted.length < 2 ? quoted.join() : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}
