import { MohoError } from '../contract/errors.ts'
import { asBuffer } from './as-buffer.ts'

/**
 * Finds the members of a JSON object without parsing what they hold: a large string costs one search for its end.
 *
 * Where it answers, `JSON.parse` of the same bytes either throws or has just these keys with just these values. For whatever
 * a parser could read in another way it answers undefined, and the caller parses: no object, a BOM, a key that is escaped or
 * comes twice, a broken structure, bytes after the end. Throws `invalid_request` where there are more members than `most`.
 */
export function scanMembers(json: Uint8Array, most = Number.POSITIVE_INFINITY): Members | undefined {
  const bytes = asBuffer(json)
  const members = new Map<string, Member>()
  let at = skipSpace(bytes, 0)
  if (bytes[at] !== openBrace) return undefined
  at = skipSpace(bytes, at + 1)
  if (bytes[at] === closeBrace) return nothingAfter(bytes, at) ? members : undefined
  for (;;) {
    const from = at
    const keyEnd = endOfKey(bytes, from)
    if (keyEnd === broken) return undefined
    const key = readKey(bytes, from + 1, keyEnd - 1)
    if (key === undefined || members.has(key)) return undefined
    at = skipSpace(bytes, keyEnd)
    if (bytes[at] !== colon) return undefined
    const start = skipSpace(bytes, at + 1)
    const end = endOfValue(bytes, start)
    if (end === broken) return undefined
    members.set(key, { from, start, end })
    if (members.size > most) throw new MohoError('invalid_request', `The body has more than ${most} members.`)
    at = skipSpace(bytes, end)
    if (bytes[at] === closeBrace) return nothingAfter(bytes, at) ? members : undefined
    if (bytes[at] !== comma) return undefined
    at = skipSpace(bytes, at + 1)
  }
}

/** What a member holds, whose place `scanMembers` told. Throws where that is not JSON. */
export function readMember(json: Uint8Array, { start, end }: Member): unknown {
  const text = end - start > maxText ? undefined : asciiOf(json, start, end)
  if (text === 'true') return true
  if (text === 'false') return false
  if (text !== undefined && isPlain.test(text)) return text.slice(1, -1)
  return JSON.parse(text ?? utf8.decode(json.subarray(start, end)))
}

/** In bytes: what is short is read quicker without the decoder. */
const maxText = 1024
/** A string in which everything stands for itself. */
const isPlain = /^"[\x20\x21\x23-\x5b\x5d-\x7e]*"$/

/** A text of a few bytes; undefined where they are not ASCII. */
function asciiOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  for (let at = start; at < end; at++) if ((bytes[at] as number) >= 0x80) return undefined
  return asBuffer(bytes).toString('latin1', start, end)
}

/** An object's members by key, in the order of the text. */
export type Members = ReadonlyMap<string, Member>

/** Where a member is: from the quote of its key, its value from `start`, both up to `end`. */
export interface Member {
  readonly from: number
  readonly start: number
  readonly end: number
}

/** In place of an end: there is none, or none that JSON allows. */
const broken = -1

export const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const backslash = 0x5c
const openBracket = 0x5b
export const openBrace = 0x7b
const closeBrace = 0x7d

const isSpace = (byte: number | undefined) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

function skipSpace(bytes: Buffer, start: number): number {
  let at = start
  while (isSpace(bytes[at])) at++
  return at
}

const nothingAfter = (bytes: Buffer, last: number) => skipSpace(bytes, last + 1) === bytes.length

function endOfKey(bytes: Buffer, start: number): number {
  if (bytes[start] !== quote) return broken
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (byte === quote) return at + 1
    // An escape can spell a key in many ways; a bare control character JSON does not allow.
    if (byte === backslash || byte < 0x20) return broken
  }
  return broken
}

function readKey(bytes: Buffer, start: number, end: number): string | undefined {
  const text = asciiOf(bytes, start, end)
  if (text !== undefined) return text
  try {
    return utf8.decode(bytes.subarray(start, end))
  } catch {
    return undefined
  }
}

/** Strict, and a key that begins with U+FEFF keeps it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function endOfValue(bytes: Buffer, start: number): number {
  const byte = bytes[start]
  if (byte === quote) return endOfString(bytes, start)
  if (byte === openBrace || byte === openBracket) return endOfNested(bytes, start)
  return endOfScalar(bytes, start)
}

function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1
  while (at < bytes.length) {
    // The next quote is mostly near: for that a loop is quicker than a call out of JavaScript.
    const near = Math.min(at + 16, bytes.length)
    while (at < near) {
      if (bytes[at] === quote) return at + 1
      at += bytes[at] === backslash ? 2 : 1
    }
    const end = bytes.indexOf(quote, at)
    if (end === -1) return broken
    let before = end
    while (before > at && bytes[before - 1] === backslash) before--
    if ((end - before) % 2 === 0) return end + 1
    at = end + 1
  }
  return broken
}

function endOfScalar(bytes: Buffer, start: number): number {
  let end = start
  while (end < bytes.length && bytes[end] !== comma && bytes[end] !== closeBrace && !isSpace(bytes[end])) end++
  return scalar.test(bytes.toString('latin1', start, end)) ? end : broken
}

const scalar = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/

/** Past an object or array by its brackets. What is between them is left to whoever parses it, but for bytes that JSON never has there. */
function endOfNested(bytes: Buffer, start: number): number {
  // One byte for each level, so that a body of nothing but brackets costs no more than its own size.
  let closers = new Uint8Array(32)
  let depth = 0
  let at = start
  while (at < bytes.length) {
    const byte = bytes[at] as number
    switch (kinds[byte]) {
      case plain:
        at++
        break
      case string:
        at = endOfString(bytes, at)
        if (at === broken) return broken
        break
      case opens:
        if (depth === closers.length) closers = widened(closers)
        // In ASCII, each closing bracket is two after its opening one.
        closers[depth++] = byte + 2
        at++
        break
      case closes:
        if (closers[--depth] !== byte) return broken
        at++
        if (depth === 0) return at
        break
      default:
        return broken
    }
  }
  return broken
}

function widened(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const wider = new Uint8Array(bytes.length * 2)
  wider.set(bytes)
  return wider
}

const plain = 1
const string = 2
const opens = 3
const closes = 4
/** What a byte outside of strings is. 0: nothing that JSON has, as are the comments and quotes of its looser kin. */
const kinds = new Uint8Array(256)
for (const byte of Buffer.from(' \t\r\n,:0123456789+-.eEtrufalsn')) kinds[byte] = plain
for (const byte of Buffer.from('{[')) kinds[byte] = opens
for (const byte of Buffer.from('}]')) kinds[byte] = closes
kinds[quote] = string
