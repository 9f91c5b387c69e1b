import type { Answer } from '../answer.ts'
import { faultAnswer, namedFault } from '../fault.ts'
import type { World } from '../service.ts'

/** What the first call of an imported model gets whose resource id begins with `cold`: AWS has to load it first. */
export function answerCold(modelId: string, { promptCache }: Pick<World, 'promptCache'>): Answer | undefined {
  if (!/:imported-model\/cold/.test(modelId)) return undefined
  // Models that are loaded are kept beside cached prompts, because both are forgotten by a reset.
  const key = `loaded ${modelId}`
  if (promptCache.has(key)) return undefined
  promptCache.set(key, Number.POSITIVE_INFINITY)
  return faultAnswer(namedFault('ModelNotReadyException'))
}
