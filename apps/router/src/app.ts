import { randomUUID } from 'node:crypto'
import type { HttpBindings } from '@hono/node-server'
import { type Log, MohoError } from '@moho/core'
import { type Context, Hono } from 'hono'
import { getPath } from 'hono/utils/url'
import { type CallModelParts, callModel } from './call-model.ts'
import { describeModel, listModels } from './list-models.ts'
import { sendFault, sendJson } from './send.ts'
import { modelSurfaces, notServed } from './surfaces.ts'

export interface AppParts extends CallModelParts {
  readonly log: Log
  /** False from the moment that the process is told to stop. */
  isReady(): boolean
}

interface AppEnv {
  Bindings: HttpBindings
  Variables: { requestId: string }
}

/** The public API over HTTP. */
export function createApp(parts: AppParts): Hono<AppEnv> {
  const { router, keys, log, isReady } = parts
  const app = new Hono<AppEnv>({ getPath: (request) => withoutVersion(getPath(request)) })

  app.use((c, next) => {
    c.set('requestId', `req_${randomUUID().replaceAll('-', '')}`)
    return next()
  })

  app.get('/health', (c) => sendJson({ status: 'ok' }, c.get('requestId')))
  app.get('/ready', (c) =>
    isReady()
      ? sendJson({ status: 'ready' }, c.get('requestId'))
      : sendJson({ status: 'stopping' }, c.get('requestId'), 503),
  )

  app.get('/models', (c) =>
    sendJson(listModels(router, keys.authenticate(c.env.incoming.headers).access), c.get('requestId')),
  )
  // An id may hold slashes, raw or encoded.
  app.get('/models/:id{.+}', (c) =>
    sendJson(
      describeModel(router, keys.authenticate(c.env.incoming.headers).access, c.req.param('id')),
      c.get('requestId'),
    ),
  )

  for (const surface of modelSurfaces) {
    app.post(surface.path, (c) => callModel(parts, surface, c.get('requestId'), c.env))
  }

  /** Of what never became a call, and so has no line of its own in the log. */
  const refuse = (error: MohoError, c: Context<AppEnv>, status = error.status): Response => {
    const requestId = c.get('requestId')
    const { method, path } = c.req
    log.warn('request refused', {
      requestId,
      method,
      path: path.slice(0, 200),
      code: error.code,
      message: error.message,
    })
    return sendFault(error, requestId, { status })
  }

  app.notFound((c) => refuse(new MohoError('unsupported', notServed(c.req.method, c.req.path)), c, 404))

  app.onError((thrown, c) => {
    if (MohoError.is(thrown)) return refuse(thrown, c)
    const requestId = c.get('requestId')
    log.error('a request failed', { requestId, path: c.req.path, error: thrown })
    return sendFault(new MohoError('internal', 'Moho failed. Its log says more under this request’s id.'), requestId)
  })
  return app
}

/** Each path is served with and without `/v1`, and with two of them, for base URLs to which a client adds its own. */
const withoutVersion = (path: string): string => path.replace(/^\/v1(?:\/v1)?(?=\/)|\/+$/g, '') || '/'
