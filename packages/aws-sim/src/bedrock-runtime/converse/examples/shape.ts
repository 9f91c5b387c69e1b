import type { RefusalExample } from '../examples.ts'
import { HELLO, inS3, invalid, NOVA, SONNET, text, toolConfig, user, weatherTool } from './parts.ts'

export const shapeExamples: readonly RefusalExample[] = [
  malformed('malformed-json', '{"messages":', 'Unable to parse the request body as JSON.'),
  malformed('wrong-type', { messages: [user({ text: 5 })] }, 'NUMBER_VALUE can not be converted to a String'),
  malformed('wrong-type', { messages: [{ role: 'user', content: 'Hello' }] }, 'Expected list or null'),
  malformed(
    'wrong-type',
    { messages: [HELLO], inferenceConfig: { maxTokens: '100' } },
    'STRING_VALUE can not be converted to an Integer',
  ),
  malformed(
    'wrong-type',
    { messages: [user({ image: { format: 'png', source: { bytes: 'not base64!' } } })] },
    'Unable to decode the base64 value at messages.0.content.0.image.source.bytes.',
  ),
  invalid(
    'unknown-member',
    { messages: [user({ type: 'text', text: 'Hello' })] },
    'Malformed input request: #/messages/0/content/0: extraneous key [type] is not permitted, please reformat your input and try again.',
  ),
  invalid(
    'unknown-member',
    { messages: [HELLO], model: SONNET, stream: false },
    'Malformed input request: #: extraneous key [model] is not permitted#: extraneous key [stream] is not permitted, please reformat your input and try again.',
  ),
  invalid(
    'union-member',
    { messages: [user({})] },
    'ContentBlock object at messages.0.content.0 must set one of the following keys: text, image, toolUse, toolResult, document, video, audio, guardContent, cachePoint, reasoningContent, citationsContent, searchResult, toolAddition, toolRemoval.',
  ),
  invalid(
    'union-member',
    { messages: [HELLO], toolConfig: { ...toolConfig, toolChoice: { auto: {}, any: {} } } },
    'ToolChoice object at toolConfig.toolChoice must set only one of the following keys: auto, any, tool.',
  ),
  invalid(
    'constraint',
    { messages: [{ role: 'developer', content: [text('Hello')] }] },
    "1 validation error detected: Value 'developer' at 'messages.1.member.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant, system]",
  ),
  invalid(
    'constraint',
    { messages: [{ content: [text('Hello')] }] },
    "1 validation error detected: Value null at 'messages.1.member.role' failed to satisfy constraint: Member must not be null",
  ),
  invalid(
    'constraint',
    { messages: [HELLO], inferenceConfig: { temperature: 1.5, maxTokens: 0 } },
    "2 validation errors detected: Value '0' at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member must have value greater than or equal to 1; Value '1.5' at 'inferenceConfig.temperature' failed to satisfy constraint: Member must have value less than or equal to 1",
  ),
  invalid(
    'constraint',
    { messages: [HELLO], toolConfig: { tools: [weatherTool(), weatherTool('files.read')] } },
    "1 validation error detected: Value 'files.read' at 'toolConfig.tools.2.member.toolSpec.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+",
  ),
  invalid(
    'constraint',
    { messages: [HELLO], toolConfig: { tools: [] } },
    "1 validation error detected: Value '[]' at 'toolConfig.tools' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ),
  invalid(
    'constraint',
    { messages: [HELLO], requestMetadata: { team: 'räte' } },
    '1 validation error detected: Value \'{"team":"räte"}\' at \'requestMetadata\' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: [a-zA-Z0-9\\s:_@$#=/+,-.]{0,256}]',
  ),
  constrained(
    { requestMetadata: { 'a!': '1' } },
    `Value '{"a!":"1"}' at 'requestMetadata' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [a-zA-Z0-9\\s:_@$#=/+,-.]{1,256}]`,
    { requestMetadata: { 'a/b': 'x = 1, y' } },
  ),
  constrained(
    { requestMetadata: {} },
    "Value '{}' at 'requestMetadata' failed to satisfy constraint: Member must have length greater than or equal to 1",
    { requestMetadata: { team: '' } },
  ),
  constrained(
    { guardrailConfig: { guardrailIdentifier: 'ABC', guardrailVersion: '1' } },
    "Value 'ABC' at 'guardrailConfig.guardrailIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: (|([a-z0-9]+)|(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail/[a-z0-9]+))",
    {
      guardrailConfig: {
        guardrailIdentifier: 'arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123',
        guardrailVersion: 'DRAFT',
        trace: 'enabled_full',
      },
    },
  ),
  constrained(
    { guardrailConfig: { guardrailIdentifier: 'abc', guardrailVersion: '0' } },
    "Value '0' at 'guardrailConfig.guardrailVersion' failed to satisfy constraint: Member must satisfy regular expression pattern: (|([1-9][0-9]{0,7})|(DRAFT))",
    { guardrailConfig: { guardrailIdentifier: 'abc', guardrailVersion: '12' } },
  ),
  constrained(
    { guardrailConfig: { guardrailIdentifier: 'abc', guardrailVersion: '1', trace: 'on' } },
    "Value 'on' at 'guardrailConfig.trace' failed to satisfy constraint: Member must satisfy enum value set: [enabled, disabled, enabled_full]",
    { guardrailConfig: { guardrailIdentifier: 'abc', guardrailVersion: '1', trace: 'disabled' } },
  ),
  constrained(
    { performanceConfig: { latency: 'fast' } },
    "Value 'fast' at 'performanceConfig.latency' failed to satisfy constraint: Member must satisfy enum value set: [standard, optimized]",
    { performanceConfig: { latency: 'optimized' } },
  ),
  constrained(
    { serviceTier: { type: 'auto' } },
    "Value 'auto' at 'serviceTier.type' failed to satisfy constraint: Member must satisfy enum value set: [priority, default, flex, reserved]",
    { serviceTier: { type: 'priority' } },
  ),
  constrained(
    { outputConfig: { effort: 'high'.repeat(5) } },
    "Value 'highhighhighhighhigh' at 'outputConfig.effort' failed to satisfy constraint: Member must have length less than or equal to 16",
    { outputConfig: {} },
  ),
  constrained(
    { messages: [user({ image: { format: 'png', source: { s3Location: { uri: 'https://my-files/a.png' } } } })] },
    "Value at 'messages.1.member.content.1.member.image.source.s3Location.uri' failed to satisfy constraint: Member must satisfy regular expression pattern: s3://[a-z0-9][\\.\\-a-z0-9]{1,61}[a-z0-9](/.*)?",
    { messages: [user({ image: { format: 'png', source: inS3('a.png') } })] },
  ),
  constrained(
    {
      messages: [
        user({ image: { format: 'png', source: { s3Location: { uri: 's3://my-files/a.png', bucketOwner: 'me' } } } }),
      ],
    },
    "Value at 'messages.1.member.content.1.member.image.source.s3Location.bucketOwner' failed to satisfy constraint: Member must satisfy regular expression pattern: [0-9]{12}",
    {
      messages: [
        user({
          image: {
            format: 'png',
            source: { s3Location: { uri: 's3://my-files/a.png', bucketOwner: '123456789012' } },
          },
        }),
      ],
    },
  ),
]

function constrained(more: object, fault: string, taken: object): RefusalExample {
  const body = { messages: [HELLO], ...taken }
  return invalid('constraint', { messages: [HELLO], ...more }, `1 validation error detected: ${fault}`, NOVA, { body })
}

function malformed(rule: string, body: unknown, message: string): RefusalExample {
  return { rule, request: { modelId: SONNET, body }, status: 400, name: 'SerializationException', message }
}
