import { describe, expect, it } from 'vitest'
import { MohoError } from '../contract/errors.ts'
import { ChatRequest } from '../formats/chat.ts'
import { JsonBody } from './json-body.ts'

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
})
