import type { PromptFormat } from './format.ts'
import type { Conversation, Turn } from './prompt-turns.ts'

/** How a family of models tells the turns of a conversation apart. */
export interface Template {
  readonly start: string
  /** Left out: it has none, and the system's text goes before the first user's. */
  readonly system?: Ends
  readonly user: Ends
  readonly assistant: Ends
  /** Opens the answer. */
  readonly answer: string
  /** What the model reads as something else than text. */
  readonly marks: RegExp
  /** It goes on from the beginning of an answer. */
  readonly prefill: boolean
}

/** What goes before a text, and after it. */
type Ends = readonly [before: string, after: string]

/** The prompt, which ends where the model is to go on. */
export function renderPrompt(template: Template, { system, turns }: Conversation): string {
  const open = turns.at(-1)?.role === 'assistant'
  const [first] = turns
  const [said, all] =
    template.system === undefined && system !== '' && first !== undefined
      ? ['', [{ ...first, text: `${system}\n\n${first.text}` }, ...turns.slice(1)]]
      : [system, turns]
  const middle = all.map(({ role, text }: Turn, index) => {
    const [before, after] = template[role]
    return open && index === all.length - 1 ? before + text : before + text + after
  })
  const head = said === '' || template.system === undefined ? '' : template.system.join(said)
  return template.start + head + middle.join('') + (open ? '' : template.answer)
}

const llama3 = (role: string): Ends => [`<|start_header_id|>${role}<|end_header_id|>\n\n`, '<|eot_id|>']
const llama4 = (role: string): Ends => [`<|header_start|>${role}<|header_end|>\n\n`, '<|eot|>']
const chatml = (role: string): Ends => [`<|im_start|>${role}\n`, '<|im_end|>\n']

export const templates: Readonly<Record<PromptFormat, Template>> = {
  /** @see https://www.llama.com/docs/model-cards-and-prompt-formats/meta-llama-3/ */
  llama3: {
    start: '<|begin_of_text|>',
    system: llama3('system'),
    user: llama3('user'),
    assistant: llama3('assistant'),
    answer: llama3('assistant')[0],
    marks:
      /<\|(begin_of_text|end_of_text|start_header_id|end_header_id|eot_id|eom_id|python_tag|step_id|image|finetune_right_pad_id|reserved_special_token_\d+)\|>/,
    prefill: true,
  },
  /** @see https://www.llama.com/docs/model-cards-and-prompt-formats/llama4/ */
  llama4: {
    start: '<|begin_of_text|>',
    system: llama4('system'),
    user: llama4('user'),
    assistant: llama4('assistant'),
    answer: llama4('assistant')[0],
    // Its tokenizer has over a thousand of them, for images and for what is to come.
    marks: /<\|[a-z][a-z0-9_]{1,60}\|>/,
    prefill: true,
  },
  mistral: {
    start: '<s>',
    user: ['[INST] ', ' [/INST]'],
    assistant: [' ', '</s>'],
    answer: '',
    marks: /<\/?s>|\[\/?INST\]/,
    prefill: true,
  },
  'deepseek-r1': {
    start: '<｜begin▁of▁sentence｜>',
    system: ['', ''],
    user: ['<｜User｜>', ''],
    assistant: ['<｜Assistant｜>', '<｜end▁of▁sentence｜>'],
    answer: '<｜Assistant｜><think>\n',
    marks: /<｜[^<>｜]{1,60}｜>/,
    // An answer that goes on from a text has no thoughts, and none of its text would come after them.
    prefill: false,
  },
  chatml: {
    start: '',
    system: chatml('system'),
    user: chatml('user'),
    assistant: chatml('assistant'),
    answer: chatml('assistant')[0],
    marks: /<\|(im_start|im_end|im_sep|endoftext)\|>/,
    prefill: true,
  },
}
