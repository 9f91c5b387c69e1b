import type { RefusalExample } from '../examples.ts'
import { HELLO, invalid, SONNET, text, toolConfig, user, weatherTool } from './parts.ts'

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
]

function malformed(rule: string, body: unknown, message: string): RefusalExample {
  return { rule, request: { modelId: SONNET, body }, status: 400, name: 'SerializationException', message }
}
