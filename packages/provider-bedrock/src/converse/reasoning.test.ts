import { describe, expect, test } from 'vitest'
import { faultOf, translate } from '../testing/translate.ts'

const sonnet45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const opus46 = 'us.anthropic.claude-opus-4-6-v1'
const opus47 = 'us.anthropic.claude-opus-4-7'
const opus5 = 'us.anthropic.claude-opus-5'
const sonnet5 = 'us.anthropic.claude-sonnet-5'
const fable = 'us.anthropic.claude-fable-5-1'
const nova2 = 'us.amazon.nova-2-lite-v1:0'
const gptOss = 'openai.gpt-oss-120b-1:0'
const gpt = 'us.openai.gpt-5.6-sol'
const llama = 'us.meta.llama3-3-70b-instruct-v1:0'

function reasoned(chat: object, model: string) {
  const { body, dropped } = translate(chat, model)
  return { fields: body.additionalModelRequestFields, maxTokens: body.inferenceConfig?.maxTokens, dropped }
}

const budget = (budget_tokens: number) => ({ thinking: { type: 'enabled', budget_tokens } })

describe('reasoning_effort as a budget', () => {
  test.each([
    ['none', 8000, undefined],
    ['minimal', 8000, 1024],
    ['low', 8000, 2400],
    ['medium', 8000, 4800],
    ['high', 8000, 7200],
    // Never under the least.
    ['low', 2000, 1024],
    ['medium', 1500, 1024],
    ['high', 1025, 1024],
    ['high', 64_000, 57_600],
  ])('%s of %d tokens is %s', (reasoning_effort, max_tokens, expected) => {
    expect(reasoned({ reasoning_effort, max_tokens }, sonnet45)).toEqual({
      fields: expected && budget(expected),
      maxTokens: max_tokens,
      dropped: [],
    })
  })

  test.each([
    ['none', undefined, undefined],
    ['low', 19_200, 64_000],
    ['medium', 38_400, 64_000],
    ['high', 57_600, 64_000],
  ])('%s without a limit is of what the model can write', (reasoning_effort, expected, maxTokens) => {
    expect(reasoned({ reasoning_effort }, sonnet45)).toEqual({
      fields: expected && budget(expected),
      maxTokens,
      dropped: [],
    })
  })

  test.each(['xhigh', 'max'])('%s is high', (reasoning_effort) => {
    expect(reasoned({ reasoning_effort, max_tokens: 8000 }, sonnet45)).toEqual({
      fields: budget(7200),
      maxTokens: 8000,
      dropped: ['reasoning_effort'],
    })
  })

  test.each(['minimal', 'low', 'medium', 'high'])('%s has no room in 1024 tokens', (reasoning_effort) => {
    expect(reasoned({ reasoning_effort, max_completion_tokens: 1024 }, sonnet45)).toEqual({
      fields: undefined,
      maxTokens: 1024,
      dropped: ['reasoning_effort'],
    })
  })

  test('is of the smaller of two limits, and of what the model can write where that is less', () => {
    const chat = { reasoning_effort: 'medium', max_tokens: 4000, max_completion_tokens: 5000 }
    expect(reasoned(chat, sonnet45).fields).toEqual(budget(2400))
    expect(reasoned({ reasoning_effort: 'low', max_tokens: 100_000 }, sonnet45)).toEqual({
      fields: budget(19_200),
      maxTokens: 64_000,
      dropped: ['max_tokens'],
    })
  })

  test('cannot be where the limit of the model is not known', () => {
    const { body, dropped } = translate(
      { reasoning_effort: 'low' },
      { features: [], data: { reasoning: { by: 'budget' } } },
    )
    expect([Object.keys(body), dropped]).toEqual([['messages'], ['reasoning_effort']])
  })
})

const adaptive = (effort: string, more: object = {}) => ({
  thinking: { type: 'adaptive', ...more },
  output_config: { effort },
})
const shown = { display: 'summarized' }

describe('reasoning_effort in the terms of others', () => {
  test.each<[string, string, object | undefined, string[]]>([
    [opus46, 'none', undefined, []],
    [opus46, 'minimal', adaptive('low'), ['reasoning_effort']],
    [opus46, 'medium', adaptive('medium'), []],
    [opus46, 'xhigh', adaptive('high'), ['reasoning_effort']],
    [opus46, 'max', adaptive('max'), []],
    [opus47, 'none', undefined, []],
    [opus47, 'xhigh', adaptive('xhigh', shown), []],
    [opus5, 'none', { thinking: { type: 'disabled' } }, []],
    [opus5, 'low', adaptive('low', shown), []],
    [opus5, 'max', adaptive('max', shown), []],
    [sonnet5, 'max', adaptive('high', shown), ['reasoning_effort']],
    [fable, 'none', adaptive('low', shown), ['reasoning_effort']],
    ['us.deepseek.r1-v1:0', 'none', undefined, ['reasoning_effort']],
    [fable, 'high', adaptive('high', shown), []],
    [nova2, 'none', undefined, []],
    [nova2, 'low', { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } }, []],
    [nova2, 'max', { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } }, ['reasoning_effort']],
    [gptOss, 'none', { reasoning_effort: 'low' }, ['reasoning_effort']],
    [gptOss, 'high', { reasoning_effort: 'high' }, []],
    [gptOss, 'max', { reasoning_effort: 'high' }, ['reasoning_effort']],
    [gpt, 'none', { reasoning: { effort: 'none' } }, []],
    [gpt, 'minimal', { reasoning: { effort: 'none' } }, ['reasoning_effort']],
    [gpt, 'xhigh', { reasoning: { effort: 'xhigh' } }, []],
    [llama, 'high', undefined, ['reasoning_effort']],
    [llama, 'none', undefined, []],
    ['vendor.unlisted-v1:0', 'high', undefined, ['reasoning_effort']],
  ])('%s, %s', (model, reasoning_effort, fields, dropped) => {
    expect(reasoned({ reasoning_effort }, model)).toEqual({ fields, maxTokens: undefined, dropped })
  })

  test('Nova 2 takes no limits with its highest', () => {
    const chat = { reasoning_effort: 'high', max_tokens: 100, temperature: 0.5, top_p: 0.9, top_k: 5 }
    const { body, dropped } = translate(chat, nova2)
    expect(Object.keys(body)).toEqual(['messages', 'additionalModelRequestFields'])
    expect(dropped.sort()).toEqual(['max_tokens', 'temperature', 'top_k', 'top_p'])
    expect(translate({ ...chat, reasoning_effort: 'low' }, nova2).dropped).toEqual([])
  })
})

describe('thinking', () => {
  test.each<[string, object, object | undefined, string[]]>([
    [sonnet45, { thinking: { type: 'enabled', budget_tokens: 2000 } }, budget(2000), []],
    [sonnet45, { thinking: { type: 'disabled' } }, { thinking: { type: 'disabled' } }, []],
    [
      sonnet45,
      { thinking: { type: 'enabled', budget_tokens: 2000 }, reasoning_effort: 'low' },
      budget(2000),
      ['reasoning_effort'],
    ],
    [opus46, { thinking: { type: 'enabled', budget_tokens: 2000 } }, budget(2000), []],
    [opus46, { thinking: { type: 'adaptive' } }, { thinking: { type: 'adaptive' } }, []],
    [
      opus47,
      { thinking: { type: 'adaptive', display: 'omitted' } },
      { thinking: { type: 'adaptive', display: 'omitted' } },
      [],
    ],
    [opus47, { thinking: { type: 'adaptive' }, reasoning_effort: 'low' }, adaptive('low'), []],
    [
      opus47,
      { thinking: { type: 'enabled', budget_tokens: 2000 } },
      { thinking: { type: 'adaptive', ...shown } },
      ['thinking.budget_tokens'],
    ],
    [fable, { thinking: { type: 'disabled' } }, undefined, ['thinking']],
    [nova2, { thinking: { type: 'enabled', budget_tokens: 2000 } }, undefined, ['thinking']],
    [
      nova2,
      { thinking: { type: 'enabled', budget_tokens: 2000 }, reasoning_effort: 'low' },
      { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } },
      ['thinking'],
    ],
    // Nobody knows this model, so Bedrock is asked.
    ['vendor.unlisted-v1:0', { thinking: { type: 'enabled', budget_tokens: 5 } }, budget(5), []],
  ])('%s, %j', (model, chat, fields, dropped) => {
    expect(reasoned(chat, model)).toEqual({ fields, maxTokens: undefined, dropped })
  })

  test.each([
    ['thinking.budget_tokens', { thinking: { type: 'enabled', budget_tokens: 1023 } }],
    ['thinking.budget_tokens', { thinking: { type: 'enabled', budget_tokens: 2000 }, max_tokens: 2000 }],
    ['thinking.budget_tokens', { thinking: { type: 'enabled', budget_tokens: 64_000 } }],
    ['thinking.type', { thinking: { type: 'adaptive' } }],
  ])('refuses at %s: %j', (param, chat) => {
    expect(faultOf(chat, sonnet45)).toMatchObject({ status: 400, param })
  })
})

describe('beside reasoning', () => {
  const on = { reasoning_effort: 'low', max_tokens: 8000 }
  const tools = [{ type: 'function', function: { name: 'f' } }]

  test.each<[object, object, string[]]>([
    [{ temperature: 0.5 }, {}, ['temperature']],
    [{ temperature: 1, top_p: 1 }, {}, []],
    [{ top_p: 0.9 }, {}, ['top_p']],
    [{ top_p: 0.97 }, { topP: 0.97 }, []],
    [{ top_k: 5 }, {}, ['top_k']],
    [{ stop: 'x' }, { stopSequences: ['x'] }, []],
  ])('%j', (more, config, dropped) => {
    const translated = translate({ ...on, ...more }, sonnet45)
    expect(translated.body.inferenceConfig).toEqual({ maxTokens: 8000, ...config })
    expect(translated.body.additionalModelRequestFields).toEqual(budget(2400))
    expect(translated.dropped).toEqual(dropped)
  })

  test.each(['required', { type: 'function', function: { name: 'f' } }])('no tool is forced: %j', (tool_choice) => {
    for (const model of [sonnet45, opus46, opus5]) {
      const { body, dropped } = translate({ ...on, tools, tool_choice }, model)
      expect(body.toolConfig?.toolChoice).toEqual({ auto: {} })
      expect(dropped).toEqual(['tool_choice'])
    }
    expect(translate({ ...on, tools, tool_choice }, nova2).dropped).toEqual([])
    // It thinks unasked, which is no reason not to.
    expect(translate({ tools, tool_choice }, opus5).dropped).toEqual([])
  })

  test('one tool at a time can be asked for', () => {
    const { body } = translate({ ...on, tools, parallel_tool_calls: false }, sonnet45)
    expect(body.additionalModelRequestFields).toEqual({
      ...budget(2400),
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    })
  })

  const asked = { role: 'user', content: 'q' }
  const calls = { role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{}' } }] }
  const result = { role: 'tool', tool_call_id: 'a', content: 'r' }
  const sealed = { thinking_blocks: [{ type: 'thinking', thinking: 't', signature: 's' }] }

  test.each([
    ['a call that was made without it', [asked, calls, result], true],
    ['a call that was made without it, and the user', [asked, calls, result, asked], true],
    ['a call that was made with it', [asked, { ...calls, ...sealed }, result], false],
    ['a call that is done with', [asked, calls, result, { role: 'assistant', content: 'x' }, asked], false],
    ['the beginning of an answer', [asked, { role: 'assistant', content: 'x' }], true],
  ])('%s', (_, messages, isOff) => {
    for (const ask of [on, { thinking: { type: 'enabled', budget_tokens: 1024 } }]) {
      const { body, dropped } = translate({ ...ask, messages, tools }, sonnet45)
      expect(dropped).toEqual(isOff ? [Object.keys(ask)[0]] : [])
      expect(body.additionalModelRequestFields === undefined).toBe(isOff)
    }
  })

  test('a model that decides itself may begin to think after a call', () => {
    expect(translate({ ...on, messages: [asked, calls, result], tools }, opus46).dropped).toEqual([])
  })
})

describe('the reasoning of earlier turns', () => {
  const blocks = [
    { type: 'thinking', thinking: 'one \n ü', signature: 'sig+/=' },
    { type: 'redacted_thinking', data: 'cmVk' },
    { type: 'thinking', thinking: '', signature: 'empty' },
    { type: 'thinking', thinking: 'unsigned' },
  ]
  const talk = (more: object, content: unknown = 'x') => ({
    messages: [
      { role: 'user', content: 'q' },
      { role: 'assistant', content, ...more },
      { role: 'user', content: 'q' },
    ],
  })
  const sent = [
    { reasoningContent: { reasoningText: { text: 'one \n ü', signature: 'sig+/=' } } },
    { reasoningContent: { redactedContent: 'cmVk' } },
    { reasoningContent: { reasoningText: { text: '', signature: 'empty' } } },
    { text: 'x' },
  ]

  test('goes back to Claude as it came, before all else', () => {
    for (const model of [sonnet45, opus5, 'vendor.unlisted-v1:0']) {
      const { body, dropped } = translate(talk({ thinking_blocks: blocks, reasoning_content: 'one' }), model)
      expect(body.messages[1]?.content).toEqual(sent)
      expect(dropped).toEqual(['messages[1].thinking_blocks[3]'])
    }
  })

  test('may come as parts of the content', () => {
    const { body, dropped } = translate(talk({}, [{ type: 'text', text: 'x' }, ...blocks.slice(0, 3)]), sonnet45)
    expect(body.messages[1]?.content).toEqual(sent)
    expect(dropped).toEqual([])
  })

  test.each<[string, object[], string[]]>([
    [nova2, [{ reasoningContent: { reasoningText: { text: 'r' } } }, { text: 'x' }], []],
    // For these it is there to be read.
    [sonnet45, [{ text: 'x' }], []],
    [gptOss, [{ text: 'x' }], []],
  ])('unsigned, to %s', (model, content, dropped) => {
    const translated = translate(talk({ reasoning_content: 'r' }), model)
    expect([translated.body.messages[1]?.content, translated.dropped]).toEqual([content, dropped])
  })

  test('what nothing sealed goes back to a model that takes any', () => {
    const thinking_blocks = [{ type: 'thinking', thinking: 'one' }]
    const { body } = translate(talk({ thinking_blocks, reasoning_content: 'onetwo' }), nova2)
    expect(body.messages[1]?.content).toEqual([
      { reasoningContent: { reasoningText: { text: 'one' } } },
      { reasoningContent: { reasoningText: { text: 'two' } } },
      { text: 'x' },
    ])
  })

  test('another model’s does not go to one that takes none', () => {
    const { body, dropped } = translate(talk({ thinking_blocks: blocks.slice(0, 2) }), llama)
    expect(body.messages[1]?.content).toEqual([{ text: 'x' }])
    expect(dropped).toEqual(['messages[1].thinking_blocks[0]', 'messages[1].thinking_blocks[1]'])
  })

  test('alone says nothing', () => {
    const { body, dropped } = translate(talk({ thinking_blocks: blocks.slice(0, 1) }, null), sonnet45)
    expect(dropped).toEqual(['messages[1]'])
    expect(body.messages).toEqual([{ role: 'user', content: [{ text: 'q' }, { text: 'q' }] }])
  })

  test('is refused where it cannot be what came', () => {
    const chat = talk({ thinking_blocks: [{ type: 'redacted_thinking', data: 'not base64!' }] })
    expect(faultOf(chat, sonnet45)).toMatchObject({ param: 'messages[1].thinking_blocks[0].data' })
  })
})
