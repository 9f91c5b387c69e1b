import type { Row } from './rows.ts'

const sentence = 'The quick brown fox of the bench jumps over a lazy dog, and then it asks a question about it. '

/** A call of OpenAI's Chat Completions as an application makes it. The large ones carry an image. */
export function requestBody(row: Row, model: string): Buffer {
  const question = sentence.repeat(2)
  const body = {
    model,
    messages: [
      { role: 'system', content: `You are a helpful assistant. ${sentence.repeat(2)}` },
      { role: 'user', content: sentence.repeat(2) },
      { role: 'assistant', content: sentence.repeat(2) },
      { role: 'user', content: row.requestBytes > 1_000 ? withImage(question, row.requestBytes) : question },
    ],
    max_tokens: 512,
    temperature: 0.7,
    ...(row.stream && { stream: true, stream_options: { include_usage: true } }),
  }
  return Buffer.from(JSON.stringify(body))
}

function withImage(text: string, base64Bytes: number) {
  const url = `data:image/png;base64,${picture(Math.floor(base64Bytes / 4) * 3).toString('base64')}`
  return [
    { type: 'text', text },
    { type: 'image_url', image_url: { url } },
  ]
}

/** Bytes that begin as a PNG does and do not repeat. */
function picture(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = 1
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    bytes[index] = state >>> 24
  }
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).copy(bytes)
  return bytes
}
