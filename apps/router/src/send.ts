import type { CallRecord, MohoError } from '@moho/core'
import { type Answer, chatError } from '@moho/core/router'
import { callHeaders, errorHeaders } from './headers.ts'

/** The one place where answers become HTTP: always a new Response with plain headers, which the server writes without a detour. */
export function sendAnswer(answer: Answer): Response {
  const { record } = answer
  if (answer.error !== undefined) return sendFault(answer.error, record.id, { record })
  return new Response(answer.body, { headers: { ...json, ...idHeaders(record.id), ...callHeaders(record) } })
}

export interface FaultDetail {
  readonly record?: CallRecord
  /** Where it is another than the error's own. */
  readonly status?: number
}

export function sendFault(error: MohoError, requestId: string, { record, status }: FaultDetail = {}): Response {
  const headers: Record<string, string> = {
    ...json,
    ...idHeaders(requestId),
    ...(record && callHeaders(record)),
    ...errorHeaders(error),
  }
  // What is left of a body that is too large is not read, so the connection cannot be used again.
  if (error.code === 'too_large') headers.connection = 'close'
  return new Response(JSON.stringify(chatError(error)), { status: status ?? error.status, headers })
}

export const sendJson = (value: object, requestId: string, status = 200): Response =>
  new Response(JSON.stringify(value), { status, headers: { ...json, ...idHeaders(requestId) } })

const json: Record<string, string> = { 'content-type': 'application/json' }

/** OpenAI's clients read the one, Anthropic's the other. */
const idHeaders = (id: string) => ({ 'x-request-id': id, 'request-id': id })
