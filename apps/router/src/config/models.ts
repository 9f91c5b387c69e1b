import { type Model, MohoError, type OperationPaths, type Provider } from '@moho/core'
import { rowOf, slug } from '@moho/core/router'
import { check } from './check.ts'
import { didYouMean, mustBe } from './nearest.ts'
import { type Path, pathText } from './path.ts'
import type { Review } from './review.ts'
import type { ListedModel } from './schema.ts'

/** Every name of a listed model leads to it alone. `path` is the list's. */
export function checkModelNames(models: readonly ListedModel[], path: Path, review: Review): void {
  for (const [index, { id, name }] of models.entries()) {
    const at = [...path, index]
    const others = models.map((model, other) => ({
      ...model,
      path: pathText([...path, other]),
      isEarlier: other < index,
      isSelf: other === index,
    }))
    const same = others.find((other) => other.isEarlier && other.id === id)
    const alike = others.find((other) => other.isEarlier && slug(other.id) === slug(id))
    if (same !== undefined) review.add([...at, 'id'], `is the id of ${same.path} too`)
    else if (alike !== undefined)
      review.add(
        [...at, 'id'],
        `differs from the id of ${alike.path} only in . : / and -, so both have the same short name`,
      )

    if (name === undefined) continue
    const alias = others.find((other) => other.isEarlier && other.name === name)
    const owner = others.find((other) => !other.isSelf && (other.id === name || slug(other.id) === name))
    if (alias !== undefined) review.add([...at, 'name'], `is the name of ${alias.path} too`)
    if (owner !== undefined)
      review.add([...at, 'name'], `is the id of ${owner.path}, so it cannot be the alias of another model`)
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
