import { composeReply, type Reply } from '../bedrock-runtime/converse/reply.ts'
import type { ContentBlock, ConverseRequest, Message } from '../bedrock-runtime/converse/request-schema.ts'
import { overriddenUsage } from '../bedrock-runtime/converse/respond.ts'
import { measureUsage } from '../bedrock-runtime/converse/usage.ts'
import type { Directives } from '../directives.ts'
import { findModel, NO_REASONING, type SimulatedModel } from '../models.ts'
import type { World } from '../service.ts'
import { countTokens } from '../tokens.ts'

/**
 * A request of this service told as one of Converse, so that one mouth speaks for all services: texts, tools, schemas,
 * limits and directives are answered alike.
 */
export interface Said {
  readonly reply: Reply
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[]
  readonly usage: Usage
}

/** `input` has the cached tokens in it, as OpenAI counts. */
interface Usage {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
  readonly reasoning: number
}

export function say(body: ConverseRequest, model: SimulatedModel, directives: Directives, world: World): Said {
  const reply = composeReply(body, model, directives)
  const counted =
    overriddenUsage(directives) ??
    measureUsage(body, model, reply.outputTokens, world.promptCache, world.now().getTime())
  const reasoning = reply.content
    .flatMap((block) =>
      'reasoningContent' in block && 'reasoningText' in block.reasoningContent
        ? block.reasoningContent.reasoningText.text
        : [],
    )
    .join('')
  const text = reply.content.flatMap((block) => ('text' in block ? block.text : [])).join('')
  return saidOf({ reply, text, reasoning, usage: counted })
}

interface Counted {
  readonly reply: Reply
  readonly text: string
  readonly reasoning: string
  /** As Converse counts. */
  readonly usage: ReturnType<typeof measureUsage>
}

export const saidOf = ({ reply, text, reasoning, usage }: Counted): Said => ({
  reply,
  text,
  reasoning,
  calls: reply.content.flatMap((block) =>
    'toolUse' in block
      ? {
          id: block.toolUse.toolUseId.replace('tooluse_', 'call_'),
          name: block.toolUse.name,
          arguments: JSON.stringify(block.toolUse.input),
        }
      : [],
  ),
  usage: {
    input: usage.inputTokens + usage.cacheReadInputTokens + usage.cacheWriteInputTokens,
    output: usage.outputTokens,
    cacheRead: usage.cacheReadInputTokens,
    cacheWrite: usage.cacheWriteInputTokens,
    reasoning: countTokens(reasoning),
  },
})

/** Puts messages of one role together: Converse wants the roles to alternate, OpenAI does not. */
export function joinTurns(messages: readonly Message[]): Message[] {
  const joined: Message[] = []
  for (const message of messages) {
    const last = joined.at(-1)
    if (last?.role === message.role) last.content.push(...message.content)
    else joined.push({ role: message.role, content: [...message.content] })
  }
  return joined
}

type ToolChoice = 'none' | 'auto' | 'required' | { readonly name: string } | undefined

/** The functions that may be called. */
export function toolConfig(
  tools: readonly { readonly name: string; readonly parameters?: Record<string, unknown> | null | undefined }[] = [],
  choice: ToolChoice,
): Pick<ConverseRequest, 'toolConfig'> {
  if (tools.length === 0 || choice === 'none') return {}
  const specs = tools.map(({ name, parameters }) => ({
    toolSpec: { name, inputSchema: { json: parameters ?? { type: 'object', properties: {} } } },
  }))
  if (choice === 'required') return { toolConfig: { tools: specs, toolChoice: { any: {} } } }
  if (typeof choice === 'object') return { toolConfig: { tools: specs, toolChoice: { tool: { name: choice.name } } } }
  return { toolConfig: { tools: specs } }
}

/** The JSON that the answer must be; undefined: any text. */
export function outputConfig(schema: Record<string, unknown> | undefined): Pick<ConverseRequest, 'outputConfig'> {
  if (!schema) return {}
  const structure = { jsonSchema: { schema: JSON.stringify(schema) } }
  return { outputConfig: { textFormat: { type: 'json_schema', structure } } }
}

/** A tool's arguments as they were sent: what is no JSON is nothing. */
export function toolUseBlock(id: string, name: string, text: string): ContentBlock {
  let input: unknown
  try {
    input = JSON.parse(text || '{}')
  } catch {
    input = {}
  }
  return { toolUse: { toolUseId: id, name, input } }
}

/** An image or file that is looked at no closer than to count it. */
export const IMAGE_BLOCK: ContentBlock = { image: { format: 'png', source: { bytes: 'iVBORw0KGgo=' } } }
export const FILE_BLOCK: ContentBlock = { document: { format: 'pdf', name: 'file', source: { bytes: 'JVBERi0x' } } }

const base = findModel('openai.gpt-oss-120b-1:0')

/** A model of any name. */
export function standIn(id: string): SimulatedModel {
  if (!base) throw new Error('The table of models lacks the one that plays for this service.')
  return { ...base, id, reasoning: NO_REASONING }
}
