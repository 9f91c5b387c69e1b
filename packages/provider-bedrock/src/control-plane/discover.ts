import type { InferenceProfileType } from '@aws-sdk/client-bedrock'
import type { AwsSecret, SdkPlace } from '@moho/auth-aws'
import { type EntryCall, MohoError } from '@moho/core'
import { z } from 'zod'
import { type Answer, type ControlPlane, openControlPlane } from './control-plane.ts'
import { baseModelOf } from './inference-profile.ts'

/**
 * What an account can call in a region: base models on demand, and inference profiles. What the entry may not list is missing, and
 * `warnings` says so. Throws where it may list nothing.
 */
export async function discoverModels(call: EntryCall<AwsSecret>, at: SdkPlace): Promise<Discoveries> {
  const plane = await openControlPlane(call, at)
  const lists = await Promise.all([
    listModels(plane),
    listProfiles(plane, 'SYSTEM_DEFINED'),
    listProfiles(plane, 'APPLICATION'),
  ])
  const denials = lists.flatMap(({ denied }) => denied ?? [])
  if (denials.length === lists.length) {
    const messages = new Set(denials.map(({ message }) => message))
    throw new MohoError('upstream_auth_failed', [...messages].join(' '), { cause: denials[0]?.cause })
  }
  const [models, ...profiles] = lists
  const known = new Map(models.items.map((model) => [model.modelId, model]))
  const found = [
    ...models.items.filter(isOnDemand).map(ofModel),
    ...profiles.flatMap(({ items }) => items).flatMap((profile) => ofProfile(profile, known) ?? []),
  ]
  return {
    // By id: AWS may have it in both lists of profiles.
    models: [...new Map(found.map((one) => [one.id, one])).values()].sort((one, other) => (one.id < other.id ? -1 : 1)),
    warnings: lists.flatMap(({ warning }) => warning ?? []),
  }
}

export interface Discoveries {
  /** Sorted by id. */
  readonly models: readonly Discovered[]
  /** What is missing and why, in sentences. */
  readonly warnings: readonly string[]
}

/** Something that can be called by its id. */
export interface Discovered {
  /** A base model's or a profile's of AWS; the ARN of an application profile. */
  readonly id: string
  readonly name: string
  readonly type: 'model' | 'profile' | 'application-profile'
  /** What it answers with. Undefined, as all that follows, where AWS does not list the model behind a profile. */
  readonly kind: 'text' | 'embeddings' | 'images' | 'other' | undefined
  /** AWS's words in lower case: 'text', 'image', 'video', 'speech'. */
  readonly input: readonly string[]
  readonly streaming: boolean | undefined
  readonly lifecycle: 'active' | 'legacy' | undefined
  /** As in 2027-01-31. */
  readonly endOfLife?: string
  /** The base model behind a profile. */
  readonly baseId?: string
  /** Where a profile may take a request. */
  readonly regions?: readonly string[]
}

interface Listing<Item> {
  readonly items: readonly Item[]
  readonly denied?: MohoError
  readonly warning?: string
}

async function listModels({ sdk, ask, wrongHost }: ControlPlane): Promise<Listing<ModelSummary>> {
  const action = 'ListFoundationModels'
  const answer = await ask(action, async (send) => {
    const { modelSummaries } = await send(new sdk.ListFoundationModelsCommand())
    if (modelSummaries === undefined) throw wrongHost(action)
    return { items: readable(modelSummary, modelSummaries) }
  })
  return listingOf(answer, 'Base models', wrongHost(action))
}

/** Each type by itself: what AWS lists without one is not documented. */
async function listProfiles(
  { sdk, ask, wrongHost }: ControlPlane,
  typeEquals: InferenceProfileType,
): Promise<Listing<ProfileSummary>> {
  const action = 'ListInferenceProfiles'
  const what = typeEquals === 'APPLICATION' ? 'Application inference profiles' : 'Inference profiles of AWS'
  const answer = await ask(action, async (send) => {
    const items: ProfileSummary[] = []
    let nextToken: string | undefined
    for (let page = 0; page < mostPages; page++) {
      const said = await send(new sdk.ListInferenceProfilesCommand({ typeEquals, maxResults: 100, nextToken }))
      if (said.inferenceProfileSummaries === undefined) throw wrongHost(action)
      items.push(...readable(profileSummary, said.inferenceProfileSummaries))
      nextToken = said.nextToken
      if (!nextToken) return { items }
    }
    return { items, warning: `${what} are listed in part: there are more than ${mostPages} pages of them.` }
  })
  return listingOf(answer, what, wrongHost(action))
}

const mostPages = 20

function listingOf<Item>(answer: Answer<Listing<Item>>, what: string, unknown: MohoError): Listing<Item> {
  if ('said' in answer) return answer.said
  // A list is there, however empty.
  if ('unknown' in answer) throw unknown
  const { denied } = answer
  return { items: [], denied, warning: `${what} are not listed. ${denied.message}` }
}

/** The SDK checks nothing that it reads. What lacks its id is left out; what lacks another member is listed without. */
const readable = <Item>(item: z.ZodType<Item>, items: readonly unknown[]): readonly Item[] =>
  items.flatMap((one) => item.safeParse(one).data ?? [])

const text = z.string().optional().catch(undefined)
const words = z.array(z.string()).optional().catch(undefined)

const modelSummary = z.object({
  modelId: z.string(),
  modelName: text,
  inputModalities: words,
  outputModalities: words,
  responseStreamingSupported: z.boolean().optional().catch(undefined),
  inferenceTypesSupported: words,
  modelLifecycle: z
    .object({ status: text, endOfLifeTime: z.date().optional().catch(undefined) })
    .optional()
    .catch(undefined),
})
type ModelSummary = z.output<typeof modelSummary>

const profileSummary = z.object({
  inferenceProfileName: text,
  inferenceProfileArn: text,
  inferenceProfileId: text,
  type: text,
  models: z
    .array(z.object({ modelArn: text }))
    .optional()
    .catch(undefined),
})
type ProfileSummary = z.output<typeof profileSummary>

/** Others can be called by a profile alone, or once they are provisioned, under another id. */
const isOnDemand = ({ inferenceTypesSupported }: ModelSummary): boolean =>
  inferenceTypesSupported === undefined || inferenceTypesSupported.includes('ON_DEMAND')

const ofModel = (model: ModelSummary): Discovered => ({
  id: model.modelId,
  name: model.modelName ?? model.modelId,
  type: 'model',
  ...factsOf(model),
})

function ofProfile(profile: ProfileSummary, known: ReadonlyMap<string, ModelSummary>): Discovered | undefined {
  const { inferenceProfileName, inferenceProfileArn, inferenceProfileId, models = [] } = profile
  const isOfAccount = profile.type === 'APPLICATION'
  const id = isOfAccount ? inferenceProfileArn : inferenceProfileId
  if (id === undefined) return undefined
  const destinations = models.flatMap(({ modelArn }) => baseModelOf(modelArn) ?? [])
  const baseId = destinations[0]?.id
  const regions = [...new Set(destinations.map(({ region }) => region))].filter((region) => region !== '').sort()
  return {
    id,
    name: inferenceProfileName ?? id,
    type: isOfAccount ? 'application-profile' : 'profile',
    ...factsOf(baseId === undefined ? undefined : known.get(baseId)),
    ...(baseId !== undefined && { baseId }),
    ...(regions.length > 0 && { regions }),
  }
}

type Facts = Pick<Discovered, 'kind' | 'input' | 'streaming' | 'lifecycle' | 'endOfLife'>

function factsOf(model: ModelSummary | undefined): Facts {
  if (model === undefined) return { kind: undefined, input: [], streaming: undefined, lifecycle: undefined }
  const { status, endOfLifeTime } = model.modelLifecycle ?? {}
  return {
    kind: kindOf(model.outputModalities ?? []),
    input: (model.inputModalities ?? []).map((word) => word.toLowerCase()),
    streaming: model.responseStreamingSupported,
    lifecycle: status === 'LEGACY' ? 'legacy' : 'active',
    ...(endOfLifeTime !== undefined && { endOfLife: endOfLifeTime.toISOString().slice(0, 10) }),
  }
}

/** What makes text and images is called for its text. */
const kindOf = (output: readonly string[]): Discovered['kind'] =>
  kinds.find(([word]) => output.includes(word))?.[1] ?? 'other'

const kinds = [
  ['TEXT', 'text'],
  ['EMBEDDING', 'embeddings'],
  ['IMAGE', 'images'],
] as const
