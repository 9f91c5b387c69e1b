import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Log, MohoError } from '@moho/core'
import type { StoreState } from '@moho/store'
import { type Context, Hono } from 'hono'
import { getPath } from 'hono/utils/url'
import { type CallModelParts, callModel, readCallHead } from './call-model.ts'
import { describeModel, listModels } from './list-models.ts'
import { newRequestId } from './request-id.ts'
import { faultReply, type Reply, responseOf, sendJson } from './send.ts'
import { modelSurfaces, notServed } from './surfaces.ts'

export interface AppParts extends CallModelParts {
  readonly log: Log
  /** False from the moment that the process is told to stop. */
  isReady(): boolean
  /** Undefined where there is no store. */
  storeState(): StoreState | undefined
}

interface AppEnv {
  Bindings: HttpBindings
  Variables: { requestId: string | undefined }
}

/** The public API over HTTP. */
export function createApp(parts: AppParts): Hono<AppEnv> {
  const { composition, log, isReady, storeState } = parts
  const accessOf = (c: Context<AppEnv>) => composition.keys.authenticate(c.env.incoming.headers).access
  const app = new Hono<AppEnv>({ getPath: (request) => withoutVersion(getPath(request)) })

  app.get('/health', (c) => sendJson({ status: 'ok' }, requestIdOf(c)))
  app.get('/ready', (c) =>
    isReady()
      ? sendJson({ status: 'ready', ...storeOf(storeState()) }, requestIdOf(c))
      : sendJson({ status: 'stopping' }, requestIdOf(c), 503),
  )

  app.get('/models', (c) => sendJson(listModels(composition.router, accessOf(c)), requestIdOf(c)))
  // An id may hold slashes, raw or encoded.
  app.get('/models/:id{.+}', (c) =>
    sendJson(describeModel(composition.router, accessOf(c), c.req.param('id')), requestIdOf(c)),
  )

  for (const surface of modelSurfaces) {
    app.post(surface.path, async (c) => {
      const { incoming, outgoing } = c.env
      await callModel(parts, surface, requestIdOf(c), readCallHead(parts, incoming), incoming, outgoing)
      return RESPONSE_ALREADY_SENT
    })
  }

  const refuse = (thrown: unknown, c: Context<AppEnv>, status?: number): Response => {
    const { method, path } = c.req
    return responseOf(refusedReply(log, thrown, { requestId: requestIdOf(c), method, path }, status))
  }
  app.notFound((c) => refuse(new MohoError('unsupported', notServed(c.req.method, c.req.path)), c, 404))
  app.onError(refuse)
  return app
}

/** A router without its store serves on with what it knows, so it is ready all the same. */
const storeOf = (store: StoreState | undefined) =>
  store && { store: store.state, ...(store.state === 'away' && { since: new Date(store.since).toISOString() }) }

interface Refused {
  readonly requestId: string
  readonly method: string
  readonly path: string
}

/** The answer to what never became a call. That has no line of its own in the log, and gets one here. */
export function refusedReply(log: Log, thrown: unknown, { requestId, method, path }: Refused, status?: number): Reply {
  if (!MohoError.is(thrown)) {
    log.error('a request failed', { requestId, path, error: thrown })
    return faultReply(new MohoError('internal', 'Moho failed. Its log says more under this request’s id.'), requestId)
  }
  const { code, message } = thrown
  log.warn('request refused', { requestId, method, path: path.slice(0, 200), code, message })
  return faultReply(thrown, requestId, { status: status ?? thrown.status })
}

/** Made when it is first asked for. Not by a middleware, for with none of these Hono calls a handler directly. */
function requestIdOf(c: Context<AppEnv>): string {
  const made = c.get('requestId')
  if (made !== undefined) return made
  const requestId = newRequestId()
  c.set('requestId', requestId)
  return requestId
}

/** Each path is served with and without `/v1`, and with two of them, for base URLs to which a client adds its own. */
const withoutVersion = (path: string): string => path.replace(/^\/v1(?:\/v1)?(?=\/)|\/+$/g, '') || '/'
