import { awsSign, uriEncode } from '@moho/auth-aws'
import { type HttpResponse, MohoError, postJson, remember, type Translate, wholeBody, write } from '@moho/core'
import type { Chat, Going } from '../bedrock-entry.ts'
import { checkedSize } from '../checked-size.ts'
import { readBedrockFailure, readBedrockRefusal } from '../errors.ts'
import { eventStream } from '../event-stream.ts'
import { bodyBytes } from './body-bytes.ts'
import { fetchFiles } from './fetch-files.ts'
import { fromConverse } from './from-converse.ts'
import { fromConverseStream } from './from-converse-stream.ts'
import { jsonAnswer } from './json-answer.ts'
import { requireEventStream } from './reading.ts'
import { toConverse } from './to-converse.ts'
import { translationOf } from './translation.ts'

/** Chats by Converse and ConverseStream. */
export const chatByConverse: Chat = async (request, going) => {
  const { call, entry, region } = going
  const { upstreamId, model } = call.target
  const chat = request.json()
  const fetching = fetchFiles(chat, call)
  const files = fetching && (await fetching)
  const { body, names, output } = toConverse(chat, translationOf(call, entry.rules, files))
  const said = (translate: Translate) =>
    output === undefined || output.way === 'native' || output.way === 'prefill'
      ? translate
      : jsonAnswer(translate, 'tool' in output ? output.tool.name : undefined)
  const bytes = checkedSize(bodyBytes(body))
  const whole = async () => {
    const response = await send('converse', bytes, going)
    return write(response, wholeBody, said(fromConverse(names, requestIdOf(response))))
  }
  if (!chat.stream) return whole()
  const { streaming } = model.data ?? {}
  if (
    streaming === 'none' ||
    (streaming === 'without-tools' && body.toolConfig !== undefined) ||
    unstreamed.has(model)
  ) {
    call.note('streaming', 'whole')
    return whole()
  }
  let response: HttpResponse
  try {
    response = await send('converse-stream', bytes, going)
  } catch (error) {
    if (!isAboutStreaming(error)) throw error
    unstreamed.add(model)
    call.note('streaming', 'whole')
    return whole()
  }
  await requireEventStream(response)
  const requestId = requestIdOf(response)
  const readFailure = readBedrockFailure(upstreamId, region, requestId, model.data?.base)
  return write(response, eventStream, said(fromConverseStream(names, requestId, readFailure)))
}

const send = (operation: string, body: string | Uint8Array, { call, entry, region }: Going): Promise<HttpResponse> =>
  postJson(
    call,
    `${entry.runtimeUrl(region)}/model/${segmentOf(call.target.upstreamId)}/${operation}`,
    body,
    awsSign('bedrock', region),
    readBedrockRefusal(call.target.upstreamId, region, call.target.model.data?.base),
  )

const segmentOf = remember(uriEncode)

const requestIdOf = ({ headers }: HttpResponse): string | undefined => headers['x-amzn-requestid']

/** Rows whose models AWS was seen to refuse a stream, though the catalogue knows nothing of it. */
const unstreamed = new WeakSet<object>()

/** As in “The model is unsupported for streaming”. Only text tells it. */
const isAboutStreaming = (error: unknown): boolean =>
  MohoError.is(error) && error.code === 'unsupported' && /\bstream/i.test(error.message)
