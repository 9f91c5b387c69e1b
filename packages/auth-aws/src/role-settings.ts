import { z } from 'zod'
import { accessKey } from './access-key.ts'
import { defaultChain } from './default-chain.ts'

/** The settings of `assume-role`. Its `source` may be such a role again, so that roles are assumed by way of up to three. */
export const roleSettings = (): z.ZodType<RoleSettings> & z.ZodObject => {
  const plain = [typed('access-key', accessKey.settings), typed('default-chain', defaultChain.settings)] as const
  const first = settingsOver(z.discriminatedUnion('type', plain, { error: noSuchSource(false) }))
  const second = settingsOver(
    z.discriminatedUnion('type', [...plain, typed('assume-role', first)], { error: noSuchSource(true) }),
  )
  return settingsOver(
    z.discriminatedUnion('type', [...plain, typed('assume-role', second)], { error: noSuchSource(true) }),
  )
}

export interface RoleSettings extends Readonly<Record<string, unknown>> {
  readonly roleArn: string
  readonly externalId?: string | undefined
  readonly sessionName: string
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly durationSeconds: number
  /** Left out: the machine's own identity. */
  readonly source?: RoleSource | undefined
}

export interface RoleSource extends Readonly<Record<string, unknown>> {
  readonly type: 'access-key' | 'default-chain' | 'assume-role'
}

/** The settings of a kind as one of several. Loose only as a type: what they are is the kind's own to know. */
const typed = <Type extends RoleSource['type']>(type: Type, settings: z.ZodObject): Typed<Type> =>
  settings.safeExtend({ type: z.literal(type) })

type Typed<Type extends string> = z.ZodObject<{ type: z.ZodLiteral<Type> }, z.core.$loose>

function settingsOver(source: z.ZodType<RoleSource>) {
  return z
    .object({
      roleArn: z
        .string()
        .trim()
        .max(2048, 'The ARN is longer than an ARN can be.')
        .superRefine((arn, check) => {
          const fault = faultOfArn(arn)
          if (fault !== undefined) check.addIssue(fault)
        })
        .meta({ title: 'Role ARN', help: 'As in arn:aws:iam::123456789012:role/moho.', order: 1 }),
      externalId: z
        .string()
        .trim()
        .regex(
          /^([\w+=,.@:/-]{2,1224})?$/,
          'An external id has 2 to 1224 characters: letters of the alphabet, digits and _+=,.@:/-',
        )
        .optional()
        .meta({
          title: 'External ID',
          help: 'What the role’s trust policy wants as sts:ExternalId.',
          order: 2,
          secret: true,
        }),
      sessionName: z
        .string()
        .trim()
        .regex(
          /^[\w+=,.@-]{2,64}$/,
          'A session name has 2 to 64 characters: letters of the alphabet, digits and _+=,.@-',
        )
        .default('moho')
        .meta({ title: 'Session name', help: 'By which CloudTrail shows the calls; moho if left out.', order: 3 }),
      durationSeconds: z
        .int()
        .min(900, 'A session lasts 900 seconds or longer.')
        .max(43_200, 'A session lasts 43200 seconds, which is 12 hours, or shorter.')
        .default(3600)
        .meta({
          title: 'Duration',
          help: 'Seconds until a session is renewed, from 900 to 43200; 3600 if left out. The role itself may allow less.',
          order: 4,
        }),
      tags: sessionTags().optional().meta({
        title: 'Session tags',
        help: 'Tags of the session, for policies and bills. The trust policy has to allow sts:TagSession.',
        order: 5,
      }),
      source: source.optional().meta({
        title: 'Source',
        help: 'Who assumes the role: an access key, or another role. Left out: the identity of the machine that Moho runs on.',
        order: 6,
      }),
    })
    .superRefine(({ durationSeconds, source }, check) => {
      if (source?.type !== 'assume-role' || durationSeconds <= 3600) return
      const message =
        'A role that is assumed by way of another role lasts an hour at most. Set 3600 or less, or leave it out.'
      check.addIssue({ code: 'custom', path: ['durationSeconds'], message })
    })
}

/** Never with what is written: an ARN names an account. */
function faultOfArn(arn: string): string | undefined {
  if (/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(arn) && !arn.endsWith('/')) return undefined
  if (arn === '') return 'The ARN is empty.'
  const [, , service = '', , , resource = ''] = arn.split(':')
  const [kind = ''] = resource.split('/')
  if (service === 'sts' && kind === 'assumed-role') {
    return 'This is the ARN of a session. Write that of its role, as in arn:aws:iam::123456789012:role/moho.'
  }
  const known = service === 'iam' ? notRoles[kind] : undefined
  if (known !== undefined) return `This is the ARN of ${known}. Write that of a role, as IAM shows it under Roles.`
  if (/^[\w+=,.@/-]+$/.test(arn)) return 'Write the whole ARN of the role, as in arn:aws:iam::123456789012:role/moho.'
  return 'This is not the ARN of an IAM role, which is written as in arn:aws:iam::123456789012:role/moho.'
}

const notRoles: Readonly<Record<string, string>> = {
  user: 'an IAM user, who cannot be assumed',
  group: 'a group of IAM users',
  'instance-profile': 'an instance profile, which only holds a role',
  policy: 'a policy',
  root: 'an account',
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html */
function sessionTags() {
  return z
    .record(
      z
        .string()
        .regex(tagKey, 'A tag’s name has 1 to 128 characters: letters, digits, spaces and _.:/=+-@')
        .refine((name) => !/^aws:/i.test(name), 'Names of tags that begin with aws: are AWS’s own.'),
      z
        .string('A tag’s value is a text; put it in quotes.')
        .regex(tagValue, 'A tag’s value has up to 256 characters: letters, digits, spaces and _.:/=+-@'),
    )
    .refine((tags) => Object.keys(tags).length <= 50, 'A session has 50 tags at most.')
}

const tagKey = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u
const tagValue = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u

const noSuchSource =
  (mayBeRole: boolean) =>
  ({ input }: { readonly input?: unknown }): string => {
    const types = mayBeRole ? 'access-key, assume-role or default-chain' : 'access-key or default-chain'
    if (typeof input !== 'object' || input === null || Array.isArray(input))
      return `must be a map with a type: ${types}`
    const { type } = input as { readonly type?: unknown }
    if (type === undefined) return `is missing; it is ${types}`
    if (type === 'api-key') {
      return `An Amazon Bedrock API key cannot assume a role, because AWS STS takes only requests that are signed. Its type is ${types}.`
    }
    if (type === 'assume-role') return `Roles are assumed by way of three at most. Here the type is ${types}.`
    return `must be ${types}`
  }
