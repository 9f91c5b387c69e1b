import { describe, expect, it } from 'vitest'
import { AnswerExcerpt, MohoError } from '../../contract/errors.ts'
import type { TextWriter } from '../../contract/writer.ts'
import { readChat } from './read.ts'

/** The verbs that a translator says, one line each: `toolInput {} 0`. */
function recorder(): { out: TextWriter; said: string[] } {
  const said: string[] = []
  const verb =
    (name: string) =>
    (...args: unknown[]) => {
      const told = args.filter((arg) => arg !== undefined)
      said.push([name, ...told.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg)))].join(' '))
    }
  const out: TextWriter = {
    start: verb('start'),
    text: verb('text'),
    reasoning: verb('reasoning'),
    signature: verb('signature'),
    redacted: verb('redacted'),
    toolCall: verb('toolCall'),
    toolInput: verb('toolInput'),
    refusal: verb('refusal'),
    close: verb('close'),
    usage: verb('usage'),
    finish: verb('finish'),
  }
  return { out, said }
}
const read = (...chunks: readonly (object | string)[]) => {
  const { out, said } = recorder()
  const sink = readChat(out)
  for (const chunk of chunks) sink.frame(typeof chunk === 'string' ? chunk : JSON.stringify(chunk), '')
  sink.end()
  return said
}
const delta = (said: object, finish_reason: string | null = null) => ({
  choices: [{ index: 0, delta: said, finish_reason }],
})
const stop = delta({}, 'stop')
/** The verbs of deltas, without the finish. */
const verbsOf = (...deltas: readonly object[]) => read(...deltas.map((said) => delta(said)), stop).slice(0, -1)
const tools = (...calls: readonly object[]) => ({ tool_calls: calls })
const fault = (run: () => unknown): MohoError => {
  try {
    run()
  } catch (error) {
    if (MohoError.is(error)) return error
    throw error
  }
  return expect.fail('It should have thrown.')
}

describe('a chat stream', () => {
  it('is read into verbs, with the usage and tier that come last', () => {
    expect(
      read(
        { id: 'up-1', service_tier: 'default', ...delta({ role: 'assistant', content: '' }) },
        { id: 'up-1', ...delta({ content: 'Hi', reasoning_content: null, tool_calls: null }) },
        { id: 'up-1', ...delta({ refusal: 'No.' }) },
        { id: 'up-1', ...delta({}, 'length'), usage: null },
        { id: 'up-1', choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 }, service_tier: 'flex' },
        '[DONE]',
      ),
    ).toEqual([
      'start {"id":"up-1","serviceTier":"default"}',
      'text Hi 0',
      'refusal No.',
      'finish length',
      'usage {"input":3,"output":2} flex',
    ])
  })

  it('may tell usage with its last choice', () => {
    const chunk = { ...stop, usage: { prompt_tokens: 3, completion_tokens: 2 } }
    expect(read(chunk)).toEqual(['finish stop', 'usage {"input":3,"output":2}'])
  })

  it('may send chunks without an id or a choice first, and takes no id once the answer has begun', () => {
    const late = { id: 'late', ...stop }
    expect(read({ id: '', choices: [] }, { id: 'a', choices: [] }, late)).toEqual(['start {"id":"a"}', 'finish stop'])
    expect(read(delta({ content: 'x' }), late)).toEqual(['text x 0', 'finish stop'])
  })

  it('ends at [DONE], whatever follows', () => {
    expect(read(stop, '[DONE]', 'nonsense', delta({ content: 'x' }))).toEqual(['finish stop'])
  })

  it('may say more after its finish, which is not the answer', () => {
    const remark = { ...delta({ content: 'x' }, 'stop'), content_filter_results: {} }
    expect(read('', stop, remark)).toEqual(['finish stop'])
  })

  it('was cut off where it neither finished nor said [DONE]', () => {
    expect(fault(() => read(delta({ content: 'x' }))).code).toBe('upstream_failed')
    expect(read(delta({ content: 'x' }), '[DONE]')).toEqual(['text x 0'])
  })

  it.each<[string, object | string]>([
    ['no JSON', '{"a":'],
    ['no object', '[]'],
    ['an unknown finish reason', delta({}, 'tired')],
    ['a second choice', { choices: [{ index: 1, delta: { content: 'x' } }] }],
    ['content that is no text', delta({ content: [{ type: 'text' }] })],
    ['choices that are no list', { choices: {} }],
    ['tool calls that are no list', delta({ tool_calls: 'f' })],
    ['an unknown kind of thinking', delta({ thinking_blocks: [{ type: 'dream' }] })],
    ['a tool without a name', delta(tools({ index: 0, id: 'a' }), 'tool_calls')],
  ])('is refused with %s', (_, chunk) => {
    const error = fault(() => read(chunk))
    expect(error.code).toBe('upstream_failed')
    expect(error.cause).toBeInstanceOf(AnswerExcerpt)
  })

  it('keeps a bounded piece of what it could not read', () => {
    const error = fault(() => read(`"${'x'.repeat(100_000)}"`))
    expect(String(error.cause).length).toBeLessThan(2000)
  })

  it.each([
    [{ type: 'rate_limit_error', code: 'rate_limit_exceeded' }, 'rate_limited'],
    [{ type: 'invalid_request_error', code: 'context_length_exceeded' }, 'context_length_exceeded'],
    [{ type: 'server_error', code: null }, 'upstream_failed'],
    [{ code: 429 }, 'rate_limited'],
    ['broken', 'upstream_failed'],
  ])('throws the fault that it reports: %j', (error, code) => {
    expect(fault(() => read({ error })).code).toBe(code)
  })
})

describe('tool calls in a chat stream', () => {
  const call = (id: string, name: string, args?: string) => ({ id, function: { name, arguments: args } })
  const more = (args: string) => ({ function: { arguments: args } })
  const at = (index: number, entry: object) => ({ index, ...entry })
  const a = call('a', 'f', '{}')
  const b = call('b', 'g', '[]')
  const one = ['toolCall a f 0', 'toolInput {} 0']
  const pieces = ['toolCall a f 0', 'toolInput { 0', 'toolInput } 0']
  const both = [...one, 'toolCall b g 1', 'toolInput [] 1']

  it.each<[string, readonly object[], string[]]>([
    [
      'by index, interleaved',
      [
        tools(at(0, call('a', 'f', ''))),
        tools(at(1, call('b', 'g'))),
        tools(at(0, more('{')), at(1, more('['))),
        tools(at(0, more('}'))),
      ],
      ['toolCall a f 0', 'toolCall b g 1', 'toolInput { 0', 'toolInput [ 1', 'toolInput } 0'],
    ],
    ['whole, in one delta', [tools(at(0, a), at(1, b))], both],
    ['whole, without an index', [tools(a, b)], both],
    ['whole, one by one, without an index', [tools(a), tools(b)], both],
    ['whole, each with index 0', [tools(at(0, a)), tools(at(0, b))], both],
    [
      'in pieces without an index',
      [tools(call('a', 'f', '')), tools(more('{')), tools({ id: 'a', ...more('}') }), tools(b)],
      [...pieces, ...both.slice(2)],
    ],
    [
      'with id and name late',
      [tools(at(0, more('{'))), tools(at(0, { id: 'a' })), tools(at(0, { function: { name: 'f', arguments: '}' } }))],
      one,
    ],
    [
      'with the id late and no index',
      [tools({ function: { name: 'f', arguments: '{' } }), tools({ id: 'a', ...more('}') })],
      one,
    ],
    ['with id and name in every delta', [tools(at(0, call('a', 'f', '{'))), tools(at(0, call('a', 'f', '}')))], pieces],
    [
      'with another id in every delta',
      [tools(at(0, call('a', 'f', '{'))), tools(at(0, { id: 'z', ...more('}') }))],
      pieces,
    ],
  ])('are read %s', (_, deltas, verbs) => {
    expect(verbsOf(...deltas)).toEqual(verbs)
  })

  it('get an id where the upstream gives none', () => {
    const [called, input] = verbsOf(tools({ index: 0, function: { name: 'f', arguments: '{}' } }))
    expect(called).toMatch(/^toolCall call_\S{8,} f 0$/)
    expect(input).toBe('toolInput {} 0')
  })
})

describe('reasoning in a chat stream', () => {
  const thinking = (text: string, signature?: string | null) => ({ type: 'thinking', thinking: text, signature })
  const redacted = { type: 'redacted_thinking', data: 'x' }

  it.each<[string, readonly object[], string[]]>([
    ['alone', [{ reasoning_content: 'a' }, { reasoning_content: 'b' }], ['reasoning a 0', 'reasoning b 0']],
    ['by its other name', [{ reasoning: 'a' }], ['reasoning a 0']],
    ['by both names', [{ reasoning: 'a', reasoning_content: 'a' }], ['reasoning a 0']],
    [
      'in pieces, then whole and sealed',
      [
        { reasoning_content: 'a' },
        { reasoning_content: 'b' },
        { thinking_blocks: [thinking('ab', 's')] },
        { reasoning_content: 'c' },
      ],
      ['reasoning a 0', 'reasoning b 0', 'signature s 0', 'reasoning c 1'],
    ],
    [
      'in pieces twice over, the last with the seal',
      [
        { reasoning_content: 'ha', thinking_blocks: [thinking('ha', null)] },
        { reasoning_content: 'ha', thinking_blocks: [thinking('ha', '')] },
        { reasoning_content: '', thinking_blocks: [thinking('', 's')] },
      ],
      ['reasoning ha 0', 'reasoning ha 0', 'signature s 0'],
    ],
    [
      'in whole blocks alone',
      [{ thinking_blocks: [thinking('a', 's'), redacted, thinking('b'), thinking('c')] }],
      ['reasoning a 0', 'signature s 0', 'redacted x 1', 'reasoning b 2', 'reasoning c 3'],
    ],
    ['as a seal alone', [{ thinking_blocks: [thinking('', 's')] }], ['signature s 0']],
    [
      'apart from text and tools',
      [
        { reasoning_content: 'a' },
        { content: 'b' },
        tools({ index: 0, id: 't', function: { name: 'f' } }),
        { content: 'c' },
      ],
      ['reasoning a 0', 'text b 1', 'toolCall t f 2', 'text c 1'],
    ],
  ])('is read %s', (_, deltas, verbs) => {
    expect(verbsOf(...deltas)).toEqual(verbs)
  })
})
