import { awsSign, uriEncode } from '@moho/auth-aws'
import { MohoError, postJson, remember, wholeBody, write } from '@moho/core'
import type { Chat } from '../bedrock-entry.ts'
import { checkedSize } from '../checked-size.ts'
import { fetchFiles } from '../converse/fetch-files.ts'
import { requireEventStream } from '../converse/reading.ts'
import { translationOf } from '../converse/translation.ts'
import { readBedrockError, readBedrockFailure, readBedrockRefusal } from '../errors.ts'
import { eventStream } from '../event-stream.ts'
import { fromInvoke } from './from-invoke.ts'
import { fromInvokeStream } from './from-invoke-stream.ts'
import { toInvoke } from './to-invoke.ts'

/** Chats by InvokeModel, in the format that the model's row names. */
export const chatByInvoke: Chat = async (request, { call, entry, region }) => {
  const { upstreamId, model } = call.target
  const format = model.data?.invokeFormat
  if (format === undefined)
    throw new MohoError('unsupported', 'InvokeModel needs a `format` on the model in the entry.')
  const chat = request.json()
  const fetching = fetchFiles(chat, call)
  const files = fetching && (await fetching)
  const { body } = toInvoke(chat, format, translationOf(call, entry.rules, files))
  const operation = chat.stream ? 'invoke-with-response-stream' : 'invoke'
  const response = await postJson(
    call,
    `${entry.runtimeUrl(region)}/model/${segmentOf(upstreamId)}/${operation}`,
    checkedSize(JSON.stringify(body)),
    awsSign('bedrock', region),
    readBedrockRefusal(upstreamId, region),
  )
  const readError = readBedrockError(upstreamId, region, response.headers)
  if (!chat.stream) return write(response, wholeBody, fromInvoke(format, response.headers, readError))
  await requireEventStream(response)
  const readFailure = readBedrockFailure(upstreamId, region, response.headers['x-amzn-requestid'])
  return write(response, eventStream, fromInvokeStream(format, response.headers, readFailure, readError))
}

const segmentOf = remember(uriEncode)
