import type { MemberChange } from '../contract/call.ts'
import { asBuffer } from './as-buffer.ts'
import { isObject } from './json-value.ts'
import { type Members, openBrace, scanMembers } from './peek-json.ts'

/**
 * A JSON object's bytes with top-level members changed and every other byte as it came. What is removed goes first, then `set`,
 * then `merge`; a value that is undefined removes its member. New members come last. The very same bytes where nothing changes.
 *
 * Bytes that can be read in two ways (`scanMembers` passes them over) are parsed and written anew even without a change, so
 * that the next reader sees what `JSON.parse` saw. Throws where those are not a JSON object.
 */
export function spliceMembers(
  json: Uint8Array,
  change: MemberChange,
  members: Members | undefined = scanMembers(json),
): Uint8Array {
  if (members === undefined) return Buffer.from(JSON.stringify(changeMembers(parseObject(json), change)))
  const quick = setOne(json, change, members)
  if (quick !== undefined) return quick

  const named = new Set([...keysOf(change.set), ...keysOf(change.merge), ...(change.remove ?? [])])
  const cuts = new Cuts(json)
  // Where the members begin that are removed ahead of all that stay, and where the last one passed ends.
  let gone: number | undefined
  let end: number | undefined
  let kept = false
  for (const [key, member] of members) {
    const old = json.subarray(member.start, member.end)
    const value = named.delete(key) ? valueAfter(key, old, change) : old
    if (value === undefined) {
      // The comma before it goes too; ahead of all that stay, the comma after it.
      if (kept && end !== undefined) cuts.replace(end, member.end)
      else gone ??= member.from
    } else {
      if (gone !== undefined && !kept) cuts.replace(gone, member.from)
      if (value !== old) cuts.replace(member.start, member.end, value)
      kept = true
    }
    end = member.end
  }
  if (gone !== undefined && end !== undefined && !kept) cuts.replace(gone, end)

  const tail = end ?? json.indexOf(openBrace) + 1
  for (const key of named) {
    const value = valueAfter(key, undefined, change)
    if (value === undefined) continue
    cuts.replace(tail, tail, Buffer.from(`${kept ? ',' : ''}${JSON.stringify(key)}:`), value)
    kept = true
  }
  return cuts.joined()
}

/** One member that is there already gets another value: what most calls ask for. */
function setOne(json: Uint8Array, { set, merge, remove }: MemberChange, members: Members): Uint8Array | undefined {
  if (set === undefined || merge !== undefined || remove !== undefined) return undefined
  const [key, ...others] = Object.keys(set)
  const member = key === undefined || others.length > 0 ? undefined : members.get(key)
  const text: string | undefined = key === undefined ? undefined : JSON.stringify(set[key])
  if (member === undefined || text === undefined) return undefined
  const source = asBuffer(json)
  const size = Buffer.byteLength(text)
  const { start, end } = member
  if (size === end - start && source.toString('utf8', start, end) === text) return json
  const changed = Buffer.allocUnsafe(source.byteLength - (end - start) + size)
  source.copy(changed, 0, 0, start)
  changed.write(text, start)
  source.copy(changed, start + size, end)
  return changed
}

/** The same change to a parsed object. */
function changeMembers(object: ParsedObject, change: MemberChange): ParsedObject {
  // By entries, for `__proto__` is a key like any other.
  const members = new Map(Object.entries(object))
  for (const key of change.remove ?? []) members.delete(key)
  for (const [key, value] of Object.entries(change.set ?? {})) members.set(key, value)
  for (const [key, value] of Object.entries(change.merge ?? {})) {
    const old = members.get(key)
    members.set(key, isObject(old) ? Object.fromEntries([...Object.entries(old), ...Object.entries(value)]) : value)
  }
  return Object.fromEntries(members)
}

/** The bytes of a member's value after the change: `old` itself where it stays, undefined where there is none. */
function valueAfter(key: string, old: Uint8Array | undefined, change: MemberChange): Uint8Array | undefined {
  let value = change.remove?.includes(key) ? undefined : old
  if (change.set !== undefined && Object.hasOwn(change.set, key)) value = encode(change.set[key])
  const merged = change.merge !== undefined && Object.hasOwn(change.merge, key) ? change.merge[key] : undefined
  if (merged !== undefined)
    value = value?.[0] === openBrace ? spliceMembers(value, { set: { ...merged } }) : encode(merged)
  return value !== undefined && old !== undefined && Buffer.compare(value, old) === 0 ? old : value
}

function encode(value: unknown): Uint8Array | undefined {
  const text: string | undefined = JSON.stringify(value)
  return text === undefined ? undefined : Buffer.from(text)
}

function parseObject(json: Uint8Array): ParsedObject {
  const value: unknown = JSON.parse(utf8.decode(json))
  if (!isObject(value)) throw new TypeError('Only a JSON object has members to change.')
  return value
}

type ParsedObject = Readonly<Record<string, unknown>>

const utf8 = new TextDecoder('utf-8', { fatal: true })
const keysOf = (object: object | undefined) => (object === undefined ? [] : Object.keys(object))

/** Bytes with ranges replaced, told from front to back. */
class Cuts {
  readonly #source: Uint8Array
  readonly #pieces: Uint8Array[] = []
  #copied = 0

  constructor(source: Uint8Array) {
    this.#source = source
  }

  replace(from: number, to: number, ...by: readonly Uint8Array[]): void {
    this.#pieces.push(this.#source.subarray(this.#copied, from), ...by)
    this.#copied = to
  }

  joined(): Uint8Array {
    if (this.#pieces.length === 0) return this.#source
    return Buffer.concat([...this.#pieces, this.#source.subarray(this.#copied)])
  }
}
