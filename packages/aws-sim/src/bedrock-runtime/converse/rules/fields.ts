import type { SimulatedModel } from '../../../models.ts'
import { type ConverseCall, modelError } from '../call.ts'
import type { ConverseRequest, ToolChoice } from '../request-schema.ts'
import { isObject } from './tools.ts'

/** Rules about `additionalModelRequestFields`, which go to the model's own interface as they are. */

export function fieldsOf(body: ConverseRequest): Record<string, unknown> {
  return isObject(body.additionalModelRequestFields) ? body.additionalModelRequestFields : {}
}

/** Claude's own `tool_choice`, told as Converse tells it. */
export function nativeToolChoice(
  body: ConverseRequest,
  model: SimulatedModel | undefined,
): { choice?: ToolChoice; isSerial: boolean } {
  const { tool_choice: native } = fieldsOf(body)
  if (model?.family !== 'claude' || !isObject(native)) return { isSerial: false }
  const isSerial = native.disable_parallel_tool_use === true
  if (native.type === 'any') return { choice: { any: {} }, isSerial }
  if (native.type === 'tool' && typeof native.name === 'string') {
    return { choice: { tool: { name: native.name } }, isSerial }
  }
  return { isSerial }
}

const CLAUDE_FIELDS = new Set([
  'anthropic_beta',
  'context_management',
  'metadata',
  'output_config',
  'output_format',
  'temperature',
  'thinking',
  'tool_choice',
  'tools',
  'top_k',
  'top_p',
])
const NOVA_FIELDS = new Set(['inferenceConfig'])
const OPENAI_FIELDS = new Set([
  'frequency_penalty',
  'logit_bias',
  'logprobs',
  'max_completion_tokens',
  'max_tokens',
  'metadata',
  'n',
  'parallel_tool_calls',
  'presence_penalty',
  'prompt_cache_key',
  'reasoning',
  'reasoning_effort',
  'response_format',
  'safety_identifier',
  'seed',
  'service_tier',
  'stop',
  'store',
  'temperature',
  'text',
  'top_logprobs',
  'top_p',
  'user',
  'verbosity',
])

/** What other families do not know they ignore. */
export function addsUnknownField({ body, model }: ConverseCall): string | undefined {
  const names = Object.keys(fieldsOf(body))
  switch (model?.family) {
    case 'claude': {
      const unknown = names.find((name) => !CLAUDE_FIELDS.has(name))
      return unknown && modelError(`${unknown}: Extra inputs are not permitted`)
    }
    case 'nova': {
      const isKnown = (name: string) =>
        NOVA_FIELDS.has(name) || (name === 'reasoningConfig' && model.reasoning.efforts.length > 0)
      const { inferenceConfig, reasoningConfig } = fieldsOf(body)
      return (
        extraneous('#', names, isKnown) ??
        extraneous('#/inferenceConfig', keysOf(inferenceConfig), (name) => name === 'topK') ??
        extraneous('#/reasoningConfig', keysOf(reasoningConfig), (name) => REASONING_CONFIG.has(name))
      )
    }
    case 'openai': {
      const unknown = names.find((name) => !OPENAI_FIELDS.has(name))
      // The wording is inferred from OpenAI's own.
      return unknown && openAiError(`Unknown parameter: '${unknown}'.`)
    }
    default:
      return undefined
  }
}

const REASONING_CONFIG = new Set(['type', 'maxReasoningEffort'])

// The wording is inferred from that about other members.
export function misdialsNova({ body, model }: ConverseCall): string | undefined {
  const { reasoningConfig } = fieldsOf(body)
  if (model?.family !== 'nova' || !isObject(reasoningConfig)) return undefined
  const { type, maxReasoningEffort: effort } = reasoningConfig
  if (type !== 'enabled' && type !== 'disabled') return notInEnum('#/reasoningConfig/type', type)
  if (effort === undefined || (typeof effort === 'string' && model.reasoning.efforts.includes(effort))) return undefined
  return notInEnum('#/reasoningConfig/maxReasoningEffort', effort)
}

// The wording is inferred; that these must be unset is documented.
export function limitsHighReasoning({ body, model }: ConverseCall): string | undefined {
  const { reasoningConfig } = fieldsOf(body)
  if (model?.family !== 'nova' || !isObject(reasoningConfig)) return undefined
  if (reasoningConfig.type !== 'enabled' || reasoningConfig.maxReasoningEffort !== 'high') return undefined
  const members = ['maxTokens', 'temperature', 'topP'] as const
  const found = members.find((member) => body.inferenceConfig?.[member] !== undefined)
  return found && modelError(`${found} must be unset when maxReasoningEffort is high.`)
}

// The wording is inferred from OpenAI's own.
export function misdialsOpenAi({ body, model }: ConverseCall): string | undefined {
  if (model?.family !== 'openai') return undefined
  const { reasoning_effort: plain, reasoning } = fieldsOf(body)
  const given: [string, unknown][] = [
    ['reasoning_effort', plain],
    ['reasoning.effort', isObject(reasoning) ? reasoning.effort : undefined],
  ]
  const { efforts } = model.reasoning
  for (const [name, value] of given) {
    if (value === undefined || (typeof value === 'string' && efforts.includes(value))) continue
    const supported = efforts.map((effort) => `'${effort}'`).join(', ')
    return openAiError(
      `Unsupported value: '${name}' does not support '${String(value)}' with this model. Supported values are: ${supported}.`,
    )
  }
  return undefined
}

function extraneous(pointer: string, names: readonly string[], isKnown: (name: string) => boolean): string | undefined {
  const unknown = names.filter((name) => !isKnown(name))
  if (unknown.length === 0) return undefined
  const texts = unknown.map((name) => `${pointer}: extraneous key [${name}] is not permitted`)
  return malformedInput(texts.join(''))
}

function notInEnum(pointer: string, value: unknown): string {
  return malformedInput(`${pointer}: ${String(value)} is not a valid enum value`)
}

/** How the interfaces of Amazon's own models refuse. */
export function malformedInput(text: string): string {
  return modelError(`Malformed input request: ${text}, please reformat your input and try again.`)
}

/** How the interfaces of OpenAI's models refuse. */
export function openAiError(message: string): string {
  return modelError(JSON.stringify({ error: { code: 'validation_error', message } }))
}

function keysOf(value: unknown): string[] {
  return isObject(value) ? Object.keys(value) : []
}
