import type { Server } from 'node:http'

export interface ShutdownOptions {
  /** How long `/ready` says 503 before the port is closed, in milliseconds, so that load balancers look elsewhere. */
  readonly drainMs: number
  /** How long calls under way may go on, in milliseconds. */
  readonly graceMs: number
}

/** Stops a server without cutting a call: no new ones, then the last answers, then the end. */
export async function stopServer(server: Server, { drainMs, graceMs }: ShutdownOptions): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, drainMs))
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // A kept connection becomes idle with its last answer, which may be later than now.
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const end = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearInterval(idle)
  clearTimeout(end)
}
