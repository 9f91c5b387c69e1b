import { type Access, type Entry, type EntryModel, findModel, type Router } from '@moho/core/router'

/** A model in OpenAI's list. */
interface ListedModel {
  id: string
  object: 'model'
  /** Seconds since 1970; 0, for nobody tells when a model was made. */
  created: number
  owned_by: string
  /** There where the entry talks to the local simulator. */
  simulated?: true
}

/** The models that a key may use, those of first-party entries first. */
export function listModels(router: Router, access: Access): { object: 'list'; data: ListedModel[] } {
  const entries = [...router.entries.values()]
    .filter(({ settings }) => settings.enabled)
    .sort((a, b) => Number(b.settings.firstParty) - Number(a.settings.firstParty))
  const data = entries.flatMap((entry) =>
    entry.rows.filter((model) => access.allows(entry.settings.id, model)).map((model) => listed(entry, model)),
  )
  return { object: 'list', data }
}

/** One of them, by any name by which it can be called. */
export function describeModel(router: Router, access: Access, name: string): ListedModel {
  const { entry, model } = findModel(router.entries, access, name)
  return listed(entry, model)
}

const listed = ({ settings }: Entry, { row, alias }: EntryModel): ListedModel => ({
  id: `${settings.id}/${alias ?? row.id}`,
  object: 'model',
  created: 0,
  owned_by: settings.displayName,
  ...(settings.simulated && { simulated: true }),
})
