import type { Answer } from '../../answer.ts'
import { faultAnswer, namedFault } from '../../fault.ts'

/** What `[[sim:…]]` in the last user text asks of the simulator. */
export interface Directives {
  /** The text without the directives. */
  readonly prompt: string
  /** Lower-case name → value; a directive without `=` has an empty value. */
  readonly values: ReadonlyMap<string, string>
}

export function readDirectives(text: string): Directives {
  const values = new Map<string, string>()
  const prompt = text.replace(DIRECTIVE, (_all, name: string, value: string | undefined) => {
    values.set(name.toLowerCase(), (value ?? '').trim())
    return ''
  })
  return { prompt: prompt.replace(/ {2,}/g, ' ').trim(), values }
}

/** The directive's value as a whole number from 0 to `limit`, or undefined. */
export function numberOf(directives: Directives, name: string, limit: number): number | undefined {
  const value = directives.values.get(name)
  if (value === undefined || !/^\d+$/.test(value)) return undefined
  return Math.min(Number(value), limit)
}

/** What the directives do to an answer that is otherwise made already. */
export function applyDirectives(directives: Directives, usual: Answer): Answer {
  const { values } = directives
  const delayMs = numberOf(directives, 'delay', MAX_DELAY_MS)
  const answer = { ...replaced(values, usual), ...(delayMs === undefined ? {} : { delayMs }) }
  if (values.has('hang')) return { ...answer, hang: true }
  if (values.has('cut')) return { ...answer, cutAfter: Math.floor(answer.body.length / 2) }
  return answer
}

const DIRECTIVE = /\[\[sim:([a-zA-Z]+)(?:=([^\]]*))?\]\]/g
const MAX_DELAY_MS = 600_000

function replaced(values: ReadonlyMap<string, string>, usual: Answer): Answer {
  if (values.has('throttle')) return faultAnswer(namedFault('ThrottlingException'))
  const error = /^([A-Za-z]+)(?::(.*))?$/s.exec(values.get('error') ?? '')
  if (error) return faultAnswer(namedFault(error[1] ?? '', error[2]))
  if (values.has('garbage')) return { ...usual, body: '<html><body>This is not what you asked for' }
  return usual
}
