import type { RefusalExample } from '../examples.ts'
import { GPT_OSS, HELLO, invalid, NOVA, NOVA_2, SONNET } from './parts.ts'

const GPT = 'us.openai.gpt-5.6-sol'

export const fieldExamples: readonly RefusalExample[] = [
  invalid(
    'field-unknown',
    adding({ presence_penalty: 1 }),
    'The model returned the following errors: presence_penalty: Extra inputs are not permitted',
    SONNET,
    { body: adding({ top_k: 50, anthropic_beta: ['context-1m-2025-08-07'], metadata: { user_id: 'a' } }) },
  ),
  invalid(
    'field-unknown',
    adding({ presence_penalty: 1 }),
    'The model returned the following errors: presence_penalty: Extra inputs are not permitted',
    SONNET,
    { modelId: 'qwen.qwen3-32b-v1:0' },
  ),
  invalid(
    'field-unknown',
    adding({ top_k: 50 }),
    'The model returned the following errors: Malformed input request: #: extraneous key [top_k] is not permitted, please reformat your input and try again.',
    NOVA,
    { body: adding({ inferenceConfig: { topK: 50 } }) },
  ),
  invalid(
    'field-unknown',
    adding({ inferenceConfig: { topK: 50, seed: 1 } }),
    'The model returned the following errors: Malformed input request: #/inferenceConfig: extraneous key [seed] is not permitted, please reformat your input and try again.',
    NOVA,
  ),
  invalid(
    'field-unknown',
    dialled({ type: 'enabled', maxReasoningEffort: 'low' }),
    'The model returned the following errors: Malformed input request: #: extraneous key [reasoningConfig] is not permitted, please reformat your input and try again.',
    NOVA,
    { modelId: NOVA_2 },
  ),
  invalid(
    'field-unknown',
    dialled({ type: 'enabled', effort: 'low' }),
    'The model returned the following errors: Malformed input request: #/reasoningConfig: extraneous key [effort] is not permitted, please reformat your input and try again.',
    NOVA_2,
  ),
  invalid(
    'field-unknown',
    adding({ thinking: { type: 'enabled', budget_tokens: 2048 } }),
    `The model returned the following errors: {"error":{"code":"validation_error","message":"Unknown parameter: 'thinking'."}}`,
    GPT_OSS,
    { body: adding({ reasoning_effort: 'low', presence_penalty: 1, seed: 5 }) },
  ),
  invalid(
    'nova-reasoning',
    dialled({ type: 'adaptive' }),
    'The model returned the following errors: Malformed input request: #/reasoningConfig/type: adaptive is not a valid enum value, please reformat your input and try again.',
    NOVA_2,
    { body: dialled({ type: 'disabled' }) },
  ),
  invalid(
    'nova-reasoning',
    dialled({ type: 'enabled', maxReasoningEffort: 'max' }),
    'The model returned the following errors: Malformed input request: #/reasoningConfig/maxReasoningEffort: max is not a valid enum value, please reformat your input and try again.',
    NOVA_2,
    { body: dialled({ type: 'enabled', maxReasoningEffort: 'high' }) },
  ),
  ...(['maxTokens', 'temperature', 'topP'] as const).map((member) =>
    invalid(
      'nova-reasoning-limits',
      { ...dialled({ type: 'enabled', maxReasoningEffort: 'high' }), inferenceConfig: { [member]: 1 } },
      `The model returned the following errors: ${member} must be unset when maxReasoningEffort is high.`,
      NOVA_2,
      {
        body: { ...dialled({ type: 'enabled', maxReasoningEffort: 'medium' }), inferenceConfig: { [member]: 1 } },
      },
    ),
  ),
  invalid(
    'openai-reasoning',
    adding({ reasoning_effort: 'xhigh' }),
    `The model returned the following errors: {"error":{"code":"validation_error","message":"Unsupported value: 'reasoning_effort' does not support 'xhigh' with this model. Supported values are: 'low', 'medium', 'high'."}}`,
    GPT_OSS,
    { body: adding({ reasoning_effort: 'high' }) },
  ),
  invalid(
    'openai-reasoning',
    adding({ reasoning: { effort: 'max' } }),
    `The model returned the following errors: {"error":{"code":"validation_error","message":"Unsupported value: 'reasoning.effort' does not support 'max' with this model. Supported values are: 'none', 'low', 'medium', 'high', 'xhigh'."}}`,
    GPT,
    { body: adding({ reasoning: { effort: 'none' } }) },
  ),
]

function adding(fields: object): object {
  return { messages: [HELLO], additionalModelRequestFields: fields }
}

function dialled(reasoningConfig: object): object {
  return adding({ reasoningConfig })
}
