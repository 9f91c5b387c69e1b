import type { ChatMessage } from '@moho/core'
import { goOn } from '../converse/go-on.ts'
import { factsOfTarget, refusal, type Translation } from '../converse/translation.ts'
import type { Template } from './template.ts'

/** A conversation of text alone: roles alternate, and no text can open or end a turn. */
export interface Conversation {
  /** '' where there is none. */
  readonly system: string
  /** The last may be the assistant's: the beginning of the answer. */
  readonly turns: readonly Turn[]
}

export interface Turn {
  readonly role: 'user' | 'assistant'
  readonly text: string
}

/** Blank text is left out, as by Converse. Throws `unsupported` for what is no text. */
export function toTurns(messages: readonly ChatMessage[], template: Template, call: Translation): Conversation {
  let system = ''
  const turns: Turn[] = []
  for (const [index, message] of messages.entries()) {
    const text = textOf(message, `messages[${index}]`, template)
    if (text.trim() === '') continue
    if (message.role === 'system' || message.role === 'developer') {
      system = joined(system, text)
      continue
    }
    const role = message.role === 'assistant' ? 'assistant' : 'user'
    const before = turns.at(-1)?.role === role ? turns.pop()?.text : undefined
    turns.push({ role, text: joined(before ?? '', text) })
  }
  mendEnds(messages, turns, template, call)
  return { system, turns }
}

const joined = (before: string, text: string): string => (before === '' ? text : `${before}\n\n${text}`)

function textOf(message: ChatMessage, path: string, template: Template): string {
  if (message.role === 'tool') throw noText(path, 'results of tools')
  if (message.role === 'assistant' && message.tool_calls?.length) throw noText(`${path}.tool_calls`, 'calls of tools')
  const texts: string[] = []
  const say = (text: string, at: string) => {
    checkMarks(text, at, template)
    if (text.trim() !== '') texts.push(text)
  }
  if (typeof message.content === 'string') say(message.content, `${path}.content`)
  for (const [index, part] of (Array.isArray(message.content) ? message.content : []).entries()) {
    const at = `${path}.content[${index}]`
    if (part.type === 'text') say(part.text, `${at}.text`)
    else if (part.type === 'refusal') say(part.refusal, `${at}.refusal`)
    // Reasoning is left out and reported.
    else if (part.type !== 'thinking' && part.type !== 'redacted_thinking') throw noText(at, nouns[part.type])
  }
  if (message.role === 'assistant' && message.refusal) say(message.refusal, `${path}.refusal`)
  return texts.join('\n')
}

const nouns = { image_url: 'images', video_url: 'videos', file: 'files', input_audio: 'sound' } as const

const noText = (path: string, what: string) =>
  refusal(
    'unsupported',
    path,
    `This model takes a prompt of text, which has no ${what}. Leave them out, or ask a model that takes them.`,
  )

/** A text with a mark of the template could speak as the system or as the assistant. */
function checkMarks(text: string, path: string, { marks }: Template): void {
  const [mark] = marks.exec(text) ?? []
  if (mark === undefined) return
  const why = `It holds ${mark}, which is a mark between turns in this model’s format. Leave it out, or spell it otherwise.`
  throw refusal('invalid_request', path, why)
}

/** As by Converse: the user begins, and what is put in says nothing. */
function mendEnds(messages: readonly ChatMessage[], turns: Turn[], template: Template, call: Translation): void {
  const [first] = turns
  if (first === undefined)
    throw refusal('invalid_request', 'messages', 'There is nothing to answer. Send a user message that is not blank.')
  if (first.role !== 'user') {
    const path = `messages[${messages.findIndex(({ role }) => role === 'assistant')}]`
    call.dropped(path, 'This model wants the user to begin: a message that says no more than that was put before it')
    turns.unshift({ role: 'user', text: '(The conversation begins.)' })
  }
  if (turns.at(-1)?.role === 'user') return
  const index = messages.findLastIndex(({ role }) => role !== 'system' && role !== 'developer')
  const path = `messages[${index}]`
  const message = messages[index]
  if (message?.role !== 'assistant') throw refusal('invalid_request', `${path}.content`, 'The last message is blank.')
  if (template.prefill && factsOfTarget(call).prefill !== 'refused') return
  turns.push({ role: 'user', text: goOn(message, path, call) })
}
