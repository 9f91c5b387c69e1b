import type { Answer } from './answer.ts'
import type { Principal } from './auth/credentials.ts'
import type { RecordedCall } from './calls.ts'
import type { ReceivedRequest } from './request.ts'
import type { ResolveOptions } from './resolve-model.ts'
import type { Script } from './script.ts'

/** One AWS service: how its calls are signed and what it can do. A new service is a file with one of these. */
export interface Service {
  readonly name: string
  /** The service in the credential scope; not always the name. */
  readonly signingName: string
  readonly operations: readonly Operation[]
}

export interface Operation {
  readonly name: string
  readonly method: string
  /** Matched against the path as on the wire, after a leading region; its groups are the still encoded parameters. */
  readonly path: RegExp
  answer(exchange: Exchange): Answer
}

/** An authenticated call of an operation. */
export interface Exchange {
  readonly request: ReceivedRequest
  readonly parameters: Readonly<Record<string, string>>
  readonly principal: Principal
  readonly call: RecordedCall
  readonly world: World
}

/** What calls share. */
export interface World {
  readonly script: Script
  readonly resolve: ResolveOptions
  /** Cached prompt prefix → when it is forgotten, in milliseconds. */
  readonly promptCache: Map<string, number>
  now(): Date
}
