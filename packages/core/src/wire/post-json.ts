import type { EntryCall } from '../contract/call.ts'
import { MohoError } from '../contract/errors.ts'
import type { HttpRequest, HttpResponse, StringMap } from '../contract/http.ts'
import { maxErrorBytes } from './body-limit.ts'
import { isObject } from './json-value.ts'
import { scrub } from './scrub.ts'

/** The headers to add to a request so that the upstream knows who sends it. */
export type Sign<Secret> = (secret: Secret, request: HttpRequest) => StringMap

/** What an upstream said no with: the status, and the bounded text of its body. */
export interface UpstreamRefusal {
  readonly status: number
  readonly headers: StringMap
  readonly text: string
}

/** Reads a refusal. `refused` where the upstream did not take the secret. */
export type ReadRefusal = (refusal: UpstreamRefusal) => {
  error: MohoError
  refused?: { why: 'expired' | 'invalid' | 'clock'; serverTime?: number }
}

/**
 * Posts JSON to the call's upstream, signed with its secret. Answers with a response whose status is 2xx; turns any other into
 * a MohoError by `read`, and tells the credential where the secret was refused.
 */
export async function postJson<Secret>(
  call: EntryCall<Secret>,
  url: string,
  body: string | Uint8Array,
  sign: Sign<Secret>,
  read: ReadRefusal = readRefusal,
): Promise<HttpResponse> {
  const secret = await call.secret()
  // As bytes once: the signature and the socket each would make them anew.
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const request: HttpRequest = { method: 'POST', url, headers: { 'content-type': 'application/json' }, body: bytes }
  const response = await call.http.send({ ...request, headers: { ...request.headers, ...sign(secret, request) } })
  if (response.status >= 200 && response.status < 300) return response
  const text = scrub(Buffer.from(await response.bytes(maxErrorBytes)).toString('utf8'), secret)
  const { error, refused } = read({ status: response.status, headers: response.headers, text })
  if (refused !== undefined) call.refused(secret, refused.why, refused.serverTime)
  throw error
}

/** By status alone, with the message of an OpenAI-shaped body where there is one. */
export const readRefusal: ReadRefusal = (refusal) => {
  const said = messageOf(refusal.text)
  const detail = { cause: refusal.text, retryAfterMs: retryAfterMs(refusal.headers) }
  const { status } = refusal
  if (status === 401 || status === 403) {
    const error = new MohoError('upstream_auth_failed', `The upstream refused the entry's credentials${said}`, detail)
    return { error, refused: { why: 'invalid' } }
  }
  if (status === 404)
    return { error: new MohoError('model_not_found', `The upstream does not know this model${said}`, detail) }
  if (status === 429)
    return { error: new MohoError('rate_limited', `The upstream limits the rate of calls${said}`, detail) }
  if (status === 503 || status === 529)
    return { error: new MohoError('overloaded', `The upstream is overloaded${said}`, detail) }
  if (status === 408 || status === 504)
    return { error: new MohoError('upstream_timeout', `The upstream took too long${said}`, detail) }
  if (status >= 400 && status < 500)
    return { error: new MohoError('invalid_request', `The upstream refused the request${said}`, detail) }
  return { error: new MohoError('upstream_failed', `The upstream answered with status ${status}${said}`, detail) }
}

function messageOf(text: string): string {
  let message: unknown
  try {
    const body: unknown = JSON.parse(text)
    if (isObject(body))
      message = (isObject(body.error) ? body.error.message : body.error) ?? body.message ?? detailOf(body.detail)
  } catch {
    // Not JSON: a proxy's page, which is for the log and not for the caller.
  }
  return typeof message === 'string' && message !== '' ? `: ${message.slice(0, 1000)}` : '.'
}

/** FastAPI's: a text, or a list of faults. */
function detailOf(detail: unknown): unknown {
  const first: unknown = Array.isArray(detail) ? detail[0] : detail
  return isObject(first) ? first.msg : first
}

/** `retry-after` in seconds or as a date, and `retry-after-ms`, as milliseconds from now. */
export function retryAfterMs(headers: StringMap): number | undefined {
  const exact = decimal(headers['retry-after-ms'])
  if (exact !== undefined) return Math.min(exact, longestWaitMs)
  const said = headers['retry-after']
  const seconds = decimal(said)
  if (seconds !== undefined) return Math.min(seconds * 1000, longestWaitMs)
  // V8 takes `-1` for a date too.
  const date = said !== undefined && /^[a-z]{3,9}, /i.test(said) ? Date.parse(said) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - Date.now()), longestWaitMs)
}

const decimal = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,12}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined

const longestWaitMs = 24 * 3_600_000
