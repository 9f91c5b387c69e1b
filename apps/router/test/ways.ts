import type OpenAI from 'openai'
import { expect } from 'vitest'
import type { running } from './running.ts'

type Asked = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'stream'>

/** What the guide reads from a message and OpenAI's types lack. */
interface Reasoned {
  reasoning_content?: string
  thinking_blocks?: { type: string; thinking: string; signature: string }[]
}
export type Message = OpenAI.ChatCompletionMessage & Reasoned

export interface Told {
  readonly message: Message
  readonly finish: string | undefined
  readonly usage: OpenAI.CompletionUsage | undefined
  readonly headers: Headers
  /** How many chunks of the answer had text. */
  readonly pieces: number
}

type Way = (asked: Asked, headers?: Record<string, string>) => Promise<Told>

/** The ways in which the OpenAI SDK asks a router, each with the answer as a whole. */
export function waysOf(router: Pick<ReturnType<typeof running>, 'openai'>) {
  const whole: Way = async (asked, headers) => {
    const { data, response } = await router.openai().chat.completions.create(asked, { headers }).withResponse()
    expect(data).toMatchObject({ object: 'chat.completion', model: asked.model })
    return { ...first(data), usage: data.usage, headers: response.headers, pieces: 1 }
  }

  /** By the SDK's helper, which joins text and calls and keeps only the last piece of what it does not know. */
  const helped: Way = async (asked, headers) => {
    let seen = new Headers()
    let pieces = 0
    const client = router.openai().withOptions({
      fetch: async (...request) => {
        const response = await fetch(...request)
        seen = response.headers
        return response
      },
    })
    const stream = client.chat.completions.stream({ ...asked, stream_options: { include_usage: true } }, { headers })
    stream.on('content', () => {
      pieces += 1
    })
    const completion = await stream.finalChatCompletion()
    return { ...first(completion), usage: completion.usage, headers: seen, pieces }
  }

  /** By hand, as the guides to streams have it. */
  const joined: Way = async (asked, headers) => {
    const { data, response } = await router
      .openai()
      .chat.completions.create({ ...asked, stream: true, stream_options: { include_usage: true } }, { headers })
      .withResponse()
    const message: Message = { role: 'assistant', content: null, refusal: null }
    const calls: OpenAI.ChatCompletionMessageFunctionToolCall[] = []
    let finish: string | undefined
    let usage: OpenAI.CompletionUsage | undefined
    let pieces = 0
    for await (const chunk of data) {
      usage = chunk.usage ?? usage
      const choice = chunk.choices[0]
      if (choice === undefined) continue
      const delta: OpenAI.ChatCompletionChunk.Choice.Delta & Reasoned = choice.delta
      finish = choice.finish_reason ?? finish
      if (delta.content) {
        message.content = (message.content ?? '') + delta.content
        pieces += 1
      }
      if (delta.reasoning_content)
        message.reasoning_content = (message.reasoning_content ?? '') + delta.reasoning_content
      if (delta.thinking_blocks)
        message.thinking_blocks = [...(message.thinking_blocks ?? []), ...delta.thinking_blocks]
      for (const { index, id, function: called } of delta.tool_calls ?? []) {
        const call = calls[index] ?? { id: '', type: 'function', function: { name: '', arguments: '' } }
        calls[index] = call
        if (id) call.id = id
        call.function.name += called?.name ?? ''
        call.function.arguments += called?.arguments ?? ''
      }
    }
    if (calls.length > 0) message.tool_calls = calls
    return { message, finish, usage, headers: response.headers, pieces }
  }

  const ways: readonly [string, Way][] = [
    ['whole', whole],
    ['streamed, by the SDK’s helper', helped],
    ['streamed, by hand', joined],
  ]
  return { whole, helped, joined, ways }
}

function first({ choices }: OpenAI.ChatCompletion): Pick<Told, 'message' | 'finish'> {
  const [choice, ...others] = choices
  expect(others).toEqual([])
  if (choice === undefined) return expect.fail('There is no answer.')
  return { message: choice.message, finish: choice.finish_reason }
}
