import type { RefusalExample } from '../examples.ts'
import { HELLO, invalid, SONNET, text, toolConfig, user } from './parts.ts'

const INVALID = 'The provided model identifier is invalid.'
const OPUS = 'us.anthropic.claude-opus-5'
const hello = { messages: [HELLO] }
const point = (ttl?: string) => ({ cachePoint: { type: 'default', ...(ttl ? { ttl } : {}) } })

export const modelExamples: readonly RefusalExample[] = [
  invalid('unknown-model', hello, INVALID, 'anthropic.claude-9'),
  invalid('unknown-model', hello, INVALID, 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0'),
  invalid('unknown-model', hello, INVALID, 'arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0'),
  invalid(
    'unknown-model',
    hello,
    'Invocation of model ID anthropic.claude-sonnet-4-5-20250929-v1:0 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.',
    'anthropic.claude-sonnet-4-5-20250929-v1:0',
  ),
  {
    rule: 'ended-model',
    request: { modelId: 'anthropic.claude-v2:1', body: hello },
    status: 404,
    name: 'ResourceNotFoundException',
    message:
      'This model version has reached the end of its life. Please refer to the AWS documentation for more details.',
  },
  invalid(
    'prompt-override',
    { ...hello, inferenceConfig: { maxTokens: 10 } },
    "The inferenceConfig field can't be specified when the model identifier is a prompt.",
    'arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1',
  ),
  invalid(
    'system-unsupported',
    { ...hello, system: [text('Be brief.')] },
    "This model doesn't support system messages. Try again without a system message or use a model that supports system messages.",
    'mistral.mistral-7b-instruct-v0:2',
  ),
  invalid(
    'temperature-fixed',
    { ...hello, inferenceConfig: { temperature: 0.5 } },
    'The model returned the following errors: `temperature` is deprecated for this model.',
    OPUS,
  ),
  invalid(
    'temperature-or-top-p',
    { ...hello, inferenceConfig: { temperature: 0.5, topP: 0.9 } },
    'The model returned the following errors: `temperature` and `top_p` cannot both be specified for this model. Please use only one.',
    'us.anthropic.claude-haiku-4-5-20251001-v1:0',
  ),
  invalid(
    'max-tokens',
    { ...hello, inferenceConfig: { maxTokens: 64_001 } },
    'The maximum tokens you requested exceeds the model limit of 64000. Try again with a maximum tokens value that is lower than 64000.',
  ),
  invalid(
    'stop-sequences',
    { ...hello, inferenceConfig: { stopSequences: ['a', 'b', 'c', 'd', 'e'] } },
    'The number of stop sequences 5 exceeds the maximum of 4 for this model.',
    'amazon.nova-lite-v1:0',
  ),
  invalid(
    'too-long',
    { messages: [user(text('word '.repeat(30_000)))] },
    'Input is too long for requested model.',
    'qwen.qwen3-32b-v1:0',
  ),
  {
    rule: 'cache-unsupported',
    request: { modelId: 'qwen.qwen3-32b-v1:0', body: { messages: [user(text('Hello'), point())] } },
    status: 403,
    name: 'AccessDeniedException',
    message:
      'You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.',
  },
  invalid(
    'cache-points',
    { messages: [user(text('Hello'), point(), point(), point())], system: [text('Be brief.'), point(), point()] },
    'The model returned the following errors: A maximum of 4 blocks with cache_control may be provided. Found 5.',
  ),
  invalid(
    'cache-ttl-order',
    { messages: [user(text('Hello'), point('1h'))], system: [text('Be brief.'), point()] },
    "The model returned the following errors: messages.0.content.1.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, `system`, `messages`.",
  ),
  invalid(
    'output-schema-unsupported',
    { ...hello, outputConfig: schema('{"type":"object"}') },
    'The model returned the following errors: output_config.format: Extra inputs are not permitted',
    OPUS,
  ),
  invalid(
    'output-schema-broken',
    { ...hello, outputConfig: schema('{"type":') },
    'The value at outputConfig.textFormat.structure.jsonSchema.schema is not a valid JSON schema.',
  ),
  invalid(
    'thinking-budget',
    thinking({ budget_tokens: 1000 }),
    'The model returned the following errors: thinking.enabled.budget_tokens: Input should be greater than or equal to 1024',
  ),
  invalid(
    'thinking-budget',
    { ...thinking({ budget_tokens: 2048 }), inferenceConfig: { maxTokens: 2000 } },
    'The model returned the following errors: `max_tokens` must be greater than `thinking.budget_tokens`.',
  ),
  invalid(
    'thinking-forced-tool',
    { ...thinking({ budget_tokens: 2048 }), toolConfig: { ...toolConfig, toolChoice: { any: {} } } },
    'The model returned the following errors: Thinking may not be enabled when tool_choice forces tool use.',
  ),
  invalid(
    'thinking-temperature',
    { ...thinking({ budget_tokens: 2048 }), inferenceConfig: { temperature: 0.5 } },
    'The model returned the following errors: `temperature` may only be set to 1 when thinking is enabled.',
    SONNET,
  ),
]

function thinking(settings: object): object {
  return { ...hello, additionalModelRequestFields: { thinking: { type: 'enabled', ...settings } } }
}

function schema(text: string): object {
  return { textFormat: { type: 'json_schema', structure: { jsonSchema: { name: 'answer', schema: text } } } }
}
