import { isRegion } from '@moho/auth-aws'
import { type ListedModel, type Model, MohoError } from '@moho/core'
import { baseRows } from './catalogue.ts'
import { type BedrockConfig, runtimeUrl } from './config.ts'
import { geographies, geographyOf, isGeography } from './geographies.ts'
import { invokeFormats } from './invoke/format.ts'
import { withSettings } from './model-settings.ts'
import { type BedrockFacts, factsOf, findBase, profileIds } from './models.ts'
import { partitionOf } from './partition.ts'

/** What of an entry decides which models it can call. */
export type Place = Pick<BedrockConfig, 'region' | 'baseUrl' | 'endpoints'>

/**
 * Any id that Bedrock takes → its row: base models, inference profiles of every geography, ARNs, slugs of all these, ids that are not
 * listed. `undefined` for what cannot be one. Throws where it is one that cannot be called through this entry: of another partition or
 * region, of a geography that does not reach the entry's region. What an entry lists is its managers' word, and may be in any region that
 * can be reached.
 */
export function resolveModel(id: string, place: Place, said?: ListedModel): Model<BedrockFacts> | undefined {
  if (!/^[\w.:/-]{1,2048}$/.test(id)) return undefined
  const known = id.startsWith('arn:') ? resolveArn(id, place, said) : resolveId(unslug(id), place, said)
  return known === undefined || said === undefined ? known : resolveListed(known, place, said)
}

const fault = (param: string, message: string) => new MohoError('invalid_request', message, { param })

function resolveListed(known: Model<BedrockFacts>, place: Place, said: ListedModel): Model<BedrockFacts> {
  if (said.region !== undefined && known.region !== undefined && said.region !== known.region)
    throw fault('region', `the ARN is in ${known.region}, so leave the region out or write the same`)
  const region = said.region ?? known.region ?? place.region
  if (partitionOf(region) !== partitionOf(place.region))
    throw fault(
      'region',
      `is in partition ${partitionOf(region)}, and the entry in ${partitionOf(place.region)}: no credentials reach across`,
    )
  try {
    // Throws where the entry's own endpoint is in another region for good.
    runtimeUrl(place, region)
  } catch (error) {
    throw MohoError.is(error) ? fault(said.region === undefined ? 'id' : 'region', error.message) : error
  }
  return withPath(withSettings(withBase(known, said), said), said)
}

/** What is said to be behind an id that does not tell. */
function withBase(row: Model<BedrockFacts>, { base }: ListedModel): Model<BedrockFacts> {
  if (typeof base !== 'string') return row
  const known = findBase(base)
  if (known === undefined)
    throw fault(
      'base',
      'is not in Moho’s catalogue. Leave it out, and say what the model can do by features and limits',
    )
  return behind(row, base)
}

/** A row of which it is known now which model it leads to. */
export function behind(row: Model<BedrockFacts>, baseId: string): Model<BedrockFacts> {
  const { features, limits, data } = factsOf(baseId)
  const { applicationProfile: _, ...own } = row.data ?? {}
  return { ...row, features, limits, data: { ...data, ...own, base: baseId } }
}

/** What has its body named in the entry goes by it, for that is why it was named. */
function withPath(row: Model<BedrockFacts>, { path, format }: ListedModel): Model<BedrockFacts> {
  if (row.unserved !== undefined && (path !== undefined || format !== undefined))
    throw fault(path === undefined ? 'format' : 'path', `is for models that chat. ${row.unserved}`)
  if (path === 'invoke' && row.data?.invokeFormat === undefined)
    throw fault('path', `needs a format, for InvokeModel has no body of its own: ${invokeFormats.join(', ')}`)
  if (path === 'openai' && row.id.includes(':application-inference-profile/'))
    throw fault('path', 'cannot be openai, where AWS takes no application inference profiles')
  return format === undefined ? row : { ...row, paths: { chat: ['invoke', 'converse'] } }
}

/** `vendor.model`, `geography.vendor.model`, with a version and a context size: `…-v1:0:200k`. */
const modelId = /^[a-z0-9-]+(\.[a-z0-9-]+)+(:[a-z0-9-]+){0,2}$/

function resolveId(id: string, { region }: Place, said?: ListedModel): Model<BedrockFacts> | undefined {
  if (!modelId.test(id)) return undefined
  if (said === undefined) {
    checkGeography(id, region)
    checkOwnId(id, region)
  }
  return { id, ...factsOf(id) }
}

/** Refuses a base id that is known to be callable in certain regions alone. What is called by profiles alone is for AWS to refuse. */
function checkOwnId(id: string, region: string): void {
  const base = findBase(id)
  if (base?.id !== id || base.onDemandIn === undefined || base.onDemandIn.includes(region)) return
  throw new MohoError('invalid_request', needsProfile(id, id, region), { param: 'model' })
}

/** What to call where Bedrock does not serve a model by its own id. `name` is what is told of it. */
export function needsProfile(name: string, id: string, region: string): string {
  const base = findBase(id)
  const here = profilesFrom(id, region)
  const start = `Bedrock does not serve ${name} by its own id in ${region}.`
  if (here.length > 0) return `${start} Use one of its inference profiles: ${here.join(', ')}.`
  if (base === undefined) return `${start} Use the id or ARN of an inference profile that has it.`
  const elsewhere = [
    ...(base.onDemandIn === undefined ? [] : [`its own id in ${base.onDemandIn.join(', ')}`]),
    ...profileIds(id),
  ]
  return `${start} In other regions there are: ${elsewhere.join(', ')}. Call it through an entry of one of those.`
}

/** Refuses a profile that the region cannot have. Whether a model has one of this geography is for AWS to say, which adds to them. */
function checkGeography(id: string, region: string): void {
  const { geography = '', rest = '' } = geographyOf(id) ?? {}
  if (geography === '' || findBase(id)?.id === id) return
  if (isGeography(geographyOf(rest)?.geography ?? ''))
    throw new MohoError('model_not_found', 'An id begins with one geography, and this one with two.', {
      param: 'model',
    })
  const known = isGeography(geography)
  if (known ? geographies[geography].isSource(region) : !vendors.has(vendorOf(rest))) return
  const others = profilesFrom(rest, region)
  const advice =
    others.length > 0
      ? `From ${region} this model has ${others.join(', ')}.`
      : 'Call it through an entry of another region.'
  throw new MohoError(
    'model_not_found',
    known
      ? `Inference profiles that begin with ${geography}. cannot be called from ${region}. ${advice}`
      : `Bedrock has no inference profiles that begin with ${geography}. as far as Moho knows. ${advice} If AWS has them since, list the model in the entry.`,
    { param: 'model' },
  )
}

/** The inference profiles of a model that can be called from a region. */
export const profilesFrom = (id: string, region: string): readonly string[] =>
  profileIds(id).filter((profile) => {
    const geography = geographyOf(profile)?.geography ?? ''
    return isGeography(geography) && geographies[geography].isSource(region)
  })

const vendorOf = (id: string): string => id.split('.')[0] ?? ''
const vendors: ReadonlySet<string> = new Set(baseRows.map(({ id }) => vendorOf(id)))

/** The id behind a slug: of any id of the catalogue, with every geography. Whatever else it is stays as it is. */
const unslug = (id: string): string => (id.includes('.') ? id : (slugs.get(id) ?? id))

const slugs: ReadonlyMap<string, string> = new Map(
  baseRows
    .flatMap(({ id }) => [id, ...Object.keys(geographies).map((geography) => `${geography}.${id}`)])
    .map((id) => [id.replace(/[.:/]/g, '-'), id]),
)

const arn =
  /^arn:(?<partition>aws[a-z-]*):(?<service>bedrock|sagemaker):(?<region>[a-z0-9-]+):(?<account>\d{12})?:(?<type>[a-z-]+)\/(?<name>.+)$/

function resolveArn(id: string, place: Place, said?: ListedModel): Model<BedrockFacts> | undefined {
  const param = said === undefined ? 'model' : 'id'
  const { partition = '', service = '', region = '', account, type = '', name = '' } = arn.exec(id)?.groups ?? {}
  const kind = Object.hasOwn(arnKinds, type) ? arnKinds[type] : undefined
  if (
    kind === undefined ||
    !isRegion(region) ||
    (kind.service ?? 'bedrock') !== service ||
    (kind.account ?? true) !== (account !== undefined)
  )
    throw fault(param, `This is not the ARN of a model, which is written as in ${examples}.`)
  // The region becomes part of the host that gets the entry's credentials.
  const own = partitionOf(place.region)
  if (partition !== own || partition !== partitionOf(region))
    throw fault(
      param,
      `The ARN is in ${region} of partition ${partition}, the entry in ${place.region} of ${own}: no credentials reach across.`,
    )
  if (said === undefined && region !== place.region)
    throw fault(
      param,
      `The ARN is in ${region}, and the entry calls ${place.region}. Use an entry of ${region}, or list the ARN in this one.`,
    )
  if (!kind.named) return { id, region, ...opaque(kind, name) }
  if (said === undefined && type === 'inference-profile') checkGeography(name, region)
  const known = resolveId(name, place, { id: name })
  if (known === undefined) throw fault(param, `The ARN ends in what is no id of a model.`)
  return { ...known, id, region, paths: byArn(known.paths?.chat) }
}

const examples = 'arn:aws:bedrock:REGION::foundation-model/ID or arn:aws:bedrock:REGION:ACCOUNT:inference-profile/ID'

/** OpenAI's API is not known to take ARNs. */
const byArn = (paths: string | readonly string[] | undefined): Model['paths'] =>
  typeof paths === 'object' ? { chat: paths.filter((path) => path !== 'openai') } : {}

/** What is behind it cannot be read from it, but for custom models, which name their base. */
function opaque({ data }: ArnKind, name: string): Omit<Model<BedrockFacts>, 'id'> {
  const { paths, ...known } = factsOf(name.split('/')[0] ?? '')
  return { paths: byArn(paths?.chat), ...known, ...(data && { data: { ...known.data, ...data } }) }
}

interface ArnKind {
  /** Left out: 'bedrock'. */
  readonly service?: 'sagemaker'
  /** The name is a model's id. */
  readonly named?: true
  /** Left out: the ARN has one. */
  readonly account?: false
  readonly data?: BedrockFacts
}

const arnKinds: Readonly<Record<string, ArnKind>> = {
  'foundation-model': { named: true, account: false },
  'inference-profile': { named: true },
  'application-inference-profile': { data: { applicationProfile: true } },
  'provisioned-model': {},
  'custom-model': {},
  'custom-model-deployment': {},
  'imported-model': {},
  prompt: { data: { managedPrompt: true } },
  'prompt-router': {},
  'default-prompt-router': {},
  /** A model of the Bedrock Marketplace. */
  endpoint: { service: 'sagemaker' },
}
