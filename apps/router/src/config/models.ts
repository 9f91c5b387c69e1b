import { type Model, MohoError, type OperationPaths, type Provider } from '@moho/core'
import { rowOf, slug } from '@moho/core/router'
import { check } from './check.ts'
import { didYouMean, mustBe } from './nearest.ts'
import { type Path, pathText } from './path.ts'
import type { Review } from './review.ts'
import type { ListedModel } from './schema.ts'

/** Every name of a listed model leads to it alone. `path` is the list's. */
export function checkModelNames(models: readonly ListedModel[], path: Path, review: Review): void {
  const ids = new Map<string, number>()
  const slugs = new Map<string, number>()
  for (const [index, { id }] of models.entries()) {
    if (!ids.has(id)) ids.set(id, index)
    if (!slugs.has(slug(id))) slugs.set(slug(id), index)
  }
  const aliases = new Map<string, number>()
  const at = (index: number) => pathText([...path, index])
  for (const [index, { id, name }] of models.entries()) {
    const same = ids.get(id) ?? index
    const alike = slugs.get(slug(id)) ?? index
    if (same < index)
      review.add(
        [...path, index, 'id'],
        `is the id of ${at(same)} too; for the same model in another region, write another entry`,
      )
    else if (alike < index)
      review.add(
        [...path, index, 'id'],
        `differs from the id of ${at(alike)} only in . : / and -, so both have the same short name`,
      )

    if (name === undefined) continue
    const alias = aliases.get(name)
    if (alias === undefined) aliases.set(name, index)
    else review.add([...path, index, 'name'], `is the name of ${at(alias)} too`)
    const owner = [ids.get(name), slugs.get(name)].find((other) => other !== undefined && other !== index)
    if (owner !== undefined)
      review.add([...path, index, 'name'], `is the id of ${at(owner)}, so it cannot be the alias of another model`)
  }
}

/** An alias must not hide a model of the catalogue, where that can be called without being listed. */
export function checkHidden(
  models: readonly ListedModel[],
  { models: catalogue }: Provider,
  path: Path,
  review: Review,
): void {
  for (const [index, { id, name }] of models.entries()) {
    const hidden = catalogue.find((row) => row.id !== id && (row.id === name || slug(row.id) === name))
    if (hidden !== undefined && !models.some((model) => model.id === hidden.id)) {
      review.add(
        [...path, index, 'name'],
        'is the id of a model that can be called unlisted, so it cannot be the alias of another',
      )
    }
  }
}

/**
 * What the provider has to say of each: whether the model exists, in which region, and by which path. Without a `config` it
 * cannot be asked for those that are not in its catalogue.
 */
export function checkModelRows(
  models: readonly ListedModel[],
  provider: Provider,
  config: Readonly<Record<string, unknown>> | undefined,
  path: Path,
  review: Review,
): void {
  for (const [index, model] of models.entries()) {
    const at = [...path, index]
    const row = checkRow(model, provider, config, at, review)
    const paths = pathsOf(provider.paths ?? row?.paths)
    if (model.path !== undefined && paths.length > 0 && !paths.includes(model.path)) {
      const has = paths.map((known) => `"${known}"`).join(', ')
      const fault =
        provider.paths === undefined ? `is not a path of this model, which has ${has}` : mustBe(paths, model.path)
      review.add([...at, 'path'], fault)
    }
    if (model.region === undefined) continue
    const region = provider.config.shape.region
    if (region === undefined) review.add([...at, 'region'], `a model of ${provider.id} has no region`)
    else check(region, model.region, [...at, 'region'], review)
  }
}

const pathsOf = (paths: OperationPaths | undefined): readonly string[] => [
  ...new Set(Object.values(paths ?? {}).flatMap((known) => known ?? [])),
]

function checkRow(
  model: ListedModel,
  provider: Provider,
  config: Readonly<Record<string, unknown>> | undefined,
  path: Path,
  review: Review,
): Model | undefined {
  if (config === undefined) return provider.models.find(({ id }) => id === model.id)
  try {
    const row = rowOf(provider, config, model)
    if (row !== undefined) return row
    const known = provider.models.map(({ id }) => id)
    review.add([...path, 'id'], `${provider.id} has no such model${didYouMean(model.id, known)}`)
  } catch (error) {
    const member = MohoError.is(error) && error.param !== undefined ? error.param : 'id'
    const said = review.quote(error instanceof Error ? error.message : String(error))
    review.add([...path, member], MohoError.is(error) ? said : `${provider.id} cannot use it: ${said}`)
  }
  return undefined
}
