import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { bedrockEntry, running } from './running.ts'

const router = running((simulator) => ({
  providers: [
    { id: 'bedrock', ...bedrockEntry(simulator) },
    {
      id: 'openai',
      type: 'openai',
      baseUrl: simulator.openaiUrl,
      auth: { type: 'api-key', apiKey: simulator.apiKey },
      models: [{ id: 'gpt-5-mini', name: 'mini' }, { id: 'embed' }, { id: 'paint' }],
    },
    {
      id: 'wrong',
      type: 'openai',
      baseUrl: simulator.openaiUrl,
      auth: { type: 'api-key', apiKey: 'sk-wrong-0123456789' },
    },
  ],
}))

describe('an OpenAI-compatible upstream, through the OpenAI SDK', () => {
  it('answers responses, whole and streamed, under the name that was asked for', async () => {
    const client = router.openai()
    const whole = await client.responses.create({ model: 'openai/mini', input: 'Say hello.' })
    expect(whole.output_text).toContain('hello')
    expect(whole.model).toBe('openai/mini')
    expect(router.log.at(-1)?.fields).toMatchObject({
      inputTokens: whole.usage?.input_tokens,
      outputTokens: whole.usage?.output_tokens,
    })

    const events = []
    let text = ''
    for await (const event of await client.responses.create({
      model: 'openai/mini',
      input: 'Say hello.',
      stream: true,
    })) {
      events.push(event.type)
      if (event.type === 'response.output_text.delta') text += event.delta
      if (event.type === 'response.completed') expect(event.response.model).toBe('openai/mini')
    }
    expect(text).toBe(whole.output_text)
    expect(events[0]).toBe('response.created')
    expect(events.at(-1)).toBe('response.completed')
  })

  it('embeds, in the encoding that the SDK asks for and in numbers', async () => {
    const client = router.openai()
    const encoded = await client.embeddings.create({ model: 'openai/embed', input: ['a', 'b'] })
    const numbers = await client.embeddings.create({
      model: 'openai/embed',
      input: ['a', 'b'],
      encoding_format: 'float',
    })
    expect(encoded.data).toHaveLength(2)
    expect(encoded.data[0]?.embedding.length).toBe(numbers.data[0]?.embedding.length)
    encoded.data[0]?.embedding.forEach((value, at) => {
      expect(value).toBeCloseTo(numbers.data[0]?.embedding[at] ?? Number.NaN, 5)
    })
    expect(router.log.at(-1)?.fields).toMatchObject({ inputTokens: numbers.usage.prompt_tokens, outputTokens: 0 })
  })

  it('makes images', async () => {
    const { data } = await router.openai().images.generate({ model: 'openai/paint', prompt: 'A cat.' })
    expect(
      Buffer.from(data?.[0]?.b64_json ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG')
  })

  it('is told from the caller’s own key where it refuses the entry’s', async () => {
    const fault = await router
      .openai()
      .chat.completions.create({ model: 'wrong/gpt', messages: [{ role: 'user', content: 'Hi' }] })
      .catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(OpenAI.InternalServerError)
    expect(fault).toMatchObject({ status: 502, code: 'upstream_auth_failed' })
    expect(JSON.stringify(router.log.at(-1))).not.toContain('sk-wrong')
  })

  it('passes members through that Moho does not know', async () => {
    await router.post({ model: 'openai/mini', messages: [{ role: 'user', content: 'Hi' }], temperature: 0.25, seed: 7 })
    expect(router.simulator.calls.at(-1)?.body).toMatchObject({ model: 'gpt-5-mini', temperature: 0.25, seed: 7 })
  })

  it('never sees another model than the router did, however the body is spelled', async () => {
    for (const text of [
      '{"model":"openai/mini","model":"openai/paint",',
      '{"model":"openai/paint","mod\\u0065l":"openai/mini",',
    ]) {
      const before = router.simulator.calls.length
      const response = await router.post(`${text}"messages":[{"role":"user","content":"Hi"}]}`)
      const asked = ((await response.json()) as { model: string }).model
      expect(router.simulator.calls[before]?.body).toMatchObject({
        model: asked === 'openai/mini' ? 'gpt-5-mini' : 'paint',
      })
    }
  })

  it.each(['[[sim:garbage]]', '[[sim:emptyBody]]', '[[sim:cut]]'])(
    'that answers with %s is a fault with bounded detail',
    async (how) => {
      const response = await router.post({ model: 'openai/mini', messages: [{ role: 'user', content: how }] })
      expect(response.status).toBe(502)
      expect(await response.json()).toMatchObject({ error: { code: 'upstream_failed' } })
      expect(JSON.stringify(router.log.at(-1)).length).toBeLessThan(3000)
    },
  )
})

describe('a surface that a model does not have', () => {
  it.each([
    ['/v1/responses', { input: 'Hi' }],
    ['/v1/embeddings', { input: 'Hi' }],
    ['/v1/images/generations', { prompt: 'Hi' }],
  ])('%s says so', async (path, body) => {
    const response = await router.post({ model: 'bedrock/amazon.nova-lite-v1:0', ...body }, {}, path)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: 'unsupported', param: 'model' } })
  })

  it('and streams that there are not are refused', async () => {
    const response = await router.post({ model: 'openai/embed', input: 'Hi', stream: true }, {}, '/v1/embeddings')
    expect(await response.json()).toMatchObject({ error: { code: 'unsupported', param: 'stream' } })
  })
})
