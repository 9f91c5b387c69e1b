import type { ChatRequest, ChatTool } from '@moho/core'
import type { ToolNames } from './tool-names.ts'
import { factsOfTarget, refusal, reportRest, type Translation } from './translation.ts'
import type { JsonObject, Tool, ToolChoice, ToolConfiguration } from './wire.ts'

/**
 * The tools of a request, and what the caller wants done with them.
 * `history`: the caller's names of the tools that were called before. Converse wants a `toolConfig` as soon as there are any.
 */
export function toolConfiguration(
  chat: ChatRequest,
  history: ReadonlySet<string>,
  names: ToolNames,
  call: Translation,
): { toolConfig?: ToolConfiguration; additionalModelRequestFields?: JsonObject } {
  const tools = chat.tools ?? []
  checkNames(tools)
  const choice = toolChoice(chat, names, call)
  // Also what is not offered is read, so that the report does not depend on the choice.
  const specs = tools.map((tool, index) => toolSpec(tool, names, `tools[${index}]`, call))
  const offered = choice === 'none' || specs.length === 0 ? [] : specs
  if (offered.length === 0 && history.size === 0) return {}
  requireTools(tools.length > 0 ? 'tools' : 'messages', call)
  if (offered.length === 0) {
    if (choice === 'none')
      call.dropped('tool_choice', 'Converse has no "none" once tools were called: the model is told that they are gone')
    return { toolConfig: { tools: [...history].map((name) => goneTool(names.sent(name))) } }
  }
  return oneAtATime(
    chat,
    { tools: offered, ...(choice !== undefined && choice !== 'none' && { toolChoice: choice }) },
    call,
  )
}

/** Stands for a tool that the conversation used and the request no longer offers. */
const goneTool = (name: string): Tool => ({
  toolSpec: {
    name,
    description: 'No longer available. Do not call it.',
    inputSchema: { json: { type: 'object', properties: {} } },
  },
})

function checkNames(tools: readonly ChatTool[]): void {
  const seen = new Set<string>()
  for (const [index, tool] of tools.entries()) {
    const { name } = tool.function
    const path = `tools[${index}].function.name`
    if (seen.has(name)) throw refusal('invalid_request', path, `Two tools are called ${JSON.stringify(name)}.`)
    seen.add(name)
  }
}

function requireTools(path: string, call: Translation): void {
  const { features } = call.target.model
  if (features !== undefined && !features.includes('tools')) {
    throw refusal('unsupported', path, 'This model has no tools. Ask a model that has, or leave the tools out.')
  }
}

const knownOfTool = new Set(['type', 'function'])
const knownOfFunction = new Set(['name', 'description', 'parameters', 'strict'])

function toolSpec(tool: ChatTool, names: ToolNames, path: string, call: Translation): Tool {
  reportRest(tool, knownOfTool, path, call)
  reportRest(tool.function, knownOfFunction, `${path}.function`, call)
  const { name, description, parameters, strict } = tool.function
  if (strict) call.dropped(`${path}.function.strict`, 'The model is given the schema, but is not held to it')
  return {
    toolSpec: {
      name: names.sent(name),
      ...(description && description.trim() !== '' && { description }),
      inputSchema: { json: objectSchema(parameters ?? {}, `${path}.function.parameters`) },
    },
  }
}

function objectSchema(schema: JsonObject, path: string): JsonObject {
  const { type } = schema
  const mayBeObject =
    type === undefined || type === null || type === 'object' || (Array.isArray(type) && type.includes('object'))
  if (!mayBeObject)
    throw refusal('invalid_request', `${path}.type`, 'The schema of a tool’s input must be of type "object".')
  if (type === 'object' && schema.properties !== undefined) return schema
  return { ...schema, type: 'object', properties: schema.properties ?? {} }
}

function toolChoice(chat: ChatRequest, names: ToolNames, call: Translation): ToolChoice | 'none' | undefined {
  const { tool_choice: choice } = chat
  if (choice === undefined || choice === null || choice === 'none') return choice ?? undefined
  if (choice === 'auto') return chat.tools?.length ? { auto: {} } : undefined
  if (!chat.tools?.length) throw refusal('invalid_request', 'tool_choice', 'There are no `tools` to choose from.')
  const name = choice === 'required' ? undefined : choice.function.name
  if (name !== undefined && !chat.tools.some((tool) => tool.function.name === name)) {
    throw refusal('invalid_request', 'tool_choice', `There is no tool ${JSON.stringify(name)} in \`tools\`.`)
  }
  if (factsOfTarget(call).toolChoice === 'auto') {
    call.dropped('tool_choice', 'This model decides itself whether to use a tool')
    return undefined
  }
  return name === undefined ? { any: {} } : { tool: { name: names.sent(name) } }
}

/** `parallel_tool_calls: false`. Converse has no such member; Anthropic's own API does, and Claude can be given it. */
function oneAtATime(chat: ChatRequest, toolConfig: ToolConfiguration, call: Translation) {
  if (chat.parallel_tool_calls !== false) return { toolConfig }
  const { toolChoice, ...rest } = toolConfig
  const free = toolChoice === undefined || 'auto' in toolChoice
  if (factsOfTarget(call).serialTools !== 'anthropic' || !free) {
    call.dropped('parallel_tool_calls', 'The model may call several tools at once')
    return { toolConfig }
  }
  return {
    toolConfig: rest,
    additionalModelRequestFields: { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
  }
}
