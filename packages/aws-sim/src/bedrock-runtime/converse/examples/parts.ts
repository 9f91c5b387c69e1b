import type { RefusalExample } from '../examples.ts'
import { signThought } from '../signatures.ts'

/** What the examples are made of. */

export const SONNET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
export const OPUS = 'us.anthropic.claude-opus-5'
export const OPUS_46 = 'us.anthropic.claude-opus-4-6-v1'
export const OPUS_48 = 'us.anthropic.claude-opus-4-8'
export const NOVA = 'amazon.nova-lite-v1:0'
export const NOVA_2 = 'us.amazon.nova-2-lite-v1:0'
export const GPT_OSS = 'openai.gpt-oss-120b-1:0'
export const MISTRAL = 'mistral.mistral-large-3-675b-instruct'
export const VOXTRAL = 'mistral.voxtral-mini-3b-2507'

export const user = (...content: readonly object[]) => ({ role: 'user', content })
export const assistant = (...content: readonly object[]) => ({ role: 'assistant', content })
export const text = (value: string) => ({ text: value })
export const HELLO = user(text('Hello'))

export const weatherTool = (name = 'get_weather') => ({
  toolSpec: { name, inputSchema: { json: { type: 'object', properties: { city: { type: 'string' } } } } },
})
export const toolConfig = { tools: [weatherTool()] }
export const toolUse = (toolUseId: string, input: unknown = { city: 'Rome' }) => ({
  toolUse: { toolUseId, name: 'get_weather', input },
})
export const toolResult = (toolUseId: string, content: readonly object[] = [{ text: 'sunny' }]) => ({
  toolResult: { toolUseId, content },
})

/** The first bytes of a PNG of this size, which is all that the simulator looks at. */
export function pngBytes(width = 1, height = 1): string {
  const bytes = Buffer.alloc(33)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  return bytes.toString('base64')
}
export const image = (bytes = pngBytes(), format = 'png') => ({ image: { format, source: { bytes } } })
export const pdf = (name: string, bytes = 'JVBERi0xLjQK') => ({ document: { format: 'pdf', name, source: { bytes } } })

export const video = { video: { format: 'mp4', source: { bytes: 'AAAAGGZ0eXA=' } } }
export const sound = { audio: { format: 'mp3', source: { bytes: 'SUQzBAAA' } } }
/** A source that names a file in S3. */
export const inS3 = (path: string) => ({ s3Location: { uri: `s3://my-files/${path}` } })
export const point = (ttl?: string) => ({ cachePoint: { type: 'default', ...(ttl ? { ttl } : {}) } })
export const thought = (value: string, signature = signThought('claude', value, Buffer.alloc(32))) => ({
  reasoningContent: { reasoningText: { text: value, signature } },
})
export const unsigned = (value: string) => ({ reasoningContent: { reasoningText: { text: value } } })

/** An example of a refusal by ValidationException, and what of it AWS takes. */
export function invalid(
  rule: string,
  body: unknown,
  message: string,
  modelId = SONNET,
  taken?: RefusalExample['taken'],
): RefusalExample {
  const example = { rule, request: { modelId, body }, status: 400, name: 'ValidationException', message }
  return taken ? { ...example, taken } : example
}
