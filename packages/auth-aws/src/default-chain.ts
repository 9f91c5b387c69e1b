import { type CredentialKind, defineCredentialKind, type Ending, MohoError, type Surroundings } from '@moho/core'
import { z } from 'zod'
import { clockOffset, isOtherOffset } from './clock.ts'
import { renewing, type Session } from './renewing.ts'
import { fromNowhereElse, sdkDoor } from './sdk-client.ts'
import type { AwsSecret, AwsSigningSecret } from './secret.ts'
import { askSts, isSendable, type Sts, type StsAnswer } from './sts.ts'
import { readStsRefusal, type StsQuestion, type StsRefusal } from './sts-refusal.ts'

/**
 * `type: default-chain`: the identity of the machine that Moho runs on, as the AWS SDKs find it: environment, shared files and SSO, web
 * identity, ECS and EKS Pod Identity, the metadata of EC2. Keys that have no expiry are kept until AWS refuses them.
 */
export const defaultChain: CredentialKind<AwsSecret> = defineCredentialKind({
  type: 'default-chain',
  settings: z.object({
    profile: z
      .string()
      .trim()
      .regex(/^[^[\]\r\n]{0,128}$/, 'This is not the name of a profile.')
      .optional()
      .meta({
        title: 'Profile',
        help: 'A profile of ~/.aws/config; the machine’s usual identity if left out.',
        order: 1,
      }),
  }),

  open({ profile }, at) {
    const search = oneAtATime()
    return renewing({
      renew: (ending, clockOffsetMs) => findKeys(profile || undefined, { ...at, search }, ending, clockOffsetMs),
      now: () => at.now(),
    })
  },
})

/** Where keys are looked for, by one search at a time. */
interface Place extends Surroundings {
  readonly search: Search
}

type Search = <Found>(find: () => Promise<Found>) => Promise<Found>

/** What the SDK has begun, a command of the profile above all, cannot be ended: another beside it would be one more that hangs. */
function oneAtATime(): Search {
  let isUnderWay = false
  return async (find) => {
    if (isUnderWay) throw stillLooking()
    isUnderWay = true
    try {
      return await find()
    } finally {
      isUnderWay = false
    }
  }
}

const stillLooking = (): MohoError =>
  new MohoError(
    'upstream_timeout',
    'The AWS credentials of the machine that Moho runs on are still being looked for. Check the `credential_process` of its AWS profile, and ' +
      'whether its metadata service answers.',
  )

/** Anew each time, since the SDK's chain would keep what AWS has refused. Once more where AWS tells it that our clock is wrong. */
async function findKeys(
  profile: string | undefined,
  at: Place,
  ending: Ending,
  clockOffsetMs: number,
): Promise<Session> {
  const stsRefusals: StsRefusal[] = []
  const byDoor: Asking = async (by, question, ask) => {
    try {
      const { secret, expiresAt } = await askSts(at, { ...by, kind: 'signing', clockOffsetMs }, ending, ask)
      const { accessKeyId, secretAccessKey, sessionToken = '' } = secret
      const keys = { accessKeyId, secretAccessKey, sessionToken }
      return expiresAt === undefined ? keys : { ...keys, expiration: new Date(expiresAt) }
    } catch (thrown) {
      const refusal = readStsRefusal(thrown, question)
      stsRefusals.push(refusal)
      throw refusal.error
    }
  }
  try {
    return await askChain(profile, at, ending, byDoor, clockOffsetMs)
  } catch (thrown) {
    ending.throwIfEnded()
    const [refusal, ...others] = stsRefusals
    const offset = clockOffset(refusal?.refused?.serverTime, at.now())
    const mended = offset !== undefined && others.length === 0 && isOtherOffset(offset, clockOffsetMs)
    if (mended) return findKeys(profile, at, ending, offset)
    throw faultOf(thrown, profile)
  }
}

/** STS by the entry's own door, for the SDK. */
type Asking = (by: SdkKeys, question: StsQuestion, ask: (sts: Sts) => Promise<StsAnswer>) => Promise<FoundKeys>

async function askChain(
  profile: string | undefined,
  at: Place,
  ending: Ending,
  byDoor: Asking,
  clockOffsetMs: number,
): Promise<Session> {
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers')
  const find = fromNodeProviderChain({
    ...(profile !== undefined && { profile }),
    // The SDK keeps the files that it has read for as long as the process lives.
    ignoreCache: true,
    // What it says of the environment on the console is not for Moho's log.
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    roleAssumer: (by, input) =>
      byDoor(
        by,
        { what: `To assume ${input.RoleArn}`, secrets: [{ ...by }, input.ExternalId ?? ''] },
        ({ sdk, send }) => send(new sdk.AssumeRoleCommand(input)),
      ),
    roleAssumerWithWebIdentity: (input) =>
      byDoor(nobody, { what: `To assume ${input.RoleArn}`, secrets: [input.WebIdentityToken] }, ({ sdk, send }) =>
        send(new sdk.AssumeRoleWithWebIdentityCommand(input)),
      ),
    // For SSO, whose region is the profile's own. The metadata of ECS, EKS and EC2 is asked by the SDK itself.
    clientConfig: {
      ...fromNowhereElse,
      requestHandler: sdkDoor({ http: { send: (request) => at.http.send(request, ending) } }),
    },
    parentClientConfig: at.region === undefined ? {} : { region: at.region },
  })
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = await at.search(find)
  if (!isSendable(accessKeyId) || !isSendable(sessionToken || '-')) throw unsendable()
  const secret: AwsSigningSecret = {
    kind: 'signing',
    accessKeyId,
    secretAccessKey,
    sessionToken: sessionToken || undefined,
    clockOffsetMs,
  }
  return { secret, expiresAt: expiration?.getTime() }
}

const unsendable = (): MohoError =>
  new MohoError(
    'upstream_auth_failed',
    'The AWS credentials of the machine that Moho runs on have characters that cannot be sent. Look at where they are written.',
  )

interface SdkKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** As the SDK has it. */
interface FoundKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

/** Who shows a web identity token, which is not signed. */
const nobody: SdkKeys = { accessKeyId: 'none', secretAccessKey: 'none' }

/** The SDK's own words may quote a command of the profile, or a file, so they go nowhere. */
function faultOf(thrown: unknown, profile: string | undefined): MohoError {
  for (let one = thrown; one instanceof Error; one = one.cause) if (MohoError.is(one)) return one
  const { name = '', code = '', message = '' } = thrown as { name?: string; code?: string; message?: string }
  const cause = [name, code].filter((text) => /^\w{1,80}$/.test(text)).join(' ')
  if (/\bsso\b/i.test(message)) {
    const login = profile === undefined ? 'aws sso login' : `aws sso login --profile ${profile}`
    const said = `The SSO session of the machine’s AWS profile has ended or cannot be used. Sign in anew: \`${login}\`.`
    return new MohoError('upstream_auth_failed', said, { cause })
  }
  if (code === 'ENOENT' || code === 'EACCES') {
    const said =
      'A file that the machine’s AWS credentials need is not there or may not be read. Check AWS_WEB_IDENTITY_TOKEN_FILE and the files that the profile names.'
    return new MohoError('upstream_auth_failed', said, { cause })
  }
  const found = /from any providers/.test(message) ? 'Moho finds no' : 'Moho cannot use the'
  return new MohoError(
    'upstream_auth_failed',
    `${found} AWS credentials on the machine that it runs on. ${places(profile)}`,
    { cause },
  )
}

const places = (profile: string | undefined): string =>
  'Looked at: ' +
  `${profile === undefined ? 'AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY; ' : ''}` +
  `the profile ${profile === undefined ? 'of AWS_PROFILE, or default,' : profile} in ~/.aws/config and ~/.aws/credentials, with SSO, roles and processes; ` +
  'AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN; AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI (ECS, EKS Pod Identity); ' +
  'the instance metadata of EC2. Set one of them, or give the entry an `auth` of another type.'
