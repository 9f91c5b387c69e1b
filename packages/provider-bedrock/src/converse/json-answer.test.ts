import type { FinishReason, TextWriter, Translate } from '@moho/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonAnswer } from './json-answer.ts'

type Verb =
  | ['text', string]
  | ['reasoning', string]
  | ['toolCall', string, number]
  | ['toolInput', string, number]
  | ['close', number]
  | ['finish', FinishReason]

/** What a caller gets of these verbs: its text in pieces, its calls, its end, or the fault. */
function tell(verbs: readonly Verb[], tool: string | undefined) {
  const pieces: string[] = []
  const calls = new Map<number, { name: string; input: string }>()
  let reasoning = ''
  let finished: FinishReason | undefined
  const out: TextWriter = {
    start() {},
    text: (delta) => void pieces.push(delta),
    reasoning: (delta) => {
      reasoning += delta
    },
    signature() {},
    redacted() {},
    toolCall: (_, name, block) => void calls.set(block, { name, input: '' }),
    toolInput(delta, block) {
      const call = calls.get(block)
      if (call === undefined) throw new Error('No such call.')
      call.input += delta
    },
    refusal() {},
    close() {},
    usage() {},
    finish: (reason) => {
      finished = reason
    },
  }
  const upstream: Translate = (to) => ({
    frame() {
      for (const verb of verbs) {
        if (verb[0] === 'text') to.text(verb[1], 0)
        else if (verb[0] === 'reasoning') to.reasoning(verb[1], 0)
        else if (verb[0] === 'toolCall') to.toolCall('id', verb[1], verb[2])
        else if (verb[0] === 'toolInput') to.toolInput(verb[1], verb[2])
        else if (verb[0] === 'close') to.close(verb[1])
        else to.finish(verb[1])
      }
    },
    end() {},
  })
  let fault: unknown
  try {
    jsonAnswer(upstream, tool)(out).frame('', '')
  } catch (error) {
    fault = error
  }
  return { pieces, text: pieces.join(''), calls: [...calls.values()], reasoning, finished, fault }
}

const json = 'json_answer'

describe('by a tool', () => {
  test('its input is the text, piece by piece', () => {
    const told = tell(
      [
        ['reasoning', 'r'],
        ['toolCall', json, 1],
        ['toolInput', '{"a"', 1],
        ['toolInput', ':1}', 1],
        ['close', 1],
        ['finish', 'tool_calls'],
      ],
      json,
    )
    expect(told).toEqual({
      pieces: ['{"a"', ':1}'],
      text: '{"a":1}',
      calls: [],
      reasoning: 'r',
      finished: 'stop',
      fault: undefined,
    })
  })

  test.each<[string, Verb[], object]>([
    [
      'no input',
      [
        ['toolCall', json, 0],
        ['close', 0],
        ['finish', 'tool_calls'],
      ],
      { text: '{}', finished: 'stop' },
    ],
    [
      'no end of the block',
      [
        ['toolCall', json, 0],
        ['finish', 'tool_calls'],
      ],
      { text: '{}', finished: 'stop' },
    ],
    [
      'words around it',
      [
        ['text', 'Here it is: '],
        ['toolCall', json, 1],
        ['toolInput', '{}', 1],
        ['text', ' Done.'],
        ['finish', 'tool_calls'],
      ],
      { text: '{}', finished: 'stop' },
    ],
    [
      'two answers',
      [
        ['toolCall', json, 0],
        ['toolInput', '{"a":1}', 0],
        ['close', 0],
        ['toolCall', json, 1],
        ['toolInput', '{"b":1}', 1],
        ['close', 1],
        ['finish', 'tool_calls'],
      ],
      { text: '{"a":1}', calls: [], finished: 'stop' },
    ],
    [
      'two answers at once',
      [
        ['toolCall', json, 0],
        ['toolCall', json, 1],
        ['toolInput', '{"b":1}', 1],
        ['toolInput', '{"a":1}', 0],
        ['finish', 'tool_calls'],
      ],
      { text: '{"a":1}', finished: 'stop' },
    ],
    [
      'a call of another tool',
      [
        ['text', 'Let me see.'],
        ['toolCall', 'f', 1],
        ['toolInput', '{"x":1}', 1],
        ['close', 1],
        ['finish', 'tool_calls'],
      ],
      { text: 'Let me see.', calls: [{ name: 'f', input: '{"x":1}' }], finished: 'tool_calls' },
    ],
    [
      'both, interleaved',
      [
        ['toolCall', json, 0],
        ['toolCall', 'f', 1],
        ['toolInput', '{"x":', 1],
        ['toolInput', '{"a":1}', 0],
        ['toolInput', '1}', 1],
        ['finish', 'tool_calls'],
      ],
      { text: '{"a":1}', calls: [{ name: 'f', input: '{"x":1}' }], finished: 'tool_calls' },
    ],
    [
      'prose, a call of another tool, and the answer',
      [
        ['text', 'Here.'],
        ['toolCall', 'f', 1],
        ['toolInput', '{}', 1],
        ['toolCall', json, 2],
        ['toolInput', '{"a":1}', 2],
        ['finish', 'tool_calls'],
      ],
      { text: '{"a":1}', calls: [{ name: 'f', input: '{}' }], finished: 'tool_calls' },
    ],
    [
      'text after all',
      [
        ['text', ' {"a"'],
        ['text', ':1}\n'],
        ['finish', 'stop'],
      ],
      { text: '{"a":1}', finished: 'stop' },
    ],
    [
      'text that is cut off',
      [
        ['text', 'Here'],
        ['finish', 'length'],
      ],
      { text: 'Here', finished: 'length', fault: undefined },
    ],
    [
      'an answer that is cut off',
      [
        ['toolCall', json, 0],
        ['toolInput', '{"a', 0],
        ['finish', 'length'],
      ],
      { text: '{"a', finished: 'length' },
    ],
    [
      'a guardrail',
      [
        ['text', 'Blocked.'],
        ['finish', 'content_filter'],
      ],
      { text: 'Blocked.', finished: 'content_filter' },
    ],
  ])('%s', (_, verbs, expected) => {
    expect(tell(verbs, json)).toMatchObject({ fault: undefined, ...expected })
  })

  test('prose is a fault', () => {
    const told = tell(
      [
        ['text', 'I cannot.'],
        ['finish', 'stop'],
      ],
      json,
    )
    expect(told).toMatchObject({ pieces: [], finished: undefined, fault: { code: 'upstream_failed', retry: 'again' } })
    expect(String(told.fault)).not.toContain('I cannot')
  })
})

describe('by the prompt', () => {
  const inPieces = (pieces: string[]): Verb[] => [...pieces.map((piece): Verb => ['text', piece]), ['finish', 'stop']]
  const say = (...pieces: string[]): Verb[] => inPieces(pieces)

  test('goes out while it comes', () => {
    expect(tell(say('{"a"', ':[1,', '"}"]', '}', '\n'), undefined).pieces).toEqual(['{"a"', ':[1,', '"}"]', '}'])
  })

  test.each([
    ['{"a":1}', '{"a":1}'],
    ['\n {"a":"\\"}{"} ', '{"a":"\\"}{"}'],
    ['```json\n{"a":{"b":[]}}\n```', '{"a":{"b":[]}}'],
    ['```\n{}\n```\nThere you are.', '{}'],
    ['Here you are:\n```json\n{"a":1}\n```\n', '{"a":1}'],
    ['{"a":1}\n{"b":2}', '{"a":1}'],
  ])('%j is %j', (given, expected) => {
    expect(tell(say(given), undefined)).toMatchObject({ text: expected, finished: 'stop', fault: undefined })
    expect(tell(say(...given), undefined)).toMatchObject({ text: expected, finished: 'stop', fault: undefined })
  })

  test.each(['', 'No.', '[1]', '"a"', '{"a":}', '{"a":1', '{a:1}', '```json\n[1]\n```', 'x ```json\n{oops}\n```'])(
    '%j is a fault',
    (given) => {
      for (const verbs of [say(given), say(...given)])
        expect(tell(verbs, undefined)).toMatchObject({ finished: undefined, fault: { code: 'upstream_failed' } })
    },
  )

  test('takes no longer than there is to read', () => {
    // Each of these took minutes where it was looked through anew for each piece, or from each fence.
    const many = (piece: string) => Array.from({ length: 200_000 }, () => piece)
    expect(tell(inPieces(['{"a":[', ...many('1,   '), '1]}']), undefined).fault).toBeUndefined()
    for (const pieces of [many('     '), many('word '), ['x ', ...many('```{')], ['```json', ...many(' ')]])
      expect(tell(inPieces(pieces), undefined).fault).toMatchObject({ code: 'upstream_failed' })
  })

  test('a call of a tool makes it text', () => {
    const verbs: Verb[] = [
      ['text', 'Let me see.'],
      ['toolCall', 'f', 1],
      ['text', 'So.'],
      ['finish', 'tool_calls'],
    ]
    expect(tell(verbs, undefined)).toMatchObject({ text: 'Let me see.So.', calls: [{ name: 'f' }], fault: undefined })
  })

  test('any object, in any pieces, with or without a fence, comes as it was written', () => {
    const written = fc
      .tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(undefined, 1, '\t'), fc.nat(3))
      .map(([value, indent, wrapping]) => {
        const text = JSON.stringify(value, null, indent)
        const wrapped =
          [text, ` \n${text}\n`, `\`\`\`json\n${text}\n\`\`\``, `\`\`\` ${text}\`\`\` ok`][wrapping] ?? text
        return { text, wrapped }
      })
    fc.assert(
      fc.property(written, fc.array(fc.nat(40), { maxLength: 30 }), ({ text, wrapped }, sizes) => {
        const pieces: string[] = []
        let at = 0
        for (const size of sizes) {
          pieces.push(wrapped.slice(at, at + size))
          at += size
        }
        pieces.push(wrapped.slice(at))
        expect(tell(say(...pieces), undefined)).toMatchObject({ text, finished: 'stop', fault: undefined })
      }),
    )
  })
})
