import { type ConverseCall, modelError } from '../call.ts'
import { promptParts } from '../usage.ts'

/** Rules that differ from model to model. */

export function isUnknownModel({ resolution }: ConverseCall): string | undefined {
  return 'refused' in resolution ? resolution.refused : undefined
}

export function isEndedModel({ model }: ConverseCall): string | undefined {
  if (!model?.ended) return undefined
  return 'This model version has reached the end of its life. Please refer to the AWS documentation for more details.'
}

/** Embeddings, images, and imported models whose own format is the only one. */
export function lacksConverse({ model }: ConverseCall): string | undefined {
  if (model?.converse !== false) return undefined
  return "This action doesn't support the model that you provided. Try again with a supported text or chat model."
}

// The wording is inferred; that these members must not be sent is documented.
export function overridesPrompt({ body, resolution }: ConverseCall): string | undefined {
  if (!('isPrompt' in resolution && resolution.isPrompt)) return undefined
  const members = ['additionalModelRequestFields', 'inferenceConfig', 'system', 'toolConfig'] as const
  const found = members.find((member) => body[member] !== undefined)
  return found && `The ${found} field can't be specified when the model identifier is a prompt.`
}

export function usesSystemWithoutSupport({ body, model }: ConverseCall): string | undefined {
  if (model?.system !== false || !body.system?.length) return undefined
  return "This model doesn't support system messages. Try again without a system message or use a model that supports system messages."
}

// Older models know only the two roles of the first release.
export function usesSystemRoleWithoutSupport({ body, model }: ConverseCall): string | undefined {
  const index = (body.messages ?? []).findIndex((message) => message.role === 'system')
  if (index === -1 || model?.systemRole !== false) return undefined
  return `1 validation error detected: Value 'system' at 'messages.${index + 1}.member.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant]`
}

export function setsFixedTemperature({ body, model }: ConverseCall): string | undefined {
  const temperature = body.inferenceConfig?.temperature
  if (model?.sampling !== 'fixed' || temperature === undefined || temperature === 1) return undefined
  return modelError('`temperature` is deprecated for this model.')
}

export function setsTemperatureAndTopP({ body, model }: ConverseCall): string | undefined {
  const { temperature, topP } = body.inferenceConfig ?? {}
  if (model?.sampling !== 'exclusive' || temperature === undefined || topP === undefined) return undefined
  return modelError('`temperature` and `top_p` cannot both be specified for this model. Please use only one.')
}

export function asksTooManyTokens({ body, model }: ConverseCall): string | undefined {
  const limit = model?.maxOutputTokens
  if (limit === undefined || (body.inferenceConfig?.maxTokens ?? 0) <= limit) return undefined
  return `The maximum tokens you requested exceeds the model limit of ${limit}. Try again with a maximum tokens value that is lower than ${limit}.`
}

// The wording is inferred.
export function hasTooManyStops({ body, model }: ConverseCall): string | undefined {
  const count = body.inferenceConfig?.stopSequences?.length ?? 0
  if (count <= (model?.maxStopSequences ?? count)) return undefined
  return `The number of stop sequences ${count} exceeds the maximum of ${model?.maxStopSequences} for this model.`
}

export function isTooLong({ body, model }: ConverseCall): string | undefined {
  const tokens = promptParts(body).reduce((sum, part) => sum + part.tokens, 0)
  return tokens > (model?.contextTokens ?? tokens) ? 'Input is too long for requested model.' : undefined
}
