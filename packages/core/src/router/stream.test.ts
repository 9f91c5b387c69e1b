import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { defineCredentialKind } from '../contract/credentials.ts'
import { Ending } from '../contract/ending.ts'
import { MohoError } from '../contract/errors.ts'
import type { CallRecord, Guard, Observer } from '../contract/extend.ts'
import type { HttpClient, HttpResponse } from '../contract/http.ts'
import { defineProvider } from '../contract/provider.ts'
import { forward } from '../contract/reply.ts'
import { ChatRequest } from '../formats/chat.ts'
import { ReplayWeb } from '../testing/replay-web.ts'
import { JsonBody } from '../wire/json-body.ts'
import { type Call, createRouter } from './dispatch.ts'
import { connectEntry } from './entry.ts'
import type { Outlet } from './outlet.ts'

const text = { id: 'c', model: 'm', choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: null }] }
const finish = { id: 'c', model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
const sse = (...events: (object | string)[]) =>
  events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`)

type Step = string | number | 'end' | 'break'

/** An upstream that sends pieces, and waits as many milliseconds as a number says. */
const upstream = (...steps: Step[]): HttpClient & { paused: number } => ({
  paused: 0,
  async send(_, ending): Promise<HttpResponse> {
    const client = this
    return {
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      bytes: () => Promise.reject(new Error('It is a stream.')),
      pipe(sink) {
        let over = false
        const fail = (error: unknown) => {
          if (!over) sink.fail(error)
          over = true
        }
        ending?.onEnd(() => fail(ending.reason))
        const run = async () => {
          for (const step of steps) {
            if (typeof step === 'number') await new Promise((done) => setTimeout(done, step))
            if (over) return
            if (step === 'break') return fail(new MohoError('upstream_failed', 'Cut.'))
            if (step === 'end') sink.end()
            else if (typeof step === 'string') sink.chunk(Buffer.from(step))
          }
        }
        run().catch(fail)
        return {
          pause() {
            client.paused++
          },
          resume() {},
          abort: () => fail(new MohoError('cancelled', 'Aborted.')),
        }
      },
    }
  },
})

interface Given {
  http: HttpClient
  keepAliveMs?: number
  guards?: readonly Guard[]
  observers?: readonly Observer[]
  call?: Partial<Call>
  stream?: boolean
}

async function ask({ http, keepAliveMs = 10_000, guards = [], observers = [], call = {}, stream = true }: Given) {
  const provider = defineProvider({
    id: 'fake',
    config: z.object({}),
    credentials: [
      defineCredentialKind({
        type: 'none',
        settings: z.object({}),
        open: () => ({ get: async () => 'sk-one-two-three', refused: () => false, close() {} }),
      }),
    ],
    models: [{ id: 'm' }],
    connect: () => ({
      async chat(_, call) {
        // Taken apart and put together, as authors do.
        const { http, secret, signal } = { ...call, http: call.http }
        expect(signal).toBe(call.signal)
        const headers = { authorization: `Bearer ${await secret()}` }
        return forward(await http.send({ method: 'POST', url: 'https://up.example', headers }))
      },
    }),
  })
  const entry = connectEntry(
    {
      id: 'a',
      displayName: 'a',
      provider,
      config: {},
      credentialKind: provider.credentials[0] ?? expect.fail(),
      authSettings: {},
      enabled: true,
      firstParty: false,
      simulated: false,
      unlistedModels: 'allow',
      models: undefined,
    },
    http,
  )
  const { promise: observed, resolve } = Promise.withResolvers<CallRecord>()
  const logged: string[] = []
  const log = { debug() {}, info() {}, warn() {}, error: (message: string) => void logged.push(message) }
  const router = createRouter({
    entries: new Map([['a', entry]]),
    guards,
    observers: [...observers, { observe: resolve }],
    http,
    web: new ReplayWeb(),
    log,
    keepAliveMs,
  })
  const answer = await router.dispatch({
    id: 'r',
    operation: 'chat',
    caller: { key: 'k', metadata: {} },
    access: { allows: () => true },
    body: new JsonBody(Buffer.from(JSON.stringify({ model: 'a/m', stream, messages: [] })), ChatRequest),
    headers: {},
    ending: new Ending(),
    strict: false,
    ...call,
  })
  return { answer, observed, logged, text: answer.kind === 'stream' ? read(answer.body) : Promise.resolve('') }
}

const read = (outlet: Outlet): Promise<string> =>
  new Promise((resolve) => {
    const all: Buffer[] = []
    outlet.pipe({
      write: (piece, encoding) => void all.push(Buffer.from(piece, encoding)),
      end: () => resolve(Buffer.concat(all).toString()),
    })
  })

const never = () => new Promise<never>(() => {})

describe('a stream', () => {
  it('is answered at its first piece, and recorded at its last', async () => {
    const {
      answer,
      observed,
      text: body,
    } = await ask({ http: upstream(...sse(text), 20, ...sse(finish, '[DONE]'), 'end') })
    expect(answer).toMatchObject({ kind: 'stream', record: { attempts: [{ usage: { state: 'unmeasured' } }] } })
    expect(await body).toContain('"content":"Hi"')
    expect((await observed).attempts).toHaveLength(1)
  })

  it('that fails before its first piece is a fault with a status', async () => {
    const { answer, observed } = await ask({ http: upstream(': connected\n\n', 'break') })
    expect(answer).toMatchObject({ kind: 'fault', error: { code: 'upstream_failed', status: 502 } })
    expect(await observed).toMatchObject({
      error: { code: 'upstream_failed' },
      attempts: [{ error: { code: 'upstream_failed' } }],
    })
  })

  it('that fails after it tells so inside, and ends', async () => {
    const { answer, observed, text: body } = await ask({ http: upstream(...sse(text), 'break') })
    expect(answer.kind).toBe('stream')
    const events = (await body).trimEnd().split('\n\n')
    expect(events.at(-1)).toMatch(/^data: \{"error":\{.*"code":"upstream_failed"\}\}$/)
    expect(await body).not.toContain('[DONE]')
    expect((await observed).attempts[0]?.error?.code).toBe('upstream_failed')
  })

  it('gets comments in long silences, also before it begins, and an attempt can still fail then', async () => {
    const late = await ask({ http: upstream(90, ...sse(text), 90, ...sse(finish, '[DONE]'), 'end'), keepAliveMs: 20 })
    expect(late.answer).toMatchObject({ kind: 'stream', record: { attempts: [{ target: { entry: 'a' } }] } })
    const body = await late.text
    expect(body).toMatch(/^: keep-alive\n\n/)
    expect(body).toMatch(/"content":"Hi".*\n\n: keep-alive/s)
    expect(body).toMatch(/data: \[DONE\]\n\n$/)

    const failing = await ask({ http: upstream(90, 'break'), keepAliveMs: 20 })
    expect(failing.answer.kind).toBe('stream')
    expect(await failing.text).toMatch(/^(: keep-alive\n\n)+data: \{"error":.*\n\n$/)
    expect((await failing.observed).error?.code).toBe('upstream_failed')
  })

  it('that does not begin in time is given up', async () => {
    const { answer } = await ask({ http: upstream(1000), call: { timeouts: { firstTokenMs: 30 } } })
    expect(answer).toMatchObject({ kind: 'fault', error: { code: 'upstream_timeout' } })
  })

  it('ends with its call, in the middle too', async () => {
    const ending = new Ending()
    const { text: body, observed } = await ask({
      http: upstream(...sse(text), 1000),
      call: { ending },
    })
    ending.end(new MohoError('cancelled', 'The caller left.'))
    expect(await body).toContain('"code":"cancelled"')
    expect((await observed).attempts[0]?.error?.code).toBe('cancelled')
  })

  it('that its upstream does not close is over some seconds after its reason to end', async () => {
    vi.useFakeTimers()
    try {
      const { text: body } = await ask({ http: upstream(...sse(text, finish), 3_600_000), keepAliveMs: 3_600_000 })
      await vi.advanceTimersByTimeAsync(6_000)
      expect(await body).toMatch(/data: \[DONE\]\n\n$/)
    } finally {
      vi.useRealTimers()
    }
  })

  it('never tells a secret that the upstream quotes, before it begins or after', async () => {
    const fault = { error: { message: 'Bad key sk-one-two-three.', type: 'authentication_error' } }
    const early = await ask({ http: upstream(...sse(fault), 'end') })
    expect(early.answer).toMatchObject({ kind: 'fault', error: { message: expect.stringContaining('[redacted]') } })
    const late = await ask({ http: upstream(...sse(text, fault), 'end') })
    expect(await late.text).toContain('Bad key [redacted].')
  })

  it('that is something else than was asked for leaves no connection behind', async () => {
    const http = upstream(...sse(text), 1000)
    const send = http.send.bind(http)
    let aborted = false
    http.send = async (request, ending) => {
      ending?.onEnd(() => {
        aborted = true
      })
      return { ...(await send(request, ending)), headers: { 'content-type': 'text/html' } }
    }
    const { answer } = await ask({ http })
    expect(answer).toMatchObject({ kind: 'fault', error: { code: 'upstream_failed' } })
    expect(aborted).toBe(true)
  })

  it('is whole where its connection breaks after its end', async () => {
    const { text: body, observed } = await ask({ http: upstream(...sse(text, finish), 'break') })
    expect(await body).toMatch(/data: \[DONE\]\n\n$/)
    expect((await observed).error).toBeUndefined()
  })

  it('is slowed down by its reader from wherever it stands', async () => {
    const http = upstream(20, ...sse(text), 20, ...sse(finish, '[DONE]'), 'end')
    const { answer } = await ask({ http })
    if (answer.kind !== 'stream') return expect.fail()
    answer.body.pause()
    expect(http.paused).toBe(1)
  })
})

describe('a plugin that', () => {
  const whole = upstream()

  it('rejects in an observer or a permit breaks nothing', async () => {
    const broken = async () => {
      throw new Error('Broken.')
    }
    const guards: Guard[] = [{ id: 'g', admit: () => ({ settle: broken }) }]
    const {
      observed,
      logged,
      text: body,
    } = await ask({ http: upstream(...sse(text, finish, '[DONE]'), 'end'), guards, observers: [{ observe: broken }] })
    await body
    await observed
    await new Promise((done) => setImmediate(done))
    expect(logged.sort()).toEqual(['a guard failed to settle its permit', 'an observer failed'])
  })

  it.each([true, false])('never comes to an end is left behind when the time is up (streamed: %s)', async (stream) => {
    const guards: Guard[] = [{ id: 'g', admit: never }]
    const ending = new Ending()
    setTimeout(() => ending.end(new MohoError('upstream_timeout', 'Time is up.')), 30)
    const { answer } = await ask({ http: whole, guards, stream, call: { ending } })
    expect(answer).toMatchObject({ kind: 'fault', error: { code: 'upstream_timeout' } })
  })
})
