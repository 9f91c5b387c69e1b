import type { Log, RequestBody } from '../contract/call.ts'
import type { Ending } from '../contract/ending.ts'
import { MohoError } from '../contract/errors.ts'
import type { AttemptRecord, Caller, CallRecord, Dropped, Guard, Note, Observer } from '../contract/extend.ts'
import type { HttpClient, StringMap } from '../contract/http.ts'
import type { OperationName } from '../contract/provider.ts'
import type { WebClient } from '../contract/web.ts'
import { dialects } from '../dialects/index.ts'
import { isObject } from '../wire/json-value.ts'
import { answerStream, type StreamAnswer } from './answer-stream.ts'
import { answerWhole } from './answer-whole.ts'
import { attempt } from './attempts.ts'
import type { Entry } from './entry.ts'
import { faultOf, survive } from './fault.ts'
import { Outlet } from './outlet.ts'
import { type Access, type Resolved, resolve } from './resolve.ts'
import { type CallParts, type Timeouts, tryTarget } from './try-target.ts'

export interface RouterParts {
  readonly entries: ReadonlyMap<string, Entry>
  readonly guards: readonly Guard[]
  readonly observers: readonly Observer[]
  readonly http: HttpClient
  /** For addresses that callers wrote. */
  readonly web: WebClient
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** After at most so many milliseconds of silence a stream gets a comment, so that nothing between takes it for dead. */
  readonly keepAliveMs?: number
}

/** A call as it comes in. */
export interface Call {
  readonly id: string
  readonly operation: OperationName
  readonly caller: Caller
  readonly access: Access
  readonly body: RequestBody<unknown>
  /** The caller's, as far as providers may see them. */
  readonly headers: StringMap
  /** Ends when the caller leaves, or the time is up. */
  readonly ending: Ending
  /** Refuse instead of dropping what a model cannot do. */
  readonly strict: boolean
  /** Other than the usual ones. */
  readonly timeouts?: Partial<Timeouts>
}

/**
 * What goes back: a whole answer, one that streams, or the fault that kept it away. `record` says how it came to it; of a stream, how
 * it stood when it began, and the observers see the rest.
 */
export type Answer =
  | { readonly kind: 'whole'; readonly record: CallRecord; readonly body: string | Uint8Array }
  | { readonly kind: 'stream'; readonly record: CallRecord; readonly body: Outlet }
  | { readonly kind: 'fault'; readonly record: CallRecord; readonly error: MohoError }

export interface Router {
  readonly entries: ReadonlyMap<string, Entry>
  /** Does not reject: a fault is an answer too. */
  dispatch(call: Call): Promise<Answer>
  close(): Promise<void>
}

const none: readonly Dropped[] = Object.freeze([])
const noNotes: readonly Note[] = Object.freeze([])

const usualTimeouts: Timeouts = { firstTokenMs: 300_000, idleMs: 300_000 }

/** The engine: targets → guards → attempts → reply → observers. */
export function createRouter(parts: RouterParts): Router {
  const { keepAliveMs = 15_000, now = Date.now } = parts

  async function dispatch(call: Call): Promise<Answer> {
    const began = performance.now()
    const origin = { id: call.id, caller: call.caller, surface: call.operation, startedAt: now() }
    const attempts: AttemptRecord[] = []
    const dropped: Dropped[] = []
    const notes: Note[] = []
    let model = ''
    const record = (error?: MohoError, tried: readonly AttemptRecord[] = attempts): CallRecord => ({
      id: origin.id,
      caller: origin.caller,
      surface: origin.surface,
      startedAt: origin.startedAt,
      model,
      totalMs: performance.now() - began,
      attempts: tried,
      dropped: dropped.length === 0 ? none : [...dropped],
      notes: notes.length === 0 ? noNotes : [...notes],
      error,
    })
    try {
      const streams = peekStream(call)
      model = peekModel(call)
      const dialect = dialects[call.operation]
      const target = resolve(parts.entries, call.access, call.operation, model)
      const shared: CallParts = {
        call,
        incoming: {
          id: origin.id,
          caller: origin.caller,
          surface: origin.surface,
          startedAt: origin.startedAt,
          body: call.body,
        },
        dialect,
        model,
        dropped,
        notes,
        guards: parts.guards,
        http: parts.http,
        web: parts.web,
        log: parts.log,
        timeouts: call.timeouts === undefined ? usualTimeouts : { ...usualTimeouts, ...call.timeouts },
        now,
      }
      if (!streams) {
        const { body, record: last } = await attempt([target], (to) => tryTarget(shared, to, answerWhole), attempts)
        attempts.push(last)
        return observed({ kind: 'whole' as const, record: record(), body })
      }
      const outlet = new Outlet()
      const asked = { usage: asksUsage(call), answers: answersOf(call) }
      /** The attempt under way, as it stands. */
      let current: (() => AttemptRecord) | undefined
      const begin = (to: Resolved) =>
        tryTarget(shared, to, (trying) => {
          current = () => trying.record()
          return answerStream(trying, outlet, asked)
        })
      return await stream(outlet, attempt([target], begin, attempts))

      function stream(outlet: Outlet, committing: Promise<StreamAnswer>): Promise<Answer> {
        return new Promise((answer, reject) => {
          const open = () =>
            answer({
              kind: 'stream',
              record: record(undefined, current ? [...attempts, current()] : attempts),
              body: outlet,
            })
          // Status 200 and comments may go out while an attempt can still move: a comment says nothing of the answer.
          let opened = false
          const keepAlive = setInterval(() => {
            // Looked at twice in that time, so that no piece of an answer has to set a timer.
            if (outlet.silent) {
              outlet.comment()
              if (!opened) open()
              opened = true
            }
            outlet.silent = !outlet.silent
          }, keepAliveMs / 2)
          const finish = (error: MohoError | undefined) => {
            clearInterval(keepAlive)
            observed({ record: record(error) })
          }
          committing.then(
            async (committed) => {
              if (!opened) open()
              opened = true
              const ended = await committed.ended
              attempts.push(ended)
              finish(ended.error)
            },
            (thrown: unknown) => {
              const error = faultOf(thrown)
              if (!opened) {
                clearInterval(keepAlive)
                return reject(error)
              }
              outlet.write(dialect.errorEvent(error), 'utf8')
              outlet.end()
              finish(error)
            },
          )
        })
      }
    } catch (thrown) {
      const error = faultOf(thrown)
      return observed({ kind: 'fault' as const, error, record: record(error) })
    }
  }

  function observed<T extends { readonly record: CallRecord }>(answer: T): T {
    for (const observer of parts.observers) {
      survive(() => observer.observe(answer.record), 'an observer failed', parts.log)
    }
    return answer
  }

  return {
    entries: parts.entries,
    dispatch,
    async close() {
      for (const entry of parts.entries.values()) await entry.close()
    },
  }
}

function peekModel({ body }: Call): string {
  const model = body.peek('model')
  if (typeof model === 'string' && model !== '') return model
  const why = model === undefined ? 'is missing (string)' : 'must be a string that is not empty'
  throw new MohoError('invalid_request', `model: ${why}`, { param: 'model' })
}

function peekStream({ body, operation }: Call): boolean {
  const stream = body.peek('stream') ?? false
  if (typeof stream !== 'boolean')
    throw new MohoError('invalid_request', 'stream: must be true or false', { param: 'stream' })
  if (stream && dialects[operation].forwarded.marks === undefined) {
    throw new MohoError('unsupported', `stream: ${operation} are not streamed. Leave it out.`, { param: 'stream' })
  }
  return stream
}

const asksUsage = ({ body }: Call): boolean => {
  const options = body.peek('stream_options')
  return isObject(options) && options.include_usage === true
}

/** How many answers the caller wants side by side. */
function answersOf({ body }: Call): number {
  const n = body.peek('n')
  return typeof n === 'number' && n > 1 ? n : 1
}
