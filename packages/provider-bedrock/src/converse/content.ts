import type { ChatMessage, ChatUserPart } from '@moho/core'
import { imageBlock } from './image.ts'
import { refusal, reportRest, type Translation } from './translation.ts'
import type { ImageBlock, TextBlock } from './wire.ts'

type AssistantContent = Extract<ChatMessage, { role: 'assistant' }>['content']
type SystemContent = Extract<ChatMessage, { role: 'system' | 'developer' }>['content']

/** What a user or a tool says. Converse refuses blank text, so that is left out. */
export function userContent(
  content: string | ChatUserPart[] | null | undefined,
  path: string,
  call: Translation,
): (TextBlock | ImageBlock)[] {
  if (!Array.isArray(content)) return texts(content)
  return content.flatMap((part, index) => userPart(part, `${path}[${index}]`, call))
}

/** What the model said. A refusal is a text of its own. */
export function assistantContent(content: AssistantContent, path: string, call: Translation): TextBlock[] {
  if (!Array.isArray(content)) return texts(content)
  return content.flatMap((part, index) => {
    reportRest(part, known[part.type], `${path}[${index}]`, call)
    return texts(part.type === 'text' ? part.text : part.refusal)
  })
}

export function systemContent(content: SystemContent, path: string, call: Translation): TextBlock[] {
  if (!Array.isArray(content)) return texts(content)
  return content.flatMap((part, index) => {
    reportRest(part, known.text, `${path}[${index}]`, call)
    return texts(part.text)
  })
}

export const texts = (text: string | null | undefined): TextBlock[] => (text && text.trim() !== '' ? [{ text }] : [])

const known = {
  text: new Set(['type', 'text']),
  refusal: new Set(['type', 'refusal']),
  image_url: new Set(['type', 'image_url']),
}
const knownOfImage = new Set(['url', 'detail'])

function userPart(part: ChatUserPart, path: string, call: Translation): (TextBlock | ImageBlock)[] {
  if (part.type === 'text') {
    reportRest(part, known.text, path, call)
    return texts(part.text)
  }
  if (part.type === 'image_url') {
    reportRest(part, known.image_url, path, call)
    return [image(part.image_url, `${path}.image_url`, call)]
  }
  // The model would answer as if it had not been sent.
  throw refusal('unsupported', path, `Moho does not send parts of type ${part.type} to Bedrock. Send text or images.`)
}

function image(
  source: Extract<ChatUserPart, { type: 'image_url' }>['image_url'],
  path: string,
  call: Translation,
): ImageBlock {
  const { features } = call.target.model
  if (features !== undefined && !features.includes('vision')) {
    throw refusal('unsupported', path, 'This model does not see images. Ask a model that does.')
  }
  if (typeof source === 'string') return imageBlock(source, path)
  reportRest(source, knownOfImage, path, call)
  if (source.detail !== undefined && source.detail !== null && source.detail !== 'auto') {
    call.dropped(`${path}.detail`, 'Bedrock chooses the resolution itself')
  }
  return imageBlock(source.url, `${path}.url`)
}
