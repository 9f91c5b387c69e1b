import type { ChatRequest } from '@moho/core'
import type { Reasoning } from './reasoning.ts'
import { factsOfTarget, type Translation } from './translation.ts'

/** Whether the caller says that a tool must be called, and the model can be told so. */
export function isForced(
  { tools, tool_choice: choice }: ChatRequest,
  reasoning: Reasoning,
  call: Translation,
): boolean {
  if (!tools?.length || choice === undefined || choice === null || choice === 'auto' || choice === 'none') return false
  if (typeof choice === 'object' && choice.type === 'allowed_tools' && choice.allowed_tools.mode === 'auto')
    return false
  return canForce(reasoning, call)
}

/** Claude decides itself while it reasons because it was asked to. */
export const canForce = (reasoning: Reasoning, call: Translation): boolean =>
  factsOfTarget(call).toolChoice !== 'auto' && reasoning.forbids !== 'sampling'
