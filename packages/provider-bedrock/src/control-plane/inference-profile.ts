import type { AwsSecret, SdkPlace } from '@moho/auth-aws'
import type { EntryCall } from '@moho/core'
import { openControlPlane } from './control-plane.ts'

/**
 * The id of the base model that an inference profile leads to, by the profile's id or ARN. Undefined where AWS does not know the profile,
 * where the entry may not ask, and where behind it is no base model.
 */
export async function modelBehindProfile(
  call: EntryCall<AwsSecret>,
  at: SdkPlace,
  profile: string,
): Promise<string | undefined> {
  const { sdk, ask, wrongHost } = await openControlPlane(call, at)
  const answer = await ask('GetInferenceProfile', (send) =>
    send(new sdk.GetInferenceProfileCommand({ inferenceProfileIdentifier: profile })),
  )
  if (!('said' in answer)) return undefined
  const { models } = answer.said
  if (models === undefined) throw wrongHost('GetInferenceProfile')
  return baseModelOf(models[0]?.modelArn)?.id
}

/** What the ARN of a base model says. The region is '' where a global profile leads to no region in particular. */
export function baseModelOf(arn: string | undefined): { readonly id: string; readonly region: string } | undefined {
  const [, region = '', id] = /^arn:[^:]+:bedrock:([^:]*):[^:]*:foundation-model\/(.+)$/.exec(arn ?? '') ?? []
  return id === undefined ? undefined : { id, region }
}
