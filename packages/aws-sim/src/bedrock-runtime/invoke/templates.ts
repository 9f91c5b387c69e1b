import type { Message } from '../converse/request-schema.ts'

/** How a family of models writes a conversation as one text. */
export interface Template {
  /** The conversation that a prompt tells. AWS takes any prompt; a model that is spoken to in another's template rambles. */
  read(prompt: string): Turns | { readonly refused: string }
}

interface Turns {
  readonly system: readonly string[]
  readonly messages: readonly Message[]
}

interface Turn {
  readonly role: string
  readonly text: string
}

/** A template whose turns each have a head that names the role, as Llama's and ChatML. */
export function headed(tokens: {
  /** Before all turns. */
  readonly begin: string
  /** Before the role, and after it. */
  readonly open: string
  readonly close: string
  readonly end: string
}): Template {
  const { begin, open, close, end } = tokens
  const answer = `${open}assistant${close}`
  return {
    read(prompt) {
      if (!prompt.startsWith(begin + open)) return refused(`begin with ${begin}${open}`)
      const pieces = prompt.slice(begin.length + open.length).split(open)
      const turns: Turn[] = []
      for (const [index, piece] of pieces.entries()) {
        const at = piece.indexOf(close)
        const role = piece.slice(0, Math.max(at, 0))
        if (!ROLES.has(role)) return refused(`name a role after each ${open}, and then ${shown(close)}`)
        const isLast = index === pieces.length - 1
        const rest = piece.slice(at + close.length)
        if (isLast ? rest.includes(end.trimEnd()) : !endsOnce(rest, end)) {
          return refused(isLast ? `end with ${shown(answer)}` : `end each turn with ${shown(end)}`)
        }
        if (isLast && role !== 'assistant') return refused(`end with ${shown(answer)}`)
        turns.push({ role, text: isLast ? rest : rest.slice(0, -end.length) })
      }
      return toTurns(turns, [begin, open, close.trimEnd(), end.trimEnd()])
    },
  }
}

const ROLES = new Set(['system', 'user', 'assistant'])

/** Mistral's: instructions in brackets, answers after them, each ended. What the system says is the user's. */
export const instructed: Template = {
  read(prompt) {
    if (!prompt.startsWith('<s>[INST]')) return refused('begin with <s>[INST]')
    const pieces = prompt.slice('<s>[INST]'.length).split('[INST]')
    const turns: Turn[] = []
    for (const [index, piece] of pieces.entries()) {
      const [text = '', answer, ...more] = piece.split('[/INST]')
      if (answer === undefined || more.length > 0) return refused('close each [INST] with [/INST]')
      const isLast = index === pieces.length - 1
      if (isLast ? answer.includes('</s>') : !endsOnce(answer.trimEnd(), '</s>')) {
        return refused(isLast ? 'end with [/INST]' : 'end each answer with </s>')
      }
      turns.push({ role: 'user', text: text.trim() })
      turns.push({ role: 'assistant', text: answer.replace('</s>', '').trim() })
    }
    return toTurns(turns, ['<s>', '</s>'])
  },
}

const R1 = {
  begin: '<｜begin▁of▁sentence｜>',
  user: '<｜User｜>',
  assistant: '<｜Assistant｜>',
  end: '<｜end▁of▁sentence｜>',
} as const

/** DeepSeek R1's, which has the model begin with its thoughts. */
export const thinking: Template = {
  read(prompt) {
    const answer = `${R1.assistant}<think>\n`
    if (!prompt.startsWith(R1.begin)) return refused(`begin with ${R1.begin}`)
    if (!prompt.endsWith(answer)) return refused(`end with ${shown(answer)}`)
    const [system = '', ...pieces] = prompt.slice(R1.begin.length, -answer.length).split(R1.user)
    const turns: Turn[] = [{ role: 'system', text: system }]
    for (const [index, piece] of pieces.entries()) {
      const [text = '', said, ...more] = piece.split(R1.assistant)
      turns.push({ role: 'user', text })
      if (index === pieces.length - 1 && said === undefined) break
      if (said === undefined || more.length > 0 || !endsOnce(said, R1.end)) {
        return refused(`have an answer after each ${R1.user}, between ${R1.assistant} and ${R1.end}`)
      }
      turns.push({ role: 'assistant', text: said.slice(0, -R1.end.length) })
    }
    return toTurns(turns, Object.values(R1))
  },
}

function toTurns(turns: readonly Turn[], tokens: readonly string[]): Turns | { readonly refused: string } {
  const stray = tokens.find((token) => token !== '' && turns.some(({ text }) => text.includes(token)))
  if (stray !== undefined) return refused(`have no ${stray} inside a turn`)
  const messages = turns.flatMap(({ role, text }): Message[] =>
    role === 'user' || (role === 'assistant' && text !== '') ? [{ role, content: [{ text }] }] : [],
  )
  if (!messages.some((message) => message.role === 'user')) return refused('have a turn of the user')
  return { system: turns.flatMap(({ role, text }) => (role === 'system' && text !== '' ? text : [])), messages }
}

/** Whether the text ends with the token and has it nowhere else. */
function endsOnce(text: string, token: string): boolean {
  return text.endsWith(token) && text.indexOf(token) === text.length - token.length
}

function refused(must: string): { readonly refused: string } {
  return { refused: `The prompt is not in this model's template: it must ${must}.` }
}

function shown(token: string): string {
  return token.replaceAll('\n', '\\n')
}
