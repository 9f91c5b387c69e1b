import { MohoError, type TextWriter, type Translate } from '@moho/core'
import { failureType } from '../event-stream.ts'
import { isObject, readObject, readToolUse, unknownContent, unreadable } from './reading.ts'
import { finishReason } from './stop-reason.ts'
import type { ToolNames } from './tool-names.ts'
import { usageOf } from './usage.ts'
import type { ReasoningDelta, StreamEvents } from './wire.ts'

/**
 * ConverseStream's events as verbs. `requestId` becomes the answer's id; `readFailure` turns a failure inside the stream, its type
 * and its JSON, into a fault of Moho's table.
 */
export const fromConverseStream = (
  names: ToolNames,
  requestId: string | undefined,
  readFailure: (type: string, data: string) => MohoError,
): Translate => {
  return (out) => {
    /** The blocks that call a tool, and whether they had any input. */
    const calls = new Map<number, boolean>()
    let stopped = false
    let measured = false

    const events: { readonly [Name in keyof StreamEvents]: (event: StreamEvents[Name], data: string) => void } = {
      messageStart() {
        if (requestId) out.start({ id: requestId })
      },
      /** Text and reasoning begin without it. */
      contentBlockStart({ contentBlockIndex, start }, data) {
        if (!isObject(start) || Object.keys(start).length === 0) return
        const { toolUse } = start
        if (!isObject(toolUse)) throw unknownContent(start, data)
        const index = blockOf(contentBlockIndex, data)
        if (calls.has(index)) throw unreadable('two tool calls in one', data)
        calls.set(index, false)
        const { id, name } = readToolUse(toolUse, data)
        out.toolCall(id, names.restored(name), index)
      },
      contentBlockDelta({ contentBlockIndex, delta }, data) {
        const index = blockOf(contentBlockIndex, data)
        if (!isObject(delta)) throw unreadable('content that cannot be read', data)
        const { text, toolUse, reasoningContent, citation } = delta
        if (typeof text === 'string') {
          if (text !== '') out.text(text, index)
        } else if (isObject(toolUse)) {
          toolInput(toolUse.input ?? '', index, data)
        } else if (isObject(reasoningContent)) {
          tellReasoning(reasoningContent, index, out, data)
        } else if (!isObject(citation)) {
          // The text that a citation is for comes as text.
          throw unknownContent(delta, data)
        }
      },
      contentBlockStop({ contentBlockIndex }, data) {
        const index = blockOf(contentBlockIndex, data)
        if (calls.get(index) === false) toolInput('{}', index, data)
        out.close(index)
      },
      messageStop({ stopReason }, data) {
        const reason = finishReason(stopReason, calls.size > 0, data)
        stopped = true
        out.finish(reason, { raw: stopReason })
      },
      metadata({ usage, serviceTier }) {
        measured = true
        const total = usageOf(usage ?? {})
        if (total !== undefined) out.usage(total, serviceTier?.type)
      },
    }

    function toolInput(input: unknown, index: number, data: string): void {
      if (typeof input !== 'string' || !calls.has(index)) throw unreadable('input of a tool that it did not call', data)
      if (input === '') return
      calls.set(index, true)
      out.toolInput(input, index)
    }

    return {
      frame(data, name) {
        // The answer is whole and paid for: what comes after it cannot take it back.
        if (stopped && measured) return
        const failure = failureType(name)
        if (failure !== undefined) throw readFailure(failure, data)
        // New kinds of events come unannounced, and so may a second reason to end, when the first has been passed on.
        if (!Object.hasOwn(events, name) || (stopped && name !== 'metadata')) return
        events[name as keyof StreamEvents](readObject(data), data)
      },
      end() {
        if (!stopped) throw new MohoError('upstream_failed', 'Bedrock broke off in the middle of its answer.')
        if (!measured)
          throw new MohoError('upstream_failed', 'Bedrock broke off before it told the usage of its answer.')
      },
    }
  }
}

function blockOf(index: unknown, data: string): number {
  if (typeof index !== 'number' || !Number.isInteger(index)) throw unreadable('content without a place', data)
  return index
}

function tellReasoning(reasoning: ReasoningDelta, index: number, out: TextWriter, data: string): void {
  const { text, signature, redactedContent } = reasoning
  if (typeof text === 'string') {
    if (text !== '') out.reasoning(text, index)
  } else if (typeof signature === 'string') {
    if (signature !== '') out.signature(signature, index)
  } else if (typeof redactedContent === 'string') {
    if (redactedContent !== '') out.redacted(redactedContent, index)
  } else {
    throw unknownContent(reasoning, data)
  }
}
