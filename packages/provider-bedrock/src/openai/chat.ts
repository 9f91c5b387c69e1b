import { awsSign } from '@moho/auth-aws'
import {
  type ChatRequest,
  type ForwardReply,
  forward,
  type HttpResponse,
  type MemberChange,
  postJson,
  type RequestBody,
  type StringMap,
} from '@moho/core'
import type { BedrockCall, Going } from '../bedrock-entry.ts'
import { checkedSize } from '../checked-size.ts'
import { chooseGuardrail } from '../converse/extras.ts'
import { notAnAnswer, readObject } from '../converse/reading.ts'
import type { EntryRules } from '../converse/translation.ts'
import { readBedrockError, readBedrockRefusal } from '../errors.ts'
import { checkS3Names } from './s3-names.ts'

/** Chats by the runtime's own `/openai/v1/chat/completions`: the caller's bytes, under Bedrock's name of the model. */
export async function chatByOpenai(
  request: RequestBody<ChatRequest>,
  { call, entry, region }: Going,
): Promise<ForwardReply> {
  const { upstreamId } = call.target
  const streams = request.peek('stream') === true
  const own = request.peek('guardrailConfig')
  const guardrail = guardrailHeaders(own, entry.rules, call)
  const loosening = entry.rules.guardrail === undefined ? [] : looseningMembers(request, call)
  const change: MemberChange = {
    set: { model: upstreamId },
    ...((own !== undefined || loosening.length > 0) && { remove: ['guardrailConfig', ...loosening] }),
    // The router takes the usage out again where the caller did not ask for it.
    ...(streams && { merge: { stream_options: { include_usage: true } } }),
  }
  const body = checkS3Names(request, change, entry.rules.s3Sources)
  const sign = awsSign('bedrock', region)
  const response = await postJson(
    call,
    `${entry.runtimeUrl(region)}/openai/v1/chat/completions`,
    checkedSize(body),
    (secret, sent) => ({ ...guardrail, ...sign(secret, sent) }),
    readBedrockRefusal(upstreamId, region),
  )
  const readError = readBedrockError(upstreamId, region, response.headers)
  if (!streams) return forward(new CheckedAnswer(response), readError)
  await requireSse(response)
  return forward(response, readError)
}

/** This API reads a guardrail from headers. */
function guardrailHeaders(given: unknown, rules: EntryRules, call: BedrockCall): StringMap {
  const guardrail = chooseGuardrail(given, rules, call)
  if (guardrail === undefined) return {}
  if (guardrail.streamProcessingMode !== undefined)
    call.dropped('guardrailConfig.streamProcessingMode', 'OpenAI’s API on Bedrock has none')
  return {
    'x-amzn-bedrock-guardrailidentifier': guardrail.guardrailIdentifier,
    'x-amzn-bedrock-guardrailversion': guardrail.guardrailVersion,
  }
}

/** Members by which AWS lets a caller say which parts of a prompt a guardrail reads, and when. Beside the entry's own they are not the caller's to send. */
function looseningMembers(request: RequestBody<ChatRequest>, call: BedrockCall): readonly string[] {
  const names = Object.keys(request.json()).filter((name) => /guardrail/i.test(name) && name !== 'guardrailConfig')
  for (const name of names) call.dropped(name, 'The entry has a guardrail of its own')
  return names
}

/** A whole answer, which may be none: a path that the host does not have answers with status 200. */
class CheckedAnswer implements HttpResponse {
  readonly #response: HttpResponse
  readonly status: number
  readonly headers: StringMap

  constructor(response: HttpResponse) {
    this.#response = response
    this.status = response.status
    this.headers = response.headers
  }

  async bytes(max: number): Promise<Uint8Array> {
    const bytes = await this.#response.bytes(max)
    if (bytes.byteLength <= maxFault && Buffer.from(bytes).includes('"__type"')) throw fault(bytes)
    return bytes
  }

  pipe(...[sink]: Parameters<HttpResponse['pipe']>): ReturnType<HttpResponse['pipe']> {
    return this.#response.pipe(sink)
  }
}

/** In bytes: more than any error of AWS's front has. */
const maxFault = 4096

async function requireSse(response: HttpResponse): Promise<void> {
  if (/^text\/event-stream\b/i.test(response.headers['content-type'] ?? '')) return
  throw fault(await response.bytes(maxFault))
}

function fault(bytes: Uint8Array): Error {
  const text = Buffer.from(bytes).toString('utf8')
  return notAnAnswer(readObject(text), 'JSON that is no stream', text)
}
