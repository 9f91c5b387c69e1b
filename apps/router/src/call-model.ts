import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { type Caller, MohoError } from '@moho/core'
import { type Access, JsonBody } from '@moho/core/router'
import type { Composition } from './composition.ts'
import { callerOf } from './keys.ts'
import { checkBody, readBody } from './read-body.ts'
import { sendAnswer } from './send.ts'
import type { ModelSurface } from './surfaces.ts'
import type { UnderWay } from './under-way.ts'

export interface CallModelParts {
  /** What is in it may change from one look to the next. */
  readonly composition: Pick<Composition, 'router' | 'keys'>
  readonly maxBodyBytes: number
  readonly underWay: UnderWay
}

/** What the head of a request says of a call. */
export interface CallHead {
  readonly access: Access
  readonly caller: Caller
  readonly timeoutMs: number | undefined
  readonly firstTokenMs: number | undefined
  readonly strict: boolean
}

/** Reads a call's head. Throws what is to be said before anything of the body is read. */
export function readCallHead({ composition, maxBodyBytes }: CallModelParts, { headers }: IncomingMessage): CallHead {
  const key = composition.keys.authenticate(headers)
  checkBody(headers, maxBodyBytes)
  return {
    access: key.access,
    caller: callerOf(key, headers),
    timeoutMs: readMilliseconds(headers, 'x-moho-timeout-ms'),
    firstTokenMs: readMilliseconds(headers, 'x-moho-first-token-timeout-ms'),
    strict: readStrict(headers),
  }
}

/**
 * A call of a surface, from its body to its last byte. It ends when its time is up, and when the caller leaves.
 * Rejects where there is no call in the body; whatever comes of a call is answered.
 */
export async function callModel(
  { composition, maxBodyBytes, underWay }: CallModelParts,
  surface: ModelSurface,
  id: string,
  { access, caller, timeoutMs, firstTokenMs, strict }: CallHead,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = new JsonBody(await readBody(incoming, maxBodyBytes), surface.body)
  const { ending, over } = underWay.begin(timeoutMs)
  const leave = () => {
    over()
    if (!outgoing.writableFinished) ending.end(new MohoError('cancelled', 'The caller left.'))
  }
  outgoing.on('close', leave)
  const answer = await composition.router.dispatch({
    id,
    operation: surface.operation,
    caller,
    access,
    body,
    headers: noHeaders,
    ending,
    strict,
    ...(firstTokenMs !== undefined && { timeouts: { firstTokenMs } }),
  })
  if (answer.kind !== 'stream') {
    over()
    outgoing.off('close', leave)
  }
  sendAnswer(answer, outgoing)
}

const noHeaders = {}

/** Node's timers hold no more. */
const maxMilliseconds = 2 ** 31 - 1

function readStrict(headers: IncomingHttpHeaders): boolean {
  const sent = headers['x-moho-strict']
  if (sent === undefined || sent === '0' || sent === 'false') return false
  if (sent === '1' || sent === 'true') return true
  throw new MohoError('invalid_request', 'x-moho-strict must be 1 or 0.', { param: 'x-moho-strict' })
}

function readMilliseconds(headers: IncomingHttpHeaders, name: string): number | undefined {
  const sent = headers[name]
  if (sent === undefined) return undefined
  const milliseconds = Number(sent)
  if (/^\d+$/.test(String(sent)) && milliseconds > 0 && milliseconds <= maxMilliseconds) return milliseconds
  throw new MohoError('invalid_request', `${name} must be a whole number of milliseconds, 1 to ${maxMilliseconds}.`, {
    param: name,
  })
}
