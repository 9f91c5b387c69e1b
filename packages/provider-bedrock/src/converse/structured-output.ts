import type { ChatRequest, ChatResponseFormat } from '@moho/core'
import { closedSchema } from './closed-schema.ts'
import { canForce, isForced } from './is-forced.ts'
import { isObject } from './reading.ts'
import type { Reasoning } from './reasoning.ts'
import { checkSchema, follow, isReference, maxDepth, without } from './schema-walk.ts'
import type { ToolNames } from './tool-names.ts'
import { toolSchema } from './tool-schema.ts'
import { factsOfTarget, mayHave, refusal, reportRest, type Translation } from './translation.ts'
import type { JsonObject, TextFormat, ToolSpecification } from './wire.ts'

/**
 * How an answer comes to be JSON.
 * 'native': the model is held to the schema. 'tool': it has to call a tool, and the tool's input is the answer. 'auto': it is asked
 * to call that tool. 'prompt': it is told what to write, and what it wrote is checked.
 */
export type StructuredOutput =
  | { readonly way: 'native'; readonly textFormat: TextFormat }
  | { readonly way: 'tool'; readonly tool: ToolSpecification }
  | { readonly way: 'auto'; readonly tool: ToolSpecification; readonly instruction: string }
  | { readonly way: 'prompt'; readonly instruction: string }

/** The best way that the model has for the request's `response_format`; `undefined` where it asks for nothing but text. */
export function structuredOutput(
  chat: ChatRequest,
  names: ToolNames,
  reasoning: Reasoning,
  call: Translation,
): StructuredOutput | undefined {
  const format = chat.response_format ?? undefined
  if (format === undefined || format.type === 'text') return undefined
  if (factsOfTarget(call).managedPrompt)
    throw refusal('unsupported', 'response_format', 'A managed prompt says itself how it is answered. Leave it out.')
  // The model must call a tool, so it does not come to its answer in this turn.
  if (isForced(chat, reasoning, call)) return undefined
  const output = choose(format, names, reasoning, call)
  call.note?.('structured-output', output.way)
  return output
}

function choose(
  format: Exclude<ChatResponseFormat, { type: 'text' }>,
  names: ToolNames,
  reasoning: Reasoning,
  call: Translation,
): StructuredOutput {
  reportRest(format, knownOfFormat, 'response_format', call)
  if (format.type === 'json_object') return { way: 'prompt', instruction: anyObject }
  const path = 'response_format.json_schema'
  const { name, description, schema, strict } = format.json_schema
  reportRest(format.json_schema, knownOfSchema, path, call)
  if (schema === undefined || schema === null) return { way: 'prompt', instruction: anyObject }
  const rooted = rootOf(schema, `${path}.schema`)
  const said = description && description.trim() !== '' ? { description } : {}
  if (isHeld(call)) {
    const closed = closedSchema(rooted, `${path}.schema`, call.dropped)
    if (closed !== undefined) {
      const jsonSchema = { name, ...said, schema: JSON.stringify(closed) }
      return { way: 'native', textFormat: { type: 'json_schema', structure: { jsonSchema } } }
    }
  }
  if (strict) call.dropped(`${path}.strict`, 'The model is given the schema, but is not held to it')
  if (!mayHave(call, 'tools')) return { way: 'prompt', instruction: bySchema(rooted) }
  const references = factsOfTarget(call).schemaReferences ?? 'inlined'
  const input = toolSchema(rooted, { references }, `${path}.schema`, call.dropped)
  const tool: ToolSpecification = {
    name: names.unused(jsonTool),
    description: said.description ?? `Gives the answer, which is called ${name}.`,
    inputSchema: { json: input },
  }
  return canForce(reasoning, call) && reasoning.forbids === undefined
    ? { way: 'tool', tool }
    : { way: 'auto', tool, instruction: byTool(tool.name) }
}

/** Whether the model can be held to a schema. */
export function isHeld(call: Translation): boolean {
  return Boolean(call.target.model.features?.includes('json_schema')) && factsOfTarget(call).structuredOutput !== 'tool'
}

/**
 * The schema, with what its root refers to in the root. An object, as OpenAI wants it too: the input of a tool can be nothing else.
 */
function rootOf(given: JsonObject, path: string): JsonObject {
  checkSchema(given, path)
  let schema = given
  for (let links = 0; isReference(schema) && links < maxDepth; links++) {
    const target = follow(given, schema, path)
    if (typeof target === 'boolean') break
    schema = { ...without(schema, ['$ref']), ...target }
  }
  for (const member of ['anyOf', 'oneOf', 'allOf']) {
    if (schema[member] !== undefined)
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
