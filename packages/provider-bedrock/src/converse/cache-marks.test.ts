import { describe, expect, test } from 'vitest'
import { translate } from '../testing/translate.ts'

const sonnet45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const opus45 = 'us.anthropic.claude-opus-4-5-20251101-v1:0'
const sonnet4 = 'us.anthropic.claude-sonnet-4-20250514-v1:0'
const haiku3 = 'anthropic.claude-3-haiku-20240307-v1:0'
const nova = 'amazon.nova-lite-v1:0'

const long = 'word '.repeat(2000)
const mark = { cache_control: { type: 'ephemeral' } }
const hour = { cache_control: { type: 'ephemeral', ttl: '1h' } }
const text = (text: string, more: object = {}) => ({ type: 'text', text, ...more })
const system = (content: unknown, more: object = {}) => ({ role: 'system', content, ...more })
const user = (content: unknown, more: object = {}) => ({ role: 'user', content, ...more })
const assistant = (content: unknown, more: object = {}) => ({ role: 'assistant', content, ...more })
const point = { cachePoint: { type: 'default' } }
const hourPoint = { cachePoint: { type: 'default', ttl: '1h' } }
const call = (id: string, more: object = {}) => ({ id, function: { name: 'f', arguments: '{}' }, ...more })

/** The kinds of the blocks, in the order in which a prompt is read. */
function blocks(chat: object, model = sonnet45) {
  const { body, dropped } = translate(chat, model)
  const kind = (block: object) => ('cachePoint' in block ? block.cachePoint : Object.keys(block)[0])
  return {
    tools: body.toolConfig?.tools.map(kind),
    system: body.system?.map(kind),
    messages: body.messages.map(({ content }) => content.map(kind)),
    dropped,
  }
}
const at = { type: 'default' }
const atHour = { type: 'default', ttl: '1h' }

describe('where marks go', () => {
  test.each([
    ['a part of a system prompt', [system([text(long, mark), text('b')]), user('q')]],
    ['a system message', [system(long, mark), system('b'), user('q')]],
  ])('%s', (_, messages) => {
    const { body, dropped } = translate({ messages }, sonnet45)
    expect(body.system).toEqual([{ text: long }, point, { text: 'b' }])
    expect(dropped).toEqual([])
  })

  test('parts, messages, calls, results and tools', () => {
    const chat = {
      tools: [
        { type: 'function', function: { name: 'f', description: long }, ...hour },
        { type: 'function', function: { name: 'g' } },
      ],
      messages: [
        user([text('a', mark), text('b')]),
        assistant('c', { tool_calls: [call('1', mark), call('2')] }),
        { role: 'tool', tool_call_id: '1', content: [text('r', mark)] },
        { role: 'tool', tool_call_id: '2', content: 's' },
        user('d'),
      ],
    }
    expect(blocks(chat)).toEqual({
      tools: ['toolSpec', atHour, 'toolSpec'],
      system: undefined,
      messages: [
        ['text', at, 'text'],
        ['text', 'toolUse', at, 'toolUse'],
        ['toolResult', at, 'toolResult', 'text'],
      ],
      dropped: [],
    })
  })

  test('a message of the assistant, of a tool, and a tool’s function', () => {
    const chat = {
      tools: [{ type: 'function', function: { name: 'f', description: long, ...mark } }],
      messages: [
        user('a'),
        assistant('b', mark),
        user('c'),
        assistant(null, { tool_calls: [call('1')], ...mark }),
        { role: 'tool', tool_call_id: '1', content: 'r', ...mark },
      ],
    }
    expect(blocks(chat)).toMatchObject({
      tools: ['toolSpec', at],
      messages: [['text'], ['text', at], ['text'], ['toolUse', at], ['toolResult', at]],
      dropped: [],
    })
  })

  test('after a file, which is taken for long', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' }, ...mark }
    expect(blocks({ messages: [user([image, text('q')])] })).toMatchObject({
      messages: [['image', at, 'text']],
      dropped: [],
    })
  })
})

describe('marks that the model would refuse or pass over', () => {
  test.each<[string, object, string, object, string[]]>([
    [
      'on blank text',
      { messages: [user([text(long), text(' ', mark), text('q')])] },
      sonnet45,
      { messages: [['text', 'text']] },
      ['messages[0].content[1].cache_control'],
    ],
    [
      'on too short a prompt',
      { messages: [system([text('short', mark)]), user('q')] },
      sonnet45,
      { system: ['text'] },
      ['messages[0].content[0].cache_control'],
    ],
    [
      'on a prompt too short for this model',
      { messages: [user([text('x'.repeat(8000), mark), text('q')])] },
      opus45,
      { messages: [['text', 'text']] },
      ['messages[0].content[0].cache_control'],
    ],
    [
      'long enough for another model',
      { messages: [user([text('x'.repeat(8000), mark), text('q')])] },
      sonnet45,
      { messages: [['text', at, 'text']] },
      [],
    ],
    [
      'twice in one place',
      { messages: [user([text(long, mark)], mark), assistant('b'), user('q')] },
      sonnet45,
      { messages: [['text', at], ['text'], ['text']] },
      [],
    ],
    [
      'on nothing',
      { messages: [system(' ', mark), user('', mark), user('q')] },
      sonnet45,
      { system: undefined, messages: [['text']] },
      ['messages[1].cache_control', 'messages[0].cache_control'],
    ],
    [
      'of an hour, where the model knows five minutes',
      { messages: [user([text(long, hour), text('q')])] },
      sonnet4,
      { messages: [['text', at, 'text']] },
      ['messages[0].content[0].cache_control.ttl'],
    ],
    [
      'of an hour after five minutes',
      { messages: [system([text(long, mark), text('b', hour)]), user([text('c', hour), text('q')])] },
      sonnet45,
      { system: ['text', at, 'text', at], messages: [['text', at, 'text']] },
      ['messages[0].content[1].cache_control.ttl', 'messages[1].content[0].cache_control.ttl'],
    ],
    [
      'of five minutes after an hour',
      {
        messages: [system([text(long, hour)]), user([text('c', { cache_control: { type: 'ephemeral', ttl: '5m' } })])],
      },
      sonnet45,
      { system: ['text', atHour], messages: [['text', at]] },
      [],
    ],
    [
      'more than four',
      {
        messages: [
          system(['a', 'b', 'c'].map((name) => text(name + long, mark))),
          user(['d', 'e', 'f'].map((name) => text(name, mark))),
        ],
      },
      sonnet45,
      { system: ['text', 'text', 'text', at], messages: [['text', at, 'text', at, 'text', at]] },
      ['messages[0].content[0].cache_control', 'messages[0].content[1].cache_control'],
    ],
    [
      'of a model that keeps nothing',
      { messages: [system([text(long, mark)]), user('q')] },
      haiku3,
      { system: ['text'] },
      ['messages[0].content[0].cache_control'],
    ],
    [
      'with members that Bedrock has not',
      { messages: [user([text(long, { cache_control: { type: 'ephemeral', scope: 'global' } })])] },
      sonnet45,
      { messages: [['text', at]] },
      ['messages[0].content[0].cache_control.scope'],
    ],
    [
      'of a model that nobody has listed',
      { messages: [user([text('short', hour)])] },
      'vendor.unlisted-v1:0',
      { messages: [['text', atHour]] },
      [],
    ],
  ])('%s', (_, chat, model, expected, dropped) => {
    expect(blocks(chat, model)).toMatchObject({ ...expected, dropped })
  })

  test('among tools and their results, on Nova', () => {
    const chat = {
      tools: [{ type: 'function', function: { name: 'f', description: long }, ...mark }],
      messages: [
        user([text(long, mark)]),
        assistant(null, { tool_calls: [call('1', mark)] }),
        { role: 'tool', tool_call_id: '1', content: 'r', ...mark },
        user([text('c', mark)]),
      ],
    }
    expect(blocks(chat, nova)).toEqual({
      tools: ['toolSpec'],
      system: undefined,
      messages: [
        ['text', at],
        ['toolUse', at],
        ['toolResult', 'text'],
      ],
      dropped: ['messages[2].cache_control', 'tools[0].cache_control', 'messages[3].content[0].cache_control'],
    })
  })

  test('after reasoning alone', () => {
    const thinking_blocks = [{ type: 'thinking', thinking: 't', signature: 's' }]
    const chat = { messages: [user(long), assistant(' ', { thinking_blocks, ...mark, tool_calls: [call('1')] })] }
    expect(blocks(chat)).toMatchObject({ messages: [['text'], ['reasoningContent', 'toolUse', at], ['toolResult']] })
  })

  test('the caller’s request stays as it is', () => {
    const messages = [user([text(long, mark), text('b', hour)])]
    const before = structuredClone(messages)
    translate({ messages }, sonnet45)
    expect(messages).toEqual(before)
    expect(hourPoint).toEqual({ cachePoint: { type: 'default', ttl: '1h' } })
  })
})
