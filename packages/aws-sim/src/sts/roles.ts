import { ACCOUNT } from '../account.ts'
import type { World } from '../service.ts'

/** A role that can be assumed, as its trust policy and its settings have it. */
export interface SimulatedRole {
  /** Must be given by who assumes it; left out: whatever is given is passed over, as AWS does without the condition. */
  readonly externalId?: string
  /** The longest session; 3600 when left out, as for a role that was just made at AWS. */
  readonly maxSeconds?: number
  /** Access key ids, and ARNs of roles, that may assume it; left out: anybody. */
  readonly trusts?: readonly string[]
  /** False: sessions with tags are refused. */
  readonly tagSession?: false
}

/** Such as `arn:aws:iam::123456789012:role/path/name`. */
interface RoleArn {
  readonly partition: string
  readonly account: string
  /** Without the path, which sessions do not show. */
  readonly name: string
}

export function parseRoleArn(arn: string): RoleArn | undefined {
  const match = /^arn:(aws(?:-[a-z]+)*):iam::(\d{12}):role\/(?:[!-.0-~]+\/)*([\w+=,.@-]{1,64})$/.exec(arn)
  if (!match) return undefined
  const [, partition = '', account = '', name = ''] = match
  return { partition, account, name }
}

/** The role of that ARN; undefined when there is none. */
export function findRole(arn: string, { roles }: Pick<World, 'roles'>): SimulatedRole | undefined {
  if (roles) return roles.get(arn)
  return parseRoleArn(arn)?.account === ACCOUNT ? {} : undefined
}

/** The roles of the options. */
export function readRoles(roles: Readonly<Record<string, SimulatedRole>>): ReadonlyMap<string, SimulatedRole> {
  for (const arn of Object.keys(roles)) {
    if (parseRoleArn(arn)) continue
    throw new Error(`roles must be named by ARNs such as arn:aws:iam::${ACCOUNT}:role/moho, not ${arn}`)
  }
  return new Map(Object.entries(roles))
}
