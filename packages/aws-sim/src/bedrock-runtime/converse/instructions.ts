import type { ConverseRequest } from './request-schema.ts'
import { isObject, toolSpecs } from './rules/tools.ts'

/** What a prompt asks of the answer in words, as one does where a model lacks the switch for it. */
export interface Instructions {
  /** The JSON schema that stands in a fenced block, when it is called one. */
  readonly schema: Record<string, unknown> | undefined
  /** The answer is to be a JSON object of any kind. */
  readonly wantsObject: boolean
  /** The tool that is to be called. */
  readonly toolName: string | undefined
}

export function readInstructions(body: ConverseRequest): Instructions {
  const system = (body.system ?? []).map((block) => block.text ?? '').join('\n')
  const first = (body.messages ?? []).find((message) => message.role === 'user')?.content ?? []
  const schema = fencedSchema(system) ?? fencedSchema(first.map((block) => block.text ?? '').join('\n'))
  const names = /\bcall\b/i.test(system) ? toolSpecs(body).map(([, spec]) => spec.name) : []
  return {
    schema,
    wantsObject: schema === undefined && /\bJSON object\b/i.test(system),
    toolName: names.find((name) => system.includes(`\`${name}\``)),
  }
}

const FENCE = '```json'

function fencedSchema(text: string): Record<string, unknown> | undefined {
  const start = text.indexOf(FENCE)
  const end = text.indexOf('```', start + FENCE.length)
  if (start === -1 || end === -1) return undefined
  const before = text.slice(0, start)
  if (!/\bJSON\b/.test(before) || !/\bschema\b/i.test(before)) return undefined
  try {
    const schema: unknown = JSON.parse(text.slice(start + FENCE.length, end))
    return isObject(schema) ? schema : undefined
  } catch {
    return undefined
  }
}
