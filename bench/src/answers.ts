import { encodeEvent } from './event-stream.ts'
import type { Row } from './rows.ts'

/** What the upstream answers: always the same, and encoded once. */

export const eventCount = 100

const words = Array.from({ length: eventCount }, (_, index) => ` word ${index} of it`)

/** What a stream says when its pieces are put together. */
export const streamText = words.join('')

/** What an answer in one piece says. */
export const jsonText = words.slice(0, 50).join('')

const usage = { input: 250, output: 110 }

const converse = {
  metrics: { latencyMs: 812 },
  output: { message: { content: [{ text: jsonText }], role: 'assistant' } },
  stopReason: 'end_turn',
  usage: {
    inputTokens: usage.input,
    outputTokens: usage.output,
    totalTokens: usage.input + usage.output,
    cacheReadInputTokens: 0,
    cacheWriteInputTokens: 0,
  },
}

const converseEvents = [
  encodeEvent('messageStart', { p: 'abcdefghijklmn', role: 'assistant' }),
  ...words.map((text) =>
    encodeEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text }, p: 'abcdefghijklmn' }),
  ),
  encodeEvent('contentBlockStop', { contentBlockIndex: 0, p: 'abcdefgh' }),
  encodeEvent('messageStop', { p: 'abcdefghijk', stopReason: 'end_turn' }),
  encodeEvent('metadata', { metrics: converse.metrics, p: 'abcdef', usage: converse.usage }),
]

const chatUsage = {
  prompt_tokens: usage.input,
  completion_tokens: usage.output,
  total_tokens: usage.input + usage.output,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
}

const chatHead = { id: 'chatcmpl-CbenchCbenchCbenchCbench', created: 1_760_000_000, model: 'gpt-5-mini-2025-08-07' }

const chat = {
  ...chatHead,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: jsonText, refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: chatUsage,
  service_tier: 'default',
  system_fingerprint: null,
}

const chunk = (rest: object) =>
  Buffer.from(
    `data: ${JSON.stringify({
      ...chatHead,
      object: 'chat.completion.chunk',
      service_tier: 'default',
      system_fingerprint: null,
      ...rest,
    })}\n\n`,
  )

const choice = (delta: object, reason: string | null = null) =>
  chunk({ choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }], usage: null })

const chatEvents = [
  choice({ role: 'assistant', content: '', refusal: null }),
  ...words.map((content) => choice({ content })),
  choice({}, 'stop'),
  chunk({ choices: [], usage: chatUsage }),
  Buffer.from('data: [DONE]\n\n'),
]

export const answers = {
  converse: { type: 'application/json', body: Buffer.from(JSON.stringify(converse)) },
  chat: { type: 'application/json', body: Buffer.from(JSON.stringify(chat)) },
  converseStream: { type: 'application/vnd.amazon.eventstream', events: converseEvents },
  chatStream: { type: 'text/event-stream; charset=utf-8', events: chatEvents },
}

const bodies = {
  converse: { json: answers.converse.body, stream: Buffer.concat(converseEvents) },
  openai: { json: answers.chat.body, stream: Buffer.concat(chatEvents) },
}

/** The upstream's body for a row, byte by byte. */
export const upstreamBody = (row: Row): Buffer => bodies[row.upstream][row.stream ? 'stream' : 'json']
