import { type Alias, isAlias, isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from 'yaml'
import type { Path } from './path.ts'

/** What each alias of a document stands for. */
export type AliasTargets = ReadonlyMap<Alias, unknown>

export interface Located {
  /** Of the member's name, or of the item of a list; of the nearest parent where the member is missing. */
  readonly offset: number
  /** The value; `undefined` where it is missing. */
  readonly node: unknown
}

/** Finds a member in a YAML tree by its path, through aliases and merges. */
export function locate(root: unknown, path: Path, targets: AliasTargets): Located {
  let node = root
  let offset = offsetOf(root) ?? 0
  for (const name of path) {
    const parent = targetOf(node, targets)
    const pair = isMap(parent) ? pairOf(parent, name, targets) : undefined
    const item = isSeq(parent) && typeof name === 'number' ? parent.items[name] : undefined
    if (pair === undefined && item === undefined) return { offset, node: undefined }
    node = pair === undefined ? item : pair.value
    offset = offsetOf(pair === undefined ? item : pair.key) ?? offset
  }
  return { offset, node: targetOf(node, targets) }
}

/** The pair of a member, in the map itself or in what is merged into it. */
function pairOf(map: YAMLMap, name: PropertyKey, targets: AliasTargets): Pair | undefined {
  const own = map.items.find(({ key }) => isScalar(key) && key.value === name && !isMerge(key))
  if (own !== undefined) return own
  for (const { key, value } of map.items) {
    if (!isScalar(key) || !isMerge(key)) continue
    for (const source of mergeSources(value, targets)) {
      const found = isMap(source) ? pairOf(source, name, targets) : undefined
      if (found !== undefined) return found
    }
  }
  return undefined
}

export const isMerge = ({ value, type }: Scalar): boolean => value === '<<' && type === 'PLAIN'

/** What `<<:` takes members from: one map, or each of a list. */
export function mergeSources(value: unknown, targets: AliasTargets): readonly unknown[] {
  const found = targetOf(value, targets)
  return isSeq(found) ? found.items.map((item) => targetOf(item, targets)) : [found]
}

const targetOf = (node: unknown, targets: AliasTargets) => (isAlias(node) ? targets.get(node) : node)

export const offsetOf = (node: unknown): number | undefined =>
  isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined
