import type { ChatRequest, ChatTool } from '@moho/core'
import type { CacheMarks } from './cache-marks.ts'
import { closedSchema } from './closed-schema.ts'
import { canForce } from './is-forced.ts'
import type { Reasoning } from './reasoning.ts'
import type { SchemaCosts } from './schema-walk.ts'
import { isHeld, type StructuredOutput } from './structured-output.ts'
import type { ToolNames } from './tool-names.ts'
import { toolSchema } from './tool-schema.ts'
import { factsOfTarget, mayHave, refusal, reportRest, type Translation } from './translation.ts'
import type { JsonObject, Tool, ToolChoice, ToolConfiguration, ToolSpecification } from './wire.ts'

export interface ToolParts {
  /** The caller's names of the tools that were called before. Converse wants a `toolConfig` as soon as there are any. */
  readonly history: ReadonlySet<string>
  readonly names: ToolNames
  readonly marks: CacheMarks
  readonly reasoning: Reasoning
  readonly output: StructuredOutput | undefined
  readonly costs: SchemaCosts
}

export interface ToolsSent {
  readonly toolConfig?: ToolConfiguration
  /** For `additionalModelRequestFields`. */
  readonly fields?: JsonObject
  /** What is asked of the model in words, after all that it has been told. */
  readonly instruction?: string
}

/** The tools of a request, with the one that stands for a structured answer, and what the caller wants done with them. */
export function toolConfiguration(
  chat: ChatRequest,
  { history, names, marks, reasoning, output, costs }: ToolParts,
  call: Translation,
): ToolsSent {
  const tools = chat.tools ?? []
  checkNames(tools)
  const choice = toolChoice(chat, names, reasoning, call)
  const allowed = allowedOf(chat)
  // Also what is not offered is read, so that the report does not depend on the choice.
  const specs = tools.flatMap((tool, index) => {
    const blocks = toolBlocks(tool, names, marks, `tools[${index}]`, call, costs)
    return allowed === undefined || allowed.has(tool.function.name) ? blocks : []
  })
  // Converse has no "none". Before the first call the tools are left out; after it they stay, so that a kept prompt stays the same.
  const offered = choice === 'none' && history.size === 0 ? [] : specs
  if (output?.way === 'tool' || output?.way === 'auto') {
    const others = offered.length > 0 ? offered : goneTools(history, names)
    return withAnswer(chat, others, offered.length > 0 && choice !== 'none', output, call)
  }
  if (offered.length === 0 && history.size === 0) return {}
  if (!mayHave(call, 'tools')) {
    const why = 'This model has no tools. Ask a model that has, or leave the tools out.'
    throw refusal('unsupported', tools.length > 0 ? 'tools' : 'messages', why)
  }
  if (offered.length === 0) return { toolConfig: { tools: goneTools(history, names) } }
  if (choice === 'none') {
    call.dropped('tool_choice', 'Converse has no "none" once tools were called: the model is asked to call none')
    return { toolConfig: { tools: offered }, instruction: 'Answer without calling a tool.' }
  }
  if (choice === undefined) return oneAtATime(chat, { tools: offered }, call)
  if ('tool' in choice && factsOfTarget(call).toolChoice === 'any') {
    // Of one tool, "any" means that one.
    const only = offered.filter((tool) => 'toolSpec' in tool && tool.toolSpec.name === choice.tool.name)
    return oneAtATime(chat, { tools: only, toolChoice: { any: {} } }, call)
  }
  return oneAtATime(chat, { tools: offered, toolChoice: choice }, call)
}

/** The names of those that `allowed_tools` lets the model choose from; `undefined` where it is not said. */
function allowedOf({ tools, tool_choice: choice }: ChatRequest): ReadonlySet<string> | undefined {
  if (typeof choice !== 'object' || choice === null || choice.type !== 'allowed_tools') return undefined
  const known = new Set((tools ?? []).map((tool) => tool.function.name))
  for (const [index, { function: named }] of choice.allowed_tools.tools.entries()) {
    if (!known.has(named.name)) {
      const path = `tool_choice.allowed_tools.tools[${index}].function.name`
      throw refusal('invalid_request', path, `There is no tool ${JSON.stringify(named.name)} in \`tools\`.`)
    }
  }
  return new Set(choice.allowed_tools.tools.map(({ function: named }) => named.name))
}

/** With the tool that gives the answer. `free`: the others may be called too. */
function withAnswer(
  chat: ChatRequest,
  others: readonly Tool[],
  free: boolean,
  output: Extract<StructuredOutput, { tool: ToolSpecification }>,
  call: Translation,
): ToolsSent {
  const answer: Tool = { toolSpec: output.tool }
  const all = [...others, answer]
  if (output.way === 'auto') {
    const sent = oneAtATime(chat, { tools: all, toolChoice: { auto: {} } }, call)
    if (free || others.length === 0) return sent
    if (chat.tools?.length)
      call.dropped('tool_choice', 'The model is asked to call no other tool than the one that gives the answer')
    return { ...sent, instruction: 'Call no other tool.' }
  }
  if (free || others.length === 0) return oneAtATime(chat, { tools: all, toolChoice: { any: {} } }, call)
  if (factsOfTarget(call).toolChoice === 'any') return { toolConfig: { tools: [answer], toolChoice: { any: {} } } }
  return { toolConfig: { tools: all, toolChoice: { tool: { name: output.tool.name } } } }
}

/** Stand for tools that the conversation used and the request no longer offers. */
const goneTools = (history: ReadonlySet<string>, names: ToolNames): Tool[] =>
  [...history].map((name) => goneTool(names.sent(name)))

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

const knownOfTool = new Set(['type', 'function', 'cache_control'])
const knownOfFunction = new Set(['name', 'description', 'parameters', 'strict', 'cache_control'])

function toolBlocks(
  tool: ChatTool,
  names: ToolNames,
  marks: CacheMarks,
  path: string,
  call: Translation,
  costs: SchemaCosts,
): Tool[] {
  reportRest(tool, knownOfTool, path, call)
  if (tool.function.input_schema !== undefined)
    throw refusal('invalid_request', `${path}.function.input_schema`, 'Send it as `parameters`.')
  reportRest(tool.function, knownOfFunction, `${path}.function`, call)
  const { name, description } = tool.function
  const toolSpec: ToolSpecification = {
    name: names.sent(name),
    ...(description && description.trim() !== '' && { description }),
    ...inputOf(tool, `${path}.function`, call, costs),
  }
  const blocks: Tool[] = [{ toolSpec }]
  for (const mark of [
    marks.of(tool.cache_control, path, 'tools'),
    marks.of(tool.function.cache_control, `${path}.function`, 'tools'),
  ])
    if (mark !== undefined) blocks.push(mark)
  return blocks
}

/** A tool that is strict gets the schema that the model can be held to. */
function inputOf(
  tool: ChatTool,
  path: string,
  call: Translation,
  costs: SchemaCosts,
): Pick<ToolSpecification, 'inputSchema' | 'strict'> {
  const { parameters, strict } = tool.function
  const references = factsOfTarget(call).schemaReferences ?? 'inlined'
  const json = toolSchema(parameters ?? {}, { references }, `${path}.parameters`, call.dropped, costs)
  if (!strict) return { inputSchema: { json } }
  const closed = isHeld(call) ? closedSchema(json, `${path}.parameters`, call.dropped, costs) : undefined
  if (closed !== undefined) return { inputSchema: { json: closed }, strict: true }
  call.dropped(`${path}.strict`, 'The model is given the schema, but is not held to it')
  return { inputSchema: { json } }
}

function toolChoice(
  chat: ChatRequest,
  names: ToolNames,
  reasoning: Reasoning,
  call: Translation,
): ToolChoice | 'none' | undefined {
  const { tool_choice: given } = chat
  if (given === undefined || given === null || given === 'none') return given ?? undefined
  if (typeof given === 'object') {
    if (given.type === 'function') {
      reportRest(given, knownOfChoice, 'tool_choice', call)
      reportRest(given.function, knownOfNamed, 'tool_choice.function', call)
    } else {
      reportRest(given, knownOfAllowing, 'tool_choice', call)
      reportRest(given.allowed_tools, knownOfAllowed, 'tool_choice.allowed_tools', call)
      for (const [index, tool] of given.allowed_tools.tools.entries()) {
        const path = `tool_choice.allowed_tools.tools[${index}]`
        reportRest(tool, knownOfChoice, path, call)
        reportRest(tool.function, knownOfNamed, `${path}.function`, call)
      }
    }
  }
  const choice = typeof given === 'object' && given.type === 'allowed_tools' ? given.allowed_tools.mode : given
  if (choice === 'auto') return chat.tools?.length ? { auto: {} } : undefined
  if (!chat.tools?.length) throw refusal('invalid_request', 'tool_choice', 'There are no `tools` to choose from.')
  const name = choice === 'required' ? undefined : choice.function.name
  if (name !== undefined && !chat.tools.some((tool) => tool.function.name === name)) {
    throw refusal('invalid_request', 'tool_choice', `There is no tool ${JSON.stringify(name)} in \`tools\`.`)
  }
  if (!canForce(reasoning, call)) {
    const asked = reasoning.forbids === 'sampling' ? ' while it reasons' : ''
    call.dropped('tool_choice', `The model decides itself whether to use a tool${asked}`)
    return asked === '' ? undefined : { auto: {} }
  }
  return name === undefined ? { any: {} } : { tool: { name: names.sent(name) } }
}

const knownOfChoice = new Set(['type', 'function'])
const knownOfAllowing = new Set(['type', 'allowed_tools'])
const knownOfAllowed = new Set(['mode', 'tools'])
const knownOfNamed = new Set(['name'])

/** `parallel_tool_calls: false`. Converse has no such member; Anthropic's own API does, and Claude can be given it. */
function oneAtATime(
  chat: ChatRequest,
  toolConfig: ToolConfiguration,
  call: Translation,
): { toolConfig: ToolConfiguration; fields?: JsonObject } {
  if (chat.parallel_tool_calls !== false || !chat.tools?.length) return { toolConfig }
  const { toolChoice, ...rest } = toolConfig
  const free = toolChoice === undefined || 'auto' in toolChoice
  if (factsOfTarget(call).serialTools !== 'anthropic' || !free) {
    call.dropped('parallel_tool_calls', 'The model may call several tools at once')
    return { toolConfig }
  }
  return { toolConfig: rest, fields: { tool_choice: { type: 'auto', disable_parallel_tool_use: true } } }
}
