import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { MohoError } from '../contract/errors.ts'
import { ChatMessage, ChatRequest } from '../formats/chat.ts'
import { JsonBody } from './json-body.ts'
import { scanMembers } from './peek-json.ts'
import { spliceMembers } from './splice-json.ts'

const body = (value: unknown) => new JsonBody(Buffer.from(JSON.stringify(value)), ChatRequest)
const fault = (run: () => unknown): MohoError => {
  try {
    run()
  } catch (error) {
    if (MohoError.is(error)) return error
    throw error
  }
  return expect.fail('It should have thrown.')
}
const user = { role: 'user', content: 'hi' }

describe('a JSON body', () => {
  it.each([
    ['nothing', ''],
    ['a word', 'hello'],
    ['half an object', '{"model":'],
    ['an array', '[]'],
    ['null', 'null'],
    ['a number', '1'],
    ['bytes that are not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
  ])('refuses %s', (_, bytes) => {
    expect(fault(() => new JsonBody(Buffer.from(bytes), ChatRequest)).code).toBe('invalid_request')
  })

  it.each(['Model', 'STREAM', 'stream_Options', 'mod\u0000el', '\u017ftream'])(
    'refuses %j, which others may read as what steers',
    (key) => {
      const text = JSON.stringify({ model: 'm', [key]: 'x', messages: [] })
      const { code, message } = fault(() => new JsonBody(Buffer.from(text), ChatRequest))
      expect(code).toBe('invalid_request')
      expect(message).toMatch(/write it as "(model|stream|stream_options)"/)
    },
  )

  it('says where the JSON breaks, and does not quote it', () => {
    const { message } = fault(
      () => new JsonBody(Buffer.from('{"model":"m", "messages": [secret prompt]}'), ChatRequest),
    )
    expect(message).toContain('not valid JSON')
    expect(message).not.toContain('prompt')
  })

  it.each([
    [{ messages: [user] }, 'model'],
    [{ model: 1, messages: [user] }, 'model'],
    [{ model: 'm' }, 'messages'],
    [{ model: 'm', messages: [] }, 'messages'],
    [{ model: 'm', messages: 'hi' }, 'messages'],
    [{ model: 'm', messages: [{ role: 'robot', content: 'hi' }] }, 'messages[0].role'],
    [{ model: 'm', messages: [user, { role: 'user', content: 7 }] }, 'messages[1].content'],
    [
      { model: 'm', messages: [{ role: 'user', content: [{ type: 'smell', smell: 'x' }] }] },
      'messages[0].content[0].type',
    ],
    [{ model: 'm', messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages[0].content[0].text'],
    [{ model: 'm', messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
    [{ model: 'm', messages: [user], max_tokens: 0 }, 'max_tokens'],
    [{ model: 'm', messages: [user], max_tokens: 1.5 }, 'max_tokens'],
    [{ model: 'm', messages: [user], temperature: 'hot' }, 'temperature'],
    [{ model: 'm', messages: [user], temperature: 3 }, 'temperature'],
    [{ model: 'm', messages: [user], stop: [1] }, 'stop[0]'],
    [{ model: 'm', messages: [user], tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name'],
    [{ model: 'm', messages: [user], tool_choice: 'sometimes' }, 'tool_choice'],
    [{ model: 'm', messages: [user], stream: 'yes' }, 'stream'],
  ])('names the member at fault: %j → %s', (value, param) => {
    const error = fault(() => body(value).json())
    expect(error.code).toBe('invalid_request')
    expect(error.param).toBe(param)
    expect(error.message.startsWith(`${param}: `)).toBe(true)
  })

  it('lets members through that it does not know, at every depth', () => {
    const value = { model: 'm', messages: [{ ...user, x_new: 1 }], x_new: { deep: true } }
    expect(body(value).json()).toMatchObject(value)
  })

  it('is checked once and shared', () => {
    const one = body({ model: 'm', messages: [user] })
    expect(one.json()).toBe(one.json())
  })

  it('peeks at own members alone', () => {
    const one = body({ model: 'm' })
    expect(one.peek('model')).toBe('m')
    expect(one.peek('toString')).toBeUndefined()
  })

  it('peeks at what JSON.parse saw, where a key comes twice or is escaped', () => {
    const twice = new JsonBody(Buffer.from('{"model":"a","\\u006dodel":"b"}'), ChatRequest)
    expect(twice.peek('model')).toBe('b')
    expect(Buffer.from(twice.bytes()).toString()).toBe('{"model":"b"}')
    expect(Buffer.from(twice.bytes({ set: { n: 1 } })).toString()).toBe('{"model":"b","n":1}')
  })

  it.each([
    ['a member that is there twice', '{"model":"a","n":1,"n":2}', '{"model":"b","n":2}'],
    ['an escaped member', '{"model":"a","strea\\u006d":true}', '{"model":"b","stream":true}'],
    ['the model twice', '{"model":"a","model":"c"}', '{"model":"b"}'],
    ['a byte order mark', '\ufeff{"model":"a", "n":1}', '{"model":"b", "n":1}'],
  ])('sends on what it has read itself of %s', (_, text, sent) => {
    const one = new JsonBody(Buffer.from(text), ChatRequest)
    expect(Buffer.from(one.bytes({ set: { model: 'b' } })).toString()).toBe(sent)
  })

  it('with another model is what a splice makes of it, small or large', () => {
    const key = fc.constantFrom('model', 'stream', 'user', 'role', 'n', 'a"b', 'x y', 'ü')
    const object = fc.dictionary(key, fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.dictionary(key, fc.string())))
    fc.assert(
      fc.property(object, fc.string(), fc.constantFrom(undefined, 1), (members, to, space) => {
        const text = JSON.stringify({ ...members, model: 'm' }, null, space)
        const set = { model: to }
        const small = new JsonBody(Buffer.from(text), ChatRequest).bytes({ set })
        expect(JSON.parse(Buffer.from(small).toString())).toEqual({ ...JSON.parse(text), model: to })
        if (scanMembers(Buffer.from(text)) === undefined) return
        expect(Buffer.from(small).toString()).toBe(Buffer.from(spliceMembers(Buffer.from(text), { set })).toString())
      }),
    )
  })

  it('gives the caller’s own bytes, changed where that is asked for', () => {
    const bytes = Buffer.from('{ "model": "a", "temperature": 1.0 }')
    const one = new JsonBody(bytes, ChatRequest)
    expect(one.bytes()).toBe(bytes)
    const changed = one.bytes({ set: { model: 'b' }, merge: { stream_options: { include_usage: true } } })
    expect(Buffer.from(changed).toString()).toBe(
      '{ "model": "b", "temperature": 1.0,"stream_options":{"include_usage":true} }',
    )
  })

  it('tells a fault inside a member when that is read, with its place in the whole; of a small body at once', () => {
    const text = '{"model":"m","messages":[1 2],"o":{"a" 1}'
    expect(fault(() => new JsonBody(Buffer.from(`${text}}`), ChatRequest)).message).toContain('position 27')
    const broken = () => new JsonBody(Buffer.from(`${text},"x":"${'x'.repeat(20_000)}"}`), ChatRequest)
    expect(broken().peek('model')).toBe('m')
    for (const read of [
      () => broken().peek('messages'),
      () => broken().json(),
      () => broken().bytes({ merge: { o: { x: 1 } } }),
    ]) {
      const { code, message } = fault(read)
      expect(code).toBe('invalid_request')
      expect(message).toContain('position 27')
    }
  })

  it('sends on what is nested deeply, unless that must be written anew', () => {
    const nested = '['.repeat(100_000) + ']'.repeat(100_000)
    const once = new JsonBody(Buffer.from(`{"model":"m","x":${nested}}`), ChatRequest)
    expect(once.bytes({ set: { model: 'n' } }).byteLength).toBe(once.size)
    const twice = new JsonBody(Buffer.from(`{"model":"m","model":"m","x":${nested}}`), ChatRequest)
    expect(fault(() => twice.bytes()).code).toBe('invalid_request')
  })

  it('refuses bytes inside a member that are not UTF-8', () => {
    const broken = (rest: string) => Buffer.from([...Buffer.from('{"model":"'), 0xff, ...Buffer.from(rest)])
    expect(fault(() => new JsonBody(broken('"}'), ChatRequest))).toMatchObject({ code: 'invalid_request' })
    const one = new JsonBody(broken(`","x":"${'x'.repeat(20_000)}"}`), ChatRequest)
    expect(fault(() => one.peek('model'))).toMatchObject({ code: 'invalid_request' })
    expect(fault(() => one.json())).toMatchObject({ code: 'invalid_request' })
  })

  it('is not parsed to be sent on', () => {
    const image = `data:image/png;base64,${'iVBORw0K'.repeat(256 * 1024)}`
    const content = [{ type: 'image_url', image_url: { url: image } }]
    const bytes = Buffer.from(JSON.stringify({ messages: [{ role: 'user', content }], stream: true, model: 'entry/m' }))
    const parse = vi.spyOn(JSON, 'parse')
    try {
      const large = new JsonBody(bytes, ChatRequest)
      expect(large.peek('model')).toBe('entry/m')
      expect(large.peek('stream')).toBe(true)
      expect(large.bytes({ set: { model: 'm' } }).byteLength).toBe(bytes.byteLength - 'entry/'.length)
      expect(Math.max(...parse.mock.calls.map(([text]) => text.length))).toBeLessThan(32)
    } finally {
      parse.mockRestore()
    }
  })

  it('with a million wrong items is refused at the first, in no time', () => {
    const many = (item: string) => `[${Array(300_000).fill(item).join()}]`
    for (const text of [
      `{"model":"m","messages":${many('0')}}`,
      `{"model":"m","messages":[{"role":"user","content":${many('0')}}]}`,
      `{"model":"m","messages":[{"role":"user","content":"x"}],"stop":${many('0')}}`,
      `{"model":"m","messages":[{"role":"user","content":"x"}],"tools":${many('{}')}}`,
    ]) {
      const safeParse = vi.spyOn(ChatMessage, 'safeParse')
      expect(fault(() => new JsonBody(Buffer.from(text), ChatRequest).json()).code).toBe('invalid_request')
      expect(safeParse.mock.calls.length).toBeLessThan(3)
      safeParse.mockRestore()
    }
  })
})
