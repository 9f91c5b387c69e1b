import {
  apiKey,
  bearer,
  type ChatMessage,
  type ChatRequest,
  definePlugin,
  defineProvider,
  jsonLines,
  type ModelCall,
  MohoError,
  postJson,
  type Translate,
  write,
} from '@moho/core'
import { z } from 'zod'

/** A line of Acme's answer. Its tools may interleave, which is why each line of one names its call. */
const Line = z.union([
  z.object({ think: z.string() }),
  z.object({ say: z.string() }),
  z.object({ call: z.number(), name: z.string() }),
  z.object({ call: z.number(), input: z.string() }),
  z.object({ done: z.enum(['end', 'cut', 'call']), in: z.number(), out: z.number() }),
])
const finishReasons = { end: 'stop', cut: 'length', call: 'tool_calls' } as const

export const acme = defineProvider({
  id: 'acme',
  config: z.object({ baseUrl: z.url().default('https://api.acme.example').meta({ title: 'Address', order: 1 }) }),
  credentials: [apiKey],
  environment: { ACME_API_KEY: 'auth.apiKey', ACME_BASE_URL: 'baseUrl' },
  models: [{ id: 'acme-large', features: ['tools', 'reasoning'], limits: { contextTokens: 128_000 } }],

  connect: ({ baseUrl }) => ({
    async chat(request, call) {
      const body = JSON.stringify(toAcme(request.json(), call))
      return write(await postJson(call, `${baseUrl}/v1/generate`, body, bearer), jsonLines, fromAcme)
    },
  }),
})

/** Members that Acme takes, or that say nothing to a model. All others are reported. */
const carried = new Set(['model', 'messages', 'tools', 'max_tokens', 'max_completion_tokens', 'stream'])

function toAcme(chat: ChatRequest, call: ModelCall<string>) {
  for (const member of Object.keys(chat)) if (!carried.has(member)) call.dropped(member, `Acme has no ${member}`)
  return {
    engine: call.target.upstreamId,
    limit: chat.max_completion_tokens ?? chat.max_tokens ?? undefined,
    tools: chat.tools?.map((tool) => tool.function),
    turns: chat.messages.map((message) => ({
      from: message.role === 'assistant' ? 'acme' : message.role,
      say: textOf(message),
      ...(message.role === 'assistant' && { calls: message.tool_calls ?? undefined }),
      ...(message.role === 'tool' && { call: message.tool_call_id }),
    })),
  }
}

function textOf({ content, role }: ChatMessage): string {
  if (typeof content === 'string') return content
  return (content ?? [])
    .map((part) => {
      if (part.type === 'text') return part.text
      throw new MohoError('unsupported', `Acme takes no ${part.type}.`, { param: `messages (${role})` })
    })
    .join('')
}

const fromAcme: Translate = (out) => {
  let done = false
  return {
    frame(data) {
      const line = Line.parse(JSON.parse(data))
      if ('think' in line) return out.reasoning(line.think)
      if ('say' in line) return out.text(line.say)
      if ('name' in line) return out.toolCall(`call_${line.call}`, line.name, line.call)
      if ('input' in line) return out.toolInput(line.input, line.call)
      done = true
      out.usage({ input: line.in, output: line.out })
      out.finish(finishReasons[line.done])
    },
    end() {
      if (!done) throw new MohoError('upstream_failed', 'Acme broke off in the middle of its answer.')
    },
  }
}

export default definePlugin({ providers: [acme] })
