import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ModelCall } from '../contract/call.ts'
import { type Credential, defineCredentialKind } from '../contract/credentials.ts'
import { Ending } from '../contract/ending.ts'
import { AnswerExcerpt, MohoError } from '../contract/errors.ts'
import type { AttemptRecord, CallRecord, Guard, Permit } from '../contract/extend.ts'
import type { Model, OperationPaths } from '../contract/model.ts'
import { defineProvider, type ListedModel, type Operations } from '../contract/provider.ts'
import { write } from '../contract/reply.ts'
import type { WebClient } from '../contract/web.ts'
import { ChatRequest } from '../formats/chat.ts'
import { type Recording, ReplayClient } from '../testing/replay-client.ts'
import { ReplayWeb } from '../testing/replay-web.ts'
import { bearer } from '../wire/api-key.ts'
import { JsonBody } from '../wire/json-body.ts'
import { postJson } from '../wire/post-json.ts'
import { wholeBody } from '../wire/whole-body.ts'
import { type Call, createRouter } from './dispatch.ts'
import { connectEntry, type EntrySettings } from './entry.ts'

/** Echoes what the upstream said, as it said it. */
const echo: Operations<string> = {
  async chat(_, call) {
    const response = await postJson(call, 'https://up.example/chat', '{}', bearer)
    return write(response, wholeBody, (out) => ({
      frame(data) {
        out.text(data)
        out.usage({ input: 1, output: 1 })
        out.finish('stop')
      },
      end() {},
    }))
  },
}

interface Parts {
  operations?: Operations<string>
  credential?: Partial<Credential<string>>
  rows?: readonly Model[]
  resolve?: (id: string) => Model | undefined
  paths?: OperationPaths
  prefers?: string
}
const providerOf = ({
  operations = echo,
  credential = {},
  rows = [{ id: 'vendor.one-v1:0' }, { id: 'vendor.two' }],
  resolve,
  paths,
  prefers,
}: Parts) =>
  defineProvider({
    id: 'fake',
    config: z.object({ region: z.string() }),
    credentials: [
      defineCredentialKind({
        type: 'none',
        settings: z.object({}),
        open: () => ({ get: async () => 'secret-secret-secret', refused: () => false, close() {}, ...credential }),
      }),
    ],
    models: rows,
    ...(resolve && { resolve }),
    ...(paths && { paths }),
    prefers: () => prefers,
    connect: () => operations,
  })

const entryOf = (id: string, parts: Parts = {}, more: Partial<EntrySettings> = {}): EntrySettings => {
  const provider = providerOf(parts)
  const credentialKind = provider.credentials[0] ?? expect.fail()
  return {
    id,
    displayName: id,
    provider,
    config: { region: 'eu-west-1' },
    credentialKind,
    authSettings: {},
    enabled: true,
    firstParty: false,
    simulated: false,
    unlistedModels: 'allow',
    models: undefined,
    ...more,
  }
}

interface Given {
  entries?: readonly EntrySettings[]
  upstream?: readonly Recording[]
  guards?: readonly Guard[]
  call?: Partial<Call>
  model?: string
  web?: WebClient
}

async function ask({
  entries = [entryOf('a')],
  upstream = [{ body: 'hi' }],
  guards = [],
  call = {},
  model = 'a/vendor.two',
  web = new ReplayWeb(),
}: Given) {
  const http = new ReplayClient(upstream)
  const records: CallRecord[] = []
  const logged: string[] = []
  const log = { debug() {}, info() {}, warn() {}, error: (message: string) => void logged.push(message) }
  const broken = {
    observe() {
      throw new Error('An observer that breaks.')
    },
  }
  const router = createRouter({
    entries: new Map(entries.map((settings) => [settings.id, connectEntry(settings, http)])),
    guards,
    observers: [broken, { observe: (record) => void records.push(record) }],
    http,
    web,
    log,
  })
  const body = { model, messages: [{ role: 'user', content: 'hi' }] }
  const answer = await router.dispatch({
    id: 'req_1',
    operation: 'chat',
    caller: { key: 'k', metadata: {} },
    access: { allows: () => true },
    body: new JsonBody(Buffer.from(JSON.stringify(body)), ChatRequest),
    headers: {},
    ending: new Ending(),
    strict: false,
    ...call,
  })
  expect(records).toEqual([answer.record])
  return {
    http,
    logged,
    error: answer.kind === 'fault' ? answer.error : undefined,
    record: answer.record,
    body: answer.kind === 'whole' ? JSON.parse(answer.body.toString()) : undefined,
  }
}

const modelOf = ({ record }: { record: CallRecord }) => {
  const target = record.attempts[0]?.target
  return target && `${target.entry}/${target.model.id}`
}

describe('a model’s name', () => {
  const listed = (...models: ListedModel[]) =>
    entryOf(
      'a',
      { resolve: (id) => (id.startsWith('arn:') ? { id, region: 'us-west-2' } : undefined) },
      { models, unlistedModels: 'refuse' },
    )

  it.each([
    ['a/vendor.two', 'a/vendor.two'],
    ['@a/vendor.two', 'a/vendor.two'],
    ['@a/@vendor.two', 'a/vendor.two'],
    ['a/vendor-one-v1-0', 'a/vendor.one-v1:0'],
    ['vendor.one-v1:0', 'a/vendor.one-v1:0'],
    ['vendor-one-v1-0', 'a/vendor.one-v1:0'],
    ['@vendor.two', 'a/vendor.two'],
  ])('%s is %s', async (model, found) => {
    const outcome = await ask({ model })
    expect(modelOf(outcome)).toBe(found)
    expect(outcome.body.model).toBe(model)
  })

  it('may be an alias, and an ARN with its slashes, bare or not', async () => {
    const arn = 'arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.vendor.two'
    const entries = [listed({ id: 'vendor.two', name: 'two' }, { id: arn })]
    expect(modelOf(await ask({ entries, model: 'a/two' }))).toBe('a/vendor.two')
    expect(modelOf(await ask({ entries, model: 'two' }))).toBe('a/vendor.two')
    expect(modelOf(await ask({ entries, model: arn }))).toBe(`a/${arn}`)
    const { record } = await ask({ entries, model: `a/${arn}` })
    expect(record.attempts[0]?.target.region).toBe('us-west-2')
  })

  const targetOf = async (parts: Parts, model: ListedModel = { id: 'vendor.two' }) => {
    const { record, error } = await ask({ entries: [entryOf('a', parts, { models: [model] })] })
    return error ?? record.attempts[0]?.target
  }

  it('takes its region from what the entry says of it, then from the entry', async () => {
    expect(await targetOf({}, { id: 'vendor.two', region: 'ap-south-1' })).toMatchObject({ region: 'ap-south-1' })
    expect(await targetOf({})).toMatchObject({ region: 'eu-west-1', path: '' })
  })

  const several = { paths: { chat: ['converse', 'invoke', 'openai'] } }
  const rows = (...chat: string[]): Parts => ({ ...several, rows: [{ id: 'vendor.two', paths: { chat } }] })
  it.each<[string, Parts, ListedModel, string]>([
    ['the usual one of its row', rows('openai', 'converse'), { id: 'vendor.two' }, 'openai'],
    ['the usual one of its provider, if the row says none', several, { id: 'vendor.two' }, 'converse'],
    [
      'the one that the entry wants',
      { ...rows('converse', 'openai'), prefers: 'openai' },
      { id: 'vendor.two' },
      'openai',
    ],
    [
      'not the one that the entry wants, if it lacks it',
      { ...rows('converse'), prefers: 'openai' },
      { id: 'vendor.two' },
      'converse',
    ],
    [
      'what the list says',
      { ...rows('converse', 'openai'), prefers: 'openai' },
      { id: 'vendor.two', path: 'converse' },
      'converse',
    ],
    ['what the list says, though its row does not', rows('converse'), { id: 'vendor.two', path: 'invoke' }, 'invoke'],
  ])('goes by %s', async (_, parts, model, path) => {
    expect(await targetOf(parts, model)).toMatchObject({ path })
  })

  it('takes features and limits from what the entry says of it, then from the row', async () => {
    const row: Model = { id: 'vendor.two', features: ['tools'], limits: { contextTokens: 1, outputTokens: 2 } }
    const said: ListedModel = { id: 'vendor.two', features: ['vision'], limits: { outputTokens: 3 } }
    expect(await targetOf({ rows: [row] }, said)).toMatchObject({
      model: { features: ['vision'], limits: { contextTokens: 1, outputTokens: 3 } },
    })
  })

  it('that cannot chat says why', async () => {
    const unserved = 'It makes embeddings.'
    expect(await targetOf({ rows: [{ id: 'vendor.two', paths: {}, unserved }] })).toMatchObject({
      code: 'unsupported',
      message: 'Model a/vendor.two has no chat. It makes embeddings.',
    })
  })

  it('that its provider has something to say of is told so, but to nobody who may not use the entry', async () => {
    const entries = [
      entryOf('a', {
        resolve: () => {
          throw new MohoError('invalid_request', 'That is a model of another region.')
        },
      }),
    ]
    expect((await ask({ entries, model: 'a/x' })).error?.message).toBe('That is a model of another region.')
    const closed = { access: { allows: () => false } }
    expect((await ask({ entries, model: 'a/x', call: closed })).error?.message).toContain('There is no model "a/x"')
  })

  it('that two entries have is ambiguous, and the candidates are told', async () => {
    const { error } = await ask({ entries: [entryOf('a'), entryOf('b')], model: 'vendor.two' })
    expect(error).toMatchObject({ code: 'invalid_request', param: 'model' })
    expect(error?.message).toContain('a/vendor.two, b/vendor.two')
  })

  it('is unknown in one and the same way, whatever the reason', async () => {
    const messages = await Promise.all(
      [
        { model: 'a/none' },
        { model: 'a/vendor.two', entries: [entryOf('a', {}, { enabled: false })] },
        { model: 'a/vendor.two', call: { access: { allows: () => false } } },
        { model: 'a/vendor.two', entries: [listed({ id: 'vendor.one-v1:0' })] },
        { model: 'none/vendor.two' },
        { model: '/' },
        { model: 'a/' },
        { model: '@' },
      ].map(async (given) => {
        const { error, http } = await ask(given)
        expect(error).toMatchObject({ code: 'model_not_found', status: 404 })
        expect(http.requests).toEqual([])
        return error?.message.replace(JSON.stringify(given.model), 'M')
      }),
    )
    expect(new Set(messages).size).toBe(1)
  })

  it('that can be no name is told so, without what it does to a screen', async () => {
    const { error } = await ask({ model: 'a/b\u202e c\n' })
    expect(error?.message).toContain('"a/b\\u{202e} c\\n"')
    expect(error?.message).toContain('white space or control characters')
  })

  it('that no list has goes through with its entry’s name alone', async () => {
    const entries = [entryOf('a', { resolve: (id) => ({ id }) })]
    expect(modelOf(await ask({ entries, model: 'a/vendor.unlisted' }))).toBe('a/vendor.unlisted')
    expect((await ask({ entries, model: 'vendor.unlisted' })).error?.code).toBe('model_not_found')
  })

  it('of a model without chat is unsupported', async () => {
    const entries = [entryOf('a', { rows: [{ id: 'vendor.two', paths: {} }] })]
    expect((await ask({ entries })).error).toMatchObject({ code: 'unsupported' })
  })
})

describe('a call', () => {
  it('is answered, measured and recorded', async () => {
    const { body, record } = await ask({})
    expect(body.choices[0].message.content).toBe('hi')
    expect(record).toMatchObject({
      id: 'req_1',
      surface: 'chat',
      model: 'a/vendor.two',
      attempts: [{ usage: { state: 'measured', usage: { input: 1, output: 1 } } }],
    })
    expect(record.error).toBeUndefined()
  })

  it('is not hurt by an observer that breaks', async () => {
    expect((await ask({})).logged).toEqual(['an observer failed'])
  })

  it('whose answer never finishes is a failure', async () => {
    const operations: Operations<string> = {
      async chat(request, call) {
        const reply = await (echo.chat ?? expect.fail())(request, call)
        return { ...reply, translate: (out) => ({ frame: (data) => out.text(data), end() {} }) }
      },
    }
    expect((await ask({ entries: [entryOf('a', { operations })] })).error).toMatchObject({ code: 'upstream_failed' })
  })

  it('keeps the usage that a failing answer told', async () => {
    const operations: Operations<string> = {
      async chat(request, call) {
        const reply = await (echo.chat ?? expect.fail())(request, call)
        return {
          ...reply,
          translate: (out) => ({
            frame() {
              out.usage({ input: 9, output: 9 })
              throw new MohoError('upstream_failed', 'Malformed.')
            },
            end() {},
          }),
        }
      },
    }
    const { record } = await ask({ entries: [entryOf('a', { operations })] })
    expect(record.attempts[0]?.usage).toEqual({ state: 'measured', usage: { input: 9, output: 9 } })
  })

  it('that breaks inside Moho says nothing of it to the caller', async () => {
    const operations: Operations<string> = {
      async chat() {
        throw new TypeError('x of undefined')
      },
    }
    const { error } = await ask({ entries: [entryOf('a', { operations })] })
    expect(error).toMatchObject({ code: 'internal', status: 500 })
    expect(error?.message).not.toContain('undefined')
    expect(error?.cause).toBeInstanceOf(TypeError)
  })

  it('never tells a secret that the upstream quotes', async () => {
    const { error } = await ask({ upstream: [{ status: 401, body: '{"message":"bad key secret-secret-secret"}' }] })
    expect(error).toMatchObject({ code: 'upstream_auth_failed' })
    expect(`${error?.message} ${error?.cause}`).not.toContain('secret-secret-secret')
  })

  it.each([
    ['a text', 'bad key secret-secret-secret'],
    ['an excerpt', new AnswerExcerpt('bad key secret-secret-secret')],
    ['an error', new TypeError('bad key secret-secret-secret')],
    ['an error of an error', new Error('Broken.', { cause: new Error('bad key secret-secret-secret') })],
  ])('never tells a secret that is in %s behind its fault, or in the member at fault', async (_, cause) => {
    const operations: Operations<string> = {
      async chat(_request, call: ModelCall<string>) {
        throw new MohoError('upstream_failed', 'It broke.', { cause, param: await call.secret(), retryAfterMs: 7 })
      },
    }
    const { error } = await ask({ entries: [entryOf('a', { operations })] })
    expect(error).toMatchObject({ code: 'upstream_failed', message: 'It broke.', retryAfterMs: 7 })
    expect(inspect(error, { depth: 9 })).not.toContain('secret-secret-secret')
    expect(inspect(error, { depth: 9 })).toContain('[redacted]')
  })

  it('fetches by call.web, which ends with the attempt', async () => {
    const url = 'https://images.example/a.png'
    const operations: Operations<string> = {
      async chat(request, { web, ...call }: ModelCall<string>) {
        await web.get(url, { maxBytes: 10 })
        return (echo.chat ?? expect.fail())(request, { web, ...call })
      },
    }
    const entries = [entryOf('a', { operations })]
    const web = new ReplayWeb({ [url]: { contentType: 'image/png', bytes: Buffer.from('png') } })
    expect((await ask({ entries, web })).error).toBeUndefined()
    expect(web.urls).toEqual([url])

    const call = new Ending()
    let attempt: Ending | undefined
    const slow: WebClient = {
      get(_url, _options, ending) {
        attempt = ending
        call.end(new MohoError('cancelled', 'The caller left.'))
        return new Promise(() => {})
      },
    }
    expect((await ask({ entries, web: slow, call: { ending: call } })).error).toMatchObject({ code: 'cancelled' })
    expect(attempt?.ended).toBe(true)
  })

  it('keeps a thousand reports, cut to what anybody reads, and what is noted', async () => {
    const operations: Operations<string> = {
      chat(request, call) {
        for (let index = 0; index < 5000; index++) call.dropped(`${index}${'x'.repeat(1000)}`, 'No.')
        call.note('way', 'long')
        return echo.chat?.(request, call) ?? expect.fail()
      },
    }
    const { record } = await ask({ entries: [entryOf('a', { operations })] })
    expect(record.dropped).toHaveLength(1000)
    expect(Math.max(...record.dropped.map(({ path }) => path.length))).toBe(201)
    expect(record.notes).toEqual([{ name: 'way', value: 'long' }])
  })

  it('reports what is dropped, and refuses it where the caller is strict', async () => {
    const operations: Operations<string> = {
      async chat(request, call: ModelCall<string>) {
        call.dropped('seed', 'It has none.')
        return (echo.chat ?? expect.fail())(request, call)
      },
    }
    const entries = [entryOf('a', { operations })]
    expect((await ask({ entries })).record.dropped).toEqual([{ path: 'seed', why: 'It has none.' }])
    const { error, http } = await ask({ entries, call: { strict: true } })
    expect(error).toMatchObject({ code: 'unsupported', param: 'seed' })
    expect(http.requests).toEqual([])
  })
})

describe('a refused secret', () => {
  const refusal: Recording = { status: 403, body: '' }

  it('is tried once more where the credential can be renewed', async () => {
    const secrets: string[] = []
    let current = 'old-old-old-old-old'
    const credential: Partial<Credential<string>> = {
      get: async () => current,
      refused(secret) {
        secrets.push(secret)
        current = 'new-new-new-new-new'
        return true
      },
    }
    const { http, record, error } = await ask({
      entries: [entryOf('a', { credential })],
      upstream: [refusal, { body: 'hi' }],
    })
    expect(error).toBeUndefined()
    expect(secrets).toEqual(['old-old-old-old-old'])
    expect(http.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer old-old-old-old-old',
      'Bearer new-new-new-new-new',
    ])
    expect(record.attempts.map(({ error }) => error?.code)).toEqual(['upstream_auth_failed', undefined])
  })

  it('is not tried twice more, nor where that cannot help', async () => {
    const renewing = { refused: () => true }
    expect(
      (await ask({ entries: [entryOf('a', { credential: renewing })], upstream: [refusal, refusal] })).record.attempts,
    ).toHaveLength(2)
    expect((await ask({ upstream: [refusal] })).record.attempts).toHaveLength(1)
  })
})

describe('a guard', () => {
  it('that decides after its call has ended has its permit settled all the same', async () => {
    const ending = new Ending()
    const settled: (string | undefined)[] = []
    const { promise, resolve } = Promise.withResolvers<Permit>()
    const asking = ask({ guards: [{ id: 'g', admit: () => promise }], call: { ending } })
    ending.end(new MohoError('cancelled', 'The caller left.'))
    expect((await asking).error?.code).toBe('cancelled')
    resolve({ settle: ({ error }) => void settled.push(error?.code) })
    await new Promise((done) => setImmediate(done))
    expect(settled).toEqual(['cancelled'])
  })

  it('admits an attempt, and its permit is settled once with the record', async () => {
    const settled: AttemptRecord[] = []
    const guards: Guard[] = [{ id: 'g', admit: () => ({ settle: (attempt) => void settled.push(attempt) }) }]
    const { record } = await ask({ guards })
    expect(settled).toEqual(record.attempts)
  })

  it('refuses before anything is sent, and permits given before are settled', async () => {
    const settled: AttemptRecord[] = []
    const guards: Guard[] = [
      { id: 'g', admit: () => ({ settle: (attempt) => void settled.push(attempt) }) },
      {
        id: 'h',
        admit() {
          throw new MohoError('budget_exceeded', 'No money.')
        },
      },
    ]
    const { error, http } = await ask({ guards })
    expect(error).toMatchObject({ code: 'budget_exceeded', status: 402 })
    expect(http.requests).toEqual([])
    expect(settled.map((attempt) => attempt.error?.code)).toEqual(['budget_exceeded'])
  })
})
