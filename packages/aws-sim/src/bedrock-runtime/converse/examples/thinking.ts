import type { RefusalExample } from '../examples.ts'
import {
  assistant,
  HELLO,
  invalid,
  NOVA,
  OPUS,
  OPUS_46,
  OPUS_48,
  SONNET,
  text,
  thought,
  toolConfig,
  toolResult,
  toolUse,
  user,
} from './parts.ts'

const HAIKU_3 = 'anthropic.claude-3-haiku-20240307-v1:0'
const FABLE = 'us.anthropic.claude-fable-5-1'
const OPUS_45 = 'us.anthropic.claude-opus-4-5-20251101-v1:0'
const MODEL = 'The model returned the following errors: '
const enabled = { type: 'enabled', budget_tokens: 2048 }
const adaptive = { type: 'adaptive' }
const disabled = { type: 'disabled' }
const called = [
  HELLO,
  assistant(text('I look.'), toolUse('a')),
  user(toolResult('a')),
  assistant(toolUse('b')),
  user(toolResult('b')),
]
const remembered = called.with(3, assistant(thought('Hm.'), toolUse('b')))

export const thinkingExamples: readonly RefusalExample[] = [
  invalid('thinking-type', thinking(adaptive), `${MODEL}adaptive thinking is not supported on this model`, SONNET, {
    body: thinking(enabled),
  }),
  notEnabled(OPUS_48, { body: thinking(adaptive) }),
  notEnabled('us.anthropic.claude-sonnet-5', { body: thinking(disabled) }),
  notEnabled(FABLE, { body: thinking(adaptive) }),
  notEnabled(OPUS, { modelId: OPUS_46 }),
  invalid(
    'thinking-type',
    thinking(disabled),
    `${MODEL}"thinking.type.disabled" is not supported for this model.`,
    FABLE,
    { modelId: OPUS },
  ),
  invalid('thinking-type', thinking(enabled), `${MODEL}thinking: Extra inputs are not permitted`, HAIKU_3, {
    modelId: 'us.anthropic.claude-3-7-sonnet-20250219-v1:0',
  }),
  invalid(
    'thinking-type',
    thinking({ type: 'auto' }),
    `${MODEL}thinking: Input tag 'auto' found using 'type' does not match any of the expected tags: 'adaptive', 'disabled'`,
    OPUS,
    { body: thinking(adaptive) },
  ),
  invalid('thinking-type', thinking({}), `${MODEL}thinking.type: Field required`),
  invalid(
    'thinking-member',
    thinking({ ...adaptive, effort: 'high' }),
    `${MODEL}thinking.adaptive.effort: Extra inputs are not permitted`,
    OPUS,
    { body: thinking(adaptive, { output_config: { effort: 'high' } }) },
  ),
  invalid(
    'thinking-member',
    thinking({ ...enabled, display: 'summarized' }),
    `${MODEL}thinking.enabled.display: Extra inputs are not permitted`,
    SONNET,
    { modelId: OPUS_46 },
  ),
  invalid(
    'thinking-member',
    thinking({ ...adaptive, budget_tokens: 2048 }),
    `${MODEL}thinking.adaptive.budget_tokens: Extra inputs are not permitted`,
    OPUS_46,
    { body: thinking(adaptive) },
  ),
  invalid(
    'thinking-member',
    thinking({ ...adaptive, display: 'full' }),
    `${MODEL}thinking.adaptive.display: Input should be 'summarized' or 'omitted'`,
    OPUS,
    { body: thinking({ ...adaptive, display: 'summarized' }) },
  ),
  invalid(
    'thinking-budget',
    thinking({ ...enabled, budget_tokens: 1023 }),
    `${MODEL}thinking.enabled.budget_tokens: Input should be greater than or equal to 1024`,
    SONNET,
    { body: thinking({ ...enabled, budget_tokens: 1024 }) },
  ),
  invalid('thinking-budget', thinking({ type: 'enabled' }), `${MODEL}thinking.enabled.budget_tokens: Field required`),
  invalid(
    'thinking-budget',
    thinking({ ...enabled, budget_tokens: '2048' }),
    `${MODEL}thinking.enabled.budget_tokens: Input should be a valid integer`,
  ),
  invalid(
    'thinking-budget',
    { ...thinking(enabled), inferenceConfig: { maxTokens: 2048 } },
    `${MODEL}\`max_tokens\` must be greater than \`thinking.budget_tokens\`.`,
    SONNET,
    { body: { ...thinking(enabled), inferenceConfig: { maxTokens: 2049 } } },
  ),
  invalid(
    'output-config-member',
    thinking(adaptive, { output_config: { verbosity: 'low' } }),
    `${MODEL}output_config.verbosity: Extra inputs are not permitted`,
    OPUS,
    { body: thinking(adaptive, { output_config: { effort: 'low' } }) },
  ),
  invalid('effort', effort('high'), `${MODEL}This model does not support the effort parameter.`, SONNET, {
    modelId: OPUS_45,
  }),
  invalid('effort', nativeEffort('high'), `${MODEL}This model does not support the effort parameter.`, SONNET, {
    modelId: OPUS_45,
  }),
  invalid('effort', effort('max'), `${MODEL}output_config.effort: Input should be 'low', 'medium' or 'high'`, OPUS_45, {
    modelId: OPUS_46,
  }),
  invalid(
    'effort',
    nativeEffort('xhigh'),
    `${MODEL}output_config.effort: Input should be 'low', 'medium', 'high' or 'max'`,
    OPUS_46,
    { modelId: 'us.anthropic.claude-opus-5-5' },
  ),
  invalid('effort', effort('max'), `${MODEL}output_config.effort: Input should be 'low', 'medium' or 'high'`, FABLE, {
    modelId: OPUS_48,
  }),
  invalid(
    'effort',
    { ...thinking(disabled), ...outputEffort('max') },
    `${MODEL}output_config.effort: 'max' is not supported when \`thinking\` is disabled`,
    OPUS,
    { body: { ...thinking(adaptive), ...outputEffort('max') } },
  ),
  invalid(
    'effort',
    effort('high'),
    "This model doesn't support the outputConfig.effort field. Remove outputConfig.effort and try again.",
    NOVA,
    { modelId: OPUS },
  ),
  forced({ ...thinking(enabled), toolConfig: { ...toolConfig, toolChoice: { any: {} } } }, SONNET, {
    body: { ...thinking(enabled), toolConfig: { ...toolConfig, toolChoice: { auto: {} } } },
  }),
  forced(
    { ...thinking(adaptive), toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'get_weather' } } } },
    OPUS,
    {
      body: { ...thinking(disabled), toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'get_weather' } } } },
    },
  ),
  forced({ ...thinking(adaptive, { tool_choice: { type: 'any' } }), toolConfig }, OPUS, {
    body: {
      ...thinking(adaptive, { tool_choice: { type: 'auto', disable_parallel_tool_use: true } }),
      toolConfig,
    },
  }),
  invalid(
    'thinking-temperature',
    { ...thinking(enabled), inferenceConfig: { temperature: 0.5 } },
    `${MODEL}\`temperature\` may only be set to 1 when thinking is enabled.`,
    SONNET,
    { body: { ...thinking(enabled), inferenceConfig: { temperature: 1 } } },
  ),
  invalid(
    'thinking-top-p',
    { ...thinking(enabled), inferenceConfig: { topP: 0.9 } },
    `${MODEL}\`top_p\` must be greater than or equal to 0.95 or unset when thinking is enabled.`,
    SONNET,
    { body: { ...thinking(enabled), inferenceConfig: { topP: 0.95 } } },
  ),
  invalid(
    'thinking-top-p',
    thinking(adaptive, { top_p: 0.5 }),
    `${MODEL}\`top_p\` must be greater than or equal to 0.95 or unset when thinking is enabled.`,
    OPUS_46,
    { body: thinking(disabled, { top_p: 0.5 }) },
  ),
  invalid(
    'thinking-top-k',
    thinking(enabled, { top_k: 50 }),
    `${MODEL}\`top_k\` must be unset when thinking is enabled.`,
    SONNET,
    { body: thinking(disabled, { top_k: 50 }) },
  ),
  invalid(
    'thinking-prefill',
    { ...thinking(enabled), messages: [HELLO, assistant(text('Well'))] },
    `${MODEL}messages: the final message must be from the user when \`thinking\` is enabled.`,
    SONNET,
    { body: { ...thinking(disabled), messages: [HELLO, assistant(text('Well'))] } },
  ),
  invalid(
    'thinking-forgotten',
    { ...thinking(enabled), messages: called, toolConfig },
    `${MODEL}messages.3.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`tool_use\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`.`,
    SONNET,
    { body: { ...thinking(enabled), messages: remembered, toolConfig } },
  ),
  invalid(
    'thinking-forgotten',
    { ...thinking(enabled), messages: called.slice(0, 3), toolConfig },
    `${MODEL}messages.1.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`text\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`.`,
    OPUS_46,
    { body: { ...thinking(adaptive), messages: called.slice(0, 3), toolConfig } },
  ),
]

function thinking(settings: object, fields: object = {}): object {
  return { messages: [HELLO], additionalModelRequestFields: { thinking: settings, ...fields } }
}

function outputEffort(value: string): object {
  return { outputConfig: { effort: value } }
}

function effort(value: string): object {
  return { messages: [HELLO], ...outputEffort(value) }
}

function nativeEffort(value: string): object {
  return { messages: [HELLO], additionalModelRequestFields: { output_config: { effort: value } } }
}

function notEnabled(modelId: string, taken: RefusalExample['taken']): RefusalExample {
  return invalid(
    'thinking-type',
    thinking(enabled),
    `${MODEL}"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.`,
    modelId,
    taken,
  )
}

function forced(body: object, modelId: string, taken: RefusalExample['taken']): RefusalExample {
  return invalid(
    'thinking-forced-tool',
    body,
    `${MODEL}Thinking may not be enabled when tool_choice forces tool use.`,
    modelId,
    taken,
  )
}
