import { type Member, openBrace, quote, scanMembers } from './peek-json.ts'

/**
 * The text of a JSON object, which has been parsed, with another value for its top-level `model`, which holds the string `from`: what
 * `spliceMembers` gives, with one look instead of a scan. Undefined where one look does not tell which member that is.
 */
export function renameModel(text: string, from: unknown, to: string): string | undefined {
  const at = text.indexOf(key)
  // It has such a key, and without escapes a key can be spelled in one way only. So what is there once is the key.
  if (at === -1 || text.includes(key, at + key.length) || text.includes('\\u00')) return undefined
  const start = text.indexOf('"', at + key.length)
  const end = text.indexOf('"', start + 1) + 1
  // Any other value, and one with escapes, is left to the scan.
  if (text.slice(start + 1, end - 1) !== from || !isColon.test(text.slice(at + key.length, start))) return undefined
  return `${text.slice(0, start)}${JSON.stringify(to)}${text.slice(end)}`
}

const key = '"model"'
const isColon = /^\s*:\s*$/

/**
 * Where a JSON object names its model: beside the rest, or in the member `within`. Undefined where it names none by a string; 'unclear'
 * where the bytes can be read in two ways.
 */
export function placeOfModel(event: Uint8Array, within: string | undefined): Member | 'unclear' | undefined {
  const members = scanMembers(event)
  if (members === undefined) return 'unclear'
  const model = members.get('model')
  if (model !== undefined) return event[model.start] === quote ? model : undefined
  const inner = within === undefined ? undefined : members.get(within)
  if (inner === undefined || event[inner.start] !== openBrace) return undefined
  const found = placeOfModel(event.subarray(inner.start, inner.end), undefined)
  if (found === undefined || found === 'unclear') return found
  return { from: inner.start + found.from, start: inner.start + found.start, end: inner.start + found.end }
}
