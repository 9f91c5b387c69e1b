import { type Answer, jsonAnswer } from '../answer.ts'
import { faultAnswer, namedFault } from '../fault.ts'
import { GEOGRAPHIES, MODELS, type SimulatedModel } from '../models.ts'
import { decodeSegment } from '../request.ts'
import type { Exchange, Operation } from '../service.ts'
import { answerListing } from './answer-listing.ts'
import { modelArn } from './arns.ts'
import { modelName, providerName } from './names.ts'
import { matching, oneOf, refuseQuery } from './query.ts'

/** `GET /foundation-models`, which knows no pages, and `GET /foundation-models/{id or ARN}`. */

export const listFoundationModels: Operation = {
  name: 'ListFoundationModels',
  method: 'GET',
  path: /^\/foundation-models\/?$/,
  answer: (exchange) => answerListing(exchange, 'foundation-models', () => listed(exchange)),
}

export const getFoundationModel: Operation = {
  name: 'GetFoundationModel',
  method: 'GET',
  path: /^\/foundation-models\/(?<id>[^/]+)$/,
  answer(exchange) {
    const id = decodeSegment(exchange.parameters.id ?? '')
    return answerListing(exchange, id, () => {
      const details = foundationModels(exchange.principal.region).find(
        (model) => model.modelId === id || model.modelArn === id,
      )
      if (details) return jsonAnswer(200, { modelDetails: details })
      // The name and the text are inferred.
      return faultAnswer(namedFault('ValidationException', 'The provided model identifier is invalid.'))
    })
  },
}

const QUERY = {
  byProvider: matching(/^[A-Za-z0-9- ]{1,63}$/),
  byCustomizationType: oneOf('FINE_TUNING', 'CONTINUED_PRE_TRAINING', 'DISTILLATION'),
  byOutputModality: oneOf('TEXT', 'IMAGE', 'EMBEDDING'),
  byInferenceType: oneOf('ON_DEMAND', 'PROVISIONED'),
}

function listed({ request, principal }: Exchange): Answer {
  const query = new URLSearchParams(request.rawQuery)
  const refused = refuseQuery(query, QUERY)
  if (refused) return faultAnswer(refused)
  const provider = query.get('byProvider')?.toLowerCase()
  const has = (name: string, values: readonly string[]): boolean => {
    const wanted = query.get(name)
    return wanted === null || values.includes(wanted)
  }
  const found = foundationModels(principal.region).filter(
    (model) =>
      (provider === undefined || model.providerName.toLowerCase() === provider) &&
      has('byCustomizationType', model.customizationsSupported) &&
      has('byOutputModality', model.outputModalities) &&
      has('byInferenceType', model.inferenceTypesSupported),
  )
  return jsonAnswer(200, { modelSummaries: found })
}

interface FoundationModel {
  readonly modelArn: string
  readonly modelId: string
  readonly modelName: string
  readonly providerName: string
  readonly inputModalities: readonly string[]
  readonly outputModalities: readonly string[]
  readonly responseStreamingSupported: boolean
  readonly customizationsSupported: readonly string[]
  readonly inferenceTypesSupported: readonly string[]
  readonly modelLifecycle: { readonly status: 'ACTIVE' | 'LEGACY'; readonly endOfLifeTime?: string }
}

/** What can be called in a region, and what can be provisioned there. */
function foundationModels(region: string): readonly FoundationModel[] {
  return MODELS.filter((model) => !model.ended).flatMap((model) => {
    const types = inferenceTypes(model, region)
    if (types.length === 0) return []
    const provisioned = model.provisioned.map((ending) =>
      describe(model, `${model.id}:${ending}`, region, ['PROVISIONED']),
    )
    return [describe(model, model.id, region, types), ...provisioned]
  })
}

function inferenceTypes({ onDemand, onDemandIn, profiles }: SimulatedModel, region: string): readonly string[] {
  const hasProfile = profiles.some((geography) => GEOGRAPHIES[geography].test(region))
  const byOwnId = onDemand || onDemandIn.includes(region)
  return [...(byOwnId ? ['ON_DEMAND'] : []), ...(hasProfile ? ['INFERENCE_PROFILE'] : [])]
}

function describe(
  model: SimulatedModel,
  id: string,
  region: string,
  inferenceTypesSupported: readonly string[],
): FoundationModel {
  return {
    modelArn: modelArn(id, region),
    modelId: id,
    modelName: modelName(model),
    providerName: providerName(model),
    inputModalities: [
      'TEXT',
      ...(model.images ? ['IMAGE'] : []),
      ...(model.videos ? ['VIDEO'] : []),
      ...(model.audio ? ['SPEECH'] : []),
    ],
    outputModalities: [model.output],
    responseStreamingSupported: model.streaming,
    customizationsSupported: [],
    inferenceTypesSupported,
    modelLifecycle: model.endsOn
      ? { status: 'LEGACY', endOfLifeTime: `${model.endsOn}T00:00:00Z` }
      : { status: 'ACTIVE' },
  }
}
