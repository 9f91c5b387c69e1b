import { AnswerExcerpt, type HttpResponse, MohoError } from '@moho/core'
import type { AnswerToolUse } from './wire.ts'

/** What both ways of reading an answer share: nothing in it is taken for granted. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function readObject(data: string, parse: (text: string) => unknown = JSON.parse): Record<string, unknown> {
  let value: unknown
  try {
    value = parse(data)
  } catch {
    throw unreadable(data === '' ? 'an empty body' : 'something that is not JSON', data)
  }
  if (!isObject(value)) throw unreadable('JSON that is no answer', data)
  return value
}

export const unreadable = (what: string, data: string): MohoError =>
  new MohoError('upstream_failed', `Bedrock answered with ${what} where a model’s answer was due.`, {
    cause: new AnswerExcerpt(data),
  })

/** A kind that is new: leaving it out would pass off a part as the whole. */
export const unknownContent = (content: object, data: string): MohoError =>
  unreadable(`content of a kind that Moho does not know (${Object.keys(content).join(', ').slice(0, 100)})`, data)

/** What a 200 that is no answer says of itself. */
export function notAnAnswer(answer: Record<string, unknown>, otherwise: string, data: string): MohoError {
  const name = errorName(answer)
  if (name !== 'UnknownOperationException') return unreadable(name ?? otherwise, data)
  const message =
    'The host that was called has no such API at this path. Check the entry’s base URL: it ends with the host, or with /openai/v1.'
  return new MohoError('upstream_failed', message, { cause: new AnswerExcerpt(data) })
}

/** As in `{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"}}`, which is what a wrong path gets. */
function errorName(answer: Record<string, unknown>): string | undefined {
  const type = isObject(answer.Output) ? answer.Output.__type : answer.__type
  // Whatever else stands there is not for a message.
  return typeof type === 'string' ? /(?:^|#)([A-Za-z]{1,100})$/.exec(type)?.[1] : undefined
}

export function readToolUse(
  { toolUseId, name }: Omit<AnswerToolUse, 'input'>,
  data: string,
): { id: string; name: string } {
  if (typeof toolUseId !== 'string' || toolUseId === '' || typeof name !== 'string' || name === '')
    throw unreadable('a tool call that cannot be read', data)
  return { id: toolUseId, name }
}

/** A 200 may carry anything, and where a stream was asked for, only a stream is an answer. */
export async function requireEventStream(response: HttpResponse): Promise<void> {
  const [type = ''] = (response.headers['content-type'] ?? '').split(';')
  if (type.trim().toLowerCase() === 'application/vnd.amazon.eventstream') return
  const data = Buffer.from(await response.bytes(maxRead)).toString('utf8')
  throw notAnAnswer(readObject(data), 'JSON that is no stream', data)
}

/** In bytes: more than any error of AWS's front has. */
const maxRead = 16 * 1024
