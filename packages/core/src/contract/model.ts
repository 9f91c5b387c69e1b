import type { OperationName } from './provider.ts'

/** A row of the catalogue. What differs by model is said here, never in code. */
export interface Model<Data = unknown> {
  readonly id: string
  /** Where the upstream calls it otherwise. */
  readonly upstreamId?: string | undefined
  /** Where the id itself names one, as an ARN does. */
  readonly region?: string | undefined
  /**
   * Operation → the upstream's paths for it, among those that the provider implements, the usual one first. Left out: all that it
   * implements.
   */
  readonly paths?: OperationPaths | undefined
  /** Why it has no operation, as a sentence for those who ask for one: 'It makes video.' */
  readonly unserved?: string | undefined
  /** Left out: unknown, and so not held against a request. */
  readonly features?: readonly Feature[] | undefined
  readonly limits?:
    | { readonly contextTokens?: number | undefined; readonly outputTokens?: number | undefined }
    | undefined
  /** What only the provider needs to know. */
  readonly data?: Data | undefined
}

export type OperationPaths = { readonly [operation in OperationName]?: string | readonly string[] | undefined }

export const features = [
  'tools',
  'parallel_tools',
  'vision',
  'documents',
  'video',
  'audio',
  'reasoning',
  'json_schema',
  'prompt_cache',
] as const
export type Feature = (typeof features)[number]

/** What an entry says of one of its models, besides what its provider asks. */
export interface ModelSettings {
  readonly id: string
  /** An alias. */
  readonly name?: string | undefined
  readonly region?: string | undefined
  /** The upstream's path for it, over the row's. */
  readonly path?: string | undefined
  /** In place of the row's. */
  readonly features?: readonly Feature[] | undefined
  /** Over the row's, each by itself. */
  readonly limits?: Model['limits']
}

/** Where an attempt goes, resolved once before it. */
export interface Target<Data = unknown> {
  readonly entry: string
  readonly operation: OperationName
  readonly model: Model<Data>
  /** What callers know it as: its alias, else its id. */
  readonly name: string
  readonly upstreamId: string
  /** The row's, else the entry's. */
  readonly region: string | undefined
  /** 'converse', 'invoke', 'openai', 'anthropic'; '' where the provider has only one. */
  readonly path: string
}
