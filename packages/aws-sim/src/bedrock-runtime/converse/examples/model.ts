import type { RefusalExample } from '../examples.ts'
import { HELLO, invalid, OPUS, text, user } from './parts.ts'

const INVALID = 'The provided model identifier is invalid.'
const hello = { messages: [HELLO] }

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
    'model-without-converse',
    hello,
    "This action doesn't support the model that you provided. Try again with a supported text or chat model.",
    'amazon.titan-embed-text-v2:0',
    { modelId: 'amazon.nova-lite-v1:0' },
  ),
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
]
