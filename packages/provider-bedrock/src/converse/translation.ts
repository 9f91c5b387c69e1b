import type { ErrorCode, ModelCall } from '@moho/core'
import { MohoError } from '@moho/core'
import type { BedrockFacts } from '../models.ts'

/** What a translation knows of its call: the model's row, and whom to tell of what is dropped. */
export type Translation = Pick<ModelCall<unknown, BedrockFacts>, 'target' | 'dropped'>

export const factsOfTarget = ({ target }: Translation): BedrockFacts => target.model.data ?? {}

/** A fault of the request, told with the member that it is in. */
export const refusal = (code: ErrorCode, path: string, why: string): MohoError =>
  new MohoError(code, `${path}: ${why}`, { param: path })

/**
 * Reports the members that a translation does not know, so that none is lost in silence. `defaults`: what says only what happens anyway.
 */
export function reportRest(
  value: object,
  known: ReadonlySet<string>,
  path: string,
  call: Translation,
  defaults: ReadonlyMap<string, unknown> = noDefaults,
): void {
  // Without a list of them: this looks at every object of every request.
  for (const key in value) {
    if (known.has(key)) continue
    const member: unknown = value[key as keyof typeof value]
    if (saysNothing(member) || (defaults.has(key) && defaults.get(key) === member)) continue
    call.dropped(path === '' ? key : `${path}.${key}`, 'Moho does not send it to Bedrock')
  }
}

const noDefaults: ReadonlyMap<string, unknown> = new Map()

/** `null`, `[]` and `{}` are how clients spell a member that they leave out. */
function saysNothing(member: unknown): boolean {
  if (member === null || member === undefined) return true
  return typeof member === 'object' && Object.keys(member).length === 0
}
