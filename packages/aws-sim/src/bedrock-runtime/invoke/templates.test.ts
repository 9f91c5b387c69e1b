import { describe, expect, it } from 'vitest'
import { headed, instructed, type Template, thinking } from './templates.ts'

/** Turns of the user and their answers, the last without one. */
type Turns = readonly (readonly [user: string, answer?: string])[]

const LLAMA = { begin: '<|begin|>', open: '<|head|>', close: '<|/head|>\n\n', end: '<|end|>' }
const CHATML = { begin: '', open: '<|im_start|>', close: '\n', end: '<|im_end|>\n' }

const writeHeaded =
  ({ begin, open, close, end }: typeof LLAMA) =>
  (system: string, turns: Turns): string => {
    const turn = (role: string, text: string): string => open + role + close + text + end
    const said = turns.map(
      ([user, answer]) => turn('user', user) + (answer === undefined ? '' : turn('assistant', answer)),
    )
    return `${begin}${turn('system', system)}${said.join('')}${open}assistant${close}`
  }

const TEMPLATES: [string, Template, (system: string, turns: Turns) => string, string[]][] = [
  ['with heads', headed(LLAMA), writeHeaded(LLAMA), ['Be brief.']],
  ['ChatML', headed(CHATML), writeHeaded(CHATML), ['Be brief.']],
  [
    'DeepSeek R1',
    thinking,
    (system, turns) => {
      const said = turns.map(
        ([user, answer]) =>
          `<｜User｜>${user}${answer === undefined ? '' : `<｜Assistant｜>${answer}<｜end▁of▁sentence｜>`}`,
      )
      return `<｜begin▁of▁sentence｜>${system}${said.join('')}<｜Assistant｜><think>\n`
    },
    ['Be brief.'],
  ],
  [
    'Mistral',
    instructed,
    (_system, turns) => {
      const said = turns.map(
        ([user, answer]) => `[INST] ${user} [/INST]${answer === undefined ? '' : ` ${answer}</s>`}`,
      )
      return `<s>${said.join('')}`
    },
    [],
  ],
]

describe.each(TEMPLATES)('the template %s', (_name, template, write, system) => {
  it.each([
    ['one turn', [['Hello']]],
    ['several', [['Hello', 'Hi'], ['And?', 'Well,\n\nso it is.'], ['Then?']]],
    ['what looks like tokens', [['a <| b', '<|user|> [ ] <s'], ['[0] < 1 |> \n user\n <think> 🙂']]],
  ] satisfies [string, Turns][])('is read as it was written: %s', (_title, turns) => {
    expect(template.read(write('Be brief.', turns))).toEqual({
      system,
      messages: turns.flatMap(([user, answer]: Turns[number]) => [
        { role: 'user', content: [{ text: user }] },
        ...(answer === undefined ? [] : [{ role: 'assistant', content: [{ text: answer }] }]),
      ]),
    })
  })

  it('is not taken when its end is missing, wherever it was cut', () => {
    const prompt = write('Be brief.', [['Hello']])
    const taken = Array.from(prompt, (_character, at) => prompt.slice(0, at)).filter(
      (start) => !('refused' in template.read(start)),
    )
    expect(taken).toEqual([])
  })

  it('is not taken without a token of it', () => {
    const prompt = write('Be brief.', [['Hello', 'Hi'], ['And?']])
    const tokens = prompt.match(/<\|[^|]*\|>|<｜[^｜]*｜>|\[\/?INST\]|<\/?s>/g) ?? []
    const taken = [...new Set(tokens)].filter((token) => !('refused' in template.read(prompt.replace(token, ''))))
    expect(taken).toEqual([])
  })
})
