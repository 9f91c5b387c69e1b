import { isSameText } from '../auth/api-key.ts'
import type { AuthSettings } from '../auth/authenticate.ts'
import type { Principal } from '../auth/credentials.ts'
import type { Fault } from '../fault.ts'
import { header, type ReceivedRequest } from '../request.ts'

/** A bearer key, one of a list; regions and signatures are unknown here. */
export function authenticateBearer(request: ReceivedRequest, { apiKeys, region }: AuthSettings): Principal | Fault {
  const key = /^Bearer\s+(\S+)$/i.exec(header(request, 'authorization') ?? '')?.[1]
  if (key === undefined) return unauthorized('missing_api_key', MISSING)
  if (!apiKeys.some((known) => isSameText(known, key))) return unauthorized('invalid_api_key', incorrect(key))
  return { kind: 'api-key', lastFour: key.slice(-4), region }
}

const MISSING =
  "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."

function incorrect(key: string): string {
  const shown = key.length > 8 ? `${key.slice(0, 4)}${'*'.repeat(8)}${key.slice(-4)}` : '*'.repeat(key.length)
  return `Incorrect API key provided: ${shown}.`
}

function unauthorized(name: string, message: string): Fault {
  return { status: 401, name, message, origin: 'service' }
}
