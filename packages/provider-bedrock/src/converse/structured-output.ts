import type { ChatRequest, ChatResponseFormat } from '@moho/core'
import { closedSchema } from './closed-schema.ts'
import { canForce, isForced } from './is-forced.ts'
import { isObject } from './reading.ts'
import type { Reasoning } from './reasoning.ts'
import { checkSchema, type SchemaCosts } from './schema-walk.ts'
import type { ToolNames } from './tool-names.ts'
import { rooted, toolSchema } from './tool-schema.ts'
import { factsOfTarget, mayHave, refusal, reportRest, type Translation } from './translation.ts'
import type { JsonObject, TextFormat, ToolSpecification } from './wire.ts'

/**
 * How an answer comes to be JSON.
 * 'native': the model is held to the schema. 'tool': it has to call a tool, and the tool's input is the answer. 'auto': it is asked
 * to call that tool. 'prompt': it is told what to write, and what it wrote is checked. 'prefill': the caller has begun the answer, and
 * the model goes on from there: what it writes is no JSON by itself, and is the caller's to put together.
 */
export type StructuredOutput =
  | { readonly way: 'native'; readonly textFormat: TextFormat }
  | { readonly way: 'tool'; readonly tool: ToolSpecification }
  | { readonly way: 'auto'; readonly tool: ToolSpecification; readonly instruction: string }
  | { readonly way: 'prompt' | 'prefill'; readonly instruction: string }

export interface OutputParts {
  readonly names: ToolNames
  readonly reasoning: Reasoning
  /** The conversation ends with the beginning of the answer. */
  readonly prefilled: boolean
  readonly costs: SchemaCosts
}

/** The best way that the model has for the request's `response_format`; `undefined` where it asks for nothing but text. */
export function structuredOutput(
  chat: ChatRequest,
  parts: OutputParts,
  call: Translation,
): StructuredOutput | undefined {
  const format = chat.response_format ?? undefined
  if (format === undefined) return undefined
  reportRest(format, format.type === 'json_schema' ? knownOfFormat : knownOfOthers, 'response_format', call)
  if (format.type === 'text') return undefined
  if (factsOfTarget(call).managedPrompt)
    throw refusal('unsupported', 'response_format', 'A managed prompt says itself how it is answered. Leave it out.')
  const output = choose(format, parts, call)
  // The model must call a tool, so it does not come to its answer in this turn.
  if (isForced(chat, parts.reasoning, call)) return undefined
  if (output.way !== 'native' && format.type === 'json_schema' && format.json_schema.strict)
    call.dropped('response_format.json_schema.strict', 'The model is given the schema, but is not held to it')
  call.note?.('structured-output', output.way)
  return output
}

function choose(
  format: Exclude<ChatResponseFormat, { type: 'text' }>,
  { names, reasoning, prefilled, costs }: OutputParts,
  call: Translation,
): StructuredOutput {
  const inWords = prefilled ? 'prefill' : 'prompt'
  if (format.type === 'json_object') return { way: inWords, instruction: anyObject }
  const path = 'response_format.json_schema'
  const { name, description, schema } = format.json_schema
  reportRest(format.json_schema, knownOfSchema, path, call)
  const about = description?.trim() ? `${description}\n` : ''
  if (schema === undefined || schema === null) return { way: inWords, instruction: about + anyObject }
  const object = rootOf(schema, `${path}.schema`, costs)
  const held = isHeld(call) && !prefilled ? heldTo(object, format.json_schema, costs, call) : undefined
  if (held !== undefined) return held
  if (prefilled || !mayHave(call, 'tools')) return { way: inWords, instruction: about + bySchema(object) }
  const references = factsOfTarget(call).schemaReferences ?? 'inlined'
  const tool: ToolSpecification = {
    name: names.unused(jsonTool),
    description: description?.trim() ? description : `Gives the answer, which is called ${name}.`,
    inputSchema: { json: toolSchema(object, { references }, `${path}.schema`, call.dropped, costs) },
  }
  return canForce(reasoning, call) && reasoning.forbids === undefined
    ? { way: 'tool', tool }
    : { way: 'auto', tool, instruction: byTool(tool.name) }
}

/** `undefined` where the model cannot be held to this schema. */
function heldTo(
  object: JsonObject,
  { name, description }: Extract<ChatResponseFormat, { type: 'json_schema' }>['json_schema'],
  costs: SchemaCosts,
  call: Translation,
): StructuredOutput | undefined {
  const closed = closedSchema(object, 'response_format.json_schema.schema', call.dropped, costs)
  if (closed === undefined) return undefined
  const jsonSchema = { name, ...(description?.trim() && { description }), schema: JSON.stringify(closed) }
  return { way: 'native', textFormat: { type: 'json_schema', structure: { jsonSchema } } }
}

/** Whether the model can be held to a schema. */
export function isHeld(call: Translation): boolean {
  return Boolean(call.target.model.features?.includes('json_schema')) && factsOfTarget(call).structuredOutput !== 'tool'
}

/**
 * The schema, with what its root refers to in the root. An object, as OpenAI wants it too: the input of a tool can be nothing else.
 */
function rootOf(given: JsonObject, path: string, costs: SchemaCosts): JsonObject {
  checkSchema(given, path, costs)
  const schema = rooted(given, path, costs)
  for (const member of ['anyOf', 'oneOf', 'allOf']) {
    if (schema[member] !== undefined && schema[member] !== null)
      throw refusal(
        'invalid_request',
        `${path}.${member}`,
        'cannot stand at the top of the schema: put it into a member.',
      )
  }
  if (schema.type === 'object') return schema
  if (schema.type === undefined && isObject(schema.properties)) return { ...schema, type: 'object' }
  throw refusal('invalid_request', `${path}.type`, 'must be "object": put anything else into a member of one.')
}

const knownOfFormat = new Set(['type', 'json_schema'])
const knownOfOthers = new Set(['type'])
const knownOfSchema = new Set(['name', 'description', 'schema', 'strict'])

const jsonTool = 'json_answer'
const anyObject =
  'Answer with nothing but one JSON object. Write no text before or after it, and put no code fence around it.'
const byTool = (name: string): string =>
  `When you have your answer, give it by a call of the tool \`${name}\`: its input is the answer. Write no other text.`
const bySchema = (schema: JsonObject): string =>
  `Answer with nothing but JSON that is valid by this JSON schema:\n\`\`\`json\n${unfenced(schema)}\n\`\`\`\nWrite no text before or after it, and put no code fence around it.`

/** A fence in a description would end the one around it. */
const unfenced = (schema: JsonObject): string => JSON.stringify(schema).replaceAll('`', '\\u0060')
