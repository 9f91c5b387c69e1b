import type { Answer } from './answer.ts'
import type { AccessKeys } from './auth/access-keys.ts'
import type { AuthSettings } from './auth/authenticate.ts'
import type { Principal } from './auth/credentials.ts'
import type { RecordedCall } from './calls.ts'
import type { Fault } from './fault.ts'
import type { ReceivedRequest } from './request.ts'
import type { ResolveOptions } from './resolve-model.ts'
import type { Script } from './script.ts'
import type { SimulatedRole } from './sts/roles.ts'

/**
 * One simulated service: where it is, how its calls are authenticated, how it words errors and what it can do. A new
 * service is a file with one of these.
 */
export interface Service {
  readonly name: string
  /** The path before those of its operations, such as `/openai/v1`; empty for a service that has the whole host. */
  readonly prefix: string
  /** Which of the paths after the prefix are its own; every one when left out. */
  readonly paths?: RegExp
  /** Which requests to those paths are its own; every one when left out. */
  claims?(request: ReceivedRequest): boolean
  /** The response header that carries the number of the call. */
  readonly requestIdHeader: string
  readonly operations: readonly Operation[]
  authenticate(request: ReceivedRequest, settings: AuthSettings): Principal | Fault
  /** The fault in the service's own shape. */
  faultAnswer(fault: Fault): Answer
  /** An error by the name that the service has for it, for scripts and directives. */
  namedError(name: string, message?: string, status?: number): Answer
  /** Puts the number of the call into the body, where a service has it there too. */
  withRequestId?(answer: Answer, requestId: string): Answer
  /** The answer to a method and path that are none of its operations'; `path` comes after the prefix. */
  unknownOperation(request: ReceivedRequest, path: string): Answer
}

export interface Operation {
  readonly name: string
  readonly method: string
  /** Matched against the path as on the wire, after a leading region and the service's prefix; its groups are the still encoded parameters. */
  readonly path: RegExp
  /** Which requests to that path are meant; every one when left out. */
  accepts?(request: ReceivedRequest): boolean
  answer(exchange: Exchange): Answer
}

/** An authenticated call of an operation. */
export interface Exchange {
  readonly service: Service
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
  readonly accessKeys: AccessKeys
  /** Role ARN → the role; undefined: every role of the simulator's account, open to everybody. */
  readonly roles: ReadonlyMap<string, SimulatedRole> | undefined
  now(): Date
}
