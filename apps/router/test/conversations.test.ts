import type OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { bedrockEntry, model, running } from './running.ts'
import { samplePdf, samplePng } from './sample-files.ts'
import { type Message, type Told, waysOf } from './ways.ts'

/** What a conversation on Bedrock may hold beyond what guides show, through the OpenAI SDK. */
const router = running((simulator) => ({
  providers: [
    { id: 'bedrock', ...bedrockEntry(simulator), s3Sources: ['media/public'] },
    { id: 'guarded', ...bedrockEntry(simulator), guardrail: { id: 'own1', version: '2' } },
  ],
}))
const { whole, joined } = waysOf(router)
const nova = 'bedrock/amazon.nova-lite-v1:0'
const nova2 = 'bedrock/us.amazon.nova-2-lite-v1:0'

const png = `data:image/png;base64,${samplePng().toString('base64')}`
const pdf = `data:application/pdf;base64,${samplePdf().toString('base64')}`
const text = (text: string) => ({ type: 'text' as const, text })
const user = (content: string | OpenAI.ChatCompletionContentPart[]) => ({ role: 'user' as const, content })
const tool = (name: string, parameters: Record<string, unknown> = {}) => ({
  type: 'function' as const,
  function: { name, description: `Does ${name}.`, parameters },
})
/** Parts that Moho takes and OpenAI's types do not know. */
const beyond = (part: object) => part as OpenAI.ChatCompletionContentPartText

const sent = () =>
  router.simulator.calls.at(-1)?.body as Record<string, unknown> & { messages: { content: object[] }[] }
const dropped = ({ headers }: Told) => headers.get('x-moho-dropped')
const names = ({ message }: Told) =>
  (message.tool_calls ?? []).map((call) => (call.type === 'function' ? call.function.name : ''))
const refusal = (param: string, code = 'unsupported') => ({
  status: 400,
  code,
  param,
  message: expect.stringContaining(param),
})

describe.each([
  ['whole', whole],
  ['streamed', joined],
])('%s', (_, ask) => {
  describe('tools', () => {
    const tools = [tool('files.read', { type: 'object', properties: { path: { type: 'string' } } }), tool('files_read')]

    it('two at once, by names that Bedrock would refuse, with files for results', async () => {
      const messages: OpenAI.ChatCompletionMessageParam[] = [user('Look [[sim:tools=2]]')]
      const told = await ask({ model, messages, tools })
      expect(told.finish).toBe('tool_calls')
      expect(names(told).sort()).toEqual(['files.read', 'files_read'])
      const [one, two] = told.message.tool_calls ?? []
      messages.push(
        told.message,
        // Out of order, as they came to an end.
        {
          role: 'tool',
          tool_call_id: two?.id ?? '',
          content: [text('a picture'), beyond({ type: 'image_url', image_url: png })],
        },
        {
          role: 'tool',
          tool_call_id: one?.id ?? '',
          content: [text('a paper'), beyond({ type: 'file', file: { filename: 'x.pdf', file_data: pdf } })],
        },
      )
      const second = await ask({ model, messages, tools })
      expect([second.finish, dropped(second)]).toEqual(['stop', null])
      expect(second.message.content).toContain('answered: a picture (image)')
      expect(second.message.content).toContain('answered: a paper (document)')
    })

    it.each<[OpenAI.ChatCompletionToolChoiceOption, string, string[]]>([
      ['auto', 'Nothing to do.', []],
      ['none', 'Use files.read', []],
      ['required', 'Nothing to do.', ['files.read']],
      [{ type: 'function', function: { name: 'files_read' } }, 'Nothing to do.', ['files_read']],
    ])('chosen by %j', async (tool_choice, question, expected) => {
      const told = await ask({ model, messages: [user(question)], tools, tool_choice })
      expect([names(told), told.finish, dropped(told)]).toEqual([
        expected,
        expected.length > 0 ? 'tool_calls' : 'stop',
        null,
      ])
    })

    it('one at a time', async () => {
      const told = await ask({ model, messages: [user('Look [[sim:tools=2]]')], tools, parallel_tool_calls: false })
      expect([names(told).length, dropped(told)]).toEqual([1, null])
    })

    it('an interrupted conversation goes on', async () => {
      const { message } = await ask({ model, messages: [user('Look [[sim:tools=2]]')], tools })
      const told = await ask({ model, messages: [user('Look'), message, user('Never mind.')], tools })
      expect(told.message.content).toContain('This call was not carried out.')
      expect(dropped(told)).toBe('messages[1].tool_calls[0], messages[1].tool_calls[1]')
    })
  })

  describe('files', () => {
    it('many kinds of documents, by names that AWS takes', async () => {
      const csv = { type: 'file' as const, file: { filename: 'a/Umsätze_Q1.csv', file_data: 'data:text/csv,a%2Cb' } }
      const told = await ask({
        model,
        messages: [user([csv, csv, { type: 'file', file: { filename: 'x.pdf', file_data: pdf } }])],
      })
      expect(dropped(told)).toBeNull()
      const documents = sent().messages[0]?.content ?? []
      expect(documents).toMatchObject([
        { text: '(see the document)' },
        { document: { format: 'csv', name: 'Umsatze Q1', source: { bytes: 'YSxi' } } },
        { document: { format: 'csv', name: 'Umsatze Q1 2' } },
        { document: { format: 'pdf', name: 'x' } },
      ])
    })

    it('in S3, where the entry allows it', async () => {
      const image = (key: string) => [user([text('?'), { type: 'image_url', image_url: { url: `s3://media/${key}` } }])]
      await ask({ model: nova, messages: image('public/a.png') })
      expect(sent().messages[0]?.content[1]).toEqual({
        image: { format: 'png', source: { s3Location: { uri: 's3://media/public/a.png' } } },
      })
      for (const key of ['private/a.png', 'publicity/a.png', 'public/../private/a.png'])
        await expect(ask({ model: nova, messages: image(key) })).rejects.toMatchObject({
          status: 400,
          param: 'messages[0].content[1].image_url.url',
        })
    })

    it('videos and sound, where the model takes them', async () => {
      const video = beyond({ type: 'video_url', video_url: { url: 's3://media/public/a.mp4' } })
      const sound = { type: 'input_audio' as const, input_audio: { data: 'UklGRgAAAABXQVZF', format: 'wav' as const } }
      await ask({ model: nova, messages: [user([text('?'), video])] })
      expect(sent().messages[0]?.content[1]).toMatchObject({ video: { format: 'mp4' } })
      await ask({ model: 'bedrock/mistral.voxtral-small-24b-2507', messages: [user([text('?'), sound])] })
      expect(sent().messages[0]?.content[1]).toMatchObject({ audio: { format: 'wav' } })
      for (const part of [video, sound])
        await expect(ask({ model, messages: [user([text('?'), part])] })).rejects.toMatchObject(
          refusal('messages[0].content[1]'),
        )
    })

    it.each([
      ['image_url.url', 'invalid_request', { type: 'image_url', image_url: { url: 'what' } }],
      ['image_url.url', 'invalid_request', { type: 'image_url', image_url: { url: 'http://example.com/a.png' } }],
      ['image_url.url', 'invalid_request', { type: 'image_url', image_url: { url: 'https://169.254.169.254/a.png' } }],
      ['file.file_id', 'unsupported', { type: 'file', file: { file_id: 'file-1' } }],
      [
        'file.file_data',
        'unsupported',
        { type: 'file', file: { filename: 'a.zip', file_data: 'data:application/zip;base64,UEsD' } },
      ],
    ])('a fault of %s is told with its member', async (member, code, part) => {
      await expect(ask({ model, messages: [user([text('?'), beyond(part)])] })).rejects.toMatchObject(
        refusal(`messages[0].content[1].${member}`, code),
      )
    })
  })

  it('a JSON object of any kind', async () => {
    for (const name of [model, nova, 'bedrock/us.deepseek.r1-v1:0']) {
      for (const wrapped of ['', ' [[sim:fence]]']) {
        const told = await ask({
          model: name,
          messages: [user(`Answer in JSON.${wrapped}`)],
          response_format: { type: 'json_object' },
        })
        expect(JSON.parse(told.message.content ?? '')).toBeTypeOf('object')
        expect([told.finish, told.headers.get('x-moho-structured-output')]).toEqual(['stop', 'prompt'])
      }
    }
  })

  it('an answer that the caller has begun is continued as it comes', async () => {
    const told = await ask({
      model,
      messages: [user('[[sim:say="a":1}]]'), { role: 'assistant', content: '{' }],
      response_format: { type: 'json_object' },
    })
    expect([told.message.content, told.headers.get('x-moho-structured-output')]).toEqual(['"a":1}', 'prefill'])
  })

  it('prose where JSON was asked for is a fault', async () => {
    const prose = { messages: [user('Say it [[sim:prose]]')], response_format: { type: 'json_object' as const } }
    await expect(ask({ model, ...prose })).rejects.toMatchObject({ status: 502, code: 'upstream_failed' })
  })

  it('marks for an hour and for five minutes, and what they cost', async () => {
    const long = `${Math.random()} `.repeat(1000)
    const mark = (ttl: string) => ({ cache_control: { type: 'ephemeral', ttl } })
    const told = await ask({
      model,
      tools: [{ ...tool('f'), ...mark('1h') }],
      messages: [
        { role: 'system', content: [{ ...text(long), ...mark('1h') }] },
        user([{ ...text(long), ...mark('5m') }, text('?')]),
      ],
    })
    // The tool alone is too short to be kept.
    expect(dropped(told)).toBe('tools[0].cache_control')
    const details = told.usage?.prompt_tokens_details as { cache_creation?: Record<string, number> } | undefined
    const { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: hour } = details?.cache_creation ?? {}
    expect(short).toBeGreaterThan(1000)
    expect(hour).toBeGreaterThan(1000)
    expect(told.usage?.prompt_tokens_details).toMatchObject({
      cached_tokens: 0,
      cache_write_tokens: (short ?? 0) + (hour ?? 0),
    })
  })

  describe('reasoning', () => {
    it('that only the model can read goes back as it came', async () => {
      const asked = { model, reasoning_effort: 'low' as const, max_tokens: 4000 }
      const { message } = await ask({ ...asked, messages: [user('Think [[sim:redacted]]')] })
      expect(message.thinking_blocks).toContainEqual({ type: 'redacted_thinking', data: expect.any(String) })
      const told = await ask({ ...asked, messages: [user('Think'), message as Message, user('And?')] })
      expect([told.finish, dropped(told)]).toEqual(['stop', null])
    })

    it.each([
      [nova2, { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' } }],
      ['bedrock/openai.gpt-oss-120b-1:0', { reasoning_effort: 'medium' }],
      ['bedrock/us.openai.gpt-5.6-sol', { reasoning: { effort: 'medium' } }],
      [
        'bedrock/us.anthropic.claude-opus-5',
        { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'medium' } },
      ],
    ])('in the terms of %s', async (name, fields) => {
      const told = await ask({ model: name, messages: [user('Think')], reasoning_effort: 'medium' })
      expect([told.finish, dropped(told)]).toEqual(['stop', null])
      expect(sent().additionalModelRequestFields).toEqual(fields)
    })
  })

  it('Bedrock’s own members, and OpenAI’s that it lacks', async () => {
    const told = await ask({
      model,
      messages: [user('hi')],
      metadata: { team: 'research', 'bad!': 'x' },
      user: 'ana',
      service_tier: 'flex',
      seed: 1,
      frequency_penalty: 0.5,
      logprobs: true,
      ...{
        performanceConfig: { latency: 'optimized' },
        top_k: 5,
        additionalModelRequestFields: { anthropic_beta: ['b'] },
      },
      ...{ guardrailConfig: { guardrailIdentifier: 'abc1', guardrailVersion: '1' } },
    })
    expect(dropped(told)?.split(', ').sort()).toEqual(['frequency_penalty', 'logprobs', 'metadata.bad!', 'seed'])
    expect(sent()).toMatchObject({
      requestMetadata: { team: 'research', user: 'ana' },
      serviceTier: { type: 'flex' },
      performanceConfig: { latency: 'optimized' },
      guardrailConfig: { guardrailIdentifier: 'abc1', guardrailVersion: '1' },
      additionalModelRequestFields: { top_k: 5, anthropic_beta: ['b'] },
    })
    await expect(ask({ model, messages: [user('hi')], n: 2 })).rejects.toMatchObject(refusal('n'))
  })

  it('the entry’s guardrail goes before the caller’s', async () => {
    const guarded = model.replace('bedrock/', 'guarded/')
    await ask({ model: guarded, messages: [user('hi')] })
    expect(sent().guardrailConfig).toEqual({ guardrailIdentifier: 'own1', guardrailVersion: '2' })
    const other = { guardrailConfig: { guardrailIdentifier: 'abc1', guardrailVersion: '1' } }
    const told = await ask({ model: guarded, messages: [user('hi')], ...other })
    expect(dropped(told)).toBe('guardrailConfig')
    expect(sent().guardrailConfig).toEqual({ guardrailIdentifier: 'own1', guardrailVersion: '2' })
  })
})
