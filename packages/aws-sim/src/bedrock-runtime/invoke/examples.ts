import { chat, chatml, claude, importedArn, LLAMA, llama, llama4, MISTRAL, mistral, R1, r1 } from './examples/bodies.ts'

/** A request of InvokeModel that AWS refuses, and how. */
export interface InvokeRefusalExample {
  /** The name of the rule that it breaks; the first that it breaks. */
  readonly rule: string
  readonly request: InvokeRequest
  readonly status: number
  /** The error's name, as in `x-amzn-errortype`. */
  readonly name: string
  /** The whole text. */
  readonly message: string
  /** A request like it that is taken: the same but for these members. */
  readonly taken: Partial<InvokeRequest>
}

interface InvokeRequest {
  readonly modelId: string
  /** A string is sent as it is, anything else as JSON. */
  readonly body: unknown
  /** `application/json` when left out. */
  readonly contentType?: string
}

const QWEN = 'qwen.qwen3-32b-v1:0'
const OSS = 'openai.gpt-oss-120b-1:0'
const SONNET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const OPUS = 'us.anthropic.claude-opus-5'
/** What `resources` says of these is below. */
const CHATML = importedArn('chatml123456')
const WEATHER = { type: 'function', function: { name: 'get_weather' } }
const IMAGE = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }

/** The option of the simulator with which the examples hold, in us-east-1. */
export const EXAMPLE_RESOURCES = { chatml123456: { format: 'chatml' } } as const

/** At least one example of each rule by which InvokeModel is refused. */
export const INVOKE_REFUSAL_EXAMPLES: readonly InvokeRefusalExample[] = [
  // The envelope.
  invalid('unknown-model', 'qwen.qwen9', chat('Hello'), 'The provided model identifier is invalid.', { modelId: QWEN }),
  {
    ...invalid('ended-model', 'anthropic.claude-v2:1', claude('Hello'), '', { modelId: SONNET }),
    status: 404,
    name: 'ResourceNotFoundException',
    message:
      'This model version has reached the end of its life. Please refer to the AWS documentation for more details.',
  },
  {
    rule: 'content-type',
    request: { modelId: QWEN, body: chat('Hello'), contentType: 'application/octet-stream' },
    status: 400,
    name: 'ValidationException',
    message:
      'The content type application/octet-stream is not supported for this model. Set Content-Type to application/json and try again.',
    taken: { contentType: 'application/json; charset=utf-8' },
  },
  invalid(
    'format-unserved',
    'us.writer.palmyra-x5-v1:0',
    chat('Hello'),
    'The simulator has no InvokeModel format for writer.palmyra-x5-v1:0.',
    { modelId: QWEN },
  ),
  invalid(
    'malformed-json',
    QWEN,
    '{"messages":',
    'Malformed input request, please reformat your input and try again.',
    {
      body: chat('Hello'),
    },
  ),

  // Prompts.
  schema(LLAMA, { ...llama('Hello'), max_tokens: 5 }, '#: extraneous key [max_tokens] is not permitted', {
    body: { ...llama('Hello'), max_gen_len: 5 },
  }),
  schema(LLAMA, { max_gen_len: 5 }, '#: required key [prompt] not found', { body: llama('Hello', { max_gen_len: 5 }) }),
  schema(LLAMA, { messages: [] }, '2 schema violations found', { body: llama('Hello') }),
  schema(LLAMA, [], '#: expected type: JSONObject, found: JSONArray', { body: llama('Hello') }),
  schema(LLAMA, llama('Hello', { max_gen_len: 2049 }), '#/max_gen_len: 2049 is not less or equal to 2048', {
    body: llama('Hello', { max_gen_len: 2048 }),
  }),
  schema(LLAMA, llama('Hello', { max_gen_len: 0 }), '#/max_gen_len: 0 is not greater or equal to 1', {
    body: llama('Hello', { max_gen_len: 1 }),
  }),
  schema(LLAMA, llama('Hello', { top_p: '1' }), '#/top_p: expected type: Number, found: String', {
    body: llama('Hello', { top_p: 1 }),
  }),
  schema(MISTRAL, mistral('Hello', { temperature: 1.5 }), '#/temperature: 1.5 is not less or equal to 1', {
    body: mistral('Hello', { temperature: 1, top_k: 200 }),
  }),
  schema(MISTRAL, mistral('Hello', { stop: 'END' }), '#/stop: expected type: JSONArray, found: String', {
    body: mistral('Hello', { stop: ['END'] }),
  }),
  schema(R1, r1('Hello', { max_tokens: 32_769 }), '#/max_tokens: 32769 is not less or equal to 32768', {
    body: r1('Hello', { max_tokens: 32_768 }),
  }),
  schema(R1, r1('Hello', { stop: Array.from('abcdefghijk') }), '#/stop: expected maximum item count: 10, found: 11', {
    body: r1('Hello', { stop: Array.from('abcdefghij') }),
  }),
  schema(CHATML, chatml('Hello', { max_gen_len: 5 }), '#: extraneous key [max_gen_len] is not permitted', {
    body: chatml('Hello', { max_tokens: 5 }),
  }),

  // Templates.
  template(LLAMA, 'Hello', 'begin with <|begin_of_text|><|start_header_id|>', llama('Hello')),
  template(LLAMA, llama4('Hello').prompt, 'begin with <|begin_of_text|><|start_header_id|>', llama('Hello')),
  template(
    LLAMA,
    llama('Hello').prompt.trimEnd(),
    'name a role after each <|start_header_id|>, and then <|end_header_id|>\\n\\n',
    llama('Hello'),
  ),
  template(
    LLAMA,
    '<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHello<|eot_id|>',
    'end with <|start_header_id|>assistant<|end_header_id|>\\n\\n',
    llama('Hello'),
  ),
  template(LLAMA, llama('Hello').prompt.replace('<|eot_id|>', ''), 'end each turn with <|eot_id|>', llama('Hello')),
  template(
    LLAMA,
    '<|begin_of_text|><|start_header_id|>assistant<|end_header_id|>\n\n',
    'have a turn of the user',
    llama('Hello'),
  ),
  template(
    LLAMA,
    llama('Hello <|begin_of_text|>').prompt,
    'have no <|begin_of_text|> inside a turn',
    llama('Hello <|begin|>'),
  ),
  template(MISTRAL, '[INST] Hello [/INST]', 'begin with <s>[INST]', mistral('Hello')),
  template(MISTRAL, '<s>[INST] Hello', 'close each [INST] with [/INST]', mistral('Hello')),
  template(MISTRAL, '<s>[INST] Hello [/INST] Hi</s>', 'end with [/INST]', mistral('Hello')),
  template(
    MISTRAL,
    '<s>[INST] Hello [/INST] Hi [INST] Hello [/INST]',
    'end each answer with </s>',
    mistral('Hello', {}, ['Hello', 'Hi']),
  ),
  template(CHATML, '<|im_start|>Hello', 'name a role after each <|im_start|>, and then \\n', chatml('Hello')),
  template(
    CHATML,
    chatml('Hello').prompt.replace('<|im_end|>', ''),
    'end each turn with <|im_end|>\\n',
    chatml('Hello'),
  ),
  template(R1, '<｜User｜>Hello<｜Assistant｜><think>\n', 'begin with <｜begin▁of▁sentence｜>', r1('Hello')),
  template(R1, r1('Hello').prompt.trimEnd(), 'end with <｜Assistant｜><think>\\n', r1('Hello')),
  template(
    R1,
    r1('Hello', {}, ['Hello', 'Hi']).prompt.replace('<｜end▁of▁sentence｜>', ''),
    'have an answer after each <｜User｜>, between <｜Assistant｜> and <｜end▁of▁sentence｜>',
    r1('Hello', {}, ['Hello', 'Hi']),
  ),

  // Chat Completions.
  openAi('body', chat('Hello', { stream: true }), "Unknown parameter: 'stream'.", chat('Hello', { model: QWEN })),
  openAi(
    'body',
    chat('Hello', { max_gen_len: 5 }),
    "Unknown parameter: 'max_gen_len'.",
    chat('Hello', { max_tokens: 5 }),
  ),
  openAi('body', { max_tokens: 5 }, "Missing required parameter: 'messages'.", chat('Hello')),
  openAi(
    'body',
    chat('Hello', { temperature: 3 }),
    "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.",
    chat('Hello', { temperature: 2 }),
  ),
  openAi(
    'body',
    chat('Hello', { tool_choice: 'auto' }),
    "'tool_choice' is only allowed when 'tools' are specified.",
    chat('Hello', { tool_choice: 'auto', tools: [WEATHER] }),
  ),
  openAi(
    'openai-reasoning',
    chat('Hello', { reasoning_effort: 'max' }),
    "Unsupported value: 'reasoning_effort' does not support 'max' with this model. Supported values are: 'low', 'medium', 'high'.",
    chat('Hello', { reasoning_effort: 'high' }),
  ),
  invalid(
    'tools-unsupported',
    'google.gemma-3-27b-it',
    chat('Hello', { tools: [WEATHER] }),
    "This model doesn't support tool use.",
    { modelId: QWEN },
  ),
  invalid(
    'images-unsupported',
    QWEN,
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, IMAGE] }] },
    "This model doesn't support the image content block that you provided. Update the content block and try again.",
    { modelId: 'google.gemma-3-27b-it' },
  ),
  invalid(
    'max-tokens',
    QWEN,
    chat('Hello', { max_completion_tokens: 16_385 }),
    'The maximum tokens you requested exceeds the model limit of 16384. Try again with a maximum tokens value that is lower than 16384.',
    { body: chat('Hello', { max_completion_tokens: 16_384 }) },
  ),
  invalid(
    'stop-sequences',
    'deepseek.v3.2',
    chat('Hello', { stop: Array.from('abcdefghijk') }),
    'The number of stop sequences 11 exceeds the maximum of 10 for this model.',
    { body: chat('Hello', { stop: Array.from('abcdefghij') }) },
  ),
  invalid('too-long', QWEN, chat('word '.repeat(30_000)), 'Input is too long for requested model.', {
    modelId: 'qwen.qwen3-coder-30b-a3b-v1:0',
  }),

  // Anthropic's Messages.
  anthropic(
    { ...claude('Hello'), model: SONNET },
    'model: Extra inputs are not permitted',
    claude('Hello', { anthropic_beta: [] }),
  ),
  anthropic({ ...claude('Hello'), stream: true }, 'stream: Extra inputs are not permitted', claude('Hello')),
  anthropic({ ...claude('Hello'), anthropic_version: undefined }, 'anthropic_version: Field required', claude('Hello')),
  anthropic(
    { ...claude('Hello'), anthropic_version: '2023-06-01' },
    "anthropic_version: Input should be 'bedrock-2023-05-31'",
    claude('Hello'),
  ),
  anthropic({ ...claude('Hello'), max_tokens: undefined }, 'max_tokens: Field required', claude('Hello')),
  anthropic(
    claude('Hello', { temperature: 1.5 }),
    'temperature: Input should be less than or equal to 1',
    claude('Hello', { temperature: 1 }),
  ),
  anthropic(
    claude('Hello', { messages: [{ role: 'system', content: 'Hello' }] }),
    "messages.0.role: Input should be 'user' or 'assistant'",
    claude('Hello', { system: 'Be brief.' }),
  ),
  anthropic(claude('Hello', { messages: [] }), 'messages: List should have at least 1 item', claude('Hello')),
  invalid('passed-on', OPUS, claude('Hello', { temperature: 0.5 }), '`temperature` is deprecated for this model.', {
    modelId: SONNET,
  }),
]

function invalid(
  rule: string,
  modelId: string,
  body: unknown,
  message: string,
  taken: Partial<InvokeRequest>,
): InvokeRefusalExample {
  return { rule, request: { modelId, body }, status: 400, name: 'ValidationException', message, taken }
}

function schema(modelId: string, body: unknown, fault: string, taken: Partial<InvokeRequest>): InvokeRefusalExample {
  const message = `Malformed input request: ${fault}, please reformat your input and try again.`
  return invalid('body', modelId, body, message, taken)
}

function template(modelId: string, prompt: string, must: string, body: unknown): InvokeRefusalExample {
  return invalid('body', modelId, { prompt }, `The prompt is not in this model's template: it must ${must}.`, { body })
}

function openAi(rule: string, body: unknown, text: string, taken: unknown): InvokeRefusalExample {
  const error = JSON.stringify({ error: { code: 'validation_error', message: text } })
  return invalid(rule, OSS, body, `The model returned the following errors: ${error}`, { body: taken })
}

function anthropic(body: unknown, message: string, taken: unknown): InvokeRefusalExample {
  return invalid('body', SONNET, body, message, { body: taken })
}
