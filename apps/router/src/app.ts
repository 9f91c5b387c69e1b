import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { ChatRequest, type Log, MohoError } from '@moho/core'
import { JsonBody, type Router } from '@moho/core/router'
import { Hono } from 'hono'
import { getPath } from 'hono/utils/url'
import { callerOf, type createKeys } from './keys.ts'
import { findModel, listModels } from './list-models.ts'
import { readBody } from './read-body.ts'
import { sendAnswer, sendFault, sendJson } from './send.ts'
import { notServed } from './surfaces.ts'

export interface AppParts {
  readonly router: Router
  readonly keys: ReturnType<typeof createKeys>
  readonly log: Log
  readonly maxBodyBytes: number
  /** False from the moment that the process is told to stop. */
  isReady(): boolean
}

interface AppEnv {
  Bindings: HttpBindings
  Variables: { requestId: string }
}

/** The longest that a call may take where its caller sets no other limit, in milliseconds. */
const defaultTimeoutMs = 600_000

/** The public API over HTTP. */
export function createApp({ router, keys, log, maxBodyBytes, isReady }: AppParts): Hono<AppEnv> {
  const app = new Hono<AppEnv>({ getPath: (request) => withoutVersion(getPath(request)) })

  app.use((c, next) => {
    c.set('requestId', `req_${randomUUID().replaceAll('-', '')}`)
    return next()
  })

  app.get('/health', (c) => sendJson({ status: 'ok' }, c.get('requestId')))
  app.get('/ready', (c) =>
    sendJson({ status: isReady() ? 'ready' : 'stopping' }, c.get('requestId'), isReady() ? 200 : 503),
  )

  app.get('/models', (c) =>
    sendJson(listModels(router, keys.authenticate(c.env.incoming.headers).access), c.get('requestId')),
  )
  // An id may hold slashes, raw or encoded.
  app.get('/models/:id{.+}', (c) =>
    sendJson(
      findModel(router, keys.authenticate(c.env.incoming.headers).access, c.req.param('id')),
      c.get('requestId'),
    ),
  )

  app.post('/chat/completions', async (c) => {
    const { incoming, outgoing } = c.env
    const { headers } = incoming
    const key = keys.authenticate(headers)
    const caller = callerOf(key, headers)
    const timeoutMs = readTimeout(headers)
    const body = new JsonBody(await readBody(incoming, maxBodyBytes), ChatRequest)

    const controller = new AbortController()
    const timeout = () =>
      controller.abort(new MohoError('upstream_timeout', `The call took longer than ${timeoutMs} ms.`))
    const leave = () => controller.abort(new MohoError('cancelled', 'The caller left.'))
    const timer = setTimeout(timeout, timeoutMs)
    outgoing.once('close', leave)
    try {
      return sendAnswer(
        await router.chat({
          id: c.get('requestId'),
          caller,
          access: key.access,
          body,
          headers: {},
          signal: controller.signal,
          strict: headers['x-moho-strict'] === '1',
        }),
      )
    } finally {
      clearTimeout(timer)
      outgoing.off('close', leave)
    }
  })

  app.notFound((c) =>
    sendFault(new MohoError('unsupported', notServed(c.req.method, c.req.path)), c.get('requestId'), { status: 404 }),
  )

  app.onError((thrown, c) => {
    const requestId = c.get('requestId')
    if (MohoError.is(thrown)) return sendFault(thrown, requestId)
    log.error('a request failed', { requestId, path: c.req.path, error: thrown })
    return sendFault(new MohoError('internal', 'Moho failed. Its log says more under this request’s id.'), requestId)
  })
  return app
}

/** Each path is served with and without `/v1`, and with two of them, for base URLs to which a client adds its own. */
const withoutVersion = (path: string): string => path.replace(/^\/v1(?:\/v1)?(?=\/)/, '')

function readTimeout(headers: IncomingHttpHeaders): number {
  const sent = headers['x-moho-timeout-ms']
  if (sent === undefined) return defaultTimeoutMs
  const timeoutMs = Number(sent)
  if (Number.isInteger(timeoutMs) && timeoutMs > 0 && timeoutMs < 2 ** 31) return timeoutMs
  const message = 'x-moho-timeout-ms must be a whole number of milliseconds, 1 or more.'
  throw new MohoError('invalid_request', message, { param: 'x-moho-timeout-ms' })
}
