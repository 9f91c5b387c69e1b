import type { Server } from 'node:http'

export interface ShutdownOptions {
  /** How long `/ready` says 503 before the port is closed, in milliseconds, so that load balancers look elsewhere. */
  readonly drainMs: number
  /** How long calls under way may go on, in milliseconds. */
  readonly graceMs: number
  /** Ends the calls that are still under way then. */
  endCalls(): void
}

/** How long the answers to ended calls may take to go out, in milliseconds. */
const lastWordsMs = 1_000

/** Stops a server without cutting a call: no new connections, then the last answers, then the end. */
export async function stopServer(server: Server, { drainMs, graceMs, endCalls }: ShutdownOptions): Promise<void> {
  // A kept connection would bring call after call. Its next answer is its last.
  server.prependListener('request', (_, response) => response.setHeader('connection', 'close'))
  await sleep(drainMs)
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // A connection becomes idle with its last answer, which may be later than now.
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const end = setTimeout(async () => {
    endCalls()
    await sleep(lastWordsMs)
    server.closeAllConnections()
  }, graceMs)
  await closed
  clearInterval(idle)
  clearTimeout(end)
}

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
