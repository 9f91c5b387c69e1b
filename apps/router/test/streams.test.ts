import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { bedrockEntry, running, soon } from './running.ts'

const router = running((simulator) => ({
  providers: [
    { id: 'bedrock', ...bedrockEntry(simulator) },
    {
      id: 'openai',
      type: 'openai',
      baseUrl: simulator.openaiUrl,
      auth: { type: 'api-key', apiKey: simulator.apiKey },
    },
  ],
}))

const models = { bedrock: 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0', openai: 'openai/gpt-5-mini' } as const
type Kind = keyof typeof models

interface Streamed {
  readonly content: string
  readonly finish: string | undefined
  readonly usage: OpenAI.CompletionUsage | undefined
  readonly ids: ReadonlySet<string>
  readonly model: string | undefined
  /** What the SDK threw, at once or in the middle. */
  readonly error:
    | { readonly status?: number | undefined; readonly code?: unknown; readonly message: string }
    | undefined
}

/** A stream through the official SDK, to its end or its fault. */
async function stream(
  kind: Kind,
  content: string,
  headers: Record<string, string> = {},
  usage = true,
): Promise<Streamed> {
  let text = ''
  let finish: string | undefined
  let told: OpenAI.CompletionUsage | undefined
  let model: string | undefined
  const ids = new Set<string>()
  const result = (error?: Streamed['error']): Streamed => ({ content: text, finish, usage: told, ids, model, error })
  try {
    const chunks = await router.openai().chat.completions.create(
      {
        model: models[kind],
        messages: [{ role: 'user', content }],
        stream: true,
        ...(usage && { stream_options: { include_usage: true } }),
      },
      { headers },
    )
    for await (const chunk of chunks) {
      ids.add(chunk.id)
      model = chunk.model
      text += chunk.choices[0]?.delta.content ?? ''
      finish = chunk.choices[0]?.finish_reason ?? finish
      told = chunk.usage ?? told
    }
    return result()
  } catch (error) {
    if (!(error instanceof OpenAI.APIError)) throw error
    return result({ status: error.status, code: error.code, message: error.message })
  }
}

const answer = '[[sim:say=One two three four five six seven eight nine ten.]]'
const said = 'One two three four five six seven eight nine ten.'

describe.each<Kind>(['bedrock', 'openai'])('a stream from %s', (kind) => {
  it('tells the answer, its end and its usage, under one id', async () => {
    const streamed = await stream(kind, answer)
    expect(streamed).toMatchObject({ content: said, finish: 'stop', error: undefined, model: models[kind] })
    expect(streamed.ids.size).toBe(1)
    expect(streamed.usage?.total_tokens).toBe(
      (streamed.usage?.prompt_tokens ?? 0) + (streamed.usage?.completion_tokens ?? 0),
    )
    await soon(() => router.log.at(-1)?.fields.outputTokens === streamed.usage?.completion_tokens)
  })

  it('is measured where the caller did not ask for usage, who then gets none', async () => {
    const before = router.log.length
    const streamed = await stream(kind, answer, {}, false)
    expect(streamed).toMatchObject({ content: said, finish: 'stop', usage: undefined, error: undefined })
    await soon(() => router.log.length > before)
    expect(router.log.at(-1)?.fields).toMatchObject({
      inputTokens: expect.any(Number),
      outputTokens: expect.any(Number),
    })
  })

  it('says the same as a whole answer', async () => {
    const whole = await router
      .openai()
      .chat.completions.create({ model: models[kind], messages: [{ role: 'user', content: answer }] })
    expect(whole.choices[0]?.message.content).toBe(said)
    expect(whole.model).toBe(models[kind])
  })

  it('is put together by the SDK’s own helper, tools included', async () => {
    const tools = [
      {
        type: 'function' as const,
        function: {
          name: 'get_weather',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      },
    ]
    const completion = await router
      .openai()
      .chat.completions.stream({
        model: models[kind],
        tools,
        messages: [{ role: 'user', content: 'Weather in Rome and Paris? [[sim:tools=2]]' }],
      })
      .finalChatCompletion()
    const calls = completion.choices[0]?.message.tool_calls ?? []
    expect(calls).toHaveLength(2)
    for (const call of calls)
      if (call.type === 'function') expect(JSON.parse(call.function.arguments)).toHaveProperty('city')
    expect(completion.choices[0]?.finish_reason).toBe('tool_calls')
  })

  it.each([
    ['a byte at a time', '[[sim:trickle]]'],
    ['split anywhere', '[[sim:split=7]]'],
    ['all at once', '[[sim:burst=1000]]'],
    ['slowly', '[[sim:pace=5]]'],
  ])('is the same when it comes %s', async (_, how) => {
    expect(await stream(kind, `${answer} ${how}`)).toMatchObject({ content: said, finish: 'stop', error: undefined })
  })

  // The answer was not whole, and the caller must know: an error, and never a reason to end that nobody gave.
  it.each([
    ['is cut', '[[sim:cutAfterEvents=4]] [[sim:cutBy=fin]]'],
    ['is reset', '[[sim:cutAfterEvents=4]] [[sim:cutBy=rst]]'],
    ['ends in the middle as if it were whole', '[[sim:cutAfterEvents=4]] [[sim:cutBy=end]]'],
    ['is cut within an event', '[[sim:cutAfter=700]] [[sim:cutBy=end]]'],
    ['turns to garbage', '[[sim:at=4]] [[sim:garbageJson]]'],
  ])('that %s ends in an error', async (_, how) => {
    const streamed = await stream(kind, `${answer} ${how}`)
    expect(streamed.error).toMatchObject({ code: 'upstream_failed' })
    expect(streamed.finish).toBeUndefined()
    expect(streamed.usage).toBeUndefined()
    expect(said.startsWith(streamed.content)).toBe(true)
  })

  it.each([
    ['nothing', '[[sim:emptyBody]]'],
    ['garbage', '[[sim:garbage]]'],
    ['a connection that is cut at once', '[[sim:cutAfterEvents=0]]'],
  ])('that is %s is an error with a status', async (_, how) => {
    expect((await stream(kind, `${answer} ${how}`)).error).toMatchObject({ status: 502, code: 'upstream_failed' })
  })

  it('that never begins ends in time', async () => {
    const streamed = await stream(kind, `${answer} [[sim:hang]]`, { 'x-moho-first-token-timeout-ms': '300' })
    expect(streamed.error).toMatchObject({ status: 504, code: 'upstream_timeout' })
    await soon(() => router.simulator.calls.at(-1)?.clientLeft === true, 1000)
  })

  it('that falls silent ends in time, inside the stream', async () => {
    const streamed = await stream(kind, `${answer} [[sim:hangAfter=4]]`, { 'x-moho-timeout-ms': '500' })
    expect(streamed.error).toMatchObject({ status: undefined, code: 'upstream_timeout' })
    expect(streamed.content).not.toBe('')
    await soon(() => router.simulator.calls.at(-1)?.clientLeft === true, 1000)
  })

  it('that is over but not closed ends by itself', async () => {
    const streamed = await stream(kind, `${answer} [[sim:linger]]`)
    expect(streamed).toMatchObject({ content: said, finish: 'stop', error: undefined })
  }, 15_000)

  it('says nothing twice that its upstream says after the end', async () => {
    expect(await stream(kind, `${answer} [[sim:afterEnd]]`)).toMatchObject({ content: said, finish: 'stop' })
  })

  it.each([
    ['before it begins', '[[sim:hang]]'],
    ['in the middle', '[[sim:hangAfter=4]]'],
  ])('leaves its upstream within a second of its caller, %s', async (_, how) => {
    const controller = new AbortController()
    const before = router.simulator.calls.length
    const reading = fetch(`${router.url}/v1/chat/completions`, {
      method: 'POST',
      signal: controller.signal,
      headers: { authorization: 'Bearer test-key-0123456789', 'content-type': 'application/json' },
      body: JSON.stringify({
        model: models[kind],
        stream: true,
        messages: [{ role: 'user', content: `${answer} ${how}` }],
      }),
    })
      .then((response) => response.text())
      .catch(() => undefined)
    await soon(() => router.simulator.calls.length > before)
    await new Promise((done) => setTimeout(done, 100))
    controller.abort()
    await reading
    await soon(() => router.simulator.calls.at(-1)?.clientLeft === true, 1000)
    await soon(() => router.log.at(-1)?.fields.code === 'cancelled')
  })
})

describe('an exception in Bedrock’s stream', () => {
  it.each([
    ['throttlingException', 429, 'rate_limited'],
    ['modelStreamErrorException', 502, 'upstream_failed'],
    ['internalServerException', 502, 'upstream_failed'],
    ['serviceUnavailableException', 503, 'overloaded'],
    ['validationException', 400, 'invalid_request'],
  ])('%s is a status before the answer begins, and an error inside it', async (name, status, code) => {
    const first = await stream('bedrock', `${answer} [[sim:exception=${name}:No.]]`)
    expect(first.error).toMatchObject({ status, code })
    const later = await stream('bedrock', `${answer} [[sim:at=4]] [[sim:pace=5]] [[sim:exception=${name}:No.]]`)
    expect(later.error).toMatchObject({ status: undefined, code })
    expect(later.content).not.toBe('')
    expect(later.finish).toBeUndefined()
  })

  it.each([
    ['a frame of the type error', '[[sim:errorFrame=InternalError:boom]]'],
    ['a wrong checksum of the prelude', '[[sim:badCrc=prelude]]'],
    ['a wrong checksum of the message', '[[sim:badCrc=message]]'],
    ['a length that no frame has', '[[sim:frameLength=4000000000]]'],
    ['a length that is too short', '[[sim:frameLength=3]]'],
    ['bytes between frames', '[[sim:garbageBytes=13]]'],
  ])('and %s are faults of the upstream, first or later', async (_, how) => {
    expect((await stream('bedrock', `${answer} ${how}`)).error).toMatchObject({ status: 502, code: 'upstream_failed' })
    const later = await stream('bedrock', `${answer} [[sim:at=4]] [[sim:pace=5]] ${how}`)
    expect(later.error).toMatchObject({ code: 'upstream_failed' })
    expect(later.finish).toBeUndefined()
  })

  it.each([['messageStop'], ['metadata']])('and an answer without %s is not whole', async (event) => {
    expect((await stream('bedrock', `${answer} [[sim:without=${event}]]`)).error).toMatchObject({
      code: 'upstream_failed',
    })
  })
})

describe('the bytes of a stream', () => {
  const raw = async (content: string, kind: Kind = 'bedrock') =>
    (await router.post({ model: models[kind], stream: true, messages: [{ role: 'user', content }] })).text()

  it('end with [DONE] where the answer is whole, and without it where it is not', async () => {
    expect(await raw(answer)).toMatch(/\n\ndata: \[DONE\]\n\n$/)
    for (const kind of ['bedrock', 'openai'] as const) {
      const broken = await raw(`${answer} [[sim:cutAfterEvents=4]]`, kind)
      expect(broken).not.toContain('[DONE]')
      const last = broken.trimEnd().split('\n\n').at(-1) ?? ''
      expect(JSON.parse(last.replace(/^data: /, ''))).toMatchObject({ error: { code: 'upstream_failed' } })
    }
  })

  it('name no tool’s index twice, and count tools and not blocks', async () => {
    const text = await raw('Weather? [[sim:reasoning]] Say something. [[sim:tools=2]]')
    const indexes = [...text.matchAll(/"tool_calls":\[\{"index":(\d+),"id"/g)].map(([, index]) => index)
    expect(indexes.length === 0 || indexes.join() === '0,1').toBe(true)
  })
})

describe('a slow reader', () => {
  it('slows its upstream down, and memory stays bounded', async () => {
    const response = await router.post({
      model: models.openai,
      stream: true,
      messages: [{ role: 'user', content: '[[sim:long=400000]] [[sim:burst=2000]]' }],
    })
    const reader = response.body?.getReader() ?? expect.fail()
    await reader.read()
    const before = process.memoryUsage().rss
    await new Promise((done) => setTimeout(done, 500))
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000)
    let bytes = 0
    for (let read = await reader.read(); !read.done; read = await reader.read()) bytes += read.value.byteLength
    expect(bytes).toBeGreaterThan(1_000_000)
  })
})

describe('a stream that is over', () => {
  it('leaves no timer behind, which would keep all of it in memory', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    await stream('openai', answer)
    const before = timers()
    for (let n = 0; n < 20; n++) await stream(n % 2 === 0 ? 'bedrock' : 'openai', answer)
    await soon(() => timers() < before + 10)
  })
})

describe('a caller that leaves in the middle of a stream', () => {
  it('leaves no timer behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const leave = async () => {
      const leaving = new AbortController()
      const body = {
        model: models.bedrock,
        stream: true,
        messages: [{ role: 'user', content: '[[sim:long=500]][[sim:pace=10]]' }],
      }
      const answer = await fetch(`${router.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: 'Bearer test-key-0123456789', 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: leaving.signal,
      })
      await answer.body?.getReader().read()
      leaving.abort()
      await soon(() => router.log.at(-1)?.fields.code === 'cancelled')
    }
    await leave()
    const before = timers()
    for (let left = 0; left < 10; left++) await leave()
    await soon(() => timers() <= before + 2)
  })
})

describe('callers that leave at random', () => {
  it('leave no upstream behind', async () => {
    const before = router.simulator.calls.length
    await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const controller = new AbortController()
        const kind: Kind = n % 2 === 0 ? 'bedrock' : 'openai'
        setTimeout(() => controller.abort(), 20 + ((n * 37) % 400))
        await fetch(`${router.url}/v1/chat/completions`, {
          method: 'POST',
          signal: controller.signal,
          headers: { authorization: 'Bearer test-key-0123456789', 'content-type': 'application/json' },
          body: JSON.stringify({
            model: models[kind],
            stream: true,
            messages: [{ role: 'user', content: `${answer} [[sim:pace=100]]` }],
          }),
        })
          .then((response) => response.text())
          .catch(() => undefined)
      }),
    )
    // Each that the simulator saw was left or is over: none is still being answered.
    await soon(
      () => router.simulator.calls.slice(before).every(({ clientLeft, status }) => clientLeft || status !== undefined),
      3000,
    )
    expect((await router.openai().models.list()).data.length).toBeGreaterThan(0)
  })
})
