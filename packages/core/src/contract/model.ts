import type { OperationName } from './provider.ts'

/** A row of the catalogue. What differs by model is said here, never in code. */
export interface Model<Data = unknown> {
  readonly id: string
  /** Where the upstream calls it otherwise. */
  readonly upstreamId?: string | undefined
  /** Where the id itself names one, as an ARN does. */
  readonly region?: string | undefined
  /** Operation → the upstream's path for it. Left out: all that the provider implements, by its only path. */
  readonly paths?: { readonly [operation in OperationName]?: string | undefined } | undefined
  /** Left out: unknown, and so not held against a request. */
  readonly features?: readonly Feature[] | undefined
  readonly limits?:
    | { readonly contextTokens?: number | undefined; readonly outputTokens?: number | undefined }
    | undefined
  /** What only the provider needs to know. */
  readonly data?: Data | undefined
}

export type Feature =
  | 'tools'
  | 'parallel_tools'
  | 'vision'
  | 'documents'
  | 'video'
  | 'audio'
  | 'reasoning'
  | 'json_schema'
  | 'prompt_cache'

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
