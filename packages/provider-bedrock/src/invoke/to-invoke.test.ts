import { ChatRequest, type Model } from '@moho/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Translation } from '../converse/translation.ts'
import type { BedrockFacts } from '../models.ts'
import { type InvokeFormat, invokeFormats, type PromptFormat } from './format.ts'
import { toInvoke } from './to-invoke.ts'

type Row = Omit<Model<BedrockFacts>, 'id'>

function invoke(format: InvokeFormat, chat: object, row: Row = {}, more: Partial<Translation> = {}) {
  const dropped: string[] = []
  const target: Translation['target'] = {
    entry: 'e',
    operation: 'chat',
    model: { id: 'vendor.model', ...row },
    name: 'vendor.model',
    upstreamId: 'vendor.model',
    region: 'us-east-1',
    path: 'invoke',
  }
  const request = ChatRequest.parse({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...chat })
  const before = structuredClone(request)
  const { body } = toInvoke(request, format, { target, dropped: (path) => void dropped.push(path), ...more })
  expect(request).toEqual(before)
  return { body: body as Record<string, unknown>, dropped }
}

const user = (content: unknown) => ({ role: 'user', content })
const assistant = (content: unknown, more: object = {}) => ({ role: 'assistant', content, ...more })
const system = (content: unknown) => ({ role: 'system', content })
const refused = (code: string, param: string, message: RegExp = /./) =>
  expect.objectContaining({ code, param, message: expect.stringMatching(message) })

const promptFormats = invokeFormats.filter((format): format is PromptFormat => format !== 'openai-chat')
const talk = [system('S'), user('one'), assistant('two'), user('three')]
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const image = (url: string) => ({ type: 'image_url', image_url: { url } })

describe('prompts', () => {
  test.each<[string, PromptFormat, object[], string]>([
    [
      'llama3',
      'llama3',
      talk,
      '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|><|start_header_id|>user<|end_header_id|>\n\none<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\ntwo<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nthree<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
    ],
    [
      'llama4',
      'llama4',
      talk,
      '<|begin_of_text|><|header_start|>system<|header_end|>\n\nS<|eot|><|header_start|>user<|header_end|>\n\none<|eot|><|header_start|>assistant<|header_end|>\n\ntwo<|eot|><|header_start|>user<|header_end|>\n\nthree<|eot|><|header_start|>assistant<|header_end|>\n\n',
    ],
    ['mistral', 'mistral', talk, '<s>[INST] S\n\none [/INST] two</s>[INST] three [/INST]'],
    [
      'chatml',
      'chatml',
      talk,
      '<|im_start|>system\nS<|im_end|>\n<|im_start|>user\none<|im_end|>\n<|im_start|>assistant\ntwo<|im_end|>\n<|im_start|>user\nthree<|im_end|>\n<|im_start|>assistant\n',
    ],
    [
      'deepseek-r1',
      'deepseek-r1',
      talk,
      '<｜begin▁of▁sentence｜>S<｜User｜>one<｜Assistant｜>two<｜end▁of▁sentence｜><｜User｜>three<｜Assistant｜><think>\n',
    ],
    ['no system', 'mistral', [user('one')], '<s>[INST] one [/INST]'],
    ['no system', 'deepseek-r1', [user('one')], '<｜begin▁of▁sentence｜><｜User｜>one<｜Assistant｜><think>\n'],
    ['the beginning of an answer', 'mistral', [user('one'), assistant('two')], '<s>[INST] one [/INST] two'],
    [
      'the beginning of an answer',
      'chatml',
      [user('one'), assistant('two', { prefix: true })],
      '<|im_start|>user\none<|im_end|>\n<|im_start|>assistant\ntwo',
    ],
    [
      'neighbours of one role, parts, blank text, systems anywhere',
      'mistral',
      [
        user([
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ]),
        user(' '),
        system('S'),
        user('c'),
        system('T'),
      ],
      '<s>[INST] S\n\nT\n\na\nb\n\nc [/INST]',
    ],
    [
      'a refusal, and reasoning that was read',
      'mistral',
      [user('a'), assistant(null, { refusal: 'No.', reasoning_content: 'r' }), user('b')],
      '<s>[INST] a [/INST] No.</s>[INST] b [/INST]',
    ],
  ])('%s: %s', (_, format, messages, prompt) => {
    const { body, dropped } = invoke(format, { messages })
    expect(body.prompt).toBe(prompt)
    expect(dropped).toEqual([])
  })

  test('a conversation that the assistant begins has a user before it', () => {
    const messages = [system('S'), assistant('one'), user('two')]
    const { body, dropped } = invoke('mistral', { messages })
    expect(body.prompt).toBe('<s>[INST] S\n\n(The conversation begins.) [/INST] one</s>[INST] two [/INST]')
    expect(dropped).toEqual(['messages[1]'])
  })

  test('a model that does not go on from the beginning of an answer is told to, or refuses', () => {
    const messages = [user('one'), assistant('two')]
    const { body, dropped } = invoke('deepseek-r1', { messages })
    expect(body.prompt).toMatch(/two<｜end▁of▁sentence｜><｜User｜>\(Go on\.\)<｜Assistant｜><think>\n$/)
    expect(dropped).toEqual(['messages[1]'])
    const wanted = [user('one'), assistant('two', { prefix: true })]
    expect(() => invoke('deepseek-r1', { messages: wanted })).toThrow(refused('unsupported', 'messages[1]'))
    expect(() => invoke('chatml', { messages: wanted }, { data: { prefill: 'refused' } })).toThrow(
      refused('unsupported', 'messages[1]'),
    )
  })

  test.each([
    ['nothing', [system('S')], 'messages'],
    ['a blank end', [user('a'), assistant('b'), user(' ')], 'messages[2].content'],
  ])('%s is nothing to answer', (_, messages, param) => {
    expect(() => invoke('llama3', { messages })).toThrow(refused('invalid_request', param))
  })
})

describe('members of a prompt’s body', () => {
  const asked = { max_tokens: 90, temperature: 0.5, top_p: 0.9, top_k: 5, stop: ['END', ''] }
  test.each<[PromptFormat, object, object, string[]]>([
    ['llama3', asked, { max_gen_len: 90, temperature: 0.5, top_p: 0.9 }, ['top_k', 'stop']],
    ['mistral', asked, { max_tokens: 90, temperature: 0.5, top_p: 0.9, top_k: 5, stop: ['END'] }, []],
    ['deepseek-r1', asked, { max_tokens: 90, temperature: 0.5, top_p: 0.9, stop: ['END'] }, ['top_k']],
    ['chatml', asked, { max_tokens: 90, temperature: 0.5, top_p: 0.9, stop: ['END'] }, ['top_k']],
    ['llama3', {}, { max_gen_len: 2048 }, []],
    ['mistral', {}, {}, []],
    ['llama3', { max_tokens: 9000, max_completion_tokens: 4000 }, { max_gen_len: 2048 }, ['max_completion_tokens']],
    ['deepseek-r1', { max_tokens: 99_999 }, { max_tokens: 32_768 }, ['max_tokens']],
    ['mistral', { temperature: 1.5, stop: 'END' }, { temperature: 1, stop: ['END'] }, ['temperature']],
    ['chatml', { temperature: 1.5, top_p: 0, stop: '' }, { temperature: 1.5, top_p: 0 }, []],
    ['mistral', { top_k: 0 }, {}, []],
    ['mistral', { top_k: 500 }, { top_k: 200 }, ['top_k']],
    ['chatml', { stop: 'abcdefghijkl'.split('') }, { stop: 'abcdefghij'.split('') }, ['stop']],
    ['deepseek-r1', { reasoning_effort: 'none' }, {}, ['reasoning_effort']],
    ['chatml', { reasoning_effort: 'none' }, {}, []],
    [
      'chatml',
      { seed: 1, user: 'u', service_tier: 'flex', tool_choice: 'required', stream_options: { other: 1 }, odd: 1 },
      {},
      ['stream_options.other', 'service_tier', 'tool_choice', 'seed', 'user', 'odd'],
    ],
    [
      'chatml',
      { n: 1, frequency_penalty: 0, service_tier: 'auto', tools: [], stream: true, response_format: { type: 'text' } },
      {},
      [],
    ],
    ['mistral', { max_tokens: 5, additionalModelRequestFields: { max_tokens: 6, x: 1 } }, { max_tokens: 6, x: 1 }, []],
  ])('%s: %j', (format, chat, members, dropped) => {
    const { body, dropped: reported } = invoke(format, chat)
    expect({ ...body, prompt: undefined }).toEqual({ ...members, prompt: undefined })
    expect(reported.toSorted()).toEqual(dropped.toSorted())
  })
})

describe('what a prompt cannot carry is refused', () => {
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }
  test.each<[string, object, string]>([
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }, 'tools'],
    ['a JSON object', { response_format: { type: 'json_object' } }, 'response_format'],
    ['a schema', { response_format: { type: 'json_schema', json_schema: { name: 'a' } } }, 'response_format'],
    ['a call', { messages: [user('a'), assistant(null, { tool_calls: [call] })] }, 'messages[1].tool_calls'],
    ['a result', { messages: [user('a'), { role: 'tool', tool_call_id: 'c', content: 'r' }] }, 'messages[1]'],
    [
      'an image',
      { messages: [user([{ type: 'text', text: 'a' }, image(`data:image/png;base64,${png}`)])] },
      'messages[0].content[1]',
    ],
    ['a file', { messages: [user([{ type: 'file', file: { file_data: 'YQ==' } }])] }, 'messages[0].content[0]'],
  ])('%s', (_, chat, param) => {
    for (const format of promptFormats) expect(() => invoke(format, chat)).toThrow(refused('unsupported', param))
  })
})

describe('every format', () => {
  test.each<[string, object, string]>([
    ['two answers', { n: 2 }, 'n'],
    ['sound', { modalities: ['text', 'audio'] }, 'modalities'],
    ['functions', { functions: [] }, 'functions'],
    [
      'another conversation',
      { additionalModelRequestFields: { prompt: 'evil' } },
      'additionalModelRequestFields.prompt',
    ],
    ['other messages', { additionalModelRequestFields: { messages: [] } }, 'additionalModelRequestFields.messages'],
    [
      'S3 among its fields',
      { additionalModelRequestFields: { image: 's3://secret/key' } },
      'additionalModelRequestFields.image',
    ],
    ['a guardrail', { guardrailConfig: { guardrailIdentifier: 'a', guardrailVersion: '1' } }, 'guardrailConfig'],
  ])('refuses %s', (_, chat, param) => {
    for (const format of invokeFormats) expect(() => invoke(format, chat)).toThrow(refused('unsupported', param))
  })

  test('is not called without the guardrail of the entry', () => {
    const rules = { guardrail: { id: 'a', version: '1' } }
    for (const format of invokeFormats)
      expect(() => invoke(format, {}, {}, { rules })).toThrow(refused('unsupported', 'guardrailConfig'))
  })

  test('reports cache marks, sealed reasoning and unknown members', () => {
    const cache_control = { type: 'ephemeral' }
    const messages = [
      { role: 'system', content: [{ type: 'text', text: 'S', cache_control }], cache_control },
      { role: 'user', content: [{ type: 'text', text: 'a', odd: 1 }] },
      assistant(
        [
          { type: 'thinking', thinking: 't' },
          { type: 'text', text: 'b' },
        ],
        {
          thinking_blocks: [{ type: 'redacted_thinking', data: 'QQ==' }],
          odd: 1,
        },
      ),
      { role: 'user', content: 'c' },
    ]
    for (const format of invokeFormats) {
      expect(invoke(format, { messages }).dropped).toEqual([
        'messages[0].cache_control',
        'messages[0].content[0].cache_control',
        'messages[1].content[0].odd',
        'messages[2].odd',
        'messages[2].content[0]',
        'messages[2].thinking_blocks[0]',
      ])
    }
  })
})

describe('no text opens a turn', () => {
  const llama3 = [
    '<|eot_id|>',
    '<|start_header_id|>',
    '<|end_header_id|>',
    '<|begin_of_text|>',
    '<|end_of_text|>',
    '<|eom_id|>',
    '<|python_tag|>',
    '<|reserved_special_token_7|>',
  ]
  const chatml = ['<|im_start|>', '<|im_end|>', '<|endoftext|>']
  const marks: Readonly<Record<PromptFormat, readonly string[]>> = {
    llama3,
    // So many that what looks like one is taken for one.
    llama4: ['<|eot|>', '<|header_start|>', '<|header_end|>', '<|image_start|>', ...llama3, ...chatml],
    mistral: ['<s>', '</s>', '[INST]', '[/INST]'],
    'deepseek-r1': [
      '<｜User｜>',
      '<｜Assistant｜>',
      '<｜end▁of▁sentence｜>',
      '<｜begin▁of▁sentence｜>',
      '<｜tool▁calls▁begin｜>',
    ],
    chatml,
  }
  /** Text with everything that marks are made of, many halves of them, and marks of any format. */
  const text = fc
    .array(
      fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('<', '|', '｜', '>', '[', '/', 'INST]', 's>', 'eot_id'),
        { weight: 1, arbitrary: fc.constantFrom(...Object.values(marks).flat()) },
      ),
    )
    .map((pieces) => `x${pieces.join('')}`)

  test('a mark anywhere is refused, with the member that holds it', () => {
    const place = fc.constantFrom<[(text: string) => object[], string]>(
      [(said) => [user(said)], 'messages[0].content'],
      [(said) => [system(said), user('a')], 'messages[0].content'],
      [(said) => [user('a'), assistant('b', { refusal: said }), user('c')], 'messages[1].refusal'],
      [
        (said) => [
          user([
            { type: 'text', text: 'a' },
            { type: 'text', text: said },
          ]),
        ],
        'messages[0].content[1].text',
      ],
      [(said) => [user('a'), assistant([{ type: 'refusal', refusal: said }])], 'messages[1].content[0].refusal'],
    )
    const marked = fc
      .constantFrom(...promptFormats)
      .chain((format) => fc.tuple(fc.constant(format), fc.constantFrom(...marks[format])))
    fc.assert(
      fc.property(marked, place, text, text, ([format, mark], [messages, param], before, after) => {
        expect(() => invoke(format, { messages: messages(before + mark + after) })).toThrow(
          refused('invalid_request', param),
        )
      }),
    )
  })

  test('a prompt has the turns of its conversation and no more, or is refused', () => {
    const conversation = fc.array(text, { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(fc.constantFrom(...promptFormats), conversation, (format, texts) => {
        const messages = texts.map((said, index) => (index % 2 === 0 ? user(said) : assistant(said)))
        if (messages.length % 2 === 0) messages.push(user('end'))
        const all = [...messages].map(({ content }) => content as string)
        let prompt: string
        try {
          prompt = String(invoke(format, { messages }).body.prompt)
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_request' })
          expect(marks[format].some((mark) => all.some((said) => said.includes(mark)))).toBe(true)
          return
        }
        expect(turnsIn[format](prompt)).toEqual(all)
      }),
    )
  })

  /** How a model reads a prompt: every mark counts, whoever wrote it. */
  const turnsIn: Readonly<Record<PromptFormat, (prompt: string) => string[]>> = {
    llama3: (prompt) => between(prompt, /<\|start_header_id\|>\w+<\|end_header_id\|>\n\n/, /<\|eot_id\|>/),
    llama4: (prompt) => between(prompt, /<\|header_start\|>\w+<\|header_end\|>\n\n/, /<\|eot\|>/),
    mistral: (prompt) =>
      prompt
        .replace(/^<s>\[INST\] /, '')
        .replace(/ \[\/INST\]$/, '')
        .split(/ \[\/INST\] |<\/s>\[INST\] /),
    'deepseek-r1': (prompt) =>
      prompt
        .replace(/<｜Assistant｜><think>\n$/, '')
        .split(/<｜User｜>|<｜Assistant｜>/)
        .slice(1)
        .map((turn) => turn.replace('<｜end▁of▁sentence｜>', '')),
    chatml: (prompt) => between(prompt, /<\|im_start\|>\w+\n/, /<\|im_end\|>\n/),
  }
  const between = (prompt: string, open: RegExp, close: RegExp) =>
    prompt
      .split(open)
      .slice(1, -1)
      .map((turn) => turn.replace(close, ''))
})

describe('openai-chat', () => {
  test('the caller’s body goes through, without what names the call or is Moho’s own', () => {
    const tool = {
      type: 'function',
      function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
    }
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }
    const { body, dropped } = invoke('openai-chat', {
      messages: [
        { role: 'developer', content: 'S', name: 'dev' },
        user([{ type: 'text', text: 'a' }, image(`data:image/png;base64,${png}`)]),
        assistant([{ type: 'thinking', thinking: 't' }], { reasoning_content: 'r' }),
        assistant(null, { tool_calls: [{ ...call, index: 0 }], reasoning_content: 'r' }),
        { role: 'tool', tool_call_id: 'c', content: [{ type: 'text', text: 'r' }], name: 'f' },
        assistant('b', { refusal: 'No.' }),
        user('c'),
      ],
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 90,
      max_tokens: 100,
      temperature: 1.5,
      top_p: null,
      stop: 'END',
      seed: 1,
      n: 1,
      tools: [tool],
      tool_choice: { type: 'function', function: { name: 'f' } },
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 'a', schema: {} } },
      reasoning_effort: 'high',
      chat_template_kwargs: { thinking: false },
      additionalModelRequestFields: { min_p: 0.1, seed: 2 },
    })
    expect(body).toEqual({
      messages: [
        { role: 'system', content: 'S', name: 'dev' },
        user([{ type: 'text', text: 'a' }, image(`data:image/png;base64,${png}`)]),
        assistant(null, { tool_calls: [call] }),
        { role: 'tool', tool_call_id: 'c', content: [{ type: 'text', text: 'r' }], name: 'f' },
        assistant([
          { type: 'text', text: 'b' },
          { type: 'text', text: 'No.' },
        ]),
        user('c'),
      ],
      max_tokens: 90,
      temperature: 1.5,
      stop: 'END',
      seed: 2,
      tools: [tool],
      tool_choice: { type: 'function', function: { name: 'f' } },
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 'a', schema: {} } },
      reasoning_effort: 'high',
      chat_template_kwargs: { thinking: false },
      min_p: 0.1,
    })
    expect(dropped).toEqual(['messages[2].content[0]'])
  })

  test('what the answer cannot tell, or the call has no room for, is reported', () => {
    const { body, dropped } = invoke('openai-chat', {
      thinking: { type: 'adaptive' },
      top_k: 5,
      service_tier: 'flex',
      metadata: { a: 'b' },
      user: 'u',
      logprobs: true,
      store: true,
      tool_choice: 'required',
      tools: [],
    })
    expect(Object.keys(body)).toEqual(['messages'])
    expect(dropped.toSorted()).toEqual(
      ['thinking', 'top_k', 'service_tier', 'metadata', 'user', 'logprobs', 'store', 'tool_choice'].toSorted(),
    )
    const quiet = {
      service_tier: 'auto',
      logprobs: false,
      store: false,
      tool_choice: 'auto',
      parallel_tool_calls: true,
    }
    expect(invoke('openai-chat', quiet)).toEqual({ body: { messages: [user('hi')] }, dropped: [] })
  })

  test('a limit or an effort that the row does not have becomes the nearest that it has', () => {
    const row: Row = {
      limits: { outputTokens: 50 },
      data: { reasoning: { by: 'reasoning_effort', efforts: ['low', 'medium', 'high'] } },
    }
    const { body, dropped } = invoke(
      'openai-chat',
      { max_tokens: 100, reasoning_effort: 'max', thinking: { type: 'adaptive' } },
      row,
    )
    expect(body).toEqual({ messages: [user('hi')], max_tokens: 50, reasoning_effort: 'high' })
    expect(dropped).toEqual(['thinking', 'max_tokens', 'reasoning_effort'])
  })

  test('an image that was fetched goes within the body', () => {
    const address = 'https://images.example.com/a.png'
    const files = new Map([[address, { contentType: 'image/png', bytes: Buffer.from(png, 'base64') }]])
    const part = { type: 'image_url', image_url: { url: address, detail: 'low' } }
    const { body } = invoke('openai-chat', { messages: [user([part])] }, {}, { files })
    expect(body.messages).toEqual([
      user([{ type: 'image_url', image_url: { url: `data:image/png;base64,${png}`, detail: 'low' } }]),
    ])
  })

  test.each<[string, object[], string, string]>([
    [
      'an address',
      [user([image('https://images.example.com/a.png')])],
      'unsupported',
      'messages[0].content[0].image_url.url',
    ],
    [
      'no https',
      [user([image('http://images.example.com/a.png')])],
      'invalid_request',
      'messages[0].content[0].image_url.url',
    ],
    [
      'a document',
      [user([image('data:application/pdf;base64,JVBERi0=')])],
      'unsupported',
      'messages[0].content[0].image_url.url',
    ],
    ['a file', [user([{ type: 'file', file: { file_data: 'YQ==' } }])], 'unsupported', 'messages[0].content[0]'],
    [
      'an image as a result',
      [{ role: 'tool', tool_call_id: 'c', content: [image(`data:image/png;base64,${png}`)] }],
      'unsupported',
      'messages[0].content[0]',
    ],
  ])('%s is refused', (_, messages, code, param) => {
    expect(() => invoke('openai-chat', { messages })).toThrow(refused(code, param))
  })

  test('a model that does not see is not sent an image', () => {
    const messages = [user([image(`data:image/png;base64,${png}`)])]
    expect(() => invoke('openai-chat', { messages }, { features: [] })).toThrow(
      refused('unsupported', 'messages[0].content[0]', /does not see images/),
    )
  })
})
