import { describe, expect, test } from 'vitest'
import type { BedrockFacts } from '../models.ts'
import { faultOf as fault, translate as translateFor } from '../testing/translate.ts'
import { bodyBytes } from './body-bytes.ts'

const translate = (chat: object, data: BedrockFacts = {}) => translateFor(chat, { data })
const faultOf = (chat: object, data: BedrockFacts = {}) => fault(chat, { data })
const messagesOf = (...messages: object[]) => translate({ messages }).body.messages
const system = (content: unknown) => ({ role: 'system', content })
const user = (content: unknown) => ({ role: 'user', content })
const assistant = (content: unknown, more: object = {}) => ({ role: 'assistant', content, ...more })
const tool = (id: string, content: unknown) => ({ role: 'tool', tool_call_id: id, content })
const calls = (...ids: string[]) => ({ tool_calls: ids.map((id) => call(id)) })
const call = (id: string, args = '{}') => ({ id, type: 'function', function: { name: 'f', arguments: args } })
const text = (text: string) => ({ type: 'text', text })

const toolUse = (toolUseId: unknown, input: object = {}) => ({ toolUse: { toolUseId, name: 'f', input } })
const result = (toolUseId: unknown, ...texts: string[]) => ({
  toolResult: { toolUseId, content: texts.map((text) => ({ text })) },
})
const says = (role: string, ...content: (string | object)[]) => ({
  role,
  content: content.map((part) => (typeof part === 'string' ? { text: part } : part)),
})

/** What a second call with the id `a` goes by. */
const otherId = expect.stringMatching(/^tooluse_[0-9a-f]{32}$/)

describe('messages', () => {
  test.each([
    ['a text', [user('hi')], [says('user', 'hi')]],
    ['parts of text', [user([text('a'), text('b')])], [says('user', 'a', 'b')]],
    ['two of the user', [user('a'), user('b')], [says('user', 'a', 'b')]],
    [
      'two of the model',
      [user('a'), assistant('b'), assistant('c'), user('d')],
      [says('user', 'a'), says('assistant', 'b', 'c'), says('user', 'd')],
    ],
    ['blank text of the user', [user([text(' \n'), text('a')]), user('\t')], [says('user', 'a')]],
    ['a blank answer', [user('a'), assistant(''), user('b')], [says('user', 'a', 'b')]],
    ['an answer of null', [user('a'), assistant(null), user('b')], [says('user', 'a', 'b')]],
    ['a blank answer at the end', [user('a'), assistant(' ')], [says('user', 'a')]],
    [
      'a refusal',
      [user('a'), assistant(null, { refusal: 'no' }), user('b')],
      [says('user', 'a'), says('assistant', 'no'), says('user', 'b')],
    ],
    [
      'a part that refuses',
      [user('a'), assistant([{ type: 'refusal', refusal: 'no' }]), user('b')],
      [says('user', 'a'), says('assistant', 'no'), says('user', 'b')],
    ],
    ['the beginning of an answer', [user('a'), assistant('b  \n')], [says('user', 'a'), says('assistant', 'b')]],
    [
      'white space inside the talk',
      [user('a '), assistant('b '), user('c ')],
      [says('user', 'a '), says('assistant', 'b '), says('user', 'c ')],
    ],
  ])('%s', (_, messages, expected) => {
    expect(messagesOf(...messages)).toEqual(expected)
  })

  test.each([
    [
      'a call and its result',
      [assistant(null, calls('a')), tool('a', 'r')],
      [says('assistant', toolUse('a')), says('user', result('a', 'r'))],
    ],
    [
      'a call beside blank text',
      [assistant('', calls('a')), tool('a', 'r')],
      [says('assistant', toolUse('a')), says('user', result('a', 'r'))],
    ],
    [
      'a call after text',
      [assistant('t', calls('a')), tool('a', 'r')],
      [says('assistant', 't', toolUse('a')), says('user', result('a', 'r'))],
    ],
    [
      'text after a call',
      [assistant(null, calls('a')), assistant('t'), tool('a', 'r')],
      [says('assistant', 't', toolUse('a')), says('user', result('a', 'r'))],
    ],
    [
      'parallel calls',
      [assistant(null, calls('a', 'b')), tool('b', '2'), tool('a', '1')],
      [says('assistant', toolUse('a'), toolUse('b')), says('user', result('b', '2'), result('a', '1'))],
    ],
    [
      'a result, then the user',
      [assistant(null, calls('a')), tool('a', 'r'), user('u')],
      [says('assistant', toolUse('a')), says('user', result('a', 'r'), 'u')],
    ],
    [
      'the user between results',
      [assistant(null, calls('a', 'b')), tool('a', '1'), user('u'), tool('b', '2')],
      [says('assistant', toolUse('a'), toolUse('b')), says('user', result('a', '1'), result('b', '2'), 'u')],
    ],
    [
      'an empty result',
      [assistant(null, calls('a')), tool('a', '')],
      [says('assistant', toolUse('a')), says('user', result('a', '(no output)'))],
    ],
    [
      'no result',
      [assistant(null, calls('a')), tool('a', null)],
      [says('assistant', toolUse('a')), says('user', result('a', '(no output)'))],
    ],
    [
      'a result of parts',
      [assistant(null, calls('a')), tool('a', [text('x'), text(''), text('y')])],
      [says('assistant', toolUse('a')), says('user', result('a', 'x', 'y'))],
    ],
    [
      'a result that is JSON',
      [assistant(null, calls('a')), tool('a', '{"t":1}')],
      [says('assistant', toolUse('a')), says('user', result('a', '{"t":1}'))],
    ],
    [
      'one call told twice',
      [assistant(null, calls('a', 'a')), tool('a', 'r')],
      [says('assistant', toolUse('a')), says('user', result('a', 'r'))],
    ],
    [
      'two calls under one id',
      [assistant(null, { tool_calls: [call('a', '{"x":1}'), call('a', '{"x":2}')] }), tool('a', '1'), tool('a', '2')],
      [
        says('assistant', toolUse('a', { x: 1 }), toolUse(otherId, { x: 2 })),
        says('user', result('a', '1'), result(otherId, '2')),
      ],
    ],
    [
      'one result told twice',
      [assistant(null, calls('a')), tool('a', '1'), tool('a', '2')],
      [says('assistant', toolUse('a')), says('user', result('a', '1', '2'))],
    ],
    [
      'arguments',
      [assistant(null, { tool_calls: [call('a', '{"x":[1]}')] }), tool('a', 'r')],
      [says('assistant', toolUse('a', { x: [1] })), says('user', result('a', 'r'))],
    ],
    [
      'arguments of nothing',
      [assistant(null, { tool_calls: [call('a', ' ')] }), tool('a', 'r')],
      [says('assistant', toolUse('a')), says('user', result('a', 'r'))],
    ],
    [
      'arguments of null',
      [assistant(null, { tool_calls: [call('a', 'null')] }), tool('a', 'r')],
      [says('assistant', toolUse('a')), says('user', result('a', 'r'))],
    ],
  ])('tools: %s', (_, messages, expected) => {
    expect(messagesOf(user('q'), ...messages)).toEqual([says('user', 'q'), ...expected])
  })

  test('numbers in arguments go out as they came', () => {
    const written = '{"id":12345678901234567890,"list":[1.10,-0,1e999],"s":"12345678901234567890"}'
    const messages = [user('q'), assistant(null, { tool_calls: [call('a', written)] }), tool('a', 'r')]
    expect(String(bodyBytes(translate({ messages }).body))).toContain(`"input":${written}`)
  })

  test('half of a pair of surrogates in arguments', () => {
    const messages = [user('q'), assistant(null, { tool_calls: [call('a', '{"a":"\ud83d","n":1}')] }), tool('a', 'r')]
    const sent = Buffer.from(bodyBytes(translate({ messages }).body)).toString()
    expect(sent).toContain('"input":{"a":"\\ud83d","n":1}')
  })

  test('thousands of calls under one id are told apart', () => {
    const tool_calls = Array.from({ length: 5000 }, (_, index) => call('a', `{"n":${index}}`))
    const [, { content } = says('', '')] = messagesOf(user('q'), assistant(null, { tool_calls }), tool('a', 'r'))
    expect(new Set(content.map((block) => JSON.stringify(block))).size).toBe(5000)
  })

  test('a result with an image', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }
    const [, , answer] = messagesOf(user('q'), assistant(null, calls('a')), tool('a', [text('see'), image]))
    const content = [{ text: 'see' }, { image: { format: 'png', source: { bytes: 'iVBORw0KGgo=' } } }]
    expect(answer).toEqual(says('user', { toolResult: { toolUseId: 'a', content } }))
  })

  test.each([
    ['messages', 'invalid_request', [system('s')]],
    ['messages', 'invalid_request', [user(' ')]],
    ['messages[2].content', 'invalid_request', [user('a'), assistant('b'), user('')]],
    ['messages[2].tool_call_id', 'invalid_request', [user('a'), assistant('b'), tool('x', '1')]],
  ])('refuses at %s', (param, code, messages) => {
    expect(faultOf({ messages })).toMatchObject({ code, param })
  })

  const undone = (toolUseId: string) => ({
    toolResult: { toolUseId, content: [{ text: 'This call was not carried out.' }], status: 'error' },
  })

  test.each<[string, object[], object[], string[]]>([
    [
      'an assistant that begins',
      [system('s'), user(''), assistant('hello'), user('hi')],
      [says('user', '(The conversation begins.)'), says('assistant', 'hello'), says('user', 'hi')],
      ['messages[2]'],
    ],
    [
      'one of two calls without a result',
      [user('a'), assistant('b', calls('x', 'y')), tool('x', '1')],
      [
        says('user', 'a'),
        says('assistant', 'b', toolUse('x'), toolUse('y')),
        says('user', result('x', '1'), undone('y')),
      ],
      ['messages[1].tool_calls[1]'],
    ],
    [
      'a call that the user interrupts',
      [user('a'), assistant('b', calls('x')), user('c')],
      [says('user', 'a'), says('assistant', 'b', toolUse('x')), says('user', undone('x'), 'c')],
      ['messages[1].tool_calls[0]'],
    ],
    [
      'a call at the end',
      [user('a'), assistant('b', calls('x'))],
      [says('user', 'a'), says('assistant', 'b', toolUse('x')), says('user', undone('x'))],
      ['messages[1].tool_calls[0]'],
    ],
    [
      'a result that comes too late',
      [user('a'), assistant('b', calls('x')), user('c'), assistant('d'), tool('x', '1'), user('e')],
      [
        says('user', 'a'),
        says('assistant', 'b', toolUse('x')),
        says('user', undone('x'), 'c'),
        says('assistant', 'd'),
        says('user', 'e'),
      ],
      ['messages[1].tool_calls[0]', 'messages[4]'],
    ],
    ['a result without a call', [user('a'), tool('x', '1')], [says('user', 'a')], ['messages[1]']],
    [
      'a result of another call',
      [user('a'), assistant('b', calls('x')), tool('x', '1'), tool('z', '1')],
      [says('user', 'a'), says('assistant', 'b', toolUse('x')), says('user', result('x', '1'))],
      ['messages[3]'],
    ],
    ...['{bad', '{}{}', '[1]', '"a"'].map((text): [string, object[], object[], string[]] => [
      `arguments that are ${text}`,
      [user('a'), assistant('b', { tool_calls: [call('x', text)] }), tool('x', '1')],
      [says('user', 'a'), says('assistant', 'b', toolUse('x', { unparsed: text })), says('user', result('x', '1'))],
      ['messages[1].tool_calls[0].function.arguments'],
    ]),
  ])('mends %s', (_, messages, expected, dropped) => {
    const translated = translate({ messages })
    expect(translated.body.messages).toEqual(expected)
    expect(translated.dropped).toEqual(dropped)
  })

  test('a document has text beside it', () => {
    const file = { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0xLjQK' } }
    const document = { document: { format: 'pdf', name: 'a', source: { bytes: 'JVBERi0xLjQK' } } }
    expect(messagesOf(user([file]))).toEqual([says('user', '(see the document)', document)])
    expect(messagesOf(user([file, text('?')]))).toEqual([says('user', document, '?')])
  })

  test('a model that takes no beginning of an answer', () => {
    const { body, dropped } = translate({ messages: [user('a'), assistant('b')] }, { prefill: 'refused' })
    expect(body.messages).toEqual([says('user', 'a'), says('assistant', 'b'), says('user', '(Go on.)')])
    expect(dropped).toEqual(['messages[1]'])
    const messages = [user('a'), assistant('b', { prefix: true })]
    expect(faultOf({ messages }, { prefill: 'refused' })).toMatchObject({ code: 'unsupported', param: 'messages[1]' })
    expect(translate({ messages }).dropped).toEqual([])
  })
})

describe('system prompts', () => {
  test.each([
    ['one', [system('s'), user('u')], ['s']],
    [
      'wherever they are',
      [system('a'), user('u'), system([text('b'), text('c')]), { role: 'developer', content: 'd' }],
      ['a', 'b', 'c', 'd'],
    ],
    ['blank', [system(' '), system([text(''), text('s')]), user('u')], ['s']],
  ])('%s', (_, messages, expected) => {
    const { body } = translate({ messages })
    expect(body.system).toEqual(expected.map((text) => ({ text })))
    expect(body.messages).toEqual([says('user', 'u')])
  })

  test('none', () => expect(translate({}).body).not.toHaveProperty('system'))

  test('go before the first message of the user where the model has no others', () => {
    const { body } = translate({ messages: [user('u'), system('s')] }, { system: 'first-message' })
    expect(body).toEqual({ messages: [says('user', 's', 'u')] })
  })
})

describe('parameters', () => {
  test.each<[object, object | undefined, string[], BedrockFacts?]>([
    [{}, undefined, []],
    [{ max_tokens: 5 }, { maxTokens: 5 }, []],
    [{ max_completion_tokens: 6 }, { maxTokens: 6 }, []],
    [{ max_tokens: 5, max_completion_tokens: 6 }, { maxTokens: 5 }, []],
    [{ temperature: 0.5, top_p: 0.9 }, { temperature: 0.5, topP: 0.9 }, []],
    [{ temperature: 0 }, { temperature: 0 }, []],
    [{ temperature: 1.5 }, { temperature: 1 }, ['temperature']],
    [{ temperature: 0.5, top_p: 0.9 }, { temperature: 0.5 }, ['top_p'], { sampling: 'one' }],
    [{ temperature: 0.5, top_p: 1 }, { temperature: 0.5 }, [], { sampling: 'one' }],
    [{ top_p: 0.9 }, { topP: 0.9 }, [], { sampling: 'one' }],
    [{ temperature: 0.5, top_p: 0.9 }, undefined, ['temperature', 'top_p'], { sampling: 'fixed' }],
    [{ temperature: 1, top_p: 1 }, undefined, [], { sampling: 'fixed' }],
    [{ stop: 'END' }, { stopSequences: ['END'] }, []],
    [{ stop: ['a', '', '\n'] }, { stopSequences: ['a', '\n'] }, []],
    [{ stop: ['a', '', '\n'] }, { stopSequences: ['a'] }, ['stop'], { stopText: 'visible' }],
    [{ stop: '' }, undefined, []],
    [{ temperature: null, top_p: null, stop: null, max_tokens: null }, undefined, []],
    [{ temperature: 0.5, stop: 'x' }, undefined, ['temperature', 'stop'], { managedPrompt: true }],
  ])('%j → %j, without %j', (chat, inferenceConfig, dropped, facts) => {
    const translated = translate(chat, facts)
    expect(translated.body.inferenceConfig).toEqual(inferenceConfig)
    expect(translated.dropped).toEqual(dropped)
  })

  test.each([
    ['auto', undefined, []],
    ['default', { type: 'default' }, []],
    ['flex', { type: 'flex' }, []],
    ['priority', { type: 'priority' }, []],
    ['scale', undefined, ['service_tier']],
  ])('service tier %s', (service_tier, expected, dropped) => {
    const translated = translate({ service_tier })
    expect(translated.body.serviceTier).toEqual(expected)
    expect(translated.dropped).toEqual(dropped)
  })

  test.each([
    ['n', { n: 2 }],
    ['system', { system: 'You are a poet.' }],
    ['modalities', { modalities: ['text', 'audio'] }],
    ['audio', { audio: { voice: 'alloy', format: 'wav' } }],
    ['functions', { functions: [{ name: 'f' }] }],
    ['function_call', { function_call: 'auto' }],
    ['web_search_options', { web_search_options: {} }],
  ])('refuses %s, for the answer would be another', (param, chat) => {
    expect(faultOf(chat)).toMatchObject({ code: 'unsupported', param })
  })

  test.each<[object, string[]]>([
    [{ seed: 1 }, ['seed']],
    [{ frequency_penalty: 0.5, presence_penalty: 0 }, ['frequency_penalty']],
    [{ logprobs: false, store: false, logit_bias: {}, metadata: null, modalities: ['text'], n: 1 }, []],
    [{ reasoning_effort: 'high', user: 'ä' }, ['reasoning_effort', 'user']],
    [{ response_format: { type: 'text' }, stream: false, stream_options: null }, []],
    [{ aws_access_key_id: 'x' }, ['aws_access_key_id']],
    [{ messages: [{ ...user('a'), name: 'ana' }] }, ['messages[0].name']],
    [
      { messages: [user('a'), assistant('b', { reasoning_content: 't', audio: null, annotations: [] }), user('c')] },
      [],
    ],
  ])('reports what it drops: %j', (chat, dropped) => {
    const translated = translate(chat)
    expect(translated.dropped).toEqual(dropped)
    expect(Object.keys(translated.body)).toEqual(['messages'])
  })

  test.each<[object, object | undefined, string[]]>([
    [{ metadata: { team: 'a', 'x y': '' } }, { team: 'a', 'x y': '' }, []],
    [{ metadata: {} }, undefined, []],
    [{ user: 'ana@example.com' }, { user: 'ana@example.com' }, []],
    [{ user: 'ana', metadata: { user: 'bob' } }, { user: 'bob' }, ['user']],
    [{ user: 'bob', metadata: { user: 'bob' } }, { user: 'bob' }, []],
    [
      { user: 'ünal', metadata: { a: 'x!', 'b!': 'x', c: 'x'.repeat(257), d: 'x' } },
      { d: 'x' },
      ['metadata.a', 'metadata.b!', 'metadata.c', 'user'],
    ],
    [
      { user: 'ana', metadata: Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`k${index}`, 'v'])) },
      Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`k${index}`, 'v'])),
      ['user'],
    ],
  ])('metadata %j', (chat, expected, dropped) => {
    const translated = translate(chat)
    expect(translated.body.requestMetadata).toEqual(expected)
    expect(translated.dropped).toEqual(dropped)
  })

  const guardrail = { guardrailIdentifier: 'abc1', guardrailVersion: '1' }
  test.each<[object, object, string[]]>([
    [{ performanceConfig: { latency: 'optimized' } }, { performanceConfig: { latency: 'optimized' } }, []],
    [{ guardrailConfig: guardrail }, { guardrailConfig: guardrail }, []],
    [{ guardrailConfig: { ...guardrail, streamProcessingMode: 'async' } }, { guardrailConfig: guardrail }, []],
    [
      { stream: true, guardrailConfig: { ...guardrail, streamProcessingMode: 'async' } },
      { guardrailConfig: { ...guardrail, streamProcessingMode: 'async' } },
      [],
    ],
    [
      { guardrailConfig: { ...guardrail, trace: 'enabled' } },
      { guardrailConfig: guardrail },
      ['guardrailConfig.trace'],
    ],
    [{ additionalModelRequestFields: { a: 1 } }, { additionalModelRequestFields: { a: 1 } }, []],
    [{ top_k: 5 }, {}, ['top_k']],
  ])('%j → %j', (chat, expected, dropped) => {
    const translated = translate(chat)
    expect(translated.body).toEqual({ messages: [says('user', 'hi')], ...expected })
    expect(translated.dropped).toEqual(dropped)
  })

  test('the guardrail of the entry goes before the caller’s', () => {
    const rules = { guardrail: { id: 'own1', version: 'DRAFT' } }
    const { body, dropped } = translateFor({ guardrailConfig: guardrail }, {}, { rules })
    expect(body.guardrailConfig).toEqual({ guardrailIdentifier: 'own1', guardrailVersion: 'DRAFT' })
    expect(dropped).toEqual(['guardrailConfig'])
  })

  test('the caller’s own fields win', () => {
    const chat = {
      top_k: 5,
      reasoning_effort: 'low',
      additionalModelRequestFields: { top_k: 7, output_config: { other: 1 }, anthropic_beta: ['b'] },
    }
    expect(translateFor(chat, 'us.anthropic.claude-opus-4-6-v1').body.additionalModelRequestFields).toEqual({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'low', other: 1 },
      top_k: 7,
      anthropic_beta: ['b'],
    })
  })

  test.each([
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', { top_k: 5 }],
    ['amazon.nova-lite-v1:0', { inferenceConfig: { topK: 5 } }],
    ['us.anthropic.claude-opus-5', undefined],
  ])('top_k of %s', (model, fields) => {
    const { body, dropped } = translateFor({ top_k: 5 }, model)
    expect(body.additionalModelRequestFields).toEqual(fields)
    expect(dropped).toEqual(fields ? [] : ['top_k'])
  })

  test.each([
    ['performanceConfig.latency', { performanceConfig: { latency: 'fast' } }],
    ['performanceConfig', { performanceConfig: 'optimized' }],
    ['guardrailConfig.guardrailVersion', { guardrailConfig: { guardrailIdentifier: 'a' } }],
    ['guardrailConfig.guardrailIdentifier', { guardrailConfig: { ...guardrail, guardrailIdentifier: 'A b' } }],
    ['additionalModelRequestFields', { additionalModelRequestFields: [1] }],
  ])('refuses at %s', (param, chat) => {
    expect(faultOf(chat)).toMatchObject({ code: 'invalid_request', param })
  })

  test('more tokens than the model writes', () => {
    const { body, dropped } = translateFor({ max_completion_tokens: 20_000 }, 'amazon.nova-lite-v1:0')
    expect(body.inferenceConfig).toEqual({ maxTokens: 10_000 })
    expect(dropped).toEqual(['max_completion_tokens'])
  })

  test('a managed prompt brings its own system prompt and tools', () => {
    const facts: BedrockFacts = { managedPrompt: true }
    const tools = [{ type: 'function', function: { name: 'f' } }]
    expect(faultOf({ messages: [system('s'), user('u')] }, facts)).toMatchObject({ code: 'unsupported' })
    expect(faultOf({ tools }, facts)).toMatchObject({ code: 'unsupported', param: 'tools' })
    const thinking = { type: 'enabled', budget_tokens: 2000 }
    expect(faultOf({ thinking }, facts)).toMatchObject({ code: 'unsupported', param: 'additionalModelRequestFields' })
    expect(faultOf({ response_format: { type: 'json_object' } }, facts)).toMatchObject({ code: 'unsupported' })
  })
})
