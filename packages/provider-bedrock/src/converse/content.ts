import type { ChatCacheControl, ChatMessage, ChatUserPart } from '@moho/core'
import type { CacheMarks, MarkPlace } from './cache-marks.ts'
import { createMedia, type Media } from './media.ts'
import { refusal, reportRest, type Translation } from './translation.ts'
import type { CachePointBlock, MediaBlock, SystemBlock, TextBlock, ToolResultContentBlock } from './wire.ts'

type AssistantContent = Extract<ChatMessage, { role: 'assistant' }>['content']
type SystemContent = Extract<ChatMessage, { role: 'system' | 'developer' }>['content']
type UserContent = string | ChatUserPart[] | null | undefined

/** What the messages of one request hold. Converse refuses blank text, so that is left out. */
export interface Content {
  user(content: UserContent, path: string): (TextBlock | MediaBlock | CachePointBlock)[]
  /** A result has no room for marks: `marks` are the blocks that go after it. */
  toolResult(content: UserContent, path: string): { content: ToolResultContentBlock[]; marks: CachePointBlock[] }
  assistant(content: AssistantContent, path: string): (TextBlock | CachePointBlock)[]
  system(content: SystemContent, path: string): SystemBlock[]
}

export function contentOf(call: Translation, marks: CacheMarks): Content {
  // Most conversations have none.
  let media: Media | undefined

  function userPart(part: ChatUserPart, path: string): readonly (TextBlock | MediaBlock)[] {
    if (part.type !== 'text') {
      media ??= createMedia(call)
      return [media.block(part, path)]
    }
    reportRest(part, knownOfText, path, call)
    return texts(part.text)
  }

  function marked<Block>(
    blocks: readonly Block[],
    control: ChatCacheControl | null | undefined,
    path: string,
    place: MarkPlace,
  ): readonly (Block | CachePointBlock)[] {
    if (control === undefined || control === null) return blocks
    const mark = marks.of(control, path, place)
    if (mark === undefined) return blocks
    if (blocks.length > 0) return [...blocks, mark]
    call.dropped(`${path}.cache_control`, 'There is nothing in this part to keep')
    return blocks
  }

  return {
    user(content, path) {
      if (!Array.isArray(content)) return texts(content)
      return content.flatMap((part, index): readonly (TextBlock | MediaBlock | CachePointBlock)[] => {
        const at = `${path}[${index}]`
        return marked(userPart(part, at), part.cache_control, at, 'messages')
      })
    },
    toolResult(content, path) {
      if (!Array.isArray(content)) return { content: texts(content), marks: [] }
      const last: CachePointBlock[] = []
      const blocks = content.flatMap((part, index): ToolResultContentBlock[] => {
        const at = `${path}[${index}]`
        const mark = marks.of(part.cache_control, at, 'tool results')
        if (mark !== undefined) last.push(mark)
        return userPart(part, at).map((block) => {
          if ('audio' in block) throw refusal('unsupported', at, 'A tool’s result cannot hold sound. Send it as text.')
          return block
        })
      })
      return { content: blocks, marks: last }
    },
    assistant(content, path) {
      if (!Array.isArray(content)) return texts(content)
      return content.flatMap((part, index): readonly (TextBlock | CachePointBlock)[] => {
        const at = `${path}[${index}]`
        // Reasoning is told apart where the conversation is put together.
        if (part.type === 'thinking' || part.type === 'redacted_thinking') return []
        if (part.type === 'refusal') {
          reportRest(part, knownOfRefusal, at, call)
          return texts(part.refusal)
        }
        reportRest(part, knownOfText, at, call)
        return marked(texts(part.text), part.cache_control, at, 'messages')
      })
    },
    system(content, path) {
      if (!Array.isArray(content)) return texts(content)
      return content.flatMap((part, index) => {
        const at = `${path}[${index}]`
        reportRest(part, knownOfText, at, call)
        return marked(texts(part.text), part.cache_control, at, 'system')
      })
    },
  }
}

export const texts = (text: string | null | undefined): TextBlock[] => (text && text.trim() !== '' ? [{ text }] : [])

const knownOfText = new Set(['type', 'text', 'cache_control'])
const knownOfRefusal = new Set(['type', 'refusal'])
