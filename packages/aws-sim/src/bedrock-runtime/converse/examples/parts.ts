import type { RefusalExample } from '../examples.ts'

/** What the examples are made of. */

export const SONNET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
export const NOVA = 'amazon.nova-lite-v1:0'

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

/** An example of a refusal by ValidationException. */
export function invalid(rule: string, body: unknown, message: string, modelId = SONNET): RefusalExample {
  return { rule, request: { modelId, body }, status: 400, name: 'ValidationException', message }
}
