import { type Answer, jsonAnswer } from '../answer.ts'
import { faultAnswer, namedFault } from '../fault.ts'
import { findModel, GEOGRAPHIES, type Geography, MODELS, type SimulatedModel } from '../models.ts'
import { decodeSegment } from '../request.ts'
import type { ResolveOptions } from '../resolve-model.ts'
import type { Exchange, Operation } from '../service.ts'
import { answerListing } from './answer-listing.ts'
import { modelArn, profileArn } from './arns.ts'
import { destinationsOf } from './destinations.ts'
import { modelName, providerName } from './names.ts'
import { pageOf } from './pages.ts'
import { between, matching, oneOf, refuseQuery } from './query.ts'

/** `GET /inference-profiles` in pages, and `GET /inference-profiles/{id or ARN}`. */

export const listInferenceProfiles: Operation = {
  name: 'ListInferenceProfiles',
  method: 'GET',
  path: /^\/inference-profiles\/?$/,
  answer: (exchange) => answerListing(exchange, 'inference-profiles', () => listed(exchange)),
}

export const getInferenceProfile: Operation = {
  name: 'GetInferenceProfile',
  method: 'GET',
  path: /^\/inference-profiles\/(?<id>[^/]+)$/,
  answer(exchange) {
    const id = decodeSegment(exchange.parameters.id ?? '')
    return answerListing(exchange, id, () => {
      const found = inferenceProfiles(exchange).find(
        (profile) => profile.inferenceProfileId === id || profile.inferenceProfileArn === id,
      )
      if (found) return jsonAnswer(200, found)
      // The text is inferred.
      return faultAnswer(namedFault('ResourceNotFoundException', 'The requested inference profile was not found.'))
    })
  },
}

const QUERY = {
  maxResults: between(1, 1000),
  nextToken: matching(/^\S{1,2048}$/),
  type: oneOf('SYSTEM_DEFINED', 'APPLICATION'),
}

// How many AWS puts on a page unasked is not documented; so few that whoever forgets the token misses some.
const PAGE = 50

function listed(exchange: Exchange): Answer {
  const query = new URLSearchParams(exchange.request.rawQuery)
  const refused = refuseQuery(query, QUERY)
  if (refused) return faultAnswer(refused)
  const type = query.get('type')
  const all = inferenceProfiles(exchange).filter((profile) => type === null || profile.type === type)
  const listing = `inference-profiles ${exchange.principal.region} ${type}`
  const page = pageOf(all, listing, Number(query.get('maxResults') ?? PAGE), query.get('nextToken'))
  // The text is inferred.
  if (!page) return faultAnswer(namedFault('ValidationException', 'The provided nextToken is invalid.'))
  const { items, nextToken } = page
  return jsonAnswer(200, { inferenceProfileSummaries: items, ...(nextToken === undefined ? {} : { nextToken }) })
}

interface InferenceProfile {
  readonly inferenceProfileName: string
  readonly description?: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly inferenceProfileArn: string
  readonly models: readonly { readonly modelArn: string }[]
  readonly inferenceProfileId: string
  readonly status: 'ACTIVE'
  readonly type: 'SYSTEM_DEFINED' | 'APPLICATION'
}

// Made up, and the same for all.
const TIMES = { createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' }

/** Those that can be called from the region that the call was signed for. */
function inferenceProfiles({ principal, world }: Exchange): readonly InferenceProfile[] {
  const { region } = principal
  const ofSystem = MODELS.filter((model) => !model.ended).flatMap((model) =>
    model.profiles
      .filter((geography) => GEOGRAPHIES[geography].test(region))
      .map((geography) => systemProfile(model, geography, region)),
  )
  return [...ofSystem, ...applicationProfiles(world.resolve, region)]
}

function systemProfile(model: SimulatedModel, geography: Geography, region: string): InferenceProfile {
  const id = `${geography}.${model.id}`
  const name = `${providerName(model)} ${modelName(model)}`
  return {
    inferenceProfileName: `${geography.toUpperCase()} ${name}`,
    description: `Routes requests to ${name} in the geography ${geography}.`,
    ...TIMES,
    inferenceProfileArn: profileArn('inference-profile', id, region),
    models: modelsBehind(model, geography, region),
    inferenceProfileId: id,
    status: 'ACTIVE',
    type: 'SYSTEM_DEFINED',
  }
}

/** Of the account's resources those that may be profiles: they lead to a model, or to a profile of this region. */
function applicationProfiles({ resources }: ResolveOptions, region: string): readonly InferenceProfile[] {
  return Object.entries(resources).flatMap(([id, source]) => {
    if (typeof source !== 'string' || !/^[a-z0-9]{12}$/.test(id)) return []
    const models = modelsOfSource(source, region)
    if (models.length === 0) return []
    return {
      inferenceProfileName: id,
      ...TIMES,
      inferenceProfileArn: profileArn('application-inference-profile', id, region),
      models,
      inferenceProfileId: id,
      status: 'ACTIVE',
      type: 'APPLICATION',
    } as const
  })
}

function modelsOfSource(source: string, region: string): InferenceProfile['models'] {
  const base = findModel(source)
  if (base) return [{ modelArn: modelArn(base.id, region) }]
  const dot = source.indexOf('.')
  const model = findModel(source.slice(dot + 1))
  const geography = model?.profiles.find((one) => one === source.slice(0, dot))
  if (!model || !geography || !GEOGRAPHIES[geography].test(region)) return []
  return modelsBehind(model, geography, region)
}

function modelsBehind({ id }: SimulatedModel, geography: Geography, region: string): InferenceProfile['models'] {
  return destinationsOf(geography, region).map((destination) => ({ modelArn: modelArn(id, destination, region) }))
}
