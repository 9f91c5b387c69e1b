import type { ChatMessage } from '@moho/core'
import { assistantContent, systemContent, texts, userContent } from './content.ts'
import type { ToolNames } from './tool-names.ts'
import { toolUseIds } from './tool-use-ids.ts'
import { factsOfTarget, refusal, reportRest, type Translation } from './translation.ts'
import type { ContentBlock, JsonObject, Message, TextBlock, ToolResultBlock } from './wire.ts'

/**
 * A chat as Converse wants it: system prompts apart, roles that alternate and begin with the user, no blank text, and every
 * tool call answered in the user's turn right after it. Throws `invalid_request` for what cannot be put that way without
 * inventing something that nobody said.
 */
export function toConversation(
  messages: readonly ChatMessage[],
  names: ToolNames,
  call: Translation,
): { system: TextBlock[]; messages: Message[] } {
  const system: TextBlock[] = []
  const turns: Turn[] = []
  const newId = toolUseIds(factsOfTarget(call).toolUseIds)
  /** The tool calls of the model's last turn, by the caller's id. */
  let open = new Map<string, OpenCall>()

  const turnOf = (role: Message['role']): Turn => {
    const last = turns.at(-1)
    if (last?.role === role) return last
    if (role === 'assistant') {
      requireAnswers(open)
      open = new Map()
    }
    const turn: Turn = { role, tools: [], content: [] }
    turns.push(turn)
    return turn
  }

  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`
    reportRest(message, knownMembers[message.role], path, call)
    switch (message.role) {
      case 'system':
      case 'developer':
        append(system, systemContent(message.content, `${path}.content`, call))
        break
      case 'user': {
        const content = userContent(message.content, `${path}.content`, call)
        if (content.length > 0) append(turnOf('user').content, content)
        break
      }
      case 'assistant': {
        const content = [...assistantContent(message.content, `${path}.content`, call), ...texts(message.refusal)]
        if (content.length > 0) append(turnOf('assistant').content, content)
        for (const [at, tool] of (message.tool_calls ?? []).entries()) {
          const toolPath = `${path}.tool_calls[${at}]`
          reportRest(tool, knownOfToolCall, toolPath, call)
          const input = parseArguments(tool.function.arguments, `${toolPath}.function.arguments`)
          const { tools } = turnOf('assistant')
          if (open.has(tool.id)) continue
          const toolUseId = newId(tool.id)
          open.set(tool.id, { toolUseId, path: toolPath, result: undefined })
          tools.push({ toolUse: { toolUseId, name: names.sent(tool.function.name), input } })
        }
        break
      }
      case 'tool': {
        const called = open.get(message.tool_call_id)
        if (called === undefined) {
          throw refusal(
            'invalid_request',
            `${path}.tool_call_id`,
            'The assistant’s turn before it has no tool call with this id.',
          )
        }
        const content = userContent(message.content, `${path}.content`, call)
        const { tools } = turnOf('user')
        if (called.result === undefined) {
          called.result = { toolResult: { toolUseId: called.toolUseId, content: [] } }
          tools.push(called.result)
        }
        append(called.result.toolResult.content, content)
      }
    }
  }
  requireAnswers(open)
  requireEnds(messages, turns, call)
  return { system, messages: turns.map(toMessage) }
}

/** One by one: a caller may send more parts than a function takes arguments. */
function append<Block>(to: Block[], blocks: readonly Block[]): void {
  for (const block of blocks) to.push(block)
}

/** The names of the tools that were called. */
export function calledTools(messages: readonly ChatMessage[]): ReadonlySet<string> {
  const called = new Set<string>()
  for (const message of messages) {
    if (message.role === 'assistant') for (const tool of message.tool_calls ?? []) called.add(tool.function.name)
  }
  return called
}

interface Turn {
  readonly role: Message['role']
  /** The calls of the model, or their results. */
  readonly tools: ContentBlock[]
  readonly content: ContentBlock[]
}

interface OpenCall {
  readonly toolUseId: string
  readonly path: string
  result: ToolResultBlock | undefined
}

/** Results go before what the user says, calls after what the model says: Claude refuses any other order. */
const toMessage = ({ role, tools, content }: Turn): Message => {
  for (const block of tools) {
    // A result must hold something, and text must not be blank.
    if ('toolResult' in block && block.toolResult.content.length === 0)
      block.toolResult.content.push({ text: '(no output)' })
  }
  return { role, content: role === 'user' ? [...tools, ...content] : [...content, ...tools] }
}

const knownMembers: Readonly<Record<ChatMessage['role'], ReadonlySet<string>>> = {
  system: new Set(['role', 'content']),
  developer: new Set(['role', 'content']),
  user: new Set(['role', 'content']),
  assistant: new Set(['role', 'content', 'refusal', 'tool_calls']),
  // A name says again which tool it was.
  tool: new Set(['role', 'content', 'tool_call_id', 'name']),
}
/** `index` is what clients keep of a stream that they put together. */
const knownOfToolCall = new Set(['id', 'type', 'function', 'index'])

function parseArguments(text: string, path: string): JsonObject {
  // How models write a call of a tool that has no parameters.
  if (text.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw refusal('invalid_request', path, 'This is not valid JSON. Send back the arguments that the model gave.')
  }
  if (value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value))
    throw refusal('invalid_request', path, 'This must be a JSON object.')
  return value as JsonObject
}

function requireAnswers(open: ReadonlyMap<string, OpenCall>): void {
  for (const { path, result } of open.values()) {
    if (result === undefined)
      throw refusal('invalid_request', path, 'No message of role "tool" answers this tool call in the turn after it.')
  }
}

/** Converse begins with the user. It ends with the user too, but for models that go on from the beginning of an answer. */
function requireEnds(messages: readonly ChatMessage[], turns: readonly Turn[], call: Translation): void {
  const first = turns[0]
  if (first === undefined)
    throw refusal('invalid_request', 'messages', 'There is nothing to answer. Send a user message that is not blank.')
  if (first.role !== 'user') {
    const index = messages.findIndex(({ role }) => role === 'assistant')
    throw refusal(
      'invalid_request',
      `messages[${index}]`,
      'Bedrock wants a user message that is not blank before the first of the assistant.',
    )
  }
  const last = turns.at(-1)
  if (last?.role !== 'assistant') return
  const index = messages.findLastIndex(({ role }) => role !== 'system' && role !== 'developer')
  const path = `messages[${index}]`
  if (messages[index]?.role !== 'assistant')
    throw refusal('invalid_request', `${path}.content`, 'The last message is blank.')
  if (factsOfTarget(call).prefill === 'refused') {
    const why = 'This model does not go on from the beginning of an answer. End with a user message.'
    throw refusal('unsupported', path, why)
  }
  const text = last.content.at(-1)
  // Claude refuses white space at the end of what it goes on from.
  if (text !== undefined && 'text' in text) text.text = text.text.trimEnd()
}
