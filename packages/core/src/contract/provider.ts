import type { z } from 'zod'
import type { ChatRequest } from '../formats/chat.ts'
import type { EmbeddingsRequest } from '../formats/embeddings.ts'
import type { ImagesRequest } from '../formats/images.ts'
import type { ResponsesRequest } from '../formats/responses.ts'
import type { EntryCall, ModelCall, RequestBody } from './call.ts'
import type { CredentialKind } from './credentials.ts'
import type { Guard, Observer } from './extend.ts'
import type { StringMap } from './http.ts'
import type { Model, ModelSettings, OperationPaths } from './model.ts'
import type { ForwardReply, TextReply } from './reply.ts'

/** The default export of an npm package. */
export interface Plugin {
  readonly contract: 1
  readonly providers?: readonly Provider[]
  /** More ways to come by the secrets of a provider that exists, by provider id. */
  readonly credentialKinds?: Readonly<Record<string, readonly CredentialKind<unknown>[]>>
  readonly guards?: readonly Guard[]
  readonly observers?: readonly Observer[]
}

export const definePlugin = (plugin: Omit<Plugin, 'contract'>): Plugin => ({ ...plugin, contract: 1 })

/** What an entry says of a model that it lists: core's own members, and those of the provider's `modelSettings`. */
export type ListedModel = ModelSettings & Readonly<Record<string, unknown>>

/** One kind of account, of which any number of entries may be configured. */
export interface ProviderDefinition<Config extends z.ZodObject, Secret, Data> {
  /** What an entry's `type` says: 'aws-bedrock'. */
  readonly id: string
  /** The entry's own members, `region` and `endpoints` among them where the provider has them. */
  readonly config: Config
  /** The entry's `auth.type` chooses one. */
  readonly credentials: readonly CredentialKind<Secret>[]
  /** Variable → the member it fills where the entry is silent: `{ ACME_API_KEY: 'auth.apiKey' }`. Providers never read the environment. */
  readonly environment?: StringMap
  readonly models: readonly Model<Data>[]
  /** The upstream's paths that it implements, by operation, the usual one first. Left out: those of its rows, or one without a name. */
  readonly paths?: OperationPaths
  /** The path that the entry wants, where a model has several. */
  prefers?(config: z.output<Config>): string | undefined
  /**
   * Turns any id into a row: ARNs, geographic prefixes, unlisted ids. Pure. Without it only the ids in `models` exist. Undefined for what
   * is no model; throws where it can say what is wrong with the id, or with calling it through this entry. `said` is there for a model
   * that the entry lists; then `param` names the member of it that is at fault.
   */
  resolve?(id: string, config: z.output<Config>, said?: ListedModel): Model<Data> | undefined
  /** What an entry may say of a model that it lists, beside core's own members, which core itself puts into the row. */
  readonly modelSettings?: z.ZodObject
  /** What users of a model should know of it through this entry, in a sentence; undefined: nothing. Pure. */
  advise?(model: Model<Data>, config: z.output<Config>): string | undefined
  /** Called once for each entry. Does no I/O. */
  connect(config: z.output<Config>): Operations<Secret, Data>
}

export interface Provider extends ProviderDefinition<z.ZodObject, unknown, unknown> {
  readonly contract: 1
}

export const defineProvider = <Config extends z.ZodObject, Secret, Data>(
  definition: ProviderDefinition<Config, Secret, Data>,
): Provider => ({ ...definition, contract: 1 })

/** What can be done with a model. A provider has an operation by implementing it. */
export interface ModelOperations<Secret, Data = unknown> {
  chat?(request: RequestBody<ChatRequest>, call: ModelCall<Secret, Data>): Promise<TextReply>
  /** No writer speaks this dialect yet, so its answers are forwarded. */
  responses?(request: RequestBody<ResponsesRequest>, call: ModelCall<Secret, Data>): Promise<ForwardReply>
  embeddings?(request: RequestBody<EmbeddingsRequest>, call: ModelCall<Secret, Data>): Promise<ForwardReply>
  images?(request: RequestBody<ImagesRequest>, call: ModelCall<Secret, Data>): Promise<ForwardReply>
}

export type OperationName = keyof ModelOperations<never>

/** What can be done with an entry. */
export interface Operations<Secret, Data = unknown> extends ModelOperations<Secret, Data> {
  /** Asks the upstream which models the account can call. */
  discover?(call: EntryCall<Secret>): Promise<Discovery>
  close?(): Promise<void>
}

/** What an upstream says that an account can call. */
export interface Discovery {
  readonly models: readonly DiscoveredModel[]
  /** What could not be asked, and why, in sentences. */
  readonly warnings: readonly string[]
}

export interface DiscoveredModel {
  readonly id: string
  /** As its maker calls it. */
  readonly name: string
  /** What else the upstream says, by short names: `{ input: 'text, image', lifecycle: 'legacy' }`. */
  readonly about: StringMap
}
