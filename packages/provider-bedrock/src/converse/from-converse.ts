import type { TextWriter, Translate } from '@moho/core'
import { isNumber, parseExactly } from './parse-exactly.ts'
import { isObject, notAnAnswer, readObject, readToolUse, unknownContent, unreadable } from './reading.ts'
import { finishReason } from './stop-reason.ts'
import type { ToolNames } from './tool-names.ts'
import { usageOf } from './usage.ts'
import type { AnswerBlock, AnswerReasoning, ConverseResponse } from './wire.ts'

/** Converse's answer, the whole body, as verbs. `requestId` becomes the answer's id. */
export const fromConverse = (names: ToolNames, requestId: string | undefined): Translate => {
  return (out) => ({
    frame(data) {
      const answer = readAnswer(data)
      const content = answer.output.message.content
      const called = content.some(({ toolUse }) => toolUse)
      const reason = finishReason(answer.stopReason, called, data)
      const tier = answer.serviceTier?.type
      if (requestId) out.start({ id: requestId, serviceTier: tier })
      for (const [index, block] of content.entries()) {
        tell(block, index, out, names, data)
        out.close(index)
      }
      const usage = usageOf(answer.usage ?? {})
      if (usage !== undefined) out.usage(usage, tier)
      out.finish(reason, { raw: answer.stopReason })
    },
    end() {
      // The body comes as one frame, and that told everything or threw.
    },
  })
}

interface Answer extends ConverseResponse {
  readonly output: { readonly message: { readonly content: readonly AnswerBlock[] } }
}

/** A 200 may carry anything: an error of AWS's front, a proxy's page, half of a body. */
function readAnswer(data: string): Answer {
  const answer = readObject(data, parseExactly)
  const { output } = answer
  if (!isObject(output) || !isObject(output.message)) throw notAnAnswer(answer, 'no message', data)
  const content = output.message.content ?? []
  if (!Array.isArray(content) || !content.every(isObject)) throw unreadable('content that cannot be read', data)
  return { ...answer, output: { message: { content } } }
}

function tell(block: AnswerBlock, index: number, out: TextWriter, names: ToolNames, data: string): void {
  const { text, reasoningContent, toolUse, citationsContent } = block
  if (typeof text === 'string') {
    if (text !== '') out.text(text, index)
  } else if (reasoningContent) {
    tellReasoning(reasoningContent, index, out, data)
  } else if (toolUse) {
    const { id, name } = readToolUse(toolUse, data)
    const input = toolUse.input ?? {}
    if (!isObject(input) || isNumber(input)) throw unreadable('a tool call that cannot be read', data)
    out.toolCall(id, names.restored(name), index)
    out.toolInput(JSON.stringify(input), index)
  } else if (citationsContent) {
    for (const { text } of citationsContent.content ?? []) if (text) out.text(text, index)
  } else {
    throw unknownContent(block, data)
  }
}

function tellReasoning(reasoning: AnswerReasoning, index: number, out: TextWriter, data: string): void {
  const { reasoningText, redactedContent } = reasoning
  if (!isObject(reasoningText) && typeof redactedContent !== 'string') throw unknownContent(reasoning, data)
  const { text = '', signature = '' } = reasoningText ?? {}
  if (typeof text !== 'string' || typeof signature !== 'string') throw unreadable('reasoning that cannot be read', data)
  if (text !== '') out.reasoning(text, index)
  if (signature !== '') out.signature(signature, index)
  if (redactedContent) out.redacted(redactedContent, index)
}
