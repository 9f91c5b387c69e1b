import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml'
import { isMerge, locate, mergeSources, offsetOf } from './locate.ts'
import type { Path } from './path.ts'
import { type Environment, expand, shield, unshield } from './references.ts'
import { syntaxFaults } from './yaml-fault.ts'

/** A YAML file with its references filled, that still knows where each member was written. */
export interface ConfigDocument {
  /** Maps, lists and scalars; `undefined` where the faults leave nothing to read. */
  readonly data: unknown
  readonly faults: readonly DocumentFault[]
  /** Of a member; of its nearest parent where it is missing. */
  place(path: Path): Place
  /** Whether some of the value comes out of the environment, or should have. */
  origin(path: Path): 'written' | 'environment' | 'unset'
  /** Whether a reference could not be filled at the path or below it. */
  hasUnset(path: Path): boolean
  /** The text of every value, for these must not show up in what is printed. */
  readonly values: readonly string[]
}

interface Place {
  readonly line: number
  readonly column: number
}

interface DocumentFault extends Place {
  readonly path: Path
  readonly message: string
}

/** What an alias may multiply to: far above what people write, far below what hurts. */
const maxAliasCount = 1000

export function readDocument(text: string, environment: Environment): ConfigDocument {
  const lines = new LineCounter()
  const document = parseDocument(shield(text.replace(/^\ufeff/, '')), {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    merge: true,
    stringKeys: true,
    // `walk` finds them, and their paths.
    uniqueKeys: false,
    resolveKnownTags: false,
  })
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const faults: DocumentFault[] = []
  for (const { offset, message } of syntaxFaults(
    [...document.errors, ...document.warnings],
    (at) => placeAt(at).line,
  )) {
    faults.push({ ...placeAt(offset), path: [], message })
  }
  let readable = faults.length === 0
  const values: string[] = []
  const origins = new Map<unknown, 'environment' | 'unset'>()
  const unset: Path[] = []
  const anchors = new Map<string, unknown>()
  const targets = new Map<Alias, unknown>()

  const fault = (node: unknown, path: Path, message: string) =>
    faults.push({ ...placeAt(offsetOf(node) ?? 0), path, message })
  const unreadable = (node: unknown, path: Path, message: string) => {
    readable = false
    fault(node, path, message)
  }

  /** `within`: the maps and lists around it. */
  function walk(node: unknown, path: Path, within: readonly unknown[]): void {
    if (isAlias(node)) walkAlias(node, path, within)
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return
    // Before its content, so that an alias that stands in itself is found as such.
    if (node.anchor !== undefined) anchors.set(node.anchor, node)
    if (isScalar(node)) walkScalar(node, path)
    else if (isMap(node)) walkMap(node, path, [...within, node])
    else for (const [index, item] of node.items.entries()) walk(item, [...path, index], [...within, node])
  }

  function walkAlias(node: Alias, path: Path, within: readonly unknown[]): void {
    const found = anchors.get(node.source)
    if (found === undefined)
      unreadable(
        node,
        path,
        'begins with *, so it is an alias, but no such anchor is before it; put it in quotes if it is text',
      )
    else if (within.includes(found)) unreadable(node, path, 'is an alias of what it stands in')
    else targets.set(node, found)
  }

  function walkScalar(node: Scalar, path: Path): void {
    if (typeof node.value !== 'string') {
      values.push(node.source ?? '', String(node.value))
      return
    }
    const expansion = expand(unshield(node.value), environment)
    node.value = expansion.text
    values.push(expansion.text, ...expansion.values)
    if (expansion.filled) origins.set(node, 'environment')
    if (expansion.faults.length === 0) return
    origins.set(node, 'unset')
    unset.push(path)
    for (const message of expansion.faults) fault(node, path, message)
  }

  function walkMap(map: YAMLMap, path: Path, within: readonly unknown[]): void {
    const seen = new Set<string>()
    for (const { key, value } of map.items) {
      if (!isScalar(key)) continue
      const name = unshield(String(key.value))
      key.value = name
      if (seen.has(name) && !isMerge(key)) fault(key, [...path, name], 'is written twice')
      seen.add(name)
      walk(value, [...path, name], within)
      if (isMerge(key) && !mergeSources(value, targets).every(isMap)) {
        unreadable(key, path, '<< takes a map, an alias of one, or a list of these')
      }
    }
  }

  function read(): unknown {
    if (readable) walk(document.contents, [], [])
    if (!readable) return undefined
    try {
      return document.toJS({ maxAliasCount })
    } catch (error) {
      // What else it throws a ReferenceError for is found before.
      if (!(error instanceof ReferenceError)) throw error
      fault(document.contents, [], `its aliases multiply to more than ${maxAliasCount} repetitions`)
      return undefined
    }
  }

  return {
    data: read(),
    faults,
    values,
    place: (path) => placeAt(locate(document.contents, path, targets).offset),
    origin: (path) => origins.get(locate(document.contents, path, targets).node) ?? 'written',
    hasUnset: (path) => unset.some((found) => path.every((name, index) => found[index] === name)),
  }
}
