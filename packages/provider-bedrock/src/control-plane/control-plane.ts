import type { BedrockClient } from '@aws-sdk/client-bedrock'
import { type AwsSecret, type SdkPlace, sdkClient } from '@moho/auth-aws'
import { type EntryCall, MohoError, scrub, type UpstreamRefusal } from '@moho/core'
import { readBedrockRefusal } from '../errors.ts'
import { readException } from '../exception.ts'

/** Opens Bedrock's control plane in a region, by the AWS SDK, which is loaded for the first who needs it. */
export async function openControlPlane(call: EntryCall<AwsSecret>, at: SdkPlace): Promise<ControlPlane> {
  const [sdk, secret] = await Promise.all([import('@aws-sdk/client-bedrock'), call.secret()])
  const client = new sdk.BedrockClient(sdkClient(call, secret, at))
  return {
    sdk,
    wrongHost: (action) => wrongHost(action, at.region),
    async ask(action, ask) {
      try {
        return { said: await ask((command) => client.send(command, { abortSignal: call.signal })) }
      } catch (error) {
        const fault = ownFault(error, call.signal)
        if (fault !== undefined) throw fault
        const refusal = refusalOf(error, secret)
        if (refusal === undefined || refusal.status < 300) throw unreadable(action, error, refusal?.text)
        if (readException(refusal).name === 'UnknownOperationException') throw wrongHost(action, at.region)
        const read = readBedrockRefusal(action, at.region)(refusal)
        if (read.refused !== undefined) {
          call.refused(secret, read.refused.why, read.refused.serverTime)
          throw read.error
        }
        const { code, message, cause, retryAfterMs } = read.error
        if (code === 'upstream_auth_failed') return { denied: notAllowed(action, at.region, refusal.text, cause) }
        if (code === 'model_not_found') return { unknown: true }
        // The table speaks of models.
        const said = message.replace(' to this model', '')
        throw new MohoError(code, `${action} in ${at.region}: ${said}`, { cause, retryAfterMs })
      }
    },
  }
}

export interface ControlPlane {
  /** For its commands. */
  readonly sdk: typeof import('@aws-sdk/client-bedrock')
  /** `action` as IAM names it, without `bedrock:`. Throws whatever is neither a missing right nor a missing thing. */
  ask<Said>(action: string, ask: (send: BedrockClient['send']) => Promise<Said>): Promise<Answer<Said>>
  /** The fault of an address that answers, but not to this action. */
  wrongHost(action: string): MohoError
}

export type Answer<Said> = { readonly said: Said } | { readonly denied: MohoError } | { readonly unknown: true }

/** What our door says comes through the SDK as it is, or as the cause of what the SDK says. */
function ownFault(error: unknown, signal: AbortSignal): MohoError | undefined {
  for (let one = error; one instanceof Error; one = one.cause) if (MohoError.is(one)) return one
  if (!signal.aborted) return undefined
  return MohoError.is(signal.reason)
    ? signal.reason
    : new MohoError('cancelled', 'The call was cancelled.', { cause: signal.reason })
}

/** The answer that the SDK took for a refusal, or could not read: it leaves it with what it throws. */
function refusalOf(error: unknown, secret: AwsSecret): UpstreamRefusal | undefined {
  const { $response: response } = error as { $response?: SdkResponse }
  if (response === undefined) return undefined
  const { statusCode, headers, body } = response
  const text = typeof body === 'string' ? body : Buffer.from(body).toString()
  return { status: statusCode, headers, text: scrub(text.slice(0, mostText), secret) }
}

interface SdkResponse {
  readonly statusCode: number
  readonly headers: UpstreamRefusal['headers']
  /** A text where it is no JSON. */
  readonly body: string | Uint8Array
}

const mostText = 64 * 1024

const unreadable = (action: string, error: unknown, text: string | undefined): MohoError =>
  new MohoError('upstream_failed', `What Bedrock answered to ${action} could not be read.`, {
    cause: text === undefined ? error : text.slice(0, 4096),
  })

const wrongHost = (action: string, region: string): MohoError =>
  new MohoError(
    'upstream_failed',
    `The host that was asked for ${action} in ${region} is not Bedrock’s control plane. Check the endpoints of the entry.`,
  )

/** AWS names the action where it is another than the one that was asked for, as `bedrock:CallWithBearerToken` is. */
function notAllowed(action: string, region: string, said: string, cause: unknown): MohoError {
  const named = /not authorized to perform:?\s+([a-z0-9-]+:[A-Za-z0-9]+)/i.exec(said)?.[1] ?? `bedrock:${action}`
  const message = `The entry’s credentials may not use ${named} in ${region}. Allow the action in its IAM policy.`
  return new MohoError('upstream_auth_failed', message, { cause })
}
