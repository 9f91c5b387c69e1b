import assert from 'node:assert/strict'
import { z } from 'zod'
import { Ending } from '../contract/ending.ts'
import { MohoError } from '../contract/errors.ts'
import type { CallRecord } from '../contract/extend.ts'
import type { Provider } from '../contract/provider.ts'
import type { ChatCompletion } from '../formats/chat.ts'
import { ChatRequest } from '../formats/chat.ts'
import { connectEntry, createRouter, JsonBody, type Outlet } from '../router/index.ts'
import { otherDoors } from './one-door.ts'
import { type Recording, ReplayClient } from './replay-client.ts'
import { ReplayWeb } from './replay-web.ts'

/** What the suite needs to know of a provider. */
export interface ConformanceOptions {
  readonly provider: Provider
  /** The entry's own members. */
  readonly config: Readonly<Record<string, unknown>>
  /** `type` and the settings of one of its credential kinds. */
  readonly auth: Readonly<Record<string, string>>
  /** A secret that `auth` holds. It must never be told. */
  readonly secret: string
  readonly model: string
  /** The upstream's answers, recorded or written after its documentation. */
  readonly answers: {
    /** Says `Hello`, and ends of its own accord, with usage. */
    readonly text: Recording
    /** Calls the tool `get_weather` once with `{"city":"Rome"}`. Left out where the provider has no tools. */
    readonly toolCall?: Recording
    /** Says `Hello` as a stream does. Left out where the provider does not stream. */
    readonly stream?: Recording
  }
}

export interface ConformanceCheck {
  readonly name: string
  run(): Promise<void>
}

/**
 * The one suite for all providers. It needs no test runner: `for (const { name, run } of conformance(options)) it(name, run)`.
 */
export function conformance(options: ConformanceOptions): readonly ConformanceCheck[] {
  const { provider, answers } = options
  const checks: ConformanceCheck[] = []
  const check = (name: string, run: () => void | Promise<void>) => void checks.push({ name, run: async () => run() })
  const chat = (recording: Recording, more: Partial<Request> = {}) =>
    call(options, [recording], { body: hello(options), ...more })

  check('is a provider of this contract', () => {
    assert.equal(provider.contract, 1)
    assert.match(provider.id, /^[a-z][a-z0-9-]*$/)
    const types = provider.credentials.map(({ type }) => type)
    assert.ok(types.length > 0, 'It has no credential kind.')
    assert.equal(new Set(types).size, types.length, 'Two credential kinds have one type.')
    const ids = provider.models.map(({ id }) => id)
    assert.equal(new Set(ids).size, ids.length, 'Two models have one id.')
  })

  check('describes its settings so that a form can be drawn and a secret hidden', () => {
    z.toJSONSchema(provider.config, { io: 'input' })
    for (const kind of provider.credentials) {
      const { properties = {} } = z.toJSONSchema(kind.settings, { io: 'input' })
      for (const [name, value] of Object.entries(options.auth)) {
        if (kind.type !== options.auth.type || !value.includes(options.secret)) continue
        const shown = properties[name]
        assert.ok(typeof shown === 'object' && shown.secret === true, `auth.${name} is not marked as a secret.`)
      }
    }
  })

  check('does no input or output before a call', () => {
    const http = new ReplayClient([])
    connect(options, http)
    assert.equal(http.requests.length, 0)
  })

  check('answers with text, a reason to end and usage', async () => {
    const { completion, record } = answered(await chat(answers.text))
    assert.equal(completion.choices[0].message.content, 'Hello')
    assert.equal(completion.choices[0].finish_reason, 'stop')
    const usage = completion.usage
    assert.ok(usage !== undefined, 'It tells no usage.')
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens)
    assert.equal(record.attempts.at(-1)?.usage.state, 'measured')
  })

  check('goes to the outside by call.http alone', async () => {
    const seen = await otherDoors(async () => void answered(await chat(answers.text)))
    assert.deepEqual(seen, [])
  })

  check('gives the same answer however the bytes are cut', async () => {
    const whole = answered(await chat(answers.text)).completion
    const size = Buffer.byteLength(answers.text.body)
    for (const reads of [Array(size).fill(1), [1], [size - 1], [Math.floor(size / 2)], Array(size).fill(7)]) {
      assert.deepEqual(answered(await chat({ ...answers.text, reads })).completion, whole)
    }
  })

  check('tells a broken answer from a whole one, wherever it breaks', async () => {
    const body = Buffer.from(answers.text.body)
    // A break before trailing white space loses nothing.
    const end = body.toString('latin1').trimEnd().length
    for (let at = 0; at < end; at += Math.max(1, Math.floor(end / 40))) {
      for (const broken of [true, false]) {
        const fault = failed(await chat({ ...answers.text, body: body.subarray(0, at), broken }))
        assert.ok(
          ['upstream_failed', 'upstream_timeout', 'overloaded'].includes(fault.code),
          `Cut at byte ${at}: ${fault.code}`,
        )
      }
    }
  })

  check('takes garbage for a fault of the upstream', async () => {
    for (const body of ['', 'null', '[]', '{}', '"text"', '<html>Bad gateway</html>', '\u0000\u0001', '{"a":']) {
      assert.equal(failed(await chat({ ...answers.text, body })).code, 'upstream_failed', JSON.stringify(body))
    }
  })

  if (answers.toolCall !== undefined) {
    const recording = answers.toolCall
    check('calls a tool by the name and with the input that the model chose', async () => {
      const body = { ...hello(options), tools: [weather] }
      const { completion } = answered(await chat(recording, { body }))
      const [choice] = completion.choices
      assert.equal(choice.finish_reason, 'tool_calls')
      const [tool, ...others] = choice.message.tool_calls ?? []
      assert.equal(others.length, 0)
      assert.equal(tool?.function.name, 'get_weather')
      assert.deepEqual(JSON.parse(tool.function.arguments), { city: 'Rome' })
      assert.ok(tool.id.length > 0)
    })

    check('takes a tool’s result back', async () => {
      const messages = [
        { role: 'user', content: 'Weather in Rome?' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: '31 degrees, marker-8391' },
      ]
      const outcome = await chat(answers.text, { body: { ...hello(options), messages, tools: [weather] } })
      answered(outcome)
      assert.ok(sent(outcome).includes('marker-8391'), 'The result does not reach the upstream.')
    })
  }

  if (answers.stream !== undefined) {
    const recording = answers.stream
    const stream = (more: Partial<Recording> = {}) =>
      call(options, [{ ...recording, ...more }], {
        body: { ...hello(options), stream: true, stream_options: { include_usage: true } },
      })

    check('streams the same answer, with its reason to end and its usage', async () => {
      const { text, record } = streamed(await stream())
      const chunks = eventsOf(text)
      assert.equal(chunks.map(({ choices }) => choices?.[0]?.delta?.content ?? '').join(''), 'Hello')
      assert.equal(chunks.filter(({ choices }) => choices?.[0]?.finish_reason === 'stop').length, 1)
      assert.equal(chunks.filter(({ usage }) => (usage?.total_tokens ?? 0) > 0).length, 1)
      assert.ok(text.endsWith('data: [DONE]\n\n'), 'It does not end with [DONE].')
      assert.equal(record.attempts.at(-1)?.usage.state, 'measured')
    })

    check('streams the same bytes however its upstream’s are cut', async () => {
      const whole = streamed(await stream()).text
      const size = Buffer.byteLength(recording.body)
      for (const reads of [Array(size).fill(1), [1], [size - 1], [Math.floor(size / 2)], Array(size).fill(7)]) {
        assert.equal(streamed(await stream({ reads })).text, whole)
      }
    })

    check('never passes a broken stream off as whole, wherever it breaks', async () => {
      const body = Buffer.from(recording.body)
      for (let at = 0; at < body.length; at += Math.max(1, Math.floor(body.length / 60))) {
        for (const broken of [true, false]) {
          const outcome = await stream({ body: body.subarray(0, at), reads: Array(at).fill(16), broken })
          if ('fault' in outcome) continue
          const { text, record } = streamed(outcome)
          if (record.error !== undefined) {
            assert.ok(!text.includes('[DONE]'), `Cut at byte ${at} it says [DONE].`)
            continue
          }
          // What was cut may have been nothing but the usage, or the last line's end.
          const content = eventsOf(text).map(({ choices }) => choices?.[0]?.delta?.content ?? '')
          assert.equal(content.join(''), 'Hello', `Cut at byte ${at} it ends as if it were whole.`)
          assert.ok(text.includes('"finish_reason":"stop"'), `Cut at byte ${at} it ends without a reason.`)
        }
      }
    })
  }

  for (const [status, codes] of refusals) {
    check(`turns the upstream’s status ${status} into ${codes.join(' or ')}`, async () => {
      for (const body of ['{"message":"No.","error":{"message":"No."}}', '', '<html>No</html>']) {
        const fault = failed(await chat({ status, body }))
        assert.ok((codes as readonly string[]).includes(fault.code), `${fault.code} for ${JSON.stringify(body)}`)
        assert.ok(fault.message.length > 0)
      }
    })
  }

  check('never tells its secret, even where the upstream does', async () => {
    for (const status of [400, 401, 403, 500]) {
      const fault = failed(
        await chat({
          status,
          body: JSON.stringify({
            message: `Bad key ${options.secret}`,
            error: { message: `Bad key ${options.secret}` },
          }),
        }),
      )
      assert.ok(!fault.message.includes(options.secret), `Status ${status} tells the secret: ${fault.message}`)
    }
  })

  check('leaves the request as it is, for the next attempt', async () => {
    const body = { ...hello(options), tools: answers.toolCall && [weather], temperature: 0.5, max_tokens: 10 }
    const before = structuredClone(body)
    const first = await chat(answers.text, { body })
    const second = await chat(answers.text, { body })
    answered(first)
    assert.equal(sent(second), sent(first))
    assert.deepEqual(body, before)
  })

  check('loses no member in silence, and refuses to lose any under strict', async () => {
    const body = { ...hello(options), x_member_that_nobody_has: 'marker-4711' }
    const outcome = await chat(answers.text, { body })
    const told = answered(outcome).record.dropped.some(({ path }) => path === 'x_member_that_nobody_has')
    assert.ok(told || sent(outcome).includes('marker-4711'), 'It is neither sent nor reported as dropped.')
    if (told) assert.equal(failed(await chat(answers.text, { body, strict: true })).code, 'unsupported')
  })

  check('ends with its call', async () => {
    const outcome = await chat(answers.text, {
      ending: ended(new MohoError('cancelled', 'The caller left.')),
    })
    assert.equal(failed(outcome).code, 'cancelled')
  })

  return checks
}

const refusals = [
  [400, ['invalid_request', 'upstream_failed']],
  [401, ['upstream_auth_failed']],
  [403, ['upstream_auth_failed']],
  [404, ['model_not_found', 'upstream_failed']],
  [429, ['rate_limited', 'overloaded']],
  [500, ['upstream_failed']],
  [502, ['upstream_failed', 'overloaded']],
  [503, ['overloaded']],
  [504, ['upstream_timeout']],
] as const

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather in a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}

const hello = ({ model }: ConformanceOptions) => ({
  model: `entry/${model}`,
  messages: [{ role: 'user', content: 'Say hello.' }],
})

interface Request {
  readonly body: object
  readonly strict: boolean
  readonly ending: Ending
}

type Outcome = { readonly http: ReplayClient } & (
  | { readonly completion: ChatCompletion; readonly record: CallRecord }
  | { readonly text: string; readonly record: CallRecord }
  | { readonly fault: MohoError }
)

async function call(
  options: ConformanceOptions,
  recordings: readonly Recording[],
  request: Partial<Request> & { body: object },
): Promise<Outcome> {
  const http = new ReplayClient(recordings)
  const entries = new Map([['entry', connect(options, http)]])
  const { promise: observed, resolve: observe } = Promise.withResolvers<CallRecord>()
  // Answers tell when they were made, and are compared.
  const now = () => 1_767_225_600_000
  const web = new ReplayWeb()
  const router = createRouter({ entries, guards: [], observers: [{ observe }], http, web, log: silent, now })
  const answer = await router.dispatch({
    id: 'conformance',
    operation: 'chat',
    caller: { key: 'conformance', metadata: {} },
    access: { allows: () => true },
    body: new JsonBody(Buffer.from(JSON.stringify(request.body)), ChatRequest),
    headers: {},
    ending: request.ending ?? new Ending(),
    strict: request.strict ?? false,
  })
  if (answer.kind === 'fault') return { http, fault: answer.error }
  if (answer.kind === 'stream') return { http, text: await readAll(answer.body), record: await observed }
  const completion: ChatCompletion = JSON.parse(answer.body.toString())
  return { http, completion, record: answer.record }
}

function ended(reason: MohoError): Ending {
  const ending = new Ending()
  ending.end(reason)
  return ending
}

function readAll(outlet: Outlet): Promise<string> {
  return new Promise((resolve) => {
    const bytes: Buffer[] = []
    outlet.pipe({
      write: (piece, encoding) => void bytes.push(Buffer.from(piece, encoding)),
      end: () => resolve(Buffer.concat(bytes).toString()),
    })
  })
}

function connect({ provider, config, auth }: ConformanceOptions, http: ReplayClient) {
  const kind = provider.credentials.find(({ type }) => type === auth.type)
  assert.ok(kind !== undefined, `It has no credential kind ${auth.type}.`)
  const { type: _, ...settings } = auth
  return connectEntry(
    {
      id: 'entry',
      displayName: 'Entry',
      provider,
      config: provider.config.parse(config),
      credentialKind: kind,
      authSettings: kind.settings.parse(settings),
      enabled: true,
      firstParty: false,
      simulated: false,
      unlistedModels: 'allow',
      models: undefined,
    },
    http,
  )
}

function answered(outcome: Outcome) {
  if ('fault' in outcome) assert.fail(`It failed with ${outcome.fault.code}: ${outcome.fault.message}`)
  if ('text' in outcome) assert.fail('It streams where nobody asked it to.')
  return outcome
}

function streamed(outcome: Outcome) {
  if ('fault' in outcome) assert.fail(`It failed with ${outcome.fault.code}: ${outcome.fault.message}`)
  if (!('text' in outcome)) assert.fail('It does not stream.')
  return outcome
}

function failed(outcome: Outcome): MohoError {
  if (!('fault' in outcome)) assert.fail('It answered where it should have failed.')
  assert.notEqual(outcome.fault.code, 'internal', `It broke: ${String(outcome.fault.cause)}`)
  return outcome.fault
}

interface Chunk {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null }
    readonly finish_reason?: string | null
  }[]
  readonly usage?: { readonly total_tokens: number } | null
}

const eventsOf = (text: string): readonly Chunk[] =>
  text
    .split('\n\n')
    .map((event) => event.replace(/^data: ?/, ''))
    .filter((data) => data.startsWith('{'))
    .map((data) => JSON.parse(data))

const sent = ({ http }: Outcome): string =>
  http.requests.map(({ body }) => Buffer.from(body ?? '').toString()).join('\n')

const silent = { debug() {}, info() {}, warn() {}, error() {} }
