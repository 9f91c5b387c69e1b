import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MohoError } from '../contract/errors.ts'
import { dialects } from '../dialects/index.ts'
import { UsageTap } from './tap-usage.ts'

interface Passed {
  readonly text: string
  readonly tap: UsageTap
  readonly error: MohoError | undefined
}

/** What comes out of a forwarded stream that comes in slices of these lengths, its end or its fault included. */
function pass(
  body: string | Uint8Array,
  options: { usage?: boolean; lengths?: readonly number[]; operation?: 'chat' | 'responses'; answers?: number } = {},
): Passed {
  const dialect = dialects[options.operation ?? 'chat']
  const tap = new UsageTap(dialect, dialect.forwarded.marks ?? /$^/, 'entry/asked', {
    usage: options.usage ?? false,
    answers: options.answers ?? 1,
  })
  const bytes = Buffer.from(body)
  let out = ''
  const take = () => {
    out += tap.take()
  }
  let error: MohoError | undefined
  try {
    let from = 0
    for (const length of [...(options.lengths ?? []), bytes.byteLength]) {
      if (from >= bytes.byteLength) break
      tap.chunk(bytes.subarray(from, from + length))
      take()
      from += length
    }
    tap.close()
    tap.end()
  } catch (thrown) {
    if (!MohoError.is(thrown)) throw thrown
    error = thrown
  }
  take()
  return { text: Buffer.from(out, 'latin1').toString(), tap, error }
}

const event = (value: unknown) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`
const chunk = (content: string, more: object = {}) =>
  event({ id: 'c1', model: 'up-stream', choices: [{ index: 0, delta: { content }, finish_reason: null }], ...more })
const finish = event({ id: 'c1', model: 'up-stream', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
const usage = event({
  id: 'c1',
  model: 'up-stream',
  choices: [],
  usage: { prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 4 } },
})
const done = event('[DONE]')
const renamed = (text: string) => text.replaceAll('"model":"up-stream"', '"model":"entry/asked"')

describe('a forwarded chat stream', () => {
  it('goes through byte for byte, but for the name of the model', () => {
    const body = chunk('Grüße ') + chunk('€ 😀 "model":"up-stream"') + finish + usage + done
    const { text, tap, error } = pass(body, { usage: true })
    expect(error).toBeUndefined()
    expect(text).toBe(renamed(body))
    // What the model said is escaped, and so it stays.
    expect(text).toContain(JSON.stringify('€ 😀 "model":"up-stream"'))
    expect(tap.reading).toEqual({ state: 'measured', usage: { input: 6, cacheRead: 4, output: 5 } })
  })

  it('has the usage taken out that the caller did not ask for', () => {
    const { text, tap } = pass(chunk('Hi') + finish + usage + done)
    expect(text).toBe(renamed(chunk('Hi') + finish + done))
    expect(tap.reading.state).toBe('measured')
  })

  it('is the same however it is cut', () => {
    const content = fc.string({ unit: 'grapheme', maxLength: 12 })
    const line = fc.oneof(
      content.map((text) => chunk(text)),
      fc.constant(': ping\n\n'),
      content.map((text) => chunk(text).replaceAll('\n', '\r\n')),
    )
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }),
        (lines, asked, lengths) => {
          const body = lines.join('') + finish + usage + done
          const whole = pass(body, { usage: asked })
          const cut = pass(body, { usage: asked, lengths })
          expect(cut.text).toBe(whole.text)
          expect(cut.tap.reading).toEqual(whole.tap.reading)
        },
      ),
    )
    const body = chunk('é€😀') + finish + usage + done
    expect(pass(body, { lengths: Array(1000).fill(1) }).text).toBe(pass(body).text)
  })

  it('is the same event by event as in one read', () => {
    const other = (more: object) => event({ id: 'c2', model: 'up-stream', choices: [], ...more })
    const events = fc.oneof(
      { weight: 5, arbitrary: fc.string({ maxLength: 8 }).map((text) => chunk(text)) },
      fc.constantFrom(
        chunk('"model":"up-stream"'),
        chunk('x', { tool: { model: 'up-stream' } }),
        chunk('x').replace('\n\n', '\r\n\r\n'),
        chunk('x').replace('\n\n', '\n'),
        chunk('x') + chunk('y'),
        other({}),
        other({ x: '\ud83d\ude00 é' }),
        event({ choices: [], model: 'up-stream', id: 'late' }),
        ': ping\n\n',
        usage,
      ),
    )
    fc.assert(
      fc.property(fc.array(events, { maxLength: 12 }), fc.boolean(), (middle, asked) => {
        const role = event({ id: 'c1', model: 'up-stream', choices: [{ index: 0, delta: { role: 'assistant' } }] })
        const all = [role, chunk('a'), chunk('b'), ...middle, chunk('z'), finish, usage, done]
        const body = all.join('')
        const whole = pass(body, { usage: asked })
        const lengths = all.map((piece) => Buffer.byteLength(piece))
        const cut = pass(body, { usage: asked, lengths })
        expect(cut.text).toBe(whole.text)
        expect(cut.tap.reading).toEqual(whole.tap.reading)
        expect(cut.error).toEqual(whole.error)
      }),
      { numRuns: 500 },
    )
  })

  it('whose bytes break off anywhere ends in a fault, not as if it were whole', () => {
    const body = Buffer.from(chunk('Hello') + chunk(' there') + finish)
    for (let at = 0; at < body.length - finish.length; at++) {
      expect(pass(body.subarray(0, at)).error?.code).toBe('upstream_failed')
    }
  })

  it('is whole where the last line of all lacks its end', () => {
    const { text, error } = pass((chunk('Hi') + finish + done).trimEnd())
    expect(error).toBeUndefined()
    expect(text).toBe(renamed(chunk('Hi') + finish) + done)
  })

  it('has the names of an event taken out with it', () => {
    const named = (id: number, text: string) => `event: message\nid: ${id}\n${text}`
    const body = [chunk('Hi'), finish, usage, done].map((text, id) => named(id, text)).join('')
    expect(pass(body).text).toBe(renamed(body).replace(named(2, renamed(usage)), ''))
    expect(pass(body, { lengths: Array(1000).fill(3) }).text).toBe(pass(body).text)
    expect(pass(body, { usage: true }).text).toBe(renamed(body))
  })

  it('gets the end that its upstream left out', () => {
    expect(pass(chunk('Hi') + finish).text).toBe(renamed(chunk('Hi') + finish) + done)
  })

  it('ends at its end, whatever follows', () => {
    expect(pass(chunk('Hi') + finish + done + done + chunk('more')).text).toBe(renamed(chunk('Hi') + finish) + done)
  })

  it('tells a fault of the upstream, and what came before it', () => {
    const fault = event({ error: { message: 'Slow down.', type: 'rate_limit_error' } })
    const first = pass(fault)
    expect(first.error).toMatchObject({ code: 'rate_limited' })
    expect(first.text).toBe('')
    const later = pass(chunk('Hi') + fault)
    expect(later.error).toMatchObject({ code: 'rate_limited' })
    expect(later.text).toBe(renamed(chunk('Hi')))
  })

  it('is a fault where an event is garbage', () => {
    expect(pass('data: {"choices":[\n\n').error?.code).toBe('upstream_failed')
    expect(pass('<html>Bad gateway</html>').error?.code).toBe('upstream_failed')
    expect(pass('').error?.code).toBe('upstream_failed')
  })

  it('writes nothing before its first event, so that an attempt can still fail', () => {
    expect(pass(': connected\n\n: still there\n\n').text).toBe('')
  })

  it('is not begun by comments or a role alone, and any number of comments takes no memory', () => {
    const role = event({ id: 'c1', model: 'up-stream', choices: [{ index: 0, delta: { role: 'assistant' } }] })
    expect(pass(role).text).toBe('')
    const answer = role + chunk('Hi') + finish + done
    expect(pass(': ping\n'.repeat(2_000_000) + answer, { lengths: Array(400).fill(64_000) }).text).toBe(renamed(answer))
  })

  it('is whole with a reason to end for each answer that was asked for', () => {
    const second = finish.replace('"index":0', '"index":1')
    expect(pass(chunk('Hi') + finish, { answers: 2 }).error?.code).toBe('upstream_failed')
    expect(pass(chunk('Hi') + finish + finish, { answers: 2 }).error?.code).toBe('upstream_failed')
    expect(pass(chunk('Hi') + finish + second, { answers: 2 }).error).toBeUndefined()
  })

  it('is a fault where it says its end without a reason', () => {
    const empty = event({ choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: '' }] })
    const { text, error } = pass(empty + done)
    expect(error?.code).toBe('upstream_failed')
    expect(text).not.toContain('[DONE]')
  })

  it('has an event of our own told apart from one that was not closed', () => {
    const open = chunk('Hi').trimEnd()
    const { tap } = pass(`${open}\n`)
    tap.fail(new MohoError('upstream_failed', 'It broke.'))
    expect(Buffer.from(tap.take()).toString()).toMatch(/^\ndata: \{"error":.*\}\n\n$/)
  })

  it.each([
    ['a nested model before its own', { provider: { model: 'backend-7' }, model: 'up-stream', choices: [] }],
    ['a nested model of the same name', { model: 'up-stream', extra: { model: 'up-stream' }, choices: [] }],
    ['another model', { model: 'fallback', choices: [] }],
    ['no model but a nested one', { extra: { model: 'up-stream' }, choices: [] }],
    ['a model that is no text', { model: null, choices: [] }],
  ])('has the name of its model replaced at its place alone: %s', (_, value) => {
    const renamed =
      typeof (value as { model?: unknown }).model === 'string' ? { ...value, model: 'entry/asked' } : value
    for (const before of ['', chunk('a'), chunk('a') + chunk('b')]) {
      const { text, error } = pass(before + event(value) + event(value) + chunk('z') + finish + done, { usage: true })
      expect(error).toBeUndefined()
      expect(text).toContain(event(renamed) + event(renamed) + chunk('z').replace('up-stream', 'entry/asked'))
    }
  })

  it('has a model renamed whose key is escaped or there twice', () => {
    for (const odd of ['{"mod\\u0065l":"up","choices":[]}', '{"model":"x","choices":[],"model":"up"}']) {
      const { text } = pass(chunk('a') + event(odd) + finish + done)
      expect(JSON.parse(text.split('\n\n')[1]?.slice(6) ?? '')).toEqual({ model: 'entry/asked', choices: [] })
    }
  })

  it('takes any name for its model as it is', () => {
    const tap = new UsageTap(dialects.chat, /$^/, 'a/$&-$1', { usage: true, answers: 1 })
    tap.chunk(Buffer.from(chunk('Hi')))
    expect(Buffer.from(tap.take()).toString()).toBe(chunk('Hi').replace('up-stream', () => 'a/$&-$1'))
  })

  it('knows members that are written with spaces', () => {
    const spaced = (text: string) => text.replaceAll('":', '": ').replaceAll(',"', ', "')
    const { text, tap, error } = pass(spaced(chunk('Hi') + finish + usage) + done)
    expect(error).toBeUndefined()
    expect(tap.reading.state).toBe('measured')
    expect(text).not.toContain('up-stream')
    expect(text).not.toContain('usage')
  })
})

describe('a forwarded responses stream', () => {
  const named = (name: string, value: object) => `event: ${name}\ndata: ${JSON.stringify({ type: name, ...value })}\n\n`
  const created = named('response.created', { response: { id: 'r', model: 'up-stream', status: 'in_progress' } })
  const delta = named('response.output_text.delta', { delta: 'Hi' })
  const completed = named('response.completed', {
    response: {
      id: 'r',
      model: 'up-stream',
      usage: { input_tokens: 7, input_tokens_details: { cached_tokens: 2 }, output_tokens: 3 },
    },
  })

  it('goes through with names and numbers as they are, and is measured', () => {
    const { text, tap, error } = pass(created + delta + completed, { operation: 'responses' })
    expect(error).toBeUndefined()
    expect(text).toBe(renamed(created + delta + completed))
    expect(tap.reading).toEqual({ state: 'measured', usage: { input: 5, cacheRead: 2, output: 3 } })
  })

  it('has no event without data before a fault, wherever that comes', () => {
    const body = Buffer.from(created + delta + delta + completed)
    for (let at = Buffer.byteLength(created + delta); at < body.length; at++) {
      const { text, tap, error } = pass(body.subarray(0, at), { operation: 'responses' })
      if (error === undefined) continue
      tap.fail(error)
      const events = `${text}${Buffer.from(tap.take(), 'latin1')}`.split('\n\n')
      expect(events.pop()).toBe('')
      for (const told of events) expect(told).toMatch(/^event: [\w.]+\ndata: \{.*\}$/)
      expect(events.at(-1)).toMatch(/^event: error\n/)
    }
  })

  it('that breaks off is a fault', () => {
    expect(pass(created + delta, { operation: 'responses' }).error?.code).toBe('upstream_failed')
  })

  it('that reports an error is a fault', () => {
    const error = named('error', { code: 'server_error', message: 'Broken.' })
    expect(pass(created + error, { operation: 'responses' }).error).toMatchObject({ code: 'upstream_failed' })
  })
})
