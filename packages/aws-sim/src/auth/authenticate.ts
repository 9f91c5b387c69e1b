import type { Fault } from '../fault.ts'
import { isRegion, regionOfAddress } from '../region.ts'
import { header, type ReceivedRequest } from '../request.ts'
import { verifyApiKey } from './api-key.ts'
import type { AccessKey, Principal } from './credentials.ts'
import { authRefusals } from './refusals.ts'
import { verifySignature } from './sigv4.ts'

/** Who may call the simulator, and where. */
export interface AuthSettings {
  readonly accessKeys: ReadonlyMap<string, AccessKey>
  readonly apiKeys: readonly string[]
  /** Undefined: every region that is spelled like one. */
  readonly regions: readonly string[] | undefined
  /** The region of a bearer call, which names none, when its address does not tell it either. */
  readonly region: string
  now(): Date
}

export function authenticate(request: ReceivedRequest, signingName: string, settings: AuthSettings): Principal | Fault {
  const addressed = regionOfAddress(request)
  const rules = {
    keys: settings.accessKeys,
    service: signingName,
    acceptsRegion: (region: string) =>
      (addressed === undefined || addressed === region) &&
      (settings.regions ? settings.regions.includes(region) : isRegion(region)),
    now: () => settings.now(),
  }
  const authorization = header(request, 'authorization')
  if (authorization === undefined) return authRefusals.missingToken()
  if (/^AWS4-HMAC-SHA256(?:\s|$)/.test(authorization)) return verifySignature(request, rules)
  const bearer = /^Bearer\s+(\S+)$/i.exec(authorization)
  if (bearer) return verifyApiKey(bearer[1] ?? '', addressed ?? settings.region, settings.apiKeys, rules)
  return authRefusals.incomplete(
    `Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization=${authorization}`,
  )
}

/** Whoever it says it is, in the region that it names. */
export function unverified(request: ReceivedRequest, settings: AuthSettings): Principal {
  const scope = /Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\//.exec(header(request, 'authorization') ?? '')
  const addressed = regionOfAddress(request)
  if (!scope) return { kind: 'api-key', lastFour: '', region: addressed ?? settings.region }
  const [, accessKeyId = '', region = '', service = ''] = scope
  return { kind: 'access-key', accessKeyId, region: addressed ?? region, service }
}
