import type { Fault } from '../fault.ts'
import { isRegion, regionOfAddress } from '../region.ts'
import { header, type ReceivedRequest } from '../request.ts'
import type { KeyRing } from './access-keys.ts'
import { verifyApiKey } from './api-key.ts'
import type { Principal } from './credentials.ts'
import { authRefusals } from './refusals.ts'
import { roleOf, type SignatureRules, verifySignature } from './sigv4.ts'

/** Who may call the simulator, and where. */
export interface AuthSettings {
  readonly accessKeys: KeyRing
  readonly apiKeys: readonly string[]
  /** Undefined: every region that is spelled like one. */
  readonly regions: readonly string[] | undefined
  /** The region of a bearer call, which names none, when its address does not tell it either. */
  readonly region: string
  now(): Date
}

/** Who signed a request, or has an API key. */
export function authenticate(request: ReceivedRequest, signingName: string, settings: AuthSettings): Principal | Fault {
  const bearer = /^Bearer\s+(\S+)$/i.exec(header(request, 'authorization') ?? '')
  if (!bearer) return authenticateSigner(request, signingName, settings)
  const region = regionOfAddress(request) ?? settings.region
  return verifyApiKey(bearer[1] ?? '', region, settings.apiKeys, rulesFor(request, signingName, settings))
}

/** Who signed a request, for a service that knows no API keys. That it reads one as half a signature is inferred. */
export function authenticateSigner(
  request: ReceivedRequest,
  signingName: string,
  settings: AuthSettings,
): Principal | Fault {
  const authorization = header(request, 'authorization')
  if (authorization === undefined) return authRefusals.missingToken()
  if (/^AWS4-HMAC-SHA256(?:\s|$)/.test(authorization)) {
    return verifySignature(request, rulesFor(request, signingName, settings))
  }
  return authRefusals.incomplete(
    `Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization=${authorization}`,
  )
}

function rulesFor(request: ReceivedRequest, signingName: string, settings: AuthSettings): SignatureRules {
  const addressed = regionOfAddress(request)
  return {
    keys: settings.accessKeys,
    service: signingName,
    acceptsRegion: (region) =>
      (addressed === undefined || addressed === region) &&
      (settings.regions ? settings.regions.includes(region) : isRegion(region)),
    now: () => settings.now(),
  }
}

/** Whoever it says it is, in the region that it names. */
export function unverified(request: ReceivedRequest, settings: AuthSettings): Principal {
  const scope = /Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\//.exec(header(request, 'authorization') ?? '')
  const addressed = regionOfAddress(request)
  if (!scope) return { kind: 'api-key', lastFour: '', region: addressed ?? settings.region }
  const [, accessKeyId = '', region = '', service = ''] = scope
  const role = roleOf(settings.accessKeys.get(accessKeyId))
  return { kind: 'access-key', accessKeyId, ...role, region: addressed ?? region, service }
}

/** Nobody, for an operation that nobody has to sign. */
export function notSigned(request: ReceivedRequest, settings: AuthSettings): Principal {
  return { kind: 'anonymous', region: regionOfAddress(request) ?? settings.region }
}
