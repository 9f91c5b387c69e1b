import type { IncomingHttpHeaders } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { MohoError } from '@moho/core'
import { JsonBody, type Router } from '@moho/core/router'
import { callerOf, type createKeys } from './keys.ts'
import { readBody } from './read-body.ts'
import { sendAnswer } from './send.ts'
import type { ModelSurface } from './surfaces.ts'

export interface CallModelParts {
  readonly router: Router
  readonly keys: ReturnType<typeof createKeys>
  readonly maxBodyBytes: number
  /** The calls that are under way, to be ended when the process has waited for them long enough. */
  readonly underWay: Set<AbortController>
}

/** The longest that a call may take where its caller sets no other limit, in milliseconds: thinking models take their time. */
const defaultTimeoutMs = 3_600_000

/** A call of a surface, from its key to its last byte. It ends when its time is up, and when the caller leaves. */
export async function callModel(
  { router, keys, maxBodyBytes, underWay }: CallModelParts,
  surface: ModelSurface,
  id: string,
  { incoming, outgoing }: HttpBindings,
): Promise<Response> {
  const { headers } = incoming
  const key = keys.authenticate(headers)
  const caller = callerOf(key, headers)
  const timeoutMs = readMilliseconds(headers, 'x-moho-timeout-ms') ?? defaultTimeoutMs
  const firstTokenMs = readMilliseconds(headers, 'x-moho-first-token-timeout-ms')
  const body = new JsonBody(await readBody(incoming, maxBodyBytes), surface.body)

  const controller = new AbortController()
  const timer = setTimeout(() => {
    controller.abort(new MohoError('upstream_timeout', `The call took longer than ${timeoutMs} ms.`))
  }, timeoutMs)
  const settle = () => {
    clearTimeout(timer)
    underWay.delete(controller)
  }
  const leave = () => {
    settle()
    if (!outgoing.writableFinished) controller.abort(new MohoError('cancelled', 'The caller left.'))
  }
  underWay.add(controller)
  outgoing.once('close', leave)
  const answer = await router.dispatch({
    id,
    operation: surface.operation,
    caller,
    access: key.access,
    body,
    headers: {},
    signal: controller.signal,
    strict: readStrict(headers),
    ...(firstTokenMs !== undefined && { timeouts: { firstTokenMs } }),
  })
  if (answer.kind !== 'stream') {
    settle()
    outgoing.off('close', leave)
  }
  return sendAnswer(answer, outgoing)
}

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
