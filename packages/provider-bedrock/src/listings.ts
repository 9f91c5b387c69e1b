import { z } from 'zod'

/** The stored outputs of `aws bedrock list-foundation-models` and `aws bedrock list-inference-profiles`, of any regions. */
export interface Listings {
  readonly models: readonly ModelSummary[]
  readonly profiles: readonly ProfileSummary[]
}

export type ModelSummary = z.output<typeof modelSummary>
type ProfileSummary = z.output<typeof profileSummary>

const regional = (type: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\\d*:${type}/.`), `is no ARN of a ${type}`)

/** What goes into a terminal and a row to paste. */
const id = z.string().regex(/^[\w.:-]{1,200}$/, 'is no id of a model')

const modelSummary = z.object({
  modelArn: regional('foundation-model'),
  modelId: id,
  inputModalities: z.array(z.string()).default([]),
  outputModalities: z.array(z.string()).default([]),
  responseStreamingSupported: z.boolean().optional(),
  inferenceTypesSupported: z.array(z.string()).default([]),
  modelLifecycle: z.object({ status: z.string() }).optional(),
})

const profileSummary = z.object({
  inferenceProfileArn: regional('(?:application-)?inference-profile'),
  inferenceProfileId: id,
  type: z.string().optional(),
})

const output = z.object({
  modelSummaries: z.array(modelSummary).optional(),
  inferenceProfileSummaries: z.array(profileSummary).optional(),
  nextToken: z.string().nullish(),
})

/** Reads one file: an output, or an array of them. Throws an error that says where it is none. */
export function readListings(file: string, written: string): Listings {
  const outputs = parse(file, written)
  const listings = (Array.isArray(outputs) ? outputs : [outputs]).map((one, index) =>
    readOutput(Array.isArray(outputs) ? `${file}: [${index}]` : file, one),
  )
  return joinListings(listings)
}

export const joinListings = (all: readonly Listings[]): Listings => ({
  models: all.flatMap(({ models }) => models),
  profiles: all.flatMap(({ profiles }) => profiles),
})

export const regionOf = (arn: string): string => arn.split(':')[3] ?? ''

function parse(file: string, written: string): unknown {
  try {
    return JSON.parse(written)
  } catch (error) {
    throw new Error(
      `${file}: This is not JSON (${(error as Error).message}). Store the output of the AWS CLI as it is.`,
    )
  }
}

function readOutput(where: string, one: unknown): Listings {
  const read = output.safeParse(one)
  if (!read.success) {
    const { path = [], message = '' } = read.error.issues[0] ?? {}
    throw new Error(`${where}: ${[path.join('.'), message].filter(Boolean).join(': ')}. ${wanted}`)
  }
  const { modelSummaries, inferenceProfileSummaries, nextToken } = read.data
  if (modelSummaries === undefined && inferenceProfileSummaries === undefined)
    throw new Error(`${where}: It has neither modelSummaries nor inferenceProfileSummaries. ${wanted}`)
  if (typeof nextToken === 'string')
    throw new Error(
      `${where}: The list goes on, as its nextToken tells. Store all of it: the AWS CLI does unless told otherwise.`,
    )
  return {
    models: modelSummaries ?? [],
    profiles: (inferenceProfileSummaries ?? []).filter(({ type }) => type !== 'APPLICATION'),
  }
}

const wanted = 'It should be what aws bedrock list-foundation-models or list-inference-profiles prints.'
