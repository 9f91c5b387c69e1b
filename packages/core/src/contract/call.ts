import type { Refusal } from './credentials.ts'
import type { HttpClient, StringMap } from './http.ts'
import type { Target } from './model.ts'
import type { WebClient } from './web.ts'

/** One call to an account. Whatever a provider may touch comes in here. */
export interface EntryCall<Secret> {
  /** The same over retries, so it serves as the upstream's idempotency token. */
  readonly id: string
  readonly signal: AbortSignal
  /** The caller's, as far as the router lets them through. */
  readonly headers: StringMap
  readonly http: HttpClient
  /** For addresses that the caller wrote; `http` is for the entry's own. */
  readonly web: WebClient
  readonly log: Log
  /** The secret to use now. */
  secret(): Promise<Secret>
  /** The upstream refused it. Then throw `upstream_auth_failed`: the router tries once more if that can help. */
  refused(secret: Secret, why: Refusal, serverTime?: number): void
}

/** One attempt at a model. */
export interface ModelCall<Secret, Data = unknown> extends EntryCall<Secret> {
  readonly target: Target<Data>
  /** A member of the request has no counterpart upstream. Throws `unsupported` where the caller asked for strictness. */
  dropped(path: string, why: string): void
  /** Says by which of several ways something was done; the caller reads it in `x-moho-<name>`. The name in kebab-case, both short. */
  note(name: string, value: string): void
}

export type Log = Readonly<Record<'debug' | 'info' | 'warn' | 'error', (message: string, fields?: object) => void>>

/** The body of a request: read and checked once, shared by all its attempts. */
export interface RequestBody<T> {
  /** In bytes. */
  readonly size: number
  /** One top-level member, unchecked, found without parsing the rest. */
  peek(key: string): unknown
  /** The whole, parsed and checked on first use; retries share it, so leave it as it is. */
  json(): T
  /** The caller's bytes with top-level members changed, the rest as it came. */
  bytes(change?: MemberChange): Uint8Array
}

/** What becomes of an object's top-level members. `merge` goes one level into objects: what it does not name stays. */
export interface MemberChange {
  readonly set?: Readonly<Record<string, unknown>> | undefined
  readonly merge?: Readonly<Record<string, object>> | undefined
  readonly remove?: readonly string[] | undefined
}
