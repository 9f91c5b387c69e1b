import type { Log, ModelCall } from '../contract/call.ts'
import type { Refusal } from '../contract/credentials.ts'
import { Ending } from '../contract/ending.ts'
import { MohoError } from '../contract/errors.ts'
import type { AttemptRecord, Dropped, Guard, Incoming, Note, Permit } from '../contract/extend.ts'
import type { HttpClient, StringMap } from '../contract/http.ts'
import type { Target } from '../contract/model.ts'
import type { TextReply } from '../contract/reply.ts'
import type { WebClient, WebFile, WebOptions } from '../contract/web.ts'
import type { UsageReading } from '../contract/writer.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { AnswerHead } from '../dialects/writer.ts'
import type { Attempt } from './attempts.ts'
import type { Call } from './dispatch.ts'
import type { Entry } from './entry.ts'
import { faultOf, survive, withoutSecret } from './fault.ts'
import type { Resolved } from './resolve.ts'

/** What all attempts of a call share. */
export interface CallParts {
  readonly call: Call
  readonly incoming: Incoming
  readonly dialect: Dialect
  /** What the caller asked for. */
  readonly model: string
  readonly dropped: Dropped[]
  readonly notes: Note[]
  readonly guards: readonly Guard[]
  readonly http: HttpClient
  readonly web: WebClient
  readonly log: Log
  readonly timeouts: Timeouts
  readonly now: () => number
}

/** In milliseconds. */
export interface Timeouts {
  /** Until a streamed answer begins. */
  readonly firstTokenMs: number
  /** The longest silence of an upstream in the middle of its answer. */
  readonly idleMs: number
}

interface Told {
  readonly reading: UsageReading
  readonly serviceTier: string | undefined
}

/** One try at one target, to the point where `answer` commits. Never rejects: what goes wrong is in the record. */
export function tryTarget<T>(
  parts: CallParts,
  resolved: Resolved,
  answer: (trying: Trying) => Promise<T>,
): Promise<Attempt<T>> {
  const trying = new Trying(parts, resolved)
  const { ending } = trying
  // An attempt at the next target tells anew what it drops.
  parts.dropped.length = 0
  parts.notes.length = 0
  return new Promise((resolve) => {
    let over = false
    const fail = (thrown: unknown) => {
      // What was given up may fail later by itself.
      if (over) return
      over = true
      ending.offEnd(giveUp)
      resolve(trying.failed(faultOf(thrown)))
    }
    // Whatever a plugin waits for, the call ends in time.
    const giveUp = () => fail(ending.reason)
    if (ending.ended) return giveUp()
    ending.onEnd(giveUp)
    trying.run(answer).then((committed) => {
      ending.offEnd(giveUp)
      resolve({ committed })
    }, fail)
  })
}

/** An attempt under way. */
export class Trying {
  readonly parts: CallParts
  readonly head: AnswerHead
  /** Ends the attempt, and not the call. */
  readonly ending: Ending
  readonly #entry: Entry
  readonly #target: Target
  readonly #call: ModelCall<unknown>
  readonly #doings: Doings = { secrets: [], renewed: false, sentAt: undefined }
  readonly #startedAt: number
  readonly #began = performance.now()
  readonly #permits: Permit[] = []
  #told: Told = unmeasured
  /** The record with which it was settled. */
  #over: AttemptRecord | undefined

  constructor(parts: CallParts, resolved: Resolved) {
    const { entry, target } = resolved
    this.parts = parts
    this.ending = new Ending(parts.call.ending)
    this.#entry = entry
    this.#target = target
    this.#startedAt = parts.now()
    this.#call = new AttemptCall(parts, resolved, this.ending, this.#doings)
    this.head = { callId: parts.call.id, model: parts.model, created: Math.floor(this.#startedAt / 1000) }
  }

  run<T>(answer: (trying: Trying) => Promise<T>): Promise<T> {
    return this.parts.guards.length === 0 ? answer(this) : this.#admitted().then(() => answer(this))
  }

  async #admitted(): Promise<void> {
    const { guards, incoming } = this.parts
    for (const guard of guards) {
      const permit = await guard.admit(this.#target, incoming)
      // The call may have ended while the guard made up its mind.
      if (permit !== undefined && this.#over !== undefined) this.#settle(permit, this.#over)
      else if (permit !== undefined) this.#permits.push(permit)
      this.ending.throwIfEnded()
    }
  }

  /** Asks the provider. The attempt may have been given up when it has answered. */
  ask(): Promise<TextReply> {
    return this.#entry.run(this.#target.operation, this.parts.call.body, this.#call)
  }

  /** Whatever has read the answer so far. */
  reads(from: Told): void {
    this.#told = from
  }

  /** As it stands. */
  record(error?: MohoError): AttemptRecord {
    const ended = performance.now()
    const { sentAt } = this.#doings
    return {
      target: this.#target,
      startedAt: this.#startedAt,
      totalMs: ended - this.#began,
      upstreamMs: sentAt === undefined ? 0 : ended - sentAt,
      usage: this.#told.reading,
      serviceTier: this.#told.serviceTier,
      error,
    }
  }

  /** As it was in the end. Once, and permits are settled with it. */
  settled(error?: MohoError): AttemptRecord {
    const record = this.record(error)
    this.#over = record
    for (const permit of this.#permits) this.#settle(permit, record)
    return record
  }

  failed(fault: MohoError): Attempt<never> {
    const error = this.clean(fault)
    // Whatever the provider has left open ends with its attempt.
    this.ending.end(error)
    const renewed = this.#doings.renewed && error.code === 'upstream_auth_failed'
    return { failed: this.settled(error), error, renewed }
  }

  /** A fault without the secrets that the attempt was given: upstreams quote what they were sent. */
  clean(fault: MohoError): MohoError {
    return this.#doings.secrets.reduce<MohoError>(withoutSecret, fault)
  }

  #settle(permit: Permit, record: AttemptRecord): void {
    survive(() => permit.settle(record), 'a guard failed to settle its permit', this.parts.log)
  }
}

const unmeasured: Told = { reading: { state: 'unmeasured' }, serviceTier: undefined }

/** What an attempt remembers of its provider's doings. */
interface Doings {
  /** The secrets that it was given. */
  readonly secrets: unknown[]
  /** Whether a credential was renewed that it had refused. */
  renewed: boolean
  /** When it first sent something, as `performance.now()` tells it. */
  sentAt: number | undefined
}

/** An attempt, as its provider sees it. Providers may take it apart and put it together anew: each member stands alone. */
class AttemptCall implements ModelCall<unknown> {
  readonly id: string
  declare readonly signal: AbortSignal
  readonly headers: StringMap
  readonly log: Log
  readonly target: Target
  readonly web: WebClient
  readonly #parts: CallParts
  readonly #entry: Entry
  readonly #ending: Ending
  readonly #doings: Doings

  constructor(parts: CallParts, { entry, target }: Resolved, ending: Ending, doings: Doings) {
    this.id = parts.call.id
    this.headers = parts.call.headers
    this.log = parts.log
    this.target = target
    this.web = new AttemptWeb(parts.web, ending)
    this.#parts = parts
    this.#entry = entry
    this.#ending = ending
    this.#doings = doings
    Object.defineProperty(this, 'signal', AttemptCall.#signal)
  }

  /**
   * Of the object itself, so that `{ ...call }` has it, and one getter for all: with one each, every call would be of a shape of its
   * own, which costs 10 µs.
   */
  static readonly #signal: PropertyDescriptor & ThisType<AttemptCall> = {
    enumerable: true,
    get() {
      return this.#ending.signal
    },
  }

  readonly http: HttpClient = {
    send: (request) => {
      this.#doings.sentAt ??= performance.now()
      const { http, timeouts } = this.#parts
      // Whatever it sends ends with the attempt.
      return http.send({ ...request, idleTimeoutMs: request.idleTimeoutMs ?? timeouts.idleMs }, this.#ending)
    },
  }

  readonly secret = async (): Promise<unknown> => {
    const { secrets } = this.#doings
    const secret = await this.#entry.credential.get(this.#ending)
    if (!secrets.includes(secret)) secrets.push(secret)
    return secret
  }

  readonly refused = (secret: unknown, why: Refusal, serverTime?: number): void => {
    this.#doings.renewed = this.#entry.credential.refused(secret, why, serverTime)
  }

  readonly dropped = (name: string, why: string): void => {
    // A member's name is the caller's to choose.
    const path = name.length > maxPath ? `${name.slice(0, maxPath)}…` : name
    if (this.#parts.call.strict)
      throw new MohoError('unsupported', `${path}: ${why} (refused, as x-moho-strict asks)`, { param: path })
    // As many as anybody reads: a caller may send a hundred thousand.
    if (this.#parts.dropped.length < maxDropped) this.#parts.dropped.push({ path, why })
  }

  readonly note = (name: string, value: string): void => {
    this.#parts.notes.push({ name, value })
  }
}

const maxPath = 200
const maxDropped = 1000

/** Whatever it fetches ends with the attempt. A class, so that an attempt which fetches nothing makes no function for it. */
class AttemptWeb implements WebClient {
  readonly #web: WebClient
  readonly #ending: Ending

  constructor(web: WebClient, ending: Ending) {
    this.#web = web
    this.#ending = ending
  }

  get(url: string, options: WebOptions): Promise<WebFile> {
    return this.#web.get(url, options, this.#ending)
  }
}
