import type { ChatMessage } from '@moho/core'
import type { CacheMarks } from './cache-marks.ts'
import { contentOf, texts } from './content.ts'
import { goOn } from './go-on.ts'
import { reasoningBlocks } from './reasoning-history.ts'
import type { ToolNames } from './tool-names.ts'
import { toolUseIds } from './tool-use-ids.ts'
import { factsOfTarget, refusal, reportRest, type Translation } from './translation.ts'
import type { ContentBlock, JsonObject, Message, SystemBlock, ToolResultBlock } from './wire.ts'
import { readInput } from './written-inputs.ts'

/**
 * A chat as Converse wants it: system prompts apart, roles that alternate and begin with the user, no blank text, and every
 * tool call answered in the user's turn right after it. What a client left half done is mended and reported: calls that nobody
 * answered, answers to calls that are gone, arguments that are no JSON.
 */
export function toConversation(
  messages: readonly ChatMessage[],
  names: ToolNames,
  marks: CacheMarks,
  call: Translation,
): { system: SystemBlock[]; messages: Message[] } {
  const system: SystemBlock[] = []
  const turns: Turn[] = []
  const content = contentOf(call, marks)
  const newId = toolUseIds(factsOfTarget(call).toolUseIds)
  /** The tool calls of the model's last turn, by the caller's id. */
  let open: OpenCalls = new Map()

  const turnOf = (role: Message['role']): Turn => {
    const last = turns.at(-1)
    if (last?.role === role) return last
    if (role === 'assistant') {
      if (last !== undefined) answerOpen(open, last, call)
      open = new Map()
    }
    const turn: Turn = { role, reasoning: [], tools: [], content: [] }
    turns.push(turn)
    return turn
  }

  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`
    reportRest(message, knownMembers[message.role], path, call, defaultMembers)
    switch (message.role) {
      case 'system':
      case 'developer': {
        const blocks = content.system(message.content, `${path}.content`)
        append(system, blocks)
        const mark = marks.of(message.cache_control, path, 'system')
        if (mark !== undefined) system.push(mark)
        break
      }
      case 'user': {
        const blocks = content.user(message.content, `${path}.content`)
        if (blocks.length === 0) {
          if (message.cache_control) call.dropped(`${path}.cache_control`, nothingToKeep)
          break
        }
        const { content: said } = turnOf('user')
        append(said, blocks)
        const mark = marks.of(message.cache_control, path, 'messages')
        if (mark !== undefined) said.push(mark)
        break
      }
      case 'assistant': {
        const blocks = [...content.assistant(message.content, `${path}.content`), ...texts(message.refusal)]
        const calls = message.tool_calls ?? []
        const reasoning = reasoningBlocks(message, path, call)
        if (blocks.length > 0 || calls.length > 0) append(turnOf('assistant').reasoning, reasoning)
        else if (reasoning.length > 0) call.dropped(path, 'Reasoning with nothing after it is not taken back')
        if (blocks.length > 0) append(turnOf('assistant').content, blocks)
        for (const [at, tool] of calls.entries()) {
          const toolPath = `${path}.tool_calls[${at}]`
          reportRest(tool, knownOfToolCall, toolPath, call)
          reportRest(tool.function, knownOfFunction, `${toolPath}.function`, call)
          const input = parseArguments(tool.function.arguments, `${toolPath}.function.arguments`, call)
          const { tools } = turnOf('assistant')
          const same = open.get(tool.id) ?? { calls: [], said: new Set(), answered: 0 }
          const said = `${tool.function.name} ${tool.function.arguments}`
          // Some clients tell a call twice. Another call under the same id is another call.
          if (same.said.has(said)) continue
          const toolUseId = newId(tool.id)
          same.said.add(said)
          same.calls.push({ toolUseId, path: toolPath, result: undefined })
          open.set(tool.id, same)
          tools.push({ toolUse: { toolUseId, name: names.sent(tool.function.name), input } })
          const mark = marks.of(tool.cache_control, toolPath, 'messages')
          if (mark !== undefined) tools.push(mark)
        }
        if (blocks.length === 0 && calls.length === 0) {
          if (message.cache_control) call.dropped(`${path}.cache_control`, nothingToKeep)
          break
        }
        const mark = marks.of(message.cache_control, path, 'messages')
        if (mark !== undefined) turnOf('assistant')[calls.length > 0 ? 'tools' : 'content'].push(mark)
        break
      }
      case 'tool': {
        const same = open.get(message.tool_call_id)
        const called = same?.calls[same.answered] ?? same?.calls.at(-1)
        if (same === undefined || called === undefined) {
          call.dropped(path, 'The assistant’s turn before it has no tool call with this id, so its result was left out')
          break
        }
        const result = content.toolResult(message.content, `${path}.content`)
        const { tools } = turnOf('user')
        if (called.result === undefined) {
          called.result = { toolResult: { toolUseId: called.toolUseId, content: [] } }
          same.answered++
          tools.push(called.result)
        }
        append(called.result.toolResult.content, result.content)
        append(tools, result.marks)
        const mark = marks.of(message.cache_control, path, 'tool results')
        if (mark !== undefined) tools.push(mark)
      }
    }
  }
  if (isUnanswered(open)) answerOpen(open, turnOf('user'), call)
  mendEnds(messages, turns, call)
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
  readonly reasoning: ContentBlock[]
  /** The calls of the model, or their results. */
  readonly tools: ContentBlock[]
  readonly content: ContentBlock[]
}

/** By the caller's id. */
type OpenCalls = Map<string, SameId>

/** Almost always one call. Where there are more, their results come in their order. */
interface SameId {
  readonly calls: OpenCall[]
  readonly said: Set<string>
  /** How many have a result. */
  answered: number
}

interface OpenCall {
  readonly toolUseId: string
  readonly path: string
  result: ToolResultBlock | undefined
}

/**
 * Results go before what the user says, calls after what the model says, and its reasoning before all: Claude refuses any other
 * order. A document needs text beside it.
 */
const toMessage = ({ role, reasoning, tools, content }: Turn): Message => {
  for (const block of tools) {
    // A result must hold something, and text must not be blank.
    if ('toolResult' in block && block.toolResult.content.length === 0)
      block.toolResult.content.push({ text: '(no output)' })
  }
  if (role === 'assistant') return { role, content: [...reasoning, ...content, ...tools] }
  const lacksText = content.some((block) => 'document' in block) && !content.some((block) => 'text' in block)
  return { role, content: [...tools, ...(lacksText ? [{ text: '(see the document)' }] : []), ...content] }
}

const nothingToKeep = 'There is nothing in this message to keep'

const ofAll = ['role', 'content', 'cache_control']
const knownMembers: Readonly<Record<ChatMessage['role'], ReadonlySet<string>>> = {
  system: new Set(ofAll),
  developer: new Set(ofAll),
  user: new Set(ofAll),
  assistant: new Set([...ofAll, 'refusal', 'tool_calls', 'reasoning_content', 'thinking_blocks']),
  // A name says again which tool it was.
  tool: new Set([...ofAll, 'tool_call_id', 'name']),
}
/** How clients say that the assistant's last message is the beginning of an answer, which it is taken for anyway. */
const defaultMembers: ReadonlyMap<string, unknown> = new Map([['prefix', true]])
const knownOfFunction = new Set(['name', 'arguments'])
/** `index` is what clients keep of a stream that they put together. */
const knownOfToolCall = new Set(['id', 'type', 'function', 'index', 'cache_control'])

/** Converse takes only objects. What a model wrote otherwise goes back as text, so that it can see what it did. */
function parseArguments(text: string, path: string, call: Translation): JsonObject {
  // How models write a call of a tool that has no parameters.
  if (isNothing.test(text)) return {}
  const input = readInput(text)
  if (input !== undefined) return input
  call.dropped(path, 'This is no JSON object: it was sent as a text, in `unparsed`')
  return { unparsed: text }
}

const isNothing = /^\s*(null\s*)?$/

const isUnanswered = (open: OpenCalls): boolean =>
  [...open.values()].some(({ calls, answered }) => answered < calls.length)

/** A client that was interrupted has calls without results, and Bedrock refuses the conversation for ever after. */
function answerOpen(open: OpenCalls, turn: Turn, call: Translation): void {
  for (const { path, toolUseId, result } of [...open.values()].flatMap(({ calls }) => calls)) {
    if (result !== undefined) continue
    call.dropped(path, 'No message of role "tool" answers this call: the model is told that it was not carried out')
    turn.tools.push({
      toolResult: { toolUseId, content: [{ text: 'This call was not carried out.' }], status: 'error' },
    })
  }
}

/** Converse begins with the user. It ends with the user too, but for models that go on from the beginning of an answer. What is put in says nothing. */
function mendEnds(messages: readonly ChatMessage[], turns: Turn[], call: Translation): void {
  const first = turns[0]
  if (first === undefined)
    throw refusal('invalid_request', 'messages', 'There is nothing to answer. Send a user message that is not blank.')
  if (first.role !== 'user') {
    const index = messages.findIndex(({ role }) => role === 'assistant')
    call.dropped(
      `messages[${index}]`,
      'Bedrock wants the user to begin: a message that says no more than that was put before it',
    )
    turns.unshift({ role: 'user', reasoning: [], tools: [], content: [{ text: '(The conversation begins.)' }] })
  }
  const last = turns.at(-1)
  if (last?.role !== 'assistant') return
  const index = messages.findLastIndex(({ role }) => role !== 'system' && role !== 'developer')
  const path = `messages[${index}]`
  const message = messages[index]
  if (message?.role === 'tool')
    throw refusal(
      'invalid_request',
      `${path}.tool_call_id`,
      'The assistant’s turn before it has no tool call with this id, and there is nothing else to answer.',
    )
  if (message?.role !== 'assistant') throw refusal('invalid_request', `${path}.content`, 'The last message is blank.')
  if (factsOfTarget(call).prefill === 'refused') {
    turns.push({ role: 'user', reasoning: [], tools: [], content: [{ text: goOn(message, path, call) }] })
    return
  }
  const text = last.content.findLast((block) => 'text' in block)
  // Claude refuses white space at the end of what it goes on from.
  if (text !== undefined && last.tools.length === 0) text.text = text.text.trimEnd()
}
