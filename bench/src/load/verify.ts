import { eventCount, jsonText, streamText, upstreamBody } from '../answers.ts'
import type { Row } from '../rows.ts'
import type { Response } from './connection.ts'

/** `upstream`: the upstream's own bytes. `chat`: OpenAI's format, whoever made it. */
export type Expected = 'upstream' | 'chat'

/** Why an answer is wrong. Undefined: it is right. The thorough way reads it all, the other way costs next to nothing. */
export function findFault(row: Row, expected: Expected, response: Response, thorough: boolean): string | undefined {
  const { status, body } = response
  if (status !== 200) return `status ${status}: ${body.toString().slice(0, 200)}`
  if (expected === 'upstream') return body.equals(upstreamBody(row)) ? undefined : 'not the bytes of the upstream'
  if (!thorough) return row.stream ? glanceAtStream(body) : glanceAtJson(body)
  try {
    return row.stream ? readStream(body) : readJson(body)
  } catch (error) {
    return `${error}: ${body.toString().slice(0, 200)}`
  }
}

const glanceAtJson = (body: Buffer) => (body.includes(jsonText) ? undefined : 'the text is missing')

const ending = Buffer.from('data: [DONE]\n\n')
const contentMember = '"content":"'

function glanceAtStream(body: Buffer): string | undefined {
  if (!body.subarray(-ending.length).equals(ending)) return 'it does not end with [DONE]'
  let count = 0
  for (let at = body.indexOf(contentMember); at >= 0; at = body.indexOf(contentMember, at + 1)) count += 1
  return count < eventCount ? `${count} events, not ${eventCount}` : undefined
}

interface Chat {
  readonly choices: readonly { readonly message?: Content; readonly delta?: Content }[]
  readonly usage?: { readonly total_tokens: number } | null
}
interface Content {
  readonly content?: string | null
}

function readJson(body: Buffer): string | undefined {
  const { choices, usage }: Chat = JSON.parse(body.toString())
  if (choices[0]?.message?.content !== jsonText) return 'another text'
  return usage?.total_tokens === 360 ? undefined : 'another usage'
}

function readStream(body: Buffer): string | undefined {
  const events = body
    .toString()
    .split('\n\n')
    .filter((event) => event.trim() !== '')
    .map((event) => event.trim().replace(/^data: /, ''))
  if (events.pop() !== '[DONE]') return 'it does not end with [DONE]'
  const chunks: Chat[] = events.map((event) => JSON.parse(event))
  const texts = chunks.flatMap(({ choices }) => choices[0]?.delta?.content || [])
  if (texts.join('') !== streamText) return 'another text'
  if (texts.length !== eventCount) return `${texts.length} events, not ${eventCount}`
  return chunks.some(({ usage }) => usage?.total_tokens === 360) ? undefined : 'no usage, or another'
}
