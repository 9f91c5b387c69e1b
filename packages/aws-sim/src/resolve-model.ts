import { findModel, GEOGRAPHIES, type Geography, type SimulatedModel } from './models.ts'

/** What a model identifier leads to in a region: a model, or the text of AWS's refusal. */
export type ModelResolution =
  | {
      readonly model: SimulatedModel
      readonly isPrompt: boolean
      /** Of an imported model that has its own; undefined: the model's. */
      readonly format?: ImportedFormat
    }
  | { readonly refused: string }

/** The formats of InvokeModel's body that an imported model may have. */
export type ImportedFormat = 'openai-chat' | 'llama3' | 'llama4' | 'mistral' | 'chatml' | 'deepseek-r1'

/** What a resource is: a model of the table, or an imported one, of which only the format of its body is known. */
export type Resource = string | { readonly format: ImportedFormat }

/** Where ARNs of resources that only an account knows lead to. */
export interface ResolveOptions {
  /**
   * Resource id (the part after the slash) → model id, for application profiles, imported models and the like, or the
   * format of an imported model.
   */
  readonly resources: Readonly<Record<string, Resource>>
}

const INVALID_MODEL = 'The provided model identifier is invalid.'

export function resolveModel(identifier: string, region: string, options: ResolveOptions): ModelResolution {
  const arn = /^arn:aws(?:-[^:]+)?:(bedrock|sagemaker):([a-z0-9-]{1,20}):(\d{12})?:([a-z-]+)\/(.+)$/.exec(identifier)
  if (!arn) return identifier.startsWith('arn:') ? { refused: INVALID_MODEL } : resolveId(identifier, region)
  const [, service, arnRegion, account, type = '', resource = ''] = arn
  // The endpoint of one region knows nothing of another region's resources.
  if (arnRegion !== region) return { refused: INVALID_MODEL }
  if (service === 'sagemaker')
    return type === 'endpoint' ? resolveResource(resource, options) : { refused: INVALID_MODEL }
  // A foundation model belongs to no account, everything else to one.
  if ((account === undefined) !== (type === 'foundation-model')) return { refused: INVALID_MODEL }
  if (type === 'foundation-model') return findModel(resource) ? resolveId(resource, region) : { refused: INVALID_MODEL }
  if (type === 'inference-profile') return resolveProfile(resource, region)
  const pattern = Object.hasOwn(RESOURCES, type) ? RESOURCES[type] : undefined
  if (!pattern?.test(resource)) return { refused: INVALID_MODEL }
  const imported = type === 'imported-model' ? importedFormat(resource, options) : undefined
  if (imported) return { model: { ...IMPORTED, id: `imported-model/${resource}` }, isPrompt: false, format: imported }
  const resolution = resolveResource(resource, options)
  return 'model' in resolution && type === 'prompt' ? { ...resolution, isPrompt: true } : resolution
}

const RESOURCES: Readonly<Record<string, RegExp>> = {
  'application-inference-profile': /^[a-z0-9]{12}$/,
  'provisioned-model': /^[a-z0-9]{12}$/,
  'custom-model': /^[a-z0-9.:-]+\/[a-z0-9]{12}$/,
  'imported-model': /^[a-z0-9]{12}$/,
  'custom-model-deployment': /^[a-z0-9]{12}$/,
  prompt: /^[0-9a-zA-Z]{10}(?::\d{1,5})?$/,
  'prompt-router': /^[a-zA-Z0-9-:.]+$/,
  'default-prompt-router': /^[a-zA-Z0-9-:.]+$/,
}

/** What a resource that the options do not name leads to. */
const DEFAULT_RESOURCE_MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0'

function resolveResource(resource: string, options: ResolveOptions): ModelResolution {
  const id = knownResource(resource, options) || DEFAULT_RESOURCE_MODEL
  // Only an imported model has a format of its own.
  if (typeof id !== 'string') return { refused: INVALID_MODEL }
  const model = findModel(id) ?? findModel(id.slice(id.indexOf('.') + 1))
  return model ? { model, isPrompt: false } : { refused: INVALID_MODEL }
}

/** Plays every imported model of which only the format is known; the id is the resource's. */
const IMPORTED: Omit<SimulatedModel, 'id'> = {
  ...existing('qwen.qwen3-32b-v1:0'),
  profiles: [],
  contextTokens: 131_072,
  maxOutputTokens: 131_072,
  converse: false,
  openaiChat: false,
}

function existing(id: string): SimulatedModel {
  const model = findModel(id)
  if (!model) throw new Error(`The table of models lacks ${id}.`)
  return model
}

function importedFormat(resource: string, options: ResolveOptions): ImportedFormat | undefined {
  const known = knownResource(resource, options)
  return typeof known === 'object' ? known.format : undefined
}

function knownResource(resource: string, { resources }: ResolveOptions): Resource | undefined {
  return Object.hasOwn(resources, resource) ? resources[resource] : undefined
}

function resolveId(id: string, region: string): ModelResolution {
  const model = findModel(id)
  if (!model) return resolveProfile(id, region)
  if (model.onDemand || model.onDemandIn.includes(region)) return { model, isPrompt: false }
  return {
    refused: `Invocation of model ID ${id} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
  }
}

function resolveProfile(id: string, region: string): ModelResolution {
  const dot = id.indexOf('.')
  const prefix = id.slice(0, dot)
  const model = findModel(id.slice(dot + 1))
  if (!model || !isGeography(prefix) || !model.profiles.includes(prefix)) return { refused: INVALID_MODEL }
  return GEOGRAPHIES[prefix].test(region) ? { model, isPrompt: false } : { refused: INVALID_MODEL }
}

function isGeography(prefix: string): prefix is Geography {
  return Object.hasOwn(GEOGRAPHIES, prefix)
}
