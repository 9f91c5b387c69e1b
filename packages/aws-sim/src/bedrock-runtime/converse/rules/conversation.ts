import { type ConverseCall, modelError, placedBlocks } from '../call.ts'
import type { Message } from '../request-schema.ts'

/** Rules about who speaks when, and with what. */

export function startsWithoutUser({ body, resolution }: ConverseCall): string | undefined {
  // A prompt of Prompt management brings its own messages.
  if ('isPrompt' in resolution && resolution.isPrompt && !body.messages) return undefined
  if (turns(body.messages)[0]?.role === 'user') return undefined
  return 'A conversation must start with a user message. Try again with a conversation that starts with a user message.'
}

export function isEmptyMessage({ body }: ConverseCall): string | undefined {
  const index = (body.messages ?? []).findIndex((message) => message.content.length === 0)
  if (index === -1) return undefined
  return `The content field in the Message object at messages.${index} is empty. Add a ContentBlock object to the content field and try again.`
}

export function repeatsRole({ body }: ConverseCall): string | undefined {
  const roles = turns(body.messages).map((message) => message.role)
  if (!roles.some((role, index) => role === roles[index - 1])) return undefined
  return 'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.'
}

export function endsWithAssistant({ body, model }: ConverseCall): string | undefined {
  if (model?.prefill !== 'refused' || !isPrefilled(body.messages)) return undefined
  return 'A conversation must end with a user message. Try again with a conversation that ends with a user message.'
}

export function prefillsUnsupportedModel({ body, model }: ConverseCall): string | undefined {
  if (model?.prefill !== 'unsupported' || !isPrefilled(body.messages)) return undefined
  return modelError(
    'This model does not support assistant message prefill. The conversation must end with a user message.',
  )
}

export function prefillEndsWithSpace({ body }: ConverseCall): string | undefined {
  if (!isPrefilled(body.messages)) return undefined
  const text = body.messages?.at(-1)?.content.at(-1)?.text
  if (text === undefined || text.trim() === '' || text === text.trimEnd()) return undefined
  return modelError('messages: final assistant content cannot end with trailing whitespace')
}

export function hasBlankText({ body }: ConverseCall): string | undefined {
  for (const { block, place } of placedBlocks(body)) {
    if (isBlank(block.text)) return blank('ContentBlock', place)
    const result = (block.toolResult?.content ?? []).findIndex((part) => isBlank(part.text))
    // The wording for a block inside a tool result is inferred from the one above.
    if (result !== -1) return blank('ToolResultContentBlock', `${place}.toolResult.content.${result}`)
  }
  return undefined
}

export function hasBlankSystemText({ body }: ConverseCall): string | undefined {
  const index = (body.system ?? []).findIndex((block) => isBlank(block.text))
  return index === -1 ? undefined : blank('SystemContentBlock', `system.${index}`)
}

// The wording of the next two is inferred: the role is documented, the refusal's text was not seen.
export function assistantSends(
  kind: 'image' | 'document' | 'video' | 'audio' | 'toolResult',
): (call: ConverseCall) => string | undefined {
  return ({ body }) => {
    const found = placedBlocks(body).find(({ block, message }) => message.role !== 'user' && block[kind] !== undefined)
    return found && `The ${kind} content block at ${found.place} can only be used in a message with the user role.`
  }
}

export function userSends(kind: 'toolUse' | 'reasoningContent'): (call: ConverseCall) => string | undefined {
  return ({ body }) => {
    const found = placedBlocks(body).find(({ block, message }) => message.role !== 'assistant' && block[kind])
    return found && `The ${kind} content block at ${found.place} can only be used in a message with the assistant role.`
  }
}

// System messages inside the conversation stand outside the turns.
function turns(messages: readonly Message[] | undefined): readonly Message[] {
  return (messages ?? []).filter((message) => message.role !== 'system')
}

function isPrefilled(messages: readonly Message[] | undefined): boolean {
  return turns(messages).at(-1)?.role === 'assistant'
}

function isBlank(text: string | undefined): boolean {
  return text !== undefined && text.trim() === ''
}

function blank(object: string, place: string): string {
  return `The text field in the ${object} object at ${place} is blank. Add text to the text field, and try again.`
}
