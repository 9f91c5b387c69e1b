import { UsageError } from '../usage-error.ts'

/** A port as a flag or a variable gives it. */
export function readPort(text: string, source: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new UsageError(`${source} must be a port, 0 to 65535, not "${text}".`)
}
