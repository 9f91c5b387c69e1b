import type { Feature } from '@moho/core'
import type { BaseRow } from './catalogue.ts'
import { type Geography, geographies, geographyOf, isGeography } from './geographies.ts'
import { type Listings, type ModelSummary, regionOf } from './listings.ts'

/** Where the rows and what AWS lists are not of one mind. */
export interface Differences {
  /** Models that AWS has and the rows lack, each with a row to start from. */
  readonly lacking: readonly string[]
  /** Rows that AWS lists nowhere in these files. */
  readonly unlisted: readonly string[]
  readonly contradictions: readonly string[]
}

export function compareCatalogue(rows: readonly BaseRow[], listings: Listings): Differences {
  const listed = sumUp(listings)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const lacking = [...listed.values()].filter(({ id }) => !byId.has(id))
  return {
    lacking: lacking.map((model) => `${model.id} in ${model.regions.join(', ')}\n  ${rowFor(model)}`),
    unlisted: listings.models.length === 0 ? [] : rows.filter((row) => isAwaited(row, listed)).map(({ id }) => id),
    contradictions: [
      ...unknownGeographies(listings),
      ...rows.flatMap((row) => {
        const model = listed.get(row.id)
        return model === undefined ? [] : contradictions(row, model).map((text) => `${row.id}: ${text}`)
      }),
    ],
  }
}

/** All that the files say of a base model. */
interface Listed {
  readonly id: string
  /** Where it is listed itself. */
  readonly regions: readonly string[]
  readonly onDemandIn: readonly string[]
  readonly profiles: readonly Geography[]
  /** Of which regions there are lists of profiles. */
  readonly profilesAskedIn: readonly string[]
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly streams: boolean | undefined
  readonly states: readonly string[]
}

function sumUp({ models, profiles }: Listings): ReadonlyMap<string, Listed> {
  const byId = Map.groupBy(models.filter(isServed), ({ modelId }) => withoutContext(modelId))
  const profilesById = Map.groupBy(
    profiles.flatMap(({ inferenceProfileId }) => geographyOf(inferenceProfileId) ?? []),
    ({ rest }) => rest,
  )
  const profilesAskedIn = unique(profiles.map(({ inferenceProfileArn }) => regionOf(inferenceProfileArn)))
  return new Map(
    unique([...byId.keys(), ...profilesById.keys()]).map((id) => {
      const listed = byId.get(id) ?? []
      return [
        id,
        {
          id,
          regions: unique(listed.map(({ modelArn }) => regionOf(modelArn))),
          onDemandIn: unique(
            listed
              .filter(({ inferenceTypesSupported }) => inferenceTypesSupported.includes('ON_DEMAND'))
              .map(({ modelArn }) => regionOf(modelArn)),
          ),
          profiles: unique((profilesById.get(id) ?? []).map(({ geography }) => geography)).filter(isGeography),
          profilesAskedIn,
          input: unique(listed.flatMap(({ inputModalities }) => inputModalities)),
          output: unique(listed.flatMap(({ outputModalities }) => outputModalities)),
          streams: listed.find(({ responseStreamingSupported }) => responseStreamingSupported !== undefined)
            ?.responseStreamingSupported,
          states: unique(listed.flatMap(({ modelLifecycle }) => modelLifecycle?.status ?? [])),
        },
      ]
    }),
  )
}

/** Sizes of the context such as `:200k` are ids of their own, for provisioned throughput alone. */
const withoutContext = (id: string): string => id.replace(/:(\d+k|mm)$/, '')
const isServed = ({ inferenceTypesSupported }: ModelSummary): boolean =>
  inferenceTypesSupported.some((type) => type === 'ON_DEMAND' || type === 'INFERENCE_PROFILE')

/** What has ended need not be listed, and Bedrock Mantle has a list of its own. */
function isAwaited({ id, kind, apis, lifecycle }: BaseRow, listed: ReadonlyMap<string, Listed>): boolean {
  return lifecycle !== 'ended' && !(kind === 'text' && apis.length === 0) && !listed.has(id)
}

function unknownGeographies({ profiles }: Listings): readonly string[] {
  const prefixes = unique(
    profiles.flatMap(({ inferenceProfileId }) => geographyOf(inferenceProfileId)?.geography ?? []),
  )
  return prefixes
    .filter((prefix) => !isGeography(prefix))
    .map((prefix) => `AWS has profiles that begin with ${prefix}. and geographies.ts has not.`)
}

function contradictions(row: BaseRow, aws: Listed): readonly string[] {
  return [...ownId(row, aws), ...profiles(row, aws), ...modalities(row, aws), ...streaming(row, aws), ...life(row, aws)]
}

function ownId(row: BaseRow, { regions, onDemandIn }: Listed): readonly string[] {
  const said = (region: string) => row.onDemand || (row.onDemandIn?.includes(region) ?? false)
  const more = onDemandIn.filter((region) => !said(region))
  // A row says that it is so somewhere, and not in every region; but where there are no profiles, it is so wherever it is listed.
  const fewer = regions.filter(
    (region) =>
      !onDemandIn.includes(region) && said(region) && (row.profiles.length === 0 || row.onDemandIn?.includes(region)),
  )
  if (row.onDemand && regions.length > 0 && onDemandIn.length === 0 && row.profiles.length > 0)
    return [`The row takes its own id, AWS does nowhere in these files (${regions.join(', ')}).`]
  return [
    ...(more.length > 0 ? [`AWS takes its own id in ${more.join(', ')}, the row does not.`] : []),
    ...(fewer.length > 0 ? [`The row takes its own id, AWS does not in ${fewer.join(', ')}.`] : []),
  ]
}

function profiles(row: BaseRow, aws: Listed): readonly string[] {
  const more = aws.profiles.filter((geography) => !row.profiles.includes(geography))
  const fewer = row.profiles.flatMap((geography) => {
    const asked = aws.profilesAskedIn.filter((region) => geographies[geography].isSource(region))
    return asked.length === 0 || aws.profiles.includes(geography) ? [] : [{ geography, asked }]
  })
  return [
    ...more.map((geography) => `AWS has ${geography}.${row.id}, the row does not.`),
    ...fewer.map(({ geography, asked }) => `The row has ${geography}.${row.id}, AWS does not in ${asked.join(', ')}.`),
  ]
}

/** AWS writes SPEECH of models that hear, and AUDIO of models that do more with it. */
const modalityOf = { vision: ['IMAGE'], video: ['VIDEO'], audio: ['SPEECH', 'AUDIO'] } as const
const outputOf: Readonly<Record<BaseRow['kind'], string>> = {
  text: 'TEXT',
  rerank: 'TEXT',
  embeddings: 'EMBEDDING',
  images: 'IMAGE',
  video: 'VIDEO',
  speech: 'SPEECH',
}
const seen = Object.keys(modalityOf) as (keyof typeof modalityOf & Feature)[]
const takes = ({ input }: Listed, feature: keyof typeof modalityOf): boolean =>
  modalityOf[feature].some((modality) => input.includes(modality))

function modalities(row: BaseRow, aws: Listed): readonly string[] {
  const input = seen
    .filter((feature) => aws.input.length > 0 && takes(aws, feature) !== row.features.includes(feature))
    .map((feature) => `AWS says that it takes ${aws.input.join(', ')}, the row ${says(row, feature)} ${feature}.`)
  const output = aws.output.length === 0 || aws.output.includes(outputOf[row.kind])
  return output ? input : [...input, `AWS says that it makes ${aws.output.join(', ')}, the row is of kind ${row.kind}.`]
}

const says = ({ features }: BaseRow, feature: Feature): string => (features.includes(feature) ? 'has' : 'lacks')

function streaming({ kind, apis, facts }: BaseRow, { streams }: Listed): readonly string[] {
  if (kind !== 'text' || apis.length === 0 || streams === undefined || streams === (facts.streaming !== 'none'))
    return []
  return [streams ? 'AWS streams it, the row does not.' : 'AWS does not stream it, the row does.']
}

/** It may be legacy in one region and active in another, so the row is wrong only where no region says the same. */
function life({ lifecycle }: BaseRow, { regions, states }: Listed): readonly string[] {
  const said = lifecycle ?? 'active'
  if (states.length === 0 || states.includes(said.toUpperCase())) return []
  return [`AWS lists it as ${states.join(' and ')} in ${regions.join(', ')}, the row is ${said}.`]
}

/** As it is written in the catalogue. What AWS does not list is for its model card to say. */
function rowFor(aws: Listed): string {
  const kind = kindOf(aws)
  const features = seen.filter((feature) => takes(aws, feature)).map((feature) => `'${feature}'`)
  const legacy = aws.states.length > 0 && !aws.states.includes('ACTIVE')
  const more = [
    ...(legacy ? [`lifecycle: 'legacy'`] : []),
    ...(aws.profiles.length > 0 ? [`profiles: [${aws.profiles.map((name) => `'${name}'`).join(', ')}]`] : []),
    ...(aws.profiles.length > 0 ? ownIdFor(aws) : []),
    ...(kind === 'text' && aws.streams === false ? [`facts: { ...others, streaming: 'none' }`] : []),
  ]
  const args = [
    ...(kind === 'text' ? [] : [`'${kind}'`]),
    `'${aws.id}'`,
    `[${features.join(', ')}]`,
    ...(kind === 'text' ? ['undefined', 'undefined'] : []),
    ...(more.length > 0 ? [`{ ${more.join(', ')} }`] : []),
  ]
  return `${kind === 'text' ? 'text' : 'notText'}(${args.join(', ')}),`
}

/** Where it has profiles too. */
function ownIdFor({ regions, onDemandIn }: Listed): readonly string[] {
  if (onDemandIn.length === 0) return []
  if (onDemandIn.length === regions.length) return ['onDemand: true']
  return [`onDemandIn: [${onDemandIn.map((region) => `'${region}'`).join(', ')}]`]
}

function kindOf({ output }: Listed): BaseRow['kind'] {
  const kinds = ['speech', 'video', 'images', 'embeddings'] as const
  return kinds.find((kind) => output.includes(outputOf[kind])) ?? 'text'
}

const unique = <Item>(items: readonly Item[]): readonly Item[] => [...new Set(items)]
