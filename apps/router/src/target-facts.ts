import type { Target } from '@moho/core'
import { headerText } from './header-text.ts'

/** What is told of a target with each call that goes there. */
export interface TargetFacts {
  readonly headers: Readonly<Record<string, string>>
  /** Members of a log line, as JSON, with a comma before each. */
  readonly logged: string
}

/** Made once for each target: the engine has one object for each. */
export function factsOfTarget(target: Target): TargetFacts {
  const known = facts.get(target)
  if (known !== undefined) return known
  const { entry, name, upstreamId, region, path } = target
  const made = {
    headers: {
      'x-moho-model': headerText(`${entry}/${name}`),
      ...(region !== undefined && { 'x-moho-region': headerText(region) }),
      ...(path !== '' && { 'x-moho-path': headerText(path) }),
    },
    logged: `,${JSON.stringify({ entry, upstreamId, region, path }).slice(1, -1)}`,
  }
  facts.set(target, made)
  return made
}

const facts = new WeakMap<Target, TargetFacts>()
