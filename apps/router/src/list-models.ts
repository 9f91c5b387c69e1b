import { type Access, type Entry, type EntryModel, findModel, operationsOf, type Router } from '@moho/core/router'

/** A model in OpenAI's list. */
interface ListedModel {
  id: string
  object: 'model'
  /** Seconds since 1970; 0, for nobody tells when a model was made. */
  created: number
  owned_by: string
  /** There where the entry talks to the local simulator. */
  simulated?: true
  /** How many tokens it reads and writes, and what it can, where that is known. */
  context_length?: number
  max_output_tokens?: number
  features?: readonly string[]
  /** What its users should know, in a sentence. */
  advice?: string
}

/** The models that a key may use, those of first-party entries first. */
export function listModels(router: Router, access: Access): { object: 'list'; data: ListedModel[] } {
  const entries = [...router.entries.values()]
    .filter(({ settings }) => settings.enabled)
    .sort((a, b) => Number(b.settings.firstParty) - Number(a.settings.firstParty))
  const data = entries.flatMap((entry) =>
    entry.rows
      .filter((model) => access.allows(entry.settings.id, model) && operationsOf(entry, model).length > 0)
      .map((model) => listed(entry, model)),
  )
  return { object: 'list', data }
}

/** One of them, by any name by which it can be called. */
export function describeModel(router: Router, access: Access, name: string): ListedModel {
  const { entry, model } = findModel(router.entries, access, name)
  return listed(entry, model)
}

function listed(entry: Entry, model: EntryModel): ListedModel {
  const { settings } = entry
  const { features, limits: { contextTokens, outputTokens } = {} } = model.row
  const advice = entry.advise(model)
  return {
    id: `${settings.id}/${model.alias ?? model.row.id}`,
    object: 'model',
    created: 0,
    owned_by: settings.displayName,
    ...(settings.simulated && { simulated: true }),
    ...(contextTokens !== undefined && { context_length: contextTokens }),
    ...(outputTokens !== undefined && { max_output_tokens: outputTokens }),
    ...(features !== undefined && { features }),
    ...(advice !== undefined && { advice }),
  }
}
