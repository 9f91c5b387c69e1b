import { randomBytes } from 'node:crypto'
import type { Fault } from '../fault.ts'
import type { World } from '../service.ts'
import type { Elements } from '../xml.ts'
import { between, length, type Parameter, pattern, required } from './constraints.ts'
import { stsFault } from './errors.ts'
import { base32, sessionIdentity } from './identity.ts'
import { parseRoleArn, type SimulatedRole } from './roles.ts'

/** The session of a role that somebody asks for. */
export interface Session {
  readonly role: string
  readonly name: string
  readonly seconds: number
  /** An inline policy, as text. */
  readonly policy: string | null
}

export function readSession(form: URLSearchParams): Session {
  return {
    role: form.get('RoleArn') ?? '',
    name: form.get('RoleSessionName') ?? '',
    seconds: Number(form.get('DurationSeconds') ?? HOUR),
    policy: form.get('Policy'),
  }
}

/** What the parameters of every session must be. */
export function sessionParameters(form: URLSearchParams): readonly Parameter[] {
  const parameter = (name: string, ...constraints: Parameter['constraints']): Parameter => ({
    place: name.charAt(0).toLowerCase() + name.slice(1),
    value: form.get(name),
    constraints,
  })
  return [
    parameter('RoleArn', required, ...length(20, 2048)),
    parameter('RoleSessionName', required, ...length(2, 64), pattern('[\\w+=,.@-]*')),
    parameter('DurationSeconds', ...between(900, 43_200)),
    parameter('Policy', ...length(1, Number.POSITIVE_INFINITY)),
  ]
}

/** What of a session is no session, whoever asks. The order of these and of what follows is inferred. */
export function refuseSession({ role, policy }: Session): Fault | undefined {
  // The wording is inferred.
  if (!parseRoleArn(role)) return stsFault('ValidationError', `${role} is invalid`)
  if (policy === null) return undefined
  if (!isJsonObject(policy)) return stsFault('MalformedPolicyDocument')
  // AWS packs the policy and measures that; here it is as long as it is.
  const percent = Math.ceil((policy.length / 2048) * 100)
  if (percent <= 100) return undefined
  return stsFault(
    'PackedPolicyTooLarge',
    `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  )
}

export function refuseLength({ seconds }: Session, { maxSeconds = HOUR }: SimulatedRole): Fault | undefined {
  if (seconds <= maxSeconds) return undefined
  return stsFault('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
}

/** Issues the keys of a session, and tells of them as STS does. */
export function startSession({ role, name, seconds }: Session, world: World): Elements {
  // AWS tells the end in whole seconds.
  const expiration = new Date(Math.floor(world.now().getTime() / 1000 + seconds) * 1000)
  const key = {
    accessKeyId: `ASIA${base32(randomBytes(16))}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: `IQoJb3JpZ2luX2Vj${randomBytes(400).toString('base64')}`,
    expiration,
    role,
    session: name,
  }
  world.accessKeys.issue(key)
  const { arn, userId } = sessionIdentity(role, name)
  return {
    Credentials: {
      AccessKeyId: key.accessKeyId,
      SecretAccessKey: key.secretAccessKey,
      SessionToken: key.sessionToken,
      Expiration: expiration.toISOString().replace('.000', ''),
    },
    AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
  }
}

export const HOUR = 3600

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
