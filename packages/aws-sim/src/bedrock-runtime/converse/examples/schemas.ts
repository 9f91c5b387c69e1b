import type { RefusalExample } from '../examples.ts'
import {
  assistant,
  GPT_OSS,
  HELLO,
  invalid,
  MISTRAL,
  NOVA,
  OPUS,
  SONNET,
  toolConfig,
  toolResult,
  toolUse,
  user,
  weatherTool,
} from './parts.ts'

const closed = (properties: object, more: object = {}) => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
})
const good = closed({ city: { type: 'string', pattern: '^[A-Z]' }, tags: { type: 'array', minItems: 1, items: {} } })

export const schemaExamples: readonly RefusalExample[] = [
  invalid(
    'output-schema-unsupported',
    asking(good),
    'The model returned the following errors: output_config.format: Extra inputs are not permitted',
    OPUS,
    { modelId: SONNET },
  ),
  invalid(
    'output-schema-unsupported',
    native(good),
    'The model returned the following errors: output_config.format: Extra inputs are not permitted',
    OPUS,
    { modelId: SONNET },
  ),
  invalid(
    'output-schema-unsupported',
    asking(good),
    "This model doesn't support the outputConfig.textFormat field. Remove outputConfig.textFormat and try again.",
    NOVA,
    { modelId: GPT_OSS },
  ),
  invalid(
    'output-schema-broken',
    asking('{"type":'),
    'The value at outputConfig.textFormat.structure.jsonSchema.schema is not a valid JSON schema.',
  ),
  invalid(
    'output-schema-name',
    asking(good, 'a'.repeat(65)),
    'The value at outputConfig.textFormat.structure.jsonSchema.name must have at most 64 characters.',
    SONNET,
    { body: asking(good, 'a'.repeat(64)) },
  ),
  subset(
    closed({ days: { type: 'integer', minimum: 1, maximum: 9 } }),
    "For 'integer' type, properties maximum, minimum are not supported",
    closed({ days: { type: 'integer', description: 'From 1 to 9.' } }),
  ),
  subset(
    closed({ days: { type: ['null', 'number'], exclusiveMinimum: 0, exclusiveMaximum: 5, multipleOf: 2 } }),
    "For 'number' type, properties exclusiveMaximum, exclusiveMinimum, multipleOf are not supported",
    // A member that is called like a keyword is none.
    closed({ minimum: { type: ['null', 'number'] } }),
  ),
  subset(
    closed({ city: { anyOf: [{ type: 'string', minLength: 1, maxLength: 5 }] } }),
    "For 'string' type, properties maxLength, minLength are not supported",
    closed({ city: { anyOf: [{ type: 'string', format: 'date' }] } }),
  ),
  subset(
    closed({ tags: { type: 'array', items: { type: 'string' }, maxItems: 3, uniqueItems: true } }),
    "For 'array' type, properties maxItems, uniqueItems are not supported",
    closed({ tags: { type: 'array', items: { type: 'string' } } }),
  ),
  subset(
    closed({ tags: { type: 'array', minItems: 2 } }),
    "For 'array' type, 'minItems' values other than 0 or 1 are not supported",
    closed({ tags: { type: 'array', minItems: 1 } }),
  ),
  subset(
    closed({ place: { type: 'object', properties: {} } }),
    "For 'object' type, 'additionalProperties' must be explicitly set to false",
    closed({ place: closed({}) }),
  ),
  subset(
    closed({}, { additionalProperties: { type: 'string' } }),
    "For 'object' type, 'additionalProperties' must be explicitly set to false",
    closed({}),
  ),
  subset(
    closed({ place: { $ref: 'https://example.com/place.json' } }),
    'External references are not supported: https://example.com/place.json',
    closed({ place: { $ref: '#/$defs/place' } }, { $defs: { place: closed({}) } }),
  ),
  subset(
    closed(
      { node: { $ref: '#/$defs/node' } },
      { $defs: { node: closed({ next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } }) } },
    ),
    'Circular reference detected in schema definitions: #/$defs/node',
    closed(
      { from: { $ref: '#/$defs/place' }, to: { $ref: '#/$defs/place' } },
      { $defs: { place: closed({ name: { $ref: '#/$defs/name' } }), name: { type: 'string' } } },
    ),
  ),
  subset(chain(102), 'Schema is too deeply nested', chain(20)),
  subset(closed({ self: { $ref: '#' } }), 'Circular reference detected in schema definitions: #', good),
  invalid(
    'output-schema-subset',
    native({ type: 'object', properties: {} }),
    "The model returned the following errors: output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false",
    SONNET,
    { body: native(good) },
  ),
  invalid(
    'output-schema-subset',
    asking({ type: 'object', properties: {} }),
    "The model returned the following errors: output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false",
    GPT_OSS,
    { body: asking(good) },
  ),
  invalid(
    'tool-strict-unsupported',
    { messages: [HELLO], toolConfig: { tools: [weatherTool('a'), tool(good, true)] } },
    'The model returned the following errors: tools.1.custom.strict: Extra inputs are not permitted',
    OPUS,
    { modelId: SONNET },
  ),
  invalid(
    'tool-strict-unsupported',
    { messages: [HELLO], toolConfig: { tools: [tool(good, true)] } },
    "This model doesn't support the toolConfig.tools.0.toolSpec.strict field. Remove toolConfig.tools.0.toolSpec.strict and try again.",
    NOVA,
    { body: { messages: [HELLO], toolConfig: { tools: [tool(good)] } } },
  ),
  invalid(
    'tool-strict-schema',
    { messages: [HELLO], toolConfig: { tools: [tool(closed({ days: { type: 'integer', minimum: 1 } }), true)] } },
    "The model returned the following errors: tools.0.custom: For 'integer' type, properties minimum are not supported",
    SONNET,
    { body: { messages: [HELLO], toolConfig: { tools: [tool(closed({ days: { type: 'integer', minimum: 1 } }))] } } },
  ),
  invalid(
    'tool-schema-combination',
    { messages: [HELLO], toolConfig: { tools: [tool({ type: 'object', anyOf: [{ required: ['city'] }] })] } },
    'The model returned the following errors: tools.0.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level',
    SONNET,
    {
      body: {
        messages: [HELLO],
        toolConfig: { tools: [tool({ type: 'object', properties: { city: { anyOf: [{ type: 'string' }] } } })] },
      },
    },
  ),
  invalid(
    'tool-schema-reference',
    {
      messages: [HELLO],
      toolConfig: {
        tools: [
          weatherTool(),
          tool({
            type: 'object',
            properties: { place: { $ref: '#/$defs/place' } },
            $defs: { place: { type: 'string' } },
          }),
        ],
      },
    },
    "The value at toolConfig.tools.1.toolSpec.inputSchema.json contains a $ref or $defs, which this model doesn't support.",
    NOVA,
    { modelId: SONNET },
  ),
  invalid(
    'tool-use-id',
    called('tooluse_abcdefgh'),
    'The model returned the following errors: Tool call id was tooluse_abcdefgh but must be a-z, A-Z, 0-9, with a length of 9.',
    MISTRAL,
    { body: called('abcDEF123') },
  ),
]

/** A schema with so many definitions, each of which names the next. */
function chain(length: number): object {
  const links = Array.from({ length }, (_, index) => [`link${index}`, { $ref: `#/$defs/link${index + 1}` }])
  return closed({ link: { $ref: '#/$defs/link0' } }, { $defs: Object.fromEntries(links) })
}

function asking(schema: unknown, name = 'answer'): object {
  const text = typeof schema === 'string' ? schema : JSON.stringify(schema)
  const structure = { jsonSchema: { name, schema: text } }
  return { messages: [HELLO], outputConfig: { textFormat: { type: 'json_schema', structure } } }
}

/** In Claude's own spelling. */
function native(schema: unknown): object {
  const format = { type: 'json_schema', schema }
  return { messages: [HELLO], additionalModelRequestFields: { output_config: { format } } }
}

function subset(schema: unknown, fault: string, taken: unknown): RefusalExample {
  const message = `The model returned the following errors: output_config.format.schema: ${fault}`
  return invalid('output-schema-subset', asking(schema), message, SONNET, { body: asking(taken) })
}

function tool(json: unknown, strict?: boolean): object {
  return { toolSpec: { name: 'look', inputSchema: { json }, ...(strict === undefined ? {} : { strict }) } }
}

function called(toolUseId: string): object {
  return { messages: [HELLO, assistant(toolUse(toolUseId)), user(toolResult(toolUseId))], toolConfig }
}
