import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type AppParts, createApp, refusedReply } from './app.ts'
import { type CallHead, callModel, readCallHead } from './call-model.ts'
import { badRequest } from './refuse.ts'
import { newRequestId } from './request-id.ts'
import { sendWhole } from './send.ts'
import { type ModelSurface, modelSurfaces } from './surfaces.ts'

/**
 * All that the port answers. Calls of models whose request is as it should be go straight to `callModel`, for to build the standard's
 * Request and Response around a small call takes 4 µs. Everything else goes through the app, which serves them as well.
 */
export function createListener(parts: AppParts): RequestListener {
  const app = createApp(parts)
  const byApp = getRequestListener(app.fetch, {
    // HTTP/1.0 has no `host`, and health checks of old load balancers speak it.
    hostname: 'localhost',
    errorHandler: badRequest,
  })
  return (incoming, outgoing) => {
    const surface = incoming.method === 'POST' ? surfacesByUrl.get(incoming.url ?? '') : undefined
    const head = surface && headOf(parts, incoming)
    if (surface === undefined || head === undefined) byApp(incoming, outgoing)
    else serveCall(parts, surface, head, incoming, outgoing)
  }
}

const surfacesByUrl: ReadonlyMap<string, ModelSurface> = new Map(
  modelSurfaces.flatMap((surface) => ['', '/v1', '/v1/v1'].map((prefix) => [prefix + surface.path, surface] as const)),
)

/** Undefined where there is something to say of it. */
function headOf(parts: AppParts, incoming: IncomingMessage): CallHead | undefined {
  // Only of a body whose length is known can nothing come that would have to be discarded.
  if (incoming.headers['content-length'] === undefined) return undefined
  try {
    return readCallHead(parts, incoming)
  } catch {
    return undefined
  }
}

async function serveCall(
  parts: AppParts,
  surface: ModelSurface,
  head: CallHead,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const requestId = newRequestId()
  try {
    await callModel(parts, surface, requestId, head, incoming, outgoing)
  } catch (thrown) {
    const request = { requestId, method: 'POST', path: surface.path }
    if (outgoing.headersSent) outgoing.destroy()
    else sendWhole(refusedReply(parts.log, thrown, request), outgoing)
  }
}
