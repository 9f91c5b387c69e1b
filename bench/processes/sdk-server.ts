import { Agent, createServer, type ServerResponse } from 'node:http'
import {
  BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type TokenUsage,
} from '@aws-sdk/client-bedrock-runtime'
import { NodeHttpHandler } from '@smithy/node-http-handler'

/**
 * What one writes first: OpenAI's format outside, the AWS SDK inside, nothing else. It knows text and images.
 * Started with the ports of the upstream and, in the same order, its own.
 */

interface ChatBody {
  readonly model: string
  readonly messages: readonly {
    readonly role: 'system' | 'user' | 'assistant'
    readonly content: string | readonly Part[]
  }[]
  readonly max_tokens: number
  readonly temperature: number
  readonly stream?: boolean
}
type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } }

const ports = process.argv.slice(2).map(Number)
const half = ports.length / 2
for (let index = 0; index < half; index += 1) serve(ports[index + half], `http://127.0.0.1:${ports[index]}`)

function serve(port: number | undefined, endpoint: string): void {
  const client = new BedrockRuntimeClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIABENCHBENCHBENCH0', secretAccessKey: 'bench' },
    // Its own choice is HTTP/2. The upstream here speaks HTTP/1.1, with everybody.
    requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxSockets: 256 }) }),
  })
  createServer((incoming, outgoing) => {
    const pieces: Buffer[] = []
    incoming.on('data', (piece: Buffer) => pieces.push(piece))
    incoming.on('end', () => {
      const body: ChatBody = JSON.parse(Buffer.concat(pieces).toString())
      const answer = body.stream ? answerStream : answerJson
      answer(client, body, outgoing).catch((error: unknown) => {
        if (!outgoing.headersSent) outgoing.writeHead(502)
        outgoing.end(String(error))
      })
    })
  }).listen(port, '127.0.0.1')
}

async function answerJson(client: BedrockRuntimeClient, body: ChatBody, outgoing: ServerResponse): Promise<void> {
  const { output, usage } = await client.send(new ConverseCommand(toConverse(body)))
  const content = output?.message?.content?.map((block) => block.text ?? '').join('')
  const answer = JSON.stringify({
    ...headOf(body),
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: usage && toUsage(usage),
  })
  outgoing
    .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) })
    .end(answer)
}

async function answerStream(client: BedrockRuntimeClient, body: ChatBody, outgoing: ServerResponse): Promise<void> {
  const { stream = [] } = await client.send(new ConverseStreamCommand(toConverse(body)))
  outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
  const head = { ...headOf(body), object: 'chat.completion.chunk' }
  const write = (rest: object) => outgoing.write(`data: ${JSON.stringify({ ...head, ...rest })}\n\n`)
  const writeChoice = (delta: object, reason: string | null = null) =>
    write({ choices: [{ index: 0, delta, finish_reason: reason }] })
  for await (const event of stream) {
    if (event.messageStart) writeChoice({ role: 'assistant', content: '' })
    else if (event.contentBlockDelta) writeChoice({ content: event.contentBlockDelta.delta?.text ?? '' })
    else if (event.messageStop) writeChoice({}, 'stop')
    else if (event.metadata?.usage) write({ choices: [], usage: toUsage(event.metadata.usage) })
  }
  outgoing.end('data: [DONE]\n\n')
}

const headOf = ({ model }: ChatBody) => ({ id: 'chatcmpl-sdk', created: Math.floor(Date.now() / 1000), model })

const toUsage = ({ inputTokens, outputTokens, totalTokens }: TokenUsage) => ({
  prompt_tokens: inputTokens,
  completion_tokens: outputTokens,
  total_tokens: totalTokens,
})

function toConverse({ model, messages, max_tokens, temperature }: ChatBody): ConverseCommandInput {
  return {
    modelId: model,
    system: messages.flatMap(({ role, content }) => (role === 'system' ? [{ text: String(content) }] : [])),
    messages: messages.flatMap(({ role, content }) => {
      if (role === 'system') return []
      return [{ role, content: typeof content === 'string' ? [{ text: content }] : content.map(toBlock) }]
    }),
    inferenceConfig: { maxTokens: max_tokens, temperature },
  }
}

function toBlock(part: Part) {
  if (part.type === 'text') return { text: part.text }
  const { url } = part.image_url
  return {
    image: { format: 'png' as const, source: { bytes: Buffer.from(url.slice(url.indexOf(',') + 1), 'base64') } },
  }
}
