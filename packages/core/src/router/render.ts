import { AnswerExcerpt, MohoError } from '../contract/errors.ts'
import type { StringMap } from '../contract/http.ts'
import type { ForwardReply, WriteReply } from '../contract/reply.ts'
import type { UsageReading } from '../contract/writer.ts'
import type { ForwardedFormat } from '../dialects/dialect.ts'
import { readOpenAiError } from '../dialects/openai-error.ts'
import { type ObjectWriter, readingOf } from '../dialects/writer.ts'
import { asBuffer } from '../wire/as-buffer.ts'
import { maxAnswerBytes } from '../wire/body-limit.ts'
import { isObject } from '../wire/json-value.ts'
import { type Members, readMember, scanMembers } from '../wire/peek-json.ts'
import { renameModel } from '../wire/rename-json.ts'
import { spliceMembers } from '../wire/splice-json.ts'
import { brokeOff, guarded, upstreamFault } from './upstream-fault.ts'

/** Reads a reply to its end and gives the caller's bytes. Nothing is committed before this returns. */
export async function renderWritten(reply: WriteReply, writer: ObjectWriter): Promise<string> {
  await readInto(reply, writer)
  return JSON.stringify(writer.toObject())
}

function readInto(reply: WriteReply, writer: ObjectWriter): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (thrown: unknown) => reject(upstreamFault(thrown))
    try {
      const sink = reply.framing(reply.translate(writer))
      reply.response.pipe({
        chunk: guarded((bytes) => sink.chunk(bytes)),
        end: guarded(() => {
          sink.end()
          if (!writer.finished) throw brokeOff()
          resolve()
        }),
        fail,
      })
    } catch (thrown) {
      fail(thrown)
    }
  })
}

/** An answer that is forwarded, and what it tells on the way. */
export interface Forwarded {
  readonly body: string | Uint8Array
  readonly reading: UsageReading
  readonly serviceTier: string | undefined
}

/** Reads a reply to its end and gives its bytes as they came, but for the name of the model: callers get the one that they asked for. */
export async function renderForwarded(reply: ForwardReply, format: ForwardedFormat, model: string): Promise<Forwarded> {
  const { headers } = reply.response
  const bytes = await reply.response.bytes(maxAnswerBytes)
  const quick = bytes.byteLength <= maxParsed ? renderSmall(bytes, format, model) : undefined
  if (quick !== undefined) return quick
  const members = scanMembers(bytes)
  const { has, read } = members === undefined ? parsed(bytes, headers) : sliced(bytes, members, headers)
  const error = has('error') ? read('error') : undefined
  if (error !== undefined && error !== null) throw (reply.readError ?? readOpenAiError)(error)
  if (!has(format.member)) {
    throw new MohoError('upstream_failed', `The upstream’s answer has no ${format.member}.`, {
      cause: new AnswerExcerpt(bytes),
    })
  }
  const range = members?.get(format.member)
  // Of what is large only the outer structure has been looked at.
  if (range !== undefined && range.end - range.start <= maxParsed) read(format.member)
  if (format.finished !== undefined && !format.finished.test(slice(bytes, range))) throw brokeOff()
  const usage = read('usage')
  const serviceTier = read('service_tier')
  return {
    body: has('model') ? spliceMembers(bytes, { set: { model } }, members) : bytes,
    reading: readingOf(usage === undefined ? undefined : format.readUsage(usage)),
    serviceTier: typeof serviceTier === 'string' ? serviceTier : undefined,
  }
}

/**
 * A small answer that is as it should be, parsed as a whole: quicker than to find and read its members one by one. Undefined where
 * there is anything to say of it, and where the name of its model cannot be found with one look.
 */
function renderSmall(bytes: Uint8Array, format: ForwardedFormat, model: string): Forwarded | undefined {
  const text = textOf(bytes)
  if (text === undefined) return undefined
  const answer = objectOf(text)
  if (answer === undefined || !Object.hasOwn(answer, format.member)) return undefined
  if (answer.error !== undefined && answer.error !== null) return undefined
  if (format.isFinished?.(answer[format.member]) === false) return undefined
  const body = Object.hasOwn(answer, 'model') ? renameModel(text, answer.model, model) : text
  if (body === undefined) return undefined
  const { usage, service_tier: serviceTier } = answer
  return {
    body,
    reading: readingOf(usage === undefined ? undefined : format.readUsage(usage)),
    serviceTier: typeof serviceTier === 'string' ? serviceTier : undefined,
  }
}

/** Undefined for what is not UTF-8. A byte order mark stays, so that it is no JSON. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return exact.decode(bytes)
  } catch {
    return undefined
  }
}

const exact = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

interface AnswerMembers {
  has(key: string): boolean
  read(key: string): unknown
}

/** The bytes of a member, each a character; of the whole, where the member cannot be told. */
const slice = (bytes: Uint8Array, range = { start: 0, end: bytes.byteLength }): string =>
  asBuffer(bytes).toString('latin1', range.start, range.end)

const sliced = (bytes: Uint8Array, members: Members, headers: StringMap): AnswerMembers => ({
  has: (key) => members.has(key),
  read(key) {
    const range = members.get(key)
    if (range === undefined) return undefined
    try {
      return readMember(bytes, range)
    } catch {
      throw unreadable(bytes, headers)
    }
  },
})

function parsed(bytes: Uint8Array, headers: StringMap): AnswerMembers {
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(bytes))
  } catch {
    throw unreadable(bytes, headers)
  }
  if (!isObject(value)) throw unreadable(bytes, headers)
  return {
    has: (key) => Object.hasOwn(value, key),
    read: (key) => (Object.hasOwn(value, key) ? value[key] : undefined),
  }
}

/** In bytes. */
const maxParsed = 16 * 1024
const utf8 = new TextDecoder('utf-8', { fatal: true })

function unreadable(bytes: Uint8Array, headers: StringMap): MohoError {
  const { 'content-type': type = 'none', 'content-encoding': encoding = '' } = headers
  const what =
    bytes.byteLength === 0
      ? 'an empty body'
      : `something that is not JSON (${encoding} content-type: ${type.slice(0, 100)})`
  return new MohoError('upstream_failed', `The upstream answered with ${what.replace('( ', '(')}.`, {
    cause: new AnswerExcerpt(bytes),
  })
}
