import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { model, running, soon } from './running.ts'

const router = running()
const hello = { model, messages: [{ role: 'user', content: 'Hi' }] }

/** The members that every error has, and no other. */
const ErrorBody = z.strictObject({
  error: z.strictObject({
    message: z.string().min(1),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string(),
  }),
})
const errorOf = async (response: Response) => ({
  status: response.status,
  headers: response.headers,
  ...ErrorBody.parse(await response.json()).error,
})

/** Raw bytes to the router, and what comes back until it closes or `waitMs` are over. */
function raw(bytes: string | Uint8Array, waitMs = 1000): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(router.url)
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    let text = ''
    const done = () => {
      socket.destroy()
      resolve(text)
    }
    const timer = setTimeout(done, waitMs)
    socket.on('data', (data) => {
      text += data.toString('latin1')
    })
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(text)
    })
    socket.on('error', reject)
  })
}

describe('bad input', () => {
  it.each<[string, () => Promise<Response>, object]>([
    [
      'malformed JSON',
      () => router.post('{"model":'),
      { status: 400, code: 'invalid_request', type: 'invalid_request_error' },
    ],
    ['an empty body', () => router.post(''), { status: 400, code: 'invalid_request' }],
    ['an array', () => router.post('[]'), { status: 400, code: 'invalid_request' }],
    [
      'bytes that are not UTF-8',
      () => router.post(Uint8Array.of(0x7b, 0xff)),
      { status: 400, code: 'invalid_request' },
    ],
    [
      'a wrong type',
      () => router.post({ ...hello, temperature: 'hot' }),
      { status: 400, code: 'invalid_request', param: 'temperature' },
    ],
    ['no messages', () => router.post({ model }), { status: 400, code: 'invalid_request', param: 'messages' }],
    [
      'an unknown role',
      () => router.post({ model, messages: [{ role: 'robot', content: 'x' }] }),
      { status: 400, param: 'messages[0].role' },
    ],
    [
      'an unknown model',
      () => router.post({ ...hello, model: 'bedrock/no such model' }),
      { status: 404, code: 'model_not_found', param: 'model' },
    ],
    ['an unknown entry', () => router.post({ ...hello, model: 'nowhere/x' }), { status: 404, code: 'model_not_found' }],
    [
      'a stream that is no boolean',
      () => router.post({ ...hello, stream: 'yes' }),
      { status: 400, code: 'invalid_request', param: 'stream' },
    ],
    [
      'a strictness that is neither',
      () => router.post(hello, { 'x-moho-strict': 'perhaps' }),
      { status: 400, param: 'x-moho-strict' },
    ],
    [
      'no key',
      () => router.post(hello, { authorization: '' }),
      { status: 401, code: 'unauthenticated', type: 'authentication_error' },
    ],
    [
      'a wrong key',
      () => router.post(hello, { authorization: 'Bearer wrong-key-0123456789' }),
      { status: 401, code: 'unauthenticated' },
    ],
    [
      'a key in Basic',
      () => router.post(hello, { authorization: 'Basic dGVzdDp0ZXN0' }),
      { status: 401, code: 'unauthenticated' },
    ],
    ['no key for the models', () => router.get('/v1/models', {}), { status: 401, code: 'unauthenticated' }],
    [
      'form data',
      () => router.post('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
      { status: 415, code: 'unsupported_media_type' },
    ],
    [
      'a compressed body',
      () => router.post('x', { 'content-encoding': 'gzip' }),
      { status: 415, code: 'unsupported_media_type' },
    ],
    [
      'metadata that is no object',
      () => router.post(hello, { 'x-moho-metadata': '[1]' }),
      { status: 400, param: 'x-moho-metadata' },
    ],
    [
      'a timeout that is no number',
      () => router.post(hello, { 'x-moho-timeout-ms': 'soon' }),
      { status: 400, param: 'x-moho-timeout-ms' },
    ],
    ['an API that is not there', () => router.post({}, {}, '/v1/moderations'), { status: 404, code: 'unsupported' }],
    ['a path that is not there', () => router.get('/nothing'), { status: 404, code: 'unsupported' }],
    ['a method that is not there', () => router.get('/v1/chat/completions'), { status: 404, code: 'unsupported' }],
  ])('%s gets its error, and a request id', async (_, send, expected) => {
    const error = await errorOf(await send())
    expect(error).toMatchObject(expected)
    expect(error.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/)
    expect(error.headers.get('request-id')).toBe(error.headers.get('x-request-id'))
    expect(error.headers.get('x-should-retry')).toBe('false')
    expect((await router.post(hello)).status).toBe(200)
  })

  it('leaves a line in the log under its request id, even where no call came of it', async () => {
    for (const response of [
      await router.post(hello, { authorization: 'Bearer wrong-key-0123456789' }),
      await router.get('/nothing'),
      await router.post('{'),
    ]) {
      const requestId = response.headers.get('x-request-id')
      expect(
        router.log.some(({ message, fields }) => message === 'request refused' && fields.requestId === requestId),
      ).toBe(true)
    }
    expect(JSON.stringify(router.log)).not.toContain('wrong-key')
  })

  it('is not taken for a faulty model’s name by the list of models', async () => {
    for (const name of [
      'bedrock/us-anthropic-claude-sonnet-4-5-20250929-v1-0',
      '@bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    ]) {
      expect((await router.get(`/v1/models/${encodeURIComponent(name)}`)).status).toBe(200)
      expect((await router.get(`/v1/models/${name}/`)).status).toBe(200)
    }
  })

  it('in a request without a host is served all the same, as HTTP/1.0 has none', async () => {
    expect(await raw('GET /health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('names what to use instead of an API that Moho does not have', async () => {
    const { message } = await errorOf(await router.post({}, {}, '/v1/audio/speech'))
    expect(message).toContain('Audio')
    expect(message).toContain('/v1/chat/completions')
  })

  it('takes the key as x-api-key too', async () => {
    const response = await router.post(hello, { authorization: '', 'x-api-key': 'test-key-0123456789' })
    expect(response.status).toBe(200)
  })

  it('refuses to drop anything where the caller is strict', async () => {
    const error = await errorOf(await router.post({ ...hello, seed: 7 }, { 'x-moho-strict': '1' }))
    expect(error).toMatchObject({ status: 400, code: 'unsupported', param: 'seed' })
  })

  it('puts nothing into a header that could split it', async () => {
    const response = await router.post({ ...hello, 'x\r\nset-cookie: a=b': 1, ü: 2 })
    expect(response.status).toBe(200)
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(response.headers.get('x-moho-dropped')).toBe('x??set-cookie: a=b, ?')
  })

  it('of any length goes into no header, log or message in full', async () => {
    const name = 'n'.repeat(1_000_000)
    const response = await router.post({
      ...hello,
      [name]: 1,
      ...Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`member_${n}`, n])),
    })
    expect(response.status).toBe(200)
    const dropped = response.headers.get('x-moho-dropped') ?? ''
    expect(dropped.length).toBeLessThan(1000)
    expect(dropped).toMatch(/, and \d+ more$/)
    expect(JSON.stringify(router.log.at(-1)).length).toBeLessThan(20_000)
    const strict = await errorOf(await router.post({ ...hello, [name]: 1 }, { 'x-moho-strict': '1' }))
    expect(strict.message.length).toBeLessThan(2100)
  })

  it('survives a body that is nested too deeply', async () => {
    const depth = 100_000
    const nested = `{"model":"${model}","messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function","function":{"name":"f","parameters":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}}]}`
    expect(await errorOf(await router.post(nested))).toMatchObject({ status: 400, code: 'invalid_request' })
  })

  it('is not confused by members named after what objects have', async () => {
    const response = await router.post(
      `{"model":"${model}","__proto__":{"stream":true},"constructor":1,"messages":[{"role":"user","content":"Hi"}]}`,
    )
    expect(response.status).toBe(200)
  })
})

describe('a body over the limit', () => {
  const limit = 32 * 1024 * 1024

  it('is refused by its announced length, without being read', async () => {
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer test-key-0123456789\r\ncontent-type: application/json\r\ncontent-length: ${limit + 1}\r\n\r\n`
    const answer = await raw(head)
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toContain('"code":"too_large"')
  })

  it('is refused while it comes in chunks', async () => {
    const head =
      'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer test-key-0123456789\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n'
    const size = limit + 1024
    const answer = await raw(
      Buffer.concat([Buffer.from(`${head}${size.toString(16)}\r\n`), Buffer.alloc(size, 32)]),
      5000,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('is not read at all without a key', async () => {
    const answer = await raw(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${limit + 1}\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 401 /)
  })

  it('passes right below it', async () => {
    const filler = 'x'.repeat(8 * 1024 * 1024)
    const response = await router.post({ ...hello, filler: [filler, filler, filler] })
    expect(response.status).toBe(200)
  })

  it('in the headers is a 413 too', async () => {
    const answer = await raw(`GET /health HTTP/1.1\r\nhost: x\r\nx-large: ${'y'.repeat(40_000)}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toContain('"code":"too_large"')
  })

  it('and what is no HTTP at all is a 400', async () => {
    expect(await raw('hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect((await router.get('/health')).status).toBe(200)
  })
})

describe('the life of a call', () => {
  it('ends with its caller: the upstream is left within a second', async () => {
    const controller = new AbortController()
    const sent = fetch(`${router.url}/v1/chat/completions`, {
      method: 'POST',
      signal: controller.signal,
      headers: { authorization: 'Bearer test-key-0123456789', 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: '[[sim:hang]]' }] }),
    }).catch(() => undefined)
    const before = router.simulator.calls.length
    await soon(() => router.simulator.calls.length > before)
    controller.abort()
    await sent
    await soon(() => router.simulator.calls.at(-1)?.clientLeft === true, 1000)
    await soon(() => router.log.at(-1)?.fields.code === 'cancelled')
  })

  it('ends when its time is up, and the upstream is left', async () => {
    const response = await router.post(
      { model, messages: [{ role: 'user', content: '[[sim:hang]]' }] },
      { 'x-moho-timeout-ms': '200' },
    )
    expect(await errorOf(response)).toMatchObject({ status: 504, code: 'upstream_timeout' })
    await soon(() => router.simulator.calls.at(-1)?.clientLeft === true, 1000)
  })

  it('of a hundred at once keeps each answer with its question', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        const response = await router.post({ model, messages: [{ role: 'user', content: `Number ${n}.` }] })
        return ((await response.json()) as { choices: [{ message: { content: string } }] }).choices[0].message.content
      }),
    )
    answers.forEach((answer, n) => {
      expect(answer).toContain(`Number ${n}.`)
    })
  })

  it('leaves no secret and nothing that was said in the log', async () => {
    const canary = 'canary-5d41402a'
    await router.post({ model, messages: [{ role: 'user', content: canary }] })
    await router.post({ model, messages: [{ role: 'user', content: `${canary} [[sim:garbage]]` }] })
    await router.post(`{"model":"${model}","messages":[${canary}`)
    await router.post({ model, messages: [{ role: 'user', content: canary }], tools: [{ type: canary }] })
    // A reason to end that nobody knows: the answer cannot be read, and its bytes stay out of the log.
    await router.post({ model, messages: [{ role: 'user', content: `${canary} [[sim:stop=unheard_of]]` }] })
    expect(router.log.at(-1)?.fields).toMatchObject({
      code: 'upstream_failed',
      cause: expect.stringContaining('not logged'),
    })
    const text = JSON.stringify(router.log)
    expect(text).not.toContain(canary)
    expect(text).not.toContain('test-key-0123456789')
    expect(text).not.toContain(router.simulator.accessKey.secretAccessKey)
  })
})
