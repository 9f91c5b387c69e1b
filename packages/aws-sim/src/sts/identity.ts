import { createHash } from 'node:crypto'
import { ACCOUNT } from '../account.ts'
import type { Exchange } from '../service.ts'
import { parseRoleArn } from './roles.ts'

/** A caller as IAM names it. */
interface Identity {
  readonly account: string
  readonly arn: string
  readonly userId: string
}

/** Who signed a call: the session of a role, or a user named like the access key, since the simulator has no others. */
export function identityOf({ principal, world }: Pick<Exchange, 'principal' | 'world'>): Identity {
  const accessKeyId = principal.kind === 'access-key' ? principal.accessKeyId : principal.kind
  const key = world.accessKeys.get(accessKeyId)
  if (key && 'role' in key) return sessionIdentity(key.role, key.session)
  const arn = `arn:aws:iam::${ACCOUNT}:user/${accessKeyId}`
  return { account: ACCOUNT, arn, userId: uniqueId('AIDA', arn) }
}

/** Who calls with the keys of a role's session. */
export function sessionIdentity(role: string, session: string): Identity {
  const { partition, account, name } = parseRoleArn(role) ?? { partition: 'aws', account: ACCOUNT, name: role }
  return {
    account,
    arn: `arn:${partition}:sts::${account}:assumed-role/${name}/${session}`,
    userId: `${uniqueId('AROA', role)}:${session}`,
  }
}

/** What AWS spells its ids with. */
export function base32(bytes: Buffer): string {
  return Array.from(bytes, (byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(byte % 32)).join('')
}

function uniqueId(prefix: string, arn: string): string {
  return prefix + base32(createHash('sha256').update(arn).digest().subarray(0, 17))
}
