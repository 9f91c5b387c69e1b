import { ChatRequest } from '@moho/core'
import { describe, expect, test } from 'vitest'
import type { BedrockFacts } from '../models.ts'
import { toConverse } from './to-converse.ts'
import type { Translation } from './translation.ts'

/** The body for a chat, and what was dropped, with `hi` where the chat has no messages of its own. */
function translate(chat: object, data: BedrockFacts = {}) {
  const dropped: string[] = []
  const model = { id: 'vendor.model', data }
  const target = {
    entry: 'e',
    operation: 'chat',
    model,
    name: model.id,
    upstreamId: model.id,
    region: 'us-east-1',
    path: '',
  } as const
  const call: Translation = { target, dropped: (path) => void dropped.push(path) }
  const { body } = toConverse(ChatRequest.parse({ model: 'm', messages: [user('hi')], ...chat }), call)
  return { body, dropped }
}

const messagesOf = (...messages: object[]) => translate({ messages }).body.messages
const faultOf = (chat: object, data?: BedrockFacts) => {
  try {
    translate(chat, data)
  } catch (error) {
    return error
  }
  return undefined
}

const system = (content: unknown) => ({ role: 'system', content })
const user = (content: unknown) => ({ role: 'user', content })
const assistant = (content: unknown, more: object = {}) => ({ role: 'assistant', content, ...more })
const tool = (id: string, content: unknown) => ({ role: 'tool', tool_call_id: id, content })
const calls = (...ids: string[]) => ({ tool_calls: ids.map((id) => call(id)) })
const call = (id: string, args = '{}') => ({ id, type: 'function', function: { name: 'f', arguments: args } })
const text = (text: string) => ({ type: 'text', text })

const toolUse = (toolUseId: string, input: object = {}) => ({ toolUse: { toolUseId, name: 'f', input } })
const result = (toolUseId: string, ...texts: string[]) => ({
  toolResult: { toolUseId, content: texts.map((text) => ({ text })) },
})
const says = (role: string, ...content: (string | object)[]) => ({
  role,
  content: content.map((part) => (typeof part === 'string' ? { text: part } : part)),
})

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

  test('a result with an image', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }
    const [, , answer] = messagesOf(user('q'), assistant(null, calls('a')), tool('a', [text('see'), image]))
    const content = [{ text: 'see' }, { image: { format: 'png', source: { bytes: 'iVBORw0KGgo=' } } }]
    expect(answer).toEqual(says('user', { toolResult: { toolUseId: 'a', content } }))
  })

  test.each([
    ['messages', 'invalid_request', [system('s')]],
    ['messages', 'invalid_request', [user(' ')]],
    ['messages[0]', 'invalid_request', [assistant('hello'), user('hi')]],
    ['messages[2]', 'invalid_request', [system('s'), user(''), assistant('hello'), user('hi')]],
    ['messages[2].content', 'invalid_request', [user('a'), assistant('b'), user('')]],
    ['messages[1].tool_calls[1]', 'invalid_request', [user('a'), assistant('b', calls('x', 'y')), tool('x', '1')]],
    ['messages[1].tool_calls[0]', 'invalid_request', [user('a'), assistant('b', calls('x')), user('c')]],
    [
      'messages[1].tool_calls[0]',
      'invalid_request',
      [user('a'), assistant('b', calls('x')), user('c'), assistant('d'), tool('x', '1')],
    ],
    ['messages[1].tool_call_id', 'invalid_request', [user('a'), tool('x', '1')]],
    [
      'messages[3].tool_call_id',
      'invalid_request',
      [user('a'), assistant('b', calls('x')), tool('x', '1'), tool('z', '1')],
    ],
    [
      'messages[1].tool_calls[0].function.arguments',
      'invalid_request',
      [user('a'), assistant('b', { tool_calls: [call('x', '{bad')] }), tool('x', '1')],
    ],
    [
      'messages[1].tool_calls[0].function.arguments',
      'invalid_request',
      [user('a'), assistant('b', { tool_calls: [call('x', '{}{}')] }), tool('x', '1')],
    ],
    [
      'messages[1].tool_calls[0].function.arguments',
      'invalid_request',
      [user('a'), assistant('b', { tool_calls: [call('x', '[1]')] }), tool('x', '1')],
    ],
    [
      'messages[0].content[1]',
      'unsupported',
      [user([text('a'), { type: 'file', file: { file_data: 'data:application/pdf;base64,QQ==' } }])],
    ],
    [
      'messages[0].content[0]',
      'unsupported',
      [user([{ type: 'input_audio', input_audio: { data: 'QQ==', format: 'wav' } }])],
    ],
  ])('refuses at %s', (param, code, messages) => {
    expect(faultOf({ messages })).toMatchObject({ code, param })
  })

  test('a model that takes no beginning of an answer', () => {
    const messages = [user('a'), assistant('b')]
    expect(faultOf({ messages }, { prefill: 'refused' })).toMatchObject({ code: 'unsupported', param: 'messages[1]' })
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
    ['response_format', { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: {} } } }],
    ['response_format', { response_format: { type: 'json_object' } }],
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
    [{ reasoning_effort: 'high', user: 'ana' }, ['reasoning_effort', 'user']],
    [{ response_format: { type: 'text' }, stream: false, stream_options: null }, []],
    [{ aws_access_key_id: 'x' }, ['aws_access_key_id']],
    [{ messages: [{ ...user('a'), name: 'ana' }] }, ['messages[0].name']],
    [
      { messages: [user([{ ...text('a'), cache_control: { type: 'ephemeral' } }])] },
      ['messages[0].content[0].cache_control'],
    ],
    [{ messages: [{ ...user('a'), cache_control: { type: 'ephemeral' } }] }, ['messages[0].cache_control']],
    [
      { messages: [user('a'), assistant('b', { reasoning_content: 't', audio: null, annotations: [] }), user('c')] },
      ['messages[1].reasoning_content'],
    ],
  ])('reports what it drops: %j', (chat, dropped) => {
    const translated = translate(chat)
    expect(translated.dropped).toEqual(dropped)
    expect(Object.keys(translated.body)).toEqual(['messages'])
  })

  test('a managed prompt brings its own system prompt and tools', () => {
    const facts: BedrockFacts = { managedPrompt: true }
    const tools = [{ type: 'function', function: { name: 'f' } }]
    expect(faultOf({ messages: [system('s'), user('u')] }, facts)).toMatchObject({ code: 'unsupported' })
    expect(faultOf({ tools }, facts)).toMatchObject({ code: 'unsupported', param: 'tools' })
  })
})
