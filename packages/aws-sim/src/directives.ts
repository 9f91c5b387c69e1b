import { type Mishaps, mishapsOf } from './mishaps.ts'

/** What `[[sim:…]]` in the last user text asks of the simulator. */
export interface Directives {
  /** The text without the directives. */
  readonly prompt: string
  /** Lower-case name → value; a directive without `=` has an empty value. */
  readonly values: ReadonlyMap<string, string>
}

/** Of a call that has no prompt. */
export const NO_DIRECTIVES: Directives = { prompt: '', values: new Map() }

export function readDirectives(text: string): Directives {
  if (!text.includes('[[sim:')) return { prompt: tidy(text), values: NONE }
  const values = new Map<string, string>()
  const prompt = text.replace(DIRECTIVE, (_all, name: string, value: string | undefined) => {
    values.set(name.toLowerCase(), (value ?? '').trim())
    return ''
  })
  return { prompt: tidy(prompt), values }
}

/** The directive's value as a whole number from 0 to `limit`, or undefined. */
export function numberOf(directives: Directives, name: string, limit: number): number | undefined {
  const value = directives.values.get(name)
  if (value === undefined || !/^\d+$/.test(value)) return undefined
  return Math.min(Number(value), limit)
}

/** What directives, like scripts, change about an answer: replace it by an error or let it go wrong on its way. */
export function directedChange({ values }: Directives): { error?: string; message?: string; mishaps: Mishaps } {
  const mishaps = mishapsOf(values)
  if (values.has('throttle')) return { error: 'ThrottlingException', mishaps }
  const error = /^([A-Za-z_]+)(?::(.*))?$/s.exec(values.get('error') ?? '')
  if (!error) return { mishaps }
  const [, name = '', message] = error
  return message === undefined ? { error: name, mishaps } : { error: name, message, mishaps }
}

const DIRECTIVE = /\[\[sim:([a-zA-Z]+)(?:=([^\]]*))?\]\]/g
const NONE: ReadonlyMap<string, string> = new Map()

function tidy(text: string): string {
  return text.replace(/ {2,}/g, ' ').trim()
}
