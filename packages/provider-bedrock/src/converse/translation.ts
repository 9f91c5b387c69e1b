import type { ErrorCode, ModelCall } from '@moho/core'
import { MohoError } from '@moho/core'
import type { BedrockFacts } from '../models.ts'

/** What a translation knows of its call: the model's row, and whom to tell of what is dropped. */
export type Translation = Pick<ModelCall<unknown, BedrockFacts>, 'target' | 'dropped'>

export const factsOfTarget = ({ target }: Translation): BedrockFacts => target.model.data ?? {}

/** A fault of the request, told with the member that it is in. */
export const refusal = (code: ErrorCode, path: string, why: string): MohoError =>
  new MohoError(code, `${path}: ${why}`, { param: path })

/** Reports the members that a translation does not know, so that none is lost in silence. */
export function reportRest(value: object, known: ReadonlySet<string>, path: string, call: Translation): void {
  for (const [key, member] of Object.entries(value)) {
    if (!known.has(key) && !saysNothing(member))
      call.dropped(path === '' ? key : `${path}.${key}`, 'Moho does not send it to Bedrock')
  }
}

/** `null`, `[]` and `{}` are how clients spell a member that they leave out. */
function saysNothing(member: unknown): boolean {
  if (member === null || member === undefined) return true
  return typeof member === 'object' && Object.keys(member).length === 0
}
