import type { StreamEvent } from '../../streams/stream.ts'
import { toDeltas } from '../../tokens.ts'
import type { ReplyBlock } from '../converse/reply.ts'
import { type Conversation, echoedMembers } from '../converse/respond.ts'
import { padding } from '../padding.ts'

/**
 * A reply as ConverseStream tells it, after recorded streams: members in alphabetic order, only tool calls announced by
 * a `contentBlockStart`, a padding `p` in every payload, `metadata` at the end.
 */
export function toEvents(said: Conversation): StreamEvent[] {
  const { body, reply, usage, latencyMs } = said
  const events: StreamEvent[] = []
  // Strings are put together by hand: a long answer has thousands of these.
  const push = (name: string, before: string, after = ''): void => {
    events.push({ name, payload: `{${before}${before && ','}"p":"${padding(events.length)}"${after && ','}${after}}` })
  }
  push('messageStart', '', '"role":"assistant"')
  for (const [index, block] of reply.content.entries()) {
    const place = `"contentBlockIndex":${index}`
    if ('toolUse' in block) {
      const { name, toolUseId } = block.toolUse
      // The service model knows no such type; the service sends it.
      const start = JSON.stringify({ toolUse: { name, toolUseId, type: 'tool_use' } })
      push('contentBlockStart', place, `"start":${start}`)
    }
    for (const delta of deltasOf(block)) push('contentBlockDelta', `${place},"delta":${delta}`)
    push('contentBlockStop', place)
  }
  const wantsStop = body.additionalModelResponseFieldPaths?.includes('/delta/stop_sequence')
  const fields = JSON.stringify({ delta: { stop_sequence: reply.stopSequence } })
  push(
    'messageStop',
    wantsStop ? `"additionalModelResponseFields":${fields}` : '',
    `"stopReason":${JSON.stringify(reply.stopReason)}`,
  )
  const metadata = {
    ...echoedMembers(said),
    metrics: { latencyMs },
    p: padding(events.length),
    usage: sorted({ ...usage, serverToolUsage: {} }),
  }
  events.push({ name: 'metadata', payload: JSON.stringify(sorted(metadata)) })
  return events
}

function deltasOf(block: ReplyBlock): string[] {
  if ('text' in block) return toDeltas(block.text).map((text) => `{"text":${JSON.stringify(text)}}`)
  if ('toolUse' in block) {
    const input = JSON.stringify(block.toolUse.input)
    // Nothing but the empty first piece means that there is no input.
    const pieces = ['', ...(input === '{}' ? [] : toDeltas(input))]
    return pieces.map((piece) => `{"toolUse":{"input":${JSON.stringify(piece)}}}`)
  }
  if ('redactedContent' in block.reasoningContent) {
    return [JSON.stringify({ reasoningContent: { redactedContent: block.reasoningContent.redactedContent } })]
  }
  const { text, signature } = block.reasoningContent.reasoningText
  return [...toDeltas(text).map((piece) => ({ text: piece })), ...(signature === undefined ? [] : [{ signature }])].map(
    (reasoningContent) => JSON.stringify({ reasoningContent }),
  )
}

function sorted(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)))
}
