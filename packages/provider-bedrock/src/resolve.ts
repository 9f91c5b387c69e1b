import { isRegion } from '@moho/auth-aws'
import type { Model } from '@moho/core'
import { type BedrockFacts, factsOf } from './models.ts'

/**
 * Any id that Bedrock takes → its row: base models, inference profiles of every geography, ARNs, ids that are not listed.
 * `undefined` for what cannot be one, and for an ARN of another partition than the entry's: no credentials reach across.
 */
export function resolveModel(id: string, region: string): Model<BedrockFacts> | undefined {
  if (!/^[\w.:/-]{1,2048}$/.test(id)) return undefined
  return id.startsWith('arn:') ? resolveArn(id, region) : resolveId(id)
}

/** The id as one segment of a path. `encodeURIComponent` leaves five characters that AWS encodes. */
export const pathSegment = (id: string): string =>
  encodeURIComponent(id).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** `vendor.model`, `geography.vendor.model`, with a version and a context size: `…-v1:0:200k`. */
const modelId = /^[a-z0-9-]+(\.[a-z0-9-]+)+(:[a-z0-9-]+){0,2}$/i

function resolveId(id: string): Model<BedrockFacts> | undefined {
  if (!modelId.test(id)) return undefined
  return { id, paths: { chat: 'converse' }, ...factsOf(id) }
}

const arn =
  /^arn:(?<partition>aws[a-z-]*):(?<service>bedrock|sagemaker):(?<region>[a-z0-9-]+):(?<account>\d{12})?:(?<type>[a-z-]+)\/(?<name>.+)$/

function resolveArn(id: string, entryRegion: string): Model<BedrockFacts> | undefined {
  const { partition = '', service = '', region = '', account, type = '', name = '' } = arn.exec(id)?.groups ?? {}
  // The region becomes part of the host that gets the entry's credentials.
  if (!isRegion(region) || partition !== partitionOf(entryRegion) || partition !== partitionOf(region)) return undefined
  const kind = Object.hasOwn(arnKinds, type) ? arnKinds[type] : undefined
  if (
    kind === undefined ||
    (kind.service ?? 'bedrock') !== service ||
    (kind.account ?? true) !== (account !== undefined)
  )
    return undefined
  const known = kind.named ? resolveId(name) : { paths: { chat: 'converse' }, ...(kind.data && { data: kind.data }) }
  return known && { ...known, id, region }
}

interface ArnKind {
  /** Left out: 'bedrock'. */
  readonly service?: 'sagemaker'
  /** The name is a model's id. Otherwise what is behind it cannot be read from it. */
  readonly named?: true
  /** Left out: the ARN has one. */
  readonly account?: false
  readonly data?: BedrockFacts
}

const prompt: BedrockFacts = { managedPrompt: true }

const arnKinds: Readonly<Record<string, ArnKind>> = {
  'foundation-model': { named: true, account: false },
  'inference-profile': { named: true },
  'application-inference-profile': {},
  'provisioned-model': {},
  'custom-model': {},
  'custom-model-deployment': {},
  'imported-model': {},
  prompt: { data: prompt },
  'prompt-router': {},
  'default-prompt-router': {},
  /** A model of the Bedrock Marketplace. */
  endpoint: { service: 'sagemaker' },
}

/** As ARNs write it. */
const partitionOf = (region: string): string => partitions.find(([start]) => region.startsWith(start))?.[1] ?? 'aws'

const partitions = [
  ['us-gov-', 'aws-us-gov'],
  ['cn-', 'aws-cn'],
  ['eusc-', 'aws-eusc'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
] as const
