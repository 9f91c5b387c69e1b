import type { Log, ModelCall, RequestBody } from '../contract/call.ts'
import { MohoError } from '../contract/errors.ts'
import type {
  AttemptRecord,
  Caller,
  CallRecord,
  Dropped,
  Guard,
  Incoming,
  Observer,
  Permit,
} from '../contract/extend.ts'
import type { HttpClient, StringMap } from '../contract/http.ts'
import { ChatObjectWriter } from '../dialects/chat/object-writer.ts'
import type { ChatRequest } from '../formats/chat.ts'
import { type Attempt, attempt } from './attempts.ts'
import type { Entry } from './entry.ts'
import { renderObject } from './render.ts'
import { type Access, type Resolved, resolve } from './resolve.ts'

export interface RouterParts {
  readonly entries: ReadonlyMap<string, Entry>
  readonly guards: readonly Guard[]
  readonly observers: readonly Observer[]
  readonly http: HttpClient
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** A call as it comes in. */
export interface ChatCall {
  readonly id: string
  readonly caller: Caller
  readonly access: Access
  readonly body: RequestBody<ChatRequest>
  /** The caller's, as far as providers may see them. */
  readonly headers: StringMap
  /** Ends when the caller leaves. */
  readonly signal: AbortSignal
  /** Refuse instead of dropping what a model cannot do. */
  readonly strict: boolean
}

/** What goes back: a whole answer, or the fault that kept it away. `record` says how it came to it. */
export type Answer =
  | { readonly record: CallRecord; readonly body: string; readonly error?: undefined }
  | { readonly record: CallRecord; readonly error: MohoError }

export interface Router {
  readonly entries: ReadonlyMap<string, Entry>
  /** Does not throw: a fault is an answer too. */
  chat(call: ChatCall): Promise<Answer>
  close(): Promise<void>
}

/** The engine: targets → guards → attempts → reply → observers. */
export function createRouter(parts: RouterParts): Router {
  const now = parts.now ?? Date.now

  async function chat(call: ChatCall): Promise<Answer> {
    const origin = { id: call.id, caller: call.caller, surface: 'chat', startedAt: now() } as const
    const asked = call.body.peek('model')
    const model = typeof asked === 'string' ? asked : ''
    const incoming: Incoming = { ...origin, body: call.body }
    const attempts: AttemptRecord[] = []
    const dropped: Dropped[] = []
    const began = performance.now()
    const record = (error?: MohoError): CallRecord => ({
      ...origin,
      model,
      totalMs: performance.now() - began,
      attempts,
      dropped,
      error,
    })
    try {
      const request = call.body.json()
      if (request.stream === true)
        throw new MohoError('unsupported', 'Streaming is not served yet. Leave `stream` out.', { param: 'stream' })
      const resolved = resolve(parts.entries, call.access, 'chat', model)
      const body = await attempt([resolved], (target) => tryChat(call, incoming, target, model, dropped), attempts)
      return observed({ body, record: record() })
    } catch (thrown) {
      const error = faultOf(thrown)
      return observed({ error, record: record(error) })
    }
  }

  /** Never throws: what goes wrong is in the record. */
  async function tryChat(
    call: ChatCall,
    incoming: Incoming,
    { entry, target }: Resolved,
    model: string,
    dropped: Dropped[],
  ): Promise<Attempt<string>> {
    const startedAt = now()
    const began = performance.now()
    let sentAt: number | undefined
    const permits: Permit[] = []
    let renewed = false
    const writer = new ChatObjectWriter({ callId: call.id, model, created: Math.floor(startedAt / 1000) })
    let committed: string | undefined
    let error: MohoError | undefined
    // An attempt at the next target tells anew what it drops.
    dropped.length = 0
    try {
      for (const guard of parts.guards) {
        const permit = await guard.admit(target, incoming)
        if (permit !== undefined) permits.push(permit)
      }
      const operation = entry.operations.chat
      if (operation === undefined) throw new MohoError('unsupported', `Entry ${entry.settings.id} has no chat.`)
      const modelCall: ModelCall<unknown> = {
        id: call.id,
        signal: call.signal,
        headers: call.headers,
        http: {
          send(sent) {
            sentAt ??= performance.now()
            // Every request of a call ends with it.
            const signal = sent.signal === undefined ? call.signal : AbortSignal.any([call.signal, sent.signal])
            return parts.http.send({ ...sent, signal })
          },
        },
        log: parts.log,
        target,
        secret: () => entry.credential.get(call.signal),
        refused(secret, why, serverTime) {
          renewed = entry.credential.refused(secret, why, serverTime)
        },
        dropped(path, why) {
          if (call.strict) throw new MohoError('unsupported', `${path}: ${why}`, { param: path })
          dropped.push({ path, why })
        },
      }
      const reply = await operation.call(entry.operations, call.body, modelCall)
      committed = await renderObject(reply, writer)
    } catch (thrown) {
      error = faultOf(thrown)
    }
    const ended = performance.now()
    const record: AttemptRecord = {
      target,
      startedAt,
      totalMs: ended - began,
      upstreamMs: sentAt === undefined ? 0 : ended - sentAt,
      usage: writer.reading,
      serviceTier: writer.serviceTier,
      error,
    }
    for (const permit of permits) settle(permit, record)
    return { record, committed, renewed: renewed && error?.code === 'upstream_auth_failed' }
  }

  function settle(permit: Permit, record: AttemptRecord): void {
    try {
      permit.settle(record)
    } catch (error) {
      parts.log.error('a guard failed to settle its permit', { error })
    }
  }

  function observed(answer: Answer): Answer {
    for (const observer of parts.observers) {
      try {
        observer.observe(answer.record)
      } catch (error) {
        parts.log.error('an observer failed', { error })
      }
    }
    return answer
  }

  return {
    entries: parts.entries,
    chat,
    async close() {
      for (const entry of parts.entries.values()) await entry.close()
    },
  }
}

/** What is no MohoError is a fault of Moho's own: told to the log, not to the caller. */
function faultOf(thrown: unknown): MohoError {
  if (MohoError.is(thrown)) return thrown
  // Bodies are read and written by recursion.
  if (thrown instanceof RangeError)
    return new MohoError('invalid_request', 'The body is nested too deeply.', { cause: thrown })
  return new MohoError('internal', 'Moho failed. Its log says more under this request’s id.', { cause: thrown })
}
