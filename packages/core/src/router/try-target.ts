import type { Log, ModelCall } from '../contract/call.ts'
import { MohoError } from '../contract/errors.ts'
import type { AttemptRecord, Dropped, Guard, Incoming, Permit } from '../contract/extend.ts'
import type { HttpClient } from '../contract/http.ts'
import type { TextReply } from '../contract/reply.ts'
import type { UsageReading } from '../contract/writer.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { AnswerHead } from '../dialects/writer.ts'
import type { Attempt } from './attempts.ts'
import type { Call } from './dispatch.ts'
import { faultOf, orAborted, survive, withoutSecret } from './fault.ts'
import type { Resolved } from './resolve.ts'

/** What all attempts of a call share. */
export interface CallParts {
  readonly call: Call
  readonly incoming: Incoming
  readonly dialect: Dialect
  /** What the caller asked for. */
  readonly model: string
  readonly dropped: Dropped[]
  readonly guards: readonly Guard[]
  readonly http: HttpClient
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

/** An attempt under way. */
export interface Trying extends CallParts {
  readonly head: AnswerHead
  /** Ends the attempt, and not the call. */
  readonly ending: AbortController
  /** A fault without the secrets that the attempt was given: upstreams quote what they were sent. */
  clean(fault: MohoError): MohoError
  /** Asks the provider. */
  ask(): Promise<TextReply>
  /** Whatever has read the answer so far. */
  reads(from: Told): void
  /** As it stands. */
  record(): AttemptRecord
  /** As it was in the end. Once, and permits are settled with it. */
  settled(error?: MohoError): AttemptRecord
}

interface Told {
  readonly reading: UsageReading
  readonly serviceTier: string | undefined
}

/** One try at one target, to the point where `answer` commits. Never rejects: what goes wrong is in the record. */
export async function tryTarget<T>(
  parts: CallParts,
  { entry, target }: Resolved,
  answer: (trying: Trying) => Promise<T>,
): Promise<Attempt<T>> {
  const { call } = parts
  const ending = endingWith(call.signal)
  const { signal } = ending
  const startedAt = parts.now()
  const began = performance.now()
  const permits: Permit[] = []
  let sentAt: number | undefined
  let renewed = false
  /** The record with which it was settled. */
  let over: AttemptRecord | undefined
  const secrets: unknown[] = []
  let told: Told = { reading: { state: 'unmeasured' }, serviceTier: undefined }

  const record = (error?: MohoError): AttemptRecord => {
    const ended = performance.now()
    return {
      target,
      startedAt,
      totalMs: ended - began,
      upstreamMs: sentAt === undefined ? 0 : ended - sentAt,
      usage: told.reading,
      serviceTier: told.serviceTier,
      error,
    }
  }
  const settled = (error?: MohoError): AttemptRecord => {
    const settling = record(error)
    over = settling
    for (const permit of permits) settle(permit, settling)
    return settling
  }
  const settle = (permit: Permit, settling: AttemptRecord) =>
    survive(() => permit.settle(settling), 'a guard failed to settle its permit', parts.log)
  const clean = (fault: MohoError) => secrets.reduce<MohoError>(withoutSecret, fault)
  const modelCall: ModelCall<unknown> = {
    id: call.id,
    signal,
    headers: call.headers,
    http: {
      send(request) {
        sentAt ??= performance.now()
        // Every request of an attempt ends with it.
        const either = request.signal === undefined ? signal : AbortSignal.any([signal, request.signal])
        return parts.http.send({ idleTimeoutMs: parts.timeouts.idleMs, ...request, signal: either })
      },
    },
    log: parts.log,
    target,
    async secret() {
      const secret = await entry.credential.get(signal)
      if (!secrets.includes(secret)) secrets.push(secret)
      return secret
    },
    refused(secret, why, serverTime) {
      renewed = entry.credential.refused(secret, why, serverTime)
    },
    dropped(name, why) {
      // A member's name is the caller's to choose.
      const path = name.length > maxPath ? `${name.slice(0, maxPath)}…` : name
      if (call.strict) throw new MohoError('unsupported', `${path}: ${why}`, { param: path })
      parts.dropped.push({ path, why })
    },
  }

  async function run(): Promise<T> {
    for (const guard of parts.guards) {
      const permit = await guard.admit(target, parts.incoming)
      // The call may have ended while the guard made up its mind.
      if (permit !== undefined && over !== undefined) settle(permit, over)
      else if (permit !== undefined) permits.push(permit)
      signal.throwIfAborted()
    }
    return answer({
      ...parts,
      ending,
      clean,
      head: { callId: call.id, model: parts.model, created: Math.floor(startedAt / 1000) },
      async ask() {
        const reply = await entry.run(target.operation, call.body, modelCall)
        // It may have been given up meanwhile.
        signal.throwIfAborted()
        return reply
      },
      reads(from) {
        told = from
      },
      record,
      settled,
    })
  }

  // An attempt at the next target tells anew what it drops.
  parts.dropped.length = 0
  try {
    signal.throwIfAborted()
    // Whatever a plugin waits for, the call ends in time.
    return { committed: await orAborted(run(), signal) }
  } catch (thrown) {
    const error = clean(faultOf(thrown))
    // Whatever the provider has left open ends with its attempt.
    ending.abort(error)
    return { failed: settled(error), error, renewed: renewed && error.code === 'upstream_auth_failed' }
  }
}

/** A controller of its own, that also ends with the signal. */
function endingWith(signal: AbortSignal): AbortController {
  const controller = new AbortController()
  if (signal.aborted) controller.abort(signal.reason)
  else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true })
  return controller
}

const maxPath = 200
