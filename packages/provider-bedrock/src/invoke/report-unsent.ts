import type { ChatMessage, ChatRequest } from '@moho/core'
import { reportRest, type Translation } from '../converse/translation.ts'
import type { InvokeFormat } from './format.ts'

/** Reports what no format of InvokeModel has a place for in messages and tools: cache marks, earlier reasoning, unknown members. */
export function reportUnsent({ messages, tools }: ChatRequest, format: InvokeFormat, call: Translation): void {
  const known = format === 'openai-chat' ? knownOfChat : knownOfPrompts
  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`
    reportRest(message, known[message.role], path, call, defaultMembers)
    reportMark(message.cache_control, path, call)
    if (Array.isArray(message.content)) reportParts(message.content, `${path}.content`, call)
    if (message.role !== 'assistant') continue
    for (const at of (message.thinking_blocks ?? []).keys()) call.dropped(`${path}.thinking_blocks[${at}]`, noReasoning)
    for (const [at, tool] of (message.tool_calls ?? []).entries()) {
      const toolPath = `${path}.tool_calls[${at}]`
      reportRest(tool, knownOfToolCall, toolPath, call)
      reportRest(tool.function, knownOfCalledFunction, `${toolPath}.function`, call)
      reportMark(tool.cache_control, toolPath, call)
    }
  }
  for (const [index, tool] of (tools ?? []).entries()) {
    reportRest(tool, knownOfTool, `tools[${index}]`, call)
    reportMark(tool.cache_control, `tools[${index}]`, call)
    reportRest(tool.function, knownOfFunction, `tools[${index}].function`, call)
    reportMark(tool.function.cache_control, `tools[${index}].function`, call)
  }
}

type Parts = Exclude<ChatMessage['content'], string | null | undefined>

function reportParts(parts: Parts, path: string, call: Translation): void {
  for (const [index, part] of parts.entries()) {
    const at = `${path}[${index}]`
    if (part.type === 'thinking' || part.type === 'redacted_thinking') {
      call.dropped(at, noReasoning)
      continue
    }
    // Its content is in the member of its type's name.
    reportRest(part, new Set(['type', 'cache_control', part.type]), at, call)
    reportMark(part.cache_control, at, call)
  }
}

function reportMark(mark: unknown, path: string, call: Translation): void {
  if (mark === undefined || mark === null) return
  call.dropped(`${path}.cache_control`, 'This model keeps no prompts on request')
}

const noReasoning = 'This model takes no reasoning back'

const ofAll = ['role', 'content', 'cache_control']
/** `reasoning_content` is for reading: clients send back all that they got. */
const ofAssistant = [...ofAll, 'refusal', 'tool_calls', 'reasoning_content', 'thinking_blocks']
const ofTool = [...ofAll, 'tool_call_id', 'name']

type Known = Readonly<Record<ChatMessage['role'], ReadonlySet<string>>>
const knownOfPrompts: Known = {
  system: new Set(ofAll),
  developer: new Set(ofAll),
  user: new Set(ofAll),
  assistant: new Set(ofAssistant),
  tool: new Set(ofTool),
}
const knownOfChat: Known = {
  system: new Set([...ofAll, 'name']),
  developer: new Set([...ofAll, 'name']),
  user: new Set([...ofAll, 'name']),
  assistant: new Set([...ofAssistant, 'name']),
  tool: new Set(ofTool),
}
/** How clients say that the assistant's last message is the beginning of an answer, which it is taken for anyway. */
const defaultMembers: ReadonlyMap<string, unknown> = new Map([['prefix', true]])
/** `index` is what clients keep of a stream that they put together. */
const knownOfToolCall = new Set(['id', 'type', 'function', 'index', 'cache_control'])
const knownOfCalledFunction = new Set(['name', 'arguments'])
const knownOfTool = new Set(['type', 'function', 'cache_control'])
const knownOfFunction = new Set(['name', 'description', 'parameters', 'strict', 'cache_control'])
