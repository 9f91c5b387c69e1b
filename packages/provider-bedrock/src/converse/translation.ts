import type { ErrorCode, Feature, ModelCall } from '@moho/core'
import { MohoError } from '@moho/core'
import type { BedrockFacts } from '../models.ts'
import type { FetchedFiles } from './fetch-files.ts'

/** What a translation knows of its call: the model's row, the entry's rules, and whom to tell of what is dropped. */
export interface Translation extends Pick<ModelCall<unknown, BedrockFacts>, 'target' | 'dropped'> {
  /** Says by which of several ways something is done. Left out: nobody asks. */
  readonly note?: ModelCall<unknown>['note']
  readonly rules?: EntryRules
  /** What is behind the addresses in the conversation. Left out: there are none. */
  readonly files?: FetchedFiles
}

/** What the entry says of its calls. */
export interface EntryRules {
  /** `bucket/prefix` of what messages may name by `s3://`. */
  readonly s3Sources?: readonly string[] | undefined
  /** Goes before the caller's own. */
  readonly guardrail?: { readonly id: string; readonly version: string } | undefined
}

export const translationOf = (
  { target, dropped, note }: ModelCall<unknown, BedrockFacts>,
  rules: EntryRules,
  files: FetchedFiles | undefined,
): Translation => ({ target, dropped, note, rules, ...(files !== undefined && { files }) })

export const factsOfTarget = ({ target }: Pick<Translation, 'target'>): BedrockFacts => target.model.data ?? {}

/** Whether the model has a feature; a model of which nothing is known is taken at the caller's word. */
export const mayHave = ({ target }: Pick<Translation, 'target'>, feature: Feature): boolean =>
  target.model.features?.includes(feature) ?? true

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
  call: Pick<Translation, 'dropped'>,
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
export function saysNothing(member: unknown): boolean {
  if (member === null || member === undefined) return true
  return typeof member === 'object' && Object.keys(member).length === 0
}
