import { type ConverseCall, placedBlocks } from '../call.ts'
import type { ConverseRequest, ToolSpecification } from '../request-schema.ts'

/** Rules about tools: their definitions, their calls and the results. */

export function lacksToolConfig({ body }: ConverseCall): string | undefined {
  if (body.toolConfig || !placedBlocks(body).some(({ block }) => block.toolUse || block.toolResult)) return undefined
  return 'The toolConfig field must be defined when using toolUse and toolResult content blocks.'
}

export function leavesToolUseOpen({ body }: ConverseCall): string | undefined {
  const messages = body.messages ?? []
  for (const [index, message] of messages.entries()) {
    const next = messages[index + 1]
    if (message.role !== 'assistant' || !next) continue
    const answered = new Set(next.content.map((block) => block.toolResult?.toolUseId))
    const open = toolUseIds(message.content).filter((id) => !answered.has(id))
    if (open.length > 0)
      return `Expected toolResult blocks at messages.${index + 1}.content for the following Ids: ${open.join(', ')}`
  }
  return undefined
}

export function hasTooManyResults({ body }: ConverseCall): string | undefined {
  const messages = body.messages ?? []
  for (const [index, message] of messages.entries()) {
    const results = message.content.filter((block) => block.toolResult).length
    if (results > toolUseIds(messages[index - 1]?.content ?? []).length) {
      return `The number of toolResult blocks at messages.${index}.content exceeds the number of toolUse blocks of previous turn.`
    }
  }
  return undefined
}

export function hasEmptyError({ body }: ConverseCall): string | undefined {
  const found = placedBlocks(body).find(
    ({ block }) => block.toolResult?.status === 'error' && block.toolResult.content.length === 0,
  )
  return found && `The content field at ${found.place}.toolResult cannot be empty when status value is error.`
}

export function definesToolTwice({ body }: ConverseCall): string | undefined {
  const seen = new Set<string>()
  for (const [index, spec] of toolSpecs(body)) {
    if (seen.has(spec.name)) return `The tool ${spec.name} is already defined at toolConfig.tools.${index}.`
    seen.add(spec.name)
  }
  return undefined
}

export function hasNoObject({ body }: ConverseCall): string | undefined {
  const place =
    toolSpecs(body)
      .filter(([, spec]) => !isObject(spec.inputSchema.json))
      .map(([index]) => `toolConfig.tools.${index}.toolSpec.inputSchema.json`)[0] ??
    placedBlocks(body)
      .filter(({ block }) => block.toolUse && !isObject(block.toolUse.input))
      .map((placed) => `${placed.place}.toolUse.input`)[0] ??
    placedBlocks(body).flatMap(({ block, place }) =>
      (block.toolResult?.content ?? []).flatMap((part, index) =>
        'json' in part && !isObject(part.json) ? [`${place}.toolResult.content.${index}.json`] : [],
      ),
    )[0]
  return place && `The format of the value at ${place} is invalid. Provide a json object for the field and try again.`
}

export function hasNoObjectSchema({ body }: ConverseCall): string | undefined {
  const found = toolSpecs(body).find(
    ([, spec]) => isObject(spec.inputSchema.json) && spec.inputSchema.json.type !== 'object',
  )
  return (
    found &&
    `The value at toolConfig.tools.${found[0]}.toolSpec.inputSchema.json.type must be one of the following: object.`
  )
}

// The wording is inferred.
export function choosesUnknownTool({ body }: ConverseCall): string | undefined {
  const name = body.toolConfig?.toolChoice?.tool?.name
  if (name === undefined || toolSpecs(body).some(([, spec]) => spec.name === name)) return undefined
  return `The tool ${name} at toolConfig.toolChoice.tool.name is not defined in toolConfig.tools.`
}

export function usesToolsWithoutSupport({ body, model }: ConverseCall): string | undefined {
  return body.toolConfig && model?.tools === 'none' ? "This model doesn't support tool use." : undefined
}

export function choosesWithoutSupport({ body, model }: ConverseCall): string | undefined {
  const choice = body.toolConfig?.toolChoice
  const tools = model?.tools ?? 'named'
  const field = (choice?.tool && tools !== 'named' && 'tool') || (choice?.any && tools === 'auto' && 'any')
  if (!field) return undefined
  return `This model doesn't support the toolConfig.toolChoice.${field} field. Remove toolConfig.toolChoice.${field} and try again.`
}

export function toolSpecs(body: ConverseRequest): [number, ToolSpecification][] {
  return (body.toolConfig?.tools ?? []).flatMap((tool, index) =>
    tool.toolSpec ? [[index, tool.toolSpec] satisfies [number, ToolSpecification]] : [],
  )
}

function toolUseIds(content: NonNullable<ConverseRequest['messages']>[number]['content']): string[] {
  // Tools that run inside AWS answer themselves.
  return content.flatMap((block) =>
    block.toolUse && block.toolUse.type === undefined ? [block.toolUse.toolUseId] : [],
  )
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
