import type { RefusalExample } from '../examples.ts'
import { assistant, HELLO, invalid, toolConfig, toolResult, toolUse, user, weatherTool } from './parts.ts'

const asked = [HELLO, assistant(toolUse('a'), toolUse('b'))] as const

export const toolExamples: readonly RefusalExample[] = [
  invalid(
    'tools-unsupported',
    { messages: [HELLO], toolConfig },
    "This model doesn't support tool use.",
    'us.deepseek.r1-v1:0',
  ),
  invalid(
    'tool-config-missing',
    { messages: [...asked, user(toolResult('a'), toolResult('b'))] },
    'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
  ),
  invalid(
    'tool-results-missing',
    { messages: [...asked, HELLO], toolConfig },
    'Expected toolResult blocks at messages.2.content for the following Ids: a, b',
  ),
  invalid(
    'tool-results-missing',
    { messages: [...asked, user(toolResult('a'))], toolConfig },
    'Expected toolResult blocks at messages.2.content for the following Ids: b',
  ),
  invalid(
    'tool-results-exceed',
    { messages: [...asked, user(toolResult('a'), toolResult('b'), toolResult('c'))], toolConfig },
    'The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn.',
  ),
  invalid(
    'tool-results-exceed',
    { messages: [user(toolResult('a'))], toolConfig },
    'The number of toolResult blocks at messages.0.content exceeds the number of toolUse blocks of previous turn.',
  ),
  invalid(
    'tool-error-empty',
    {
      messages: [
        HELLO,
        assistant(toolUse('a')),
        user({ toolResult: { toolUseId: 'a', content: [], status: 'error' } }),
      ],
      toolConfig,
    },
    'The content field at messages.2.content.0.toolResult cannot be empty when status value is error.',
  ),
  invalid(
    'tool-defined-twice',
    { messages: [HELLO], toolConfig: { tools: [weatherTool(), weatherTool()] } },
    'The tool get_weather is already defined at toolConfig.tools.1.',
  ),
  invalid(
    'json-not-object',
    { messages: [HELLO], toolConfig: { tools: [{ toolSpec: { name: 'a', inputSchema: { json: '{}' } } }] } },
    'The format of the value at toolConfig.tools.0.toolSpec.inputSchema.json is invalid. Provide a json object for the field and try again.',
  ),
  invalid(
    'json-not-object',
    { messages: [HELLO, assistant(toolUse('a', '{"city":"Rome"}')), user(toolResult('a'))], toolConfig },
    'The format of the value at messages.1.content.0.toolUse.input is invalid. Provide a json object for the field and try again.',
  ),
  invalid(
    'json-not-object',
    { messages: [HELLO, assistant(toolUse('a')), user(toolResult('a', [{ json: [1, 2] }]))], toolConfig },
    'The format of the value at messages.2.content.0.toolResult.content.0.json is invalid. Provide a json object for the field and try again.',
  ),
  invalid(
    'tool-schema-type',
    { messages: [HELLO], toolConfig: { tools: [{ toolSpec: { name: 'a', inputSchema: { json: {} } } }] } },
    'The value at toolConfig.tools.0.toolSpec.inputSchema.json.type must be one of the following: object.',
  ),
  invalid(
    'tool-choice-unknown',
    { messages: [HELLO], toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'get_time' } } } },
    'The tool get_time at toolConfig.toolChoice.tool.name is not defined in toolConfig.tools.',
  ),
  invalid(
    'tool-choice-unsupported',
    { messages: [HELLO], toolConfig: { ...toolConfig, toolChoice: { any: {} } } },
    "This model doesn't support the toolConfig.toolChoice.any field. Remove toolConfig.toolChoice.any and try again.",
    'us.meta.llama3-3-70b-instruct-v1:0',
  ),
  invalid(
    'tool-choice-unsupported',
    { messages: [HELLO], toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'get_weather' } } } },
    "This model doesn't support the toolConfig.toolChoice.tool field. Remove toolConfig.toolChoice.tool and try again.",
    'openai.gpt-oss-20b-1:0',
  ),
]
