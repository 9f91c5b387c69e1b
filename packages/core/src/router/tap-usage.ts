import { AnswerExcerpt, MohoError } from '../contract/errors.ts'
import type { Usage, UsageReading } from '../contract/writer.ts'
import type { Asked, Dialect, EventReading, ForwardedFormat } from '../dialects/dialect.ts'
import { readingOf } from '../dialects/writer.ts'
import { maxAnswerBytes } from '../wire/body-limit.ts'
import type { RelaySource } from './relay.ts'
import { brokeOff } from './upstream-fault.ts'

/**
 * Passes a forwarded stream on and reads on the way what it tells: usage, its end, a fault. Bytes stay as they are, but for the name of
 * the model and an event with usage that the caller did not ask for. Lines are looked at as Latin-1, which keeps every byte.
 */
export class UsageTap implements RelaySource {
  finished = false
  serviceTier: string | undefined
  readonly #format: ForwardedFormat
  readonly #marks: RegExp
  readonly #dialect: Dialect
  readonly #model: string
  readonly #dropUsage: boolean
  #usage: Usage | undefined
  #out: Uint8Array[] = []
  /** The line that has not ended yet. */
  #carry = ''
  /** Lines before the first event with data: an event's name, comments. */
  #head = ''
  #begun = false
  #ended = false
  #skipBlank = false
  /** The upstream's spelling of its model, and what goes out in its place. */
  #rename: { from: string; to: string } | undefined

  constructor(dialect: Dialect, marks: RegExp, model: string, asked: Asked) {
    this.#dialect = dialect
    this.#format = dialect.forwarded
    this.#marks = marks
    this.#model = model
    this.#dropUsage = this.#format.usageIsOptional && !asked.usage
  }

  get reading(): UsageReading {
    return readingOf(this.#usage)
  }

  chunk(bytes: Uint8Array): void {
    if (this.#ended) return
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const whole = this.#carry === '' && bytes.at(-1) === newline
    const text = this.#carry + chunk.toString('latin1')
    const cut = whole ? text.length : text.lastIndexOf('\n') + 1
    this.#carry = whole ? '' : text.slice(cut)
    if (this.#carry.length > maxAnswerBytes)
      throw new MohoError('upstream_failed', 'The upstream sent a line longer than Moho keeps in memory.')
    if (cut === 0) return
    const lines = whole ? text : text.slice(0, cut)
    // Most reads are whole events with nothing to look at.
    if (this.#begun && !this.#skipBlank && !this.#marks.test(lines) && !odd.test(lines)) {
      const renamed = this.#renamed(lines)
      this.#out.push(whole && renamed === lines ? bytes : Buffer.from(renamed, 'latin1'))
      return
    }
    this.#lines(lines)
  }

  /** The upstream's bytes are over: throws where more was due. */
  close(): void {
    if (this.#carry !== '') {
      const rest = `${this.#carry}\n`
      this.#carry = ''
      this.#lines(rest)
    }
    if (!this.finished && !this.#ended) throw brokeOff()
  }

  end(): void {
    if (!this.#ended && this.#format.end !== '') this.#out.push(Buffer.from(this.#format.end))
  }

  fail(error: MohoError): void {
    this.#out.push(Buffer.from(this.#dialect.errorEvent(error)))
  }

  take(): Uint8Array | '' {
    const out = this.#out
    if (out.length === 0) return ''
    this.#out = []
    return out.length === 1 && out[0] !== undefined ? out[0] : Buffer.concat(out)
  }

  #lines(text: string): void {
    let kept = this.#head
    this.#head = ''
    const keep = () => {
      if (kept === '') return
      // Before the first event there is nothing to pass on yet, so that an attempt can still fail.
      if (this.#begun) this.#out.push(Buffer.from(this.#renamed(kept), 'latin1'))
      else this.#head = kept
    }
    try {
      for (let from = 0; from < text.length && !this.#ended; ) {
        const to = text.indexOf('\n', from) + 1
        const line = text.slice(from, to)
        from = to
        const blank = line === '\n' || line === '\r\n'
        if (blank && this.#skipBlank) {
          this.#skipBlank = false
          continue
        }
        this.#skipBlank = false
        const data = dataOf(line)
        const reading =
          data !== undefined && (!this.#begun || this.#marks.test(line) || odd.test(line))
            ? this.#read(data)
            : undefined
        if (reading?.error !== undefined) throw reading.error
        if (reading?.usageOnly && this.#dropUsage) {
          this.#skipBlank = true
          continue
        }
        if (data !== undefined) this.#begin(line)
        kept += line
        if (reading?.ended) {
          this.#ended = true
          kept += '\n'
        }
      }
    } finally {
      keep()
    }
  }

  #read(data: string): EventReading {
    let value: unknown = data
    if (data !== '[DONE]') {
      try {
        value = JSON.parse(Buffer.from(data, 'latin1').toString('utf8'))
      } catch {
        throw new MohoError('upstream_failed', 'The upstream sent an event that is not JSON.', {
          cause: new AnswerExcerpt(data),
        })
      }
    }
    const reading = this.#format.readEvent(value)
    this.#usage = reading.usage ?? this.#usage
    this.serviceTier = reading.serviceTier ?? this.serviceTier
    if (reading.finished) this.finished = true
    return reading
  }

  /** The first event with data: from here on the answer has begun, and the upstream's name of the model is known. */
  #begin(line: string): void {
    if (this.#begun) return
    this.#begun = true
    const [from, named] = /"model":\s*("(?:[^"\\]|\\.)*")/.exec(line) ?? []
    const model = Buffer.from(JSON.stringify(this.#model)).toString('latin1')
    if (from !== undefined && named !== model) this.#rename = { from, to: `"model":${model}` }
  }

  #renamed(text: string): string {
    // Within a JSON text every quote is escaped, so this is a member and not something that the model said.
    return this.#rename === undefined ? text : text.replaceAll(this.#rename.from, this.#rename.to)
  }
}

const newline = 0x0a
/** An event that does not look like a JSON object, which is most of what a broken upstream sends. */
const odd = /^data:(?! ?\{.*\}\r?$)/m

/** The data of a line; undefined for one of another kind. */
function dataOf(line: string): string | undefined {
  if (!line.startsWith('data:')) return undefined
  return line.slice(line.startsWith('data: ') ? 6 : 5).trimEnd()
}
