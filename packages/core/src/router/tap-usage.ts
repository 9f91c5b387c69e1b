import { AnswerExcerpt, MohoError } from '../contract/errors.ts'
import type { ReadError } from '../contract/reply.ts'
import type { Usage, UsageReading } from '../contract/writer.ts'
import type { Asked, Dialect, EventReading, ForwardedFormat } from '../dialects/dialect.ts'
import { readOpenAiError } from '../dialects/openai-error.ts'
import { readingOf } from '../dialects/writer.ts'
import { asBuffer } from '../wire/as-buffer.ts'
import { isObject } from '../wire/json-value.ts'
import { placeOfModel } from '../wire/rename-json.ts'
import type { RelaySource } from './relay.ts'
import { brokeOff } from './upstream-fault.ts'

/**
 * Passes a forwarded stream on and reads on the way what it tells: usage, its end, a fault. Bytes stay as they are, but for the name of
 * the model and an event with usage that the caller did not ask for. Lines are looked at as Latin-1, which keeps every byte.
 */
export class UsageTap implements RelaySource {
  serviceTier: string | undefined
  readonly encoding = 'latin1'
  readonly #dialect: Dialect
  readonly #format: ForwardedFormat
  readonly #readError: ReadError
  readonly #marks: RegExp
  readonly #model: string
  readonly #answers: number
  readonly #dropUsage: boolean
  readonly #finished = new Set<number>()
  #usage: Usage | undefined
  #out = ''
  /** The line that has not ended yet, in pieces. */
  #carry: string[] = []
  #carried = 0
  /** What has come before the answer itself: its start, and the names of events. */
  #head = ''
  #begun = false
  #ended = false
  /** Whether what was passed on last leaves an event open. */
  #midEvent = false
  #skipBlank = false
  /** The lines of an event that name or number it. They wait for its data: with a fault in its place they would be an event without any. */
  #names = ''
  /** What events begin with, and what that becomes. */
  #start: { readonly from: string; readonly to: string } | undefined

  constructor(dialect: Dialect, marks: RegExp, model: string, asked: Asked, readError: ReadError = readOpenAiError) {
    this.#dialect = dialect
    this.#readError = readError
    this.#format = dialect.forwarded
    this.#marks = marks
    this.#model = Buffer.from(JSON.stringify(model)).toString('latin1')
    this.#answers = asked.answers
    this.#dropUsage = this.#format.usageIsOptional && !asked.usage
  }

  get finished(): boolean {
    return this.#finished.size >= this.#answers
  }

  /** Nothing more is to come, whatever the connection says. */
  get over(): boolean {
    return this.#ended
  }

  get reading(): UsageReading {
    return readingOf(this.#usage)
  }

  chunk(bytes: Uint8Array): void {
    if (this.#ended) return
    const chunk = asBuffer(bytes)
    const cut = chunk.lastIndexOf(newline) + 1
    const lines = cut === 0 ? '' : this.#carry.join('') + chunk.toString('latin1', 0, cut)
    if (cut > 0) {
      this.#carry = []
      this.#carried = 0
    }
    if (cut < chunk.byteLength) {
      this.#carry.push(chunk.toString('latin1', cut))
      this.#carried += chunk.byteLength - cut
      if (this.#carried > maxLine) throw tooLong()
    }
    if (lines === '') return
    // Most reads are one event with nothing to look at, which begins as the one before.
    const start = this.#start
    if (
      start !== undefined &&
      this.#begun &&
      !this.#skipBlank &&
      this.#names === '' &&
      lines.startsWith(start.from) &&
      lines.endsWith('}\n\n') &&
      lines.indexOf('\n') === lines.length - 2
    ) {
      const rest = lines.slice(start.from.length)
      if (!this.#marks.test(rest) && !rest.includes('"model"')) {
        this.#out += start.to + rest
        this.#midEvent = false
        return
      }
    }
    // Others are several events, or begin otherwise.
    this.#lines(lines)
  }

  close(): void {
    const rest = this.#carry.join('')
    this.#carry = []
    this.#carried = 0
    // Of an event that was cut nobody can tell what it is. The last line of all may lack its end.
    if (rest !== '' && odd.test(rest) && dataOf(rest) !== '[DONE]') throw brokeOff()
    if (rest !== '' && !this.#ended) this.#lines(`${rest}\n`)
    if (!this.finished) throw brokeOff()
  }

  end(): void {
    if (!this.#ended && this.#format.end !== '') this.#say(this.#format.end)
  }

  fail(error: MohoError): void {
    this.#say(this.#dialect.errorEvent(error))
  }

  take(): string {
    const out = this.#out
    this.#out = ''
    return out
  }

  /** An event of our own, which must not be read as a part of the upstream's last. */
  #say(event: string): void {
    this.#out += Buffer.from(this.#midEvent ? `\n${event}` : event).toString('latin1')
    this.#midEvent = false
  }

  #pass(text: string): void {
    this.#out += text
    this.#midEvent = !endsEvent.test(text)
  }

  #lines(text: string): void {
    let kept = this.#head
    this.#head = ''
    try {
      for (let from = 0; from < text.length && !this.#ended; ) {
        const to = text.indexOf('\n', from) + 1
        kept += this.#line(text.slice(from, to))
        from = to
        if (!this.#begun && kept.length > maxHead) throw tooLong()
      }
    } finally {
      // Before the answer begins there is nothing to pass on yet, so that an attempt can still fail.
      if (!this.#begun) this.#head = kept
      else if (kept !== '') this.#pass(kept)
    }
  }

  /** What of a line goes on. Throws the fault that it reports. */
  #line(line: string): string {
    if (line === '\n' || line === '\r\n') {
      const dropped = this.#skipBlank
      this.#skipBlank = false
      const names = this.#takeNames()
      return dropped ? '' : names + line
    }
    const data = dataOf(line)
    if (data === undefined) {
      if (odd.test(line)) throw notAnEvent(line)
      // Comments before the answer may go on for ever.
      if (line.startsWith(':')) return this.#begun ? line : ''
      this.#names += line
      if (this.#names.length > maxHead) throw tooLong()
      return ''
    }
    this.#skipBlank = false
    const looked = !this.#begun || this.#marks.test(line) || odd.test(line)
    const reading = looked ? this.#read(data) : undefined
    if (reading?.failure !== undefined) throw this.#readError(reading.failure)
    if (reading?.usageOnly && this.#dropUsage) {
      this.#skipBlank = true
      this.#names = ''
      return ''
    }
    // A start alone commits nothing.
    if (!reading?.isStart) this.#begun = true
    const names = this.#takeNames()
    if (!reading?.ended) return names + this.#renamed(line)
    this.#ended = true
    return `${names}${line}${line.endsWith('\r\n') ? '\r\n' : '\n'}`
  }

  #takeNames(): string {
    const names = this.#names
    this.#names = ''
    return names
  }

  #read(data: string): EventReading {
    let value: unknown = data
    if (data !== '[DONE]') {
      try {
        value = JSON.parse(Buffer.from(data, 'latin1').toString('utf8'))
      } catch {
        throw notAnEvent(data)
      }
    }
    const reading = this.#format.readEvent(value)
    this.#usage = reading.usage ?? this.#usage
    this.serviceTier = reading.serviceTier ?? this.serviceTier
    for (const index of reading.finished ?? []) this.#finished.add(index)
    // The answer is not over where its upstream says that it is, before it has its reason to end.
    if (reading.ended && !this.finished) throw brokeOff()
    return reading
  }

  /** A line of data with the name of the model that the caller asked for, if it tells one at its place. */
  #renamed(line: string): string {
    // Without escapes its key can be spelled in one way only.
    if (!line.includes('"model"') && !line.includes('\\u006')) return line
    const start = this.#start
    if (start !== undefined && line.startsWith(start.from)) {
      const rest = line.slice(start.from.length)
      if (!rest.includes('"model"')) return start.to + rest
    }
    const at = line.indexOf('{')
    const event = Buffer.from(line.slice(at), 'latin1')
    const place = placeOfModel(event, this.#format.modelIn)
    if (place === 'unclear') return `${line.slice(0, at)}${this.#rewritten(event)}\n`
    if (place === undefined) return line
    const from = line.slice(0, at + place.end)
    const to = line.slice(0, at + place.start) + this.#model
    if (from.startsWith('data: {') && !this.#marks.test(from)) this.#start = { from, to }
    return to + line.slice(from.length)
  }

  /** An event that names a member twice, or escapes its key: what was read of it, written anew. */
  #rewritten(bytes: Uint8Array): string {
    const model: unknown = JSON.parse(Buffer.from(this.#model, 'latin1').toString())
    const renamed = (told: unknown) => (isObject(told) && typeof told.model === 'string' ? { ...told, model } : told)
    const event = renamed(JSON.parse(Buffer.from(bytes).toString()))
    const { modelIn } = this.#format
    const inner = isObject(event) && modelIn !== undefined && isObject(event[modelIn])
    return Buffer.from(JSON.stringify(inner ? { ...event, [modelIn]: renamed(event[modelIn]) } : event)).toString(
      'latin1',
    )
  }
}

/** Whether an event is over at the end of the text. */
const endsEvent = /(?:^|\n)\r?\n$/
const newline = 0x0a
/** In characters: what comes before an answer, and one of its events. */
const maxHead = 8 * 1024 * 1024
const maxLine = 32 * 1024 * 1024

/** A line that is none of an event stream, or data that does not look like a JSON object: most of what a broken upstream sends. */
const odd = /^(?:data:(?! ?\{.*\}\r?$)|(?!data:|event:|id:|retry:|:|\r?$))/m

const notAnEvent = (line: string) =>
  new MohoError('upstream_failed', 'The upstream sent something that is no event of a stream of JSON.', {
    cause: new AnswerExcerpt(line),
  })

const tooLong = () =>
  new MohoError('upstream_failed', 'The upstream’s stream has a line longer than Moho keeps in memory.')

/** The data of a line; undefined for one of another kind. */
function dataOf(line: string): string | undefined {
  if (!line.startsWith('data:')) return undefined
  return line.slice(line.startsWith('data: ') ? 6 : 5).trimEnd()
}
