import type { ChatMessage, ChatToolCall, ChatUserPart } from '@moho/core'
import { readFile } from '../converse/media-file.ts'
import { fileIn, isFetched, type MediaPart, memberIn, possibleKinds } from '../converse/media-part.ts'
import { formatsOf } from '../converse/media-type.ts'
import { refusal, type Translation } from '../converse/translation.ts'
import type { JsonObject } from '../converse/wire.ts'

/**
 * The conversation without what is Moho's own. Images go within the body, fetched where the caller gave an address; other files are
 * refused. What is left out is reported by `reportUnsent`.
 */
export function chatMessages(messages: readonly ChatMessage[], call: Translation): readonly JsonObject[] {
  const sent = messages.flatMap((message, index) => messageOf(message, `messages[${index}].content`, call))
  if (sent.length > 0) return sent
  throw refusal('invalid_request', 'messages', 'There is nothing to answer. Send a user message that is not blank.')
}

/** `[]` where nothing is left of it. */
function messageOf(message: ChatMessage, path: string, call: Translation): readonly JsonObject[] {
  switch (message.role) {
    case 'system':
    case 'developer':
      // Open models know it by the older name alone.
      return [{ role: 'system', content: textsOf(message.content), ...nameOf(message.name) }]
    case 'user':
      return [{ role: 'user', content: userContent(message.content, path, call), ...nameOf(message.name) }]
    case 'assistant':
      return assistant(message)
    case 'tool':
      return [
        { role: 'tool', tool_call_id: message.tool_call_id, content: result(message, path), ...nameOf(message.name) },
      ]
  }
}

type SystemContent = Extract<ChatMessage, { role: 'system' | 'developer' }>['content']
type Of<Role extends ChatMessage['role']> = Extract<ChatMessage, { role: Role }>

const nameOf = (name: unknown): JsonObject => (typeof name === 'string' ? { name } : {})

const textPart = (text: string): JsonObject => ({ type: 'text', text })

const textsOf = (content: SystemContent): string | readonly JsonObject[] =>
  typeof content === 'string' ? content : content.map(({ text }) => textPart(text))

function userContent(content: Of<'user'>['content'], path: string, call: Translation): string | readonly JsonObject[] {
  if (typeof content === 'string') return content
  return content.map((part, index) =>
    part.type === 'text' ? textPart(part.text) : imageOf(part, `${path}[${index}]`, call),
  )
}

function imageOf(part: Exclude<ChatUserPart, { type: 'text' }>, path: string, call: Translation): JsonObject {
  if (part.type !== 'image_url') throw refusal('unsupported', path, `${nouns[part.type]} ${elsewhere}`)
  const member = memberIn(part, path)
  // Before it is read: it may be megabytes.
  possibleKinds(part, path, call)
  if (isFetched(part) && call.files?.has(fileIn(part)) !== true)
    throw refusal('unsupported', member, 'The model fetches nothing itself. Send the image as a data URI.')
  const { type, source } = readFile(part, path, call)
  if (type.kind !== 'image' || !('bytes' in source))
    throw refusal(
      'unsupported',
      member,
      `Of files, this model takes images alone. Send ${formatsOf.image} as a data URI.`,
    )
  const detail = typeof part.image_url === 'string' ? undefined : part.image_url.detail
  const url = `data:image/${type.format};base64,${source.bytes}`
  return { type: 'image_url', image_url: { url, ...(detail && { detail }) } }
}

const nouns: Readonly<Record<Exclude<MediaPart['type'], 'image_url'>, string>> = {
  file: 'Files',
  video_url: 'Videos',
  input_audio: 'Sound',
}
const elsewhere =
  'cannot be sent to a model that is called by InvokeModel. Send what it says as text, or ask another model.'

function assistant(message: Of<'assistant'>): readonly JsonObject[] {
  const { content, refusal: refused, tool_calls: calls } = message
  const texts = [
    ...(Array.isArray(content) ? content.flatMap(textIn) : content ? [content] : []),
    // Nobody else has a member for it, and it was said.
    ...(refused ? [refused] : []),
  ]
  if (texts.length === 0 && !calls?.length) return []
  const [only] = texts
  const said = texts.length > 1 ? texts.map(textPart) : (only ?? null)
  return [
    {
      role: 'assistant',
      content: said,
      ...(calls?.length && { tool_calls: calls.map(callOf) }),
      ...nameOf(message.name),
    },
  ]
}

function textIn(part: Exclude<Of<'assistant'>['content'], string | null | undefined>[number]): readonly string[] {
  if (part.type === 'text') return [part.text]
  return part.type === 'refusal' ? [part.refusal] : []
}

const callOf = ({ id, type, function: called }: ChatToolCall): JsonObject => ({
  id,
  type,
  function: { name: called.name, arguments: called.arguments },
})

function result({ content }: Of<'tool'>, path: string): string | readonly JsonObject[] {
  if (!Array.isArray(content)) return content ?? ''
  return content.map((part, index) => {
    if (part.type === 'text') return textPart(part.text)
    const why = 'The result of a tool is text alone in this model’s format. Send images in a message of role "user".'
    throw refusal('unsupported', `${path}[${index}]`, why)
  })
}
