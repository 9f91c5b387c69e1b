import type { ChatMessage } from '@moho/core'
import { factsOfTarget, refusal, reportRest, type Translation } from './translation.ts'
import type { ReasoningBlock } from './wire.ts'

type AssistantMessage = Extract<ChatMessage, { role: 'assistant' }>

/**
 * The reasoning of an earlier turn, as it came: a signature seals its text, so not a byte may change. A block that the model does
 * not take back is left out and reported; who signed it cannot be told from it.
 */
export function reasoningBlocks(message: AssistantMessage, path: string, call: Translation): ReasoningBlock[] {
  const parts = Array.isArray(message.content) ? message.content : []
  const told = [
    ...(message.thinking_blocks ?? []).map((block, index) => ({ block, at: `${path}.thinking_blocks[${index}]` })),
    ...parts.flatMap((block, index) =>
      block.type === 'thinking' || block.type === 'redacted_thinking'
        ? [{ block, at: `${path}.content[${index}]` }]
        : [],
    ),
  ]
  const takes = takesBack(call)
  if (told.length === 0) {
    const text = message.reasoning_content
    if (!text) return []
    // Otherwise it is for reading: what a model takes back is in `thinking_blocks`, and clients send all that they got.
    return takes === 'open' ? [{ reasoningContent: { reasoningText: { text } } }] : []
  }
  // What nothing has sealed yet is in the text alone.
  const texts = told.map(({ block }) => (block.type === 'thinking' ? block.thinking : '')).join('')
  const all = message.reasoning_content ?? ''
  const rest = takes === 'open' && all.startsWith(texts) ? all.slice(texts.length) : ''
  const blocks = told.flatMap(({ block, at }): ReasoningBlock[] => {
    if (takes === 'none') {
      call.dropped(at, notTaken)
      return []
    }
    if (block.type === 'redacted_thinking') {
      reportRest(block, knownOfRedacted, at, call)
      if (takes === 'open') call.dropped(at, 'This model takes back no reasoning that cannot be read')
      else if (!isBase64.test(block.data)) throw refusal('invalid_request', `${at}.data`, 'Send it back as it came.')
      else return [{ reasoningContent: { redactedContent: block.data } }]
      return []
    }
    reportRest(block, knownOfThinking, at, call)
    const { thinking: text, signature } = block
    if (takes === 'open') return text.trim() === '' ? [] : [{ reasoningContent: { reasoningText: { text } } }]
    if (!signature) {
      call.dropped(at, notSigned)
      return []
    }
    return [{ reasoningContent: { reasoningText: { text, signature } } }]
  })
  return rest.trim() === '' ? blocks : [...blocks, { reasoningContent: { reasoningText: { text: rest } } }]
}

function takesBack(call: Translation): 'signed' | 'open' | 'none' {
  const { reasoningHistory } = factsOfTarget(call)
  // Of a model that nobody has listed, Bedrock is the judge of what is signed.
  return reasoningHistory ?? (call.target.model.features === undefined ? 'signed' : 'none')
}

const knownOfThinking = new Set(['type', 'thinking', 'signature'])
const knownOfRedacted = new Set(['type', 'data'])
const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/
const notSigned = 'Only reasoning with the signature that it came with is taken back'
const notTaken = 'This model takes no reasoning back'
