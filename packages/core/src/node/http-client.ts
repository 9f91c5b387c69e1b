import { type Dispatcher, Pool } from 'undici'
import type { Ending } from '../contract/ending.ts'
import { MohoError } from '../contract/errors.ts'
import type { ByteSink, Flow, HttpClient, HttpRequest, HttpResponse, StringMap } from '../contract/http.ts'

export interface HttpClientOptions {
  /** How long to wait for a connection, in milliseconds. */
  readonly connectTimeoutMs?: number
  /** How long to wait for an answer's head once the request is sent, in milliseconds. Long answers that are not streamed come late. */
  readonly headersTimeoutMs?: number
  /** The longest silence inside a body, in milliseconds. */
  readonly idleTimeoutMs?: number
  /** How long an unused connection is kept, in milliseconds. */
  readonly keepAliveMs?: number
}

/** The one door to the outside: a keep-alive pool for each origin, on undici's `dispatch`. */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient & { close(): Promise<void> } {
  const poolOptions: Pool.Options = {
    allowH2: false,
    connect: { timeout: options.connectTimeoutMs ?? 10_000, keepAlive: true, keepAliveInitialDelay: 60_000 },
    headersTimeout: options.headersTimeoutMs ?? 600_000,
    bodyTimeout: options.idleTimeoutMs ?? 300_000,
    keepAliveTimeout: options.keepAliveMs ?? 30_000,
    maxHeaderSize: 32 * 1024,
  }
  const pools = new Map<string, Pool>()
  const poolOf = (origin: string): Pool => {
    const known = pools.get(origin)
    if (known !== undefined) return known
    const pool = new Pool(origin, poolOptions)
    pools.set(origin, pool)
    return pool
  }
  return {
    send: (request, ending) => new Promise((resolve, reject) => new Exchange(poolOf, request, ending, resolve, reject)),
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}

type Sink = ByteSink & { fail(error: unknown): void }

/** One request and its answer. */
class Exchange implements Dispatcher.DispatchHandler, HttpResponse, Flow {
  status = 0
  headers: StringMap = {}
  readonly #resolve: (response: HttpResponse) => void
  readonly #reject: (error: unknown) => void
  readonly #ending: Ending | undefined
  readonly #signal: AbortSignal | undefined
  readonly #onEnd = () => this.#abort(endReason(this.#ending?.ended ? this.#ending.reason : this.#signal?.reason))
  #controller: Dispatcher.DispatchController | undefined
  #sink: Sink | undefined
  /** What has come and is not taken yet. */
  readonly #held: Uint8Array[] = []
  #heldBytes = 0
  #paused = false
  /** The upstream has said all that it has to say. */
  #over = false
  /** The sink knows of the fault. */
  #told = false
  /** Set once the exchange has come to its end, well or not. */
  #outcome: { error: MohoError | undefined } | undefined

  constructor(
    poolOf: (origin: string) => Pool,
    request: HttpRequest,
    ending: Ending | undefined,
    resolve: (response: HttpResponse) => void,
    reject: (error: unknown) => void,
  ) {
    this.#resolve = resolve
    this.#reject = reject
    this.#ending = ending
    this.#signal = request.signal
    if (this.#ending?.ended || this.#signal?.aborted) {
      this.#onEnd()
      return
    }
    this.#ending?.onEnd(this.#onEnd)
    this.#signal?.addEventListener('abort', this.#onEnd, { once: true })
    try {
      const { origin, path } = splitUrl(request.url)
      poolOf(origin).dispatch(
        {
          path,
          method: request.method,
          headers: request.headers,
          body: request.body ?? null,
          headersTimeout: request.headersTimeoutMs ?? null,
          bodyTimeout: request.idleTimeoutMs ?? null,
        },
        this,
      )
    } catch (error) {
      this.#settle(new MohoError('internal', 'Moho made a request that cannot be sent.', { cause: error }))
    }
  }

  // ---- undici's side ----

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // It was given up while it waited for a connection.
    if (this.#outcome !== undefined) controller.abort(this.#outcome.error ?? new Error('Given up.'))
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return // an interim answer, as 100 Continue is
    this.status = status
    this.headers = flatten(headers)
    this.#resolve(this)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#sink !== undefined && this.#held.length === 0) {
      this.#chunk(chunk)
      return
    }
    // Most bodies come with their heads, before anybody can listen. To pause for them would cost as much as all the rest.
    this.#held.push(chunk)
    this.#heldBytes += chunk.byteLength
    if (this.#heldBytes > maxHeldBytes) controller.pause()
  }

  onResponseEnd(): void {
    if (this.#outcome !== undefined) return
    this.#over = true
    if (this.#sink !== undefined && this.#held.length === 0) this.#end()
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#settle(MohoError.is(error) ? error : transportError(error))
  }

  // ---- the caller's side ----

  pipe(sink: Sink): Flow {
    if (this.#sink !== undefined) throw new Error('This body is read already.')
    this.#sink = sink
    // After this has returned, for sinks use what it returns.
    queueMicrotask(() => this.#drain())
    return this
  }

  bytes(max: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const parts: Uint8Array[] = []
      let size = 0
      const done = () => {
        const whole = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, size)
        resolve(size > max ? whole.subarray(0, max) : whole)
      }
      const flow = this.pipe({
        chunk(bytes) {
          parts.push(bytes)
          size += bytes.byteLength
          if (size < max) return
          done()
          flow.abort()
        },
        end: done,
        fail: reject,
      })
    })
  }

  pause(): void {
    this.#paused = true
    this.#controller?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#drain()
  }

  abort(): void {
    this.#abort(new MohoError('cancelled', 'The answer was no longer wanted.'))
  }

  /** What came before there was a sink, or while it was paused. */
  #drain(): void {
    if (this.#sink === undefined) return
    if (this.#outcome?.error !== undefined) {
      if (!this.#told) this.#fail(this.#outcome.error)
      return
    }
    while (!this.#paused && this.#outcome === undefined) {
      const chunk = this.#held.shift()
      if (chunk === undefined) break
      this.#chunk(chunk)
    }
    if (this.#paused || this.#held.length > 0 || this.#outcome !== undefined) return
    this.#heldBytes = 0
    if (this.#over) this.#end()
    else this.#controller?.resume()
  }

  #chunk(bytes: Uint8Array): void {
    try {
      this.#sink?.chunk(bytes)
    } catch (error) {
      this.#abort(error)
    }
  }

  #end(): void {
    this.#release(undefined)
    try {
      this.#sink?.end()
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.#told = true
    this.#sink?.fail(error)
  }

  #abort(reason: unknown): void {
    const error = MohoError.is(reason)
      ? reason
      : new MohoError('upstream_failed', 'The upstream’s answer could not be read.', { cause: reason })
    this.#settle(error)
    this.#controller?.abort(error)
  }

  #settle(error: MohoError): void {
    if (this.#outcome !== undefined) return
    this.#release(error)
    if (this.#sink !== undefined) this.#fail(error)
    // Without effect where the head has come: then the sink is told, once there is one.
    else this.#reject(error)
  }

  #release(error: MohoError | undefined): void {
    this.#outcome = { error }
    this.#ending?.offEnd(this.#onEnd)
    this.#signal?.removeEventListener('abort', this.#onEnd)
  }
}

/** How much is held for a sink that is not there yet, in bytes, before the upstream is paused. */
const maxHeldBytes = 64 * 1024

/** By hand: `new URL` would decode, encode and normalise a path that is signed as it stands. */
function splitUrl(url: string): { origin: string; path: string } {
  const start = url.indexOf('://') + 3
  const slash = url.indexOf('/', start)
  if (start < 3) throw new MohoError('internal', 'A request needs an absolute URL.')
  return slash === -1 ? { origin: url, path: '/' } : { origin: url.slice(0, slash), path: url.slice(slash) }
}

function flatten(headers: Record<string, string | string[] | undefined>): StringMap {
  for (const name in headers) {
    const value = headers[name]
    if (typeof value !== 'string') headers[name] = value?.join(', ') ?? ''
  }
  return headers as StringMap
}

const endReason = (reason: unknown): MohoError =>
  MohoError.is(reason) ? reason : new MohoError('cancelled', 'The call was cancelled.', { cause: reason })

/** What happened, by the code of undici's or Node's error. The address is for the log alone. */
function transportError(error: Error & { code?: unknown }): MohoError {
  const known = typeof error.code === 'string' ? transportFaults[error.code] : undefined
  const [code, message] = known ?? (['upstream_failed', 'The connection to the upstream broke.'] as const)
  return new MohoError(code, message, { cause: error })
}

const transportFaults: Readonly<Record<string, readonly ['upstream_failed' | 'upstream_timeout', string]>> = {
  UND_ERR_CONNECT_TIMEOUT: ['upstream_timeout', 'No connection to the upstream came about in time.'],
  UND_ERR_HEADERS_TIMEOUT: ['upstream_timeout', 'The upstream did not answer in time.'],
  UND_ERR_BODY_TIMEOUT: ['upstream_timeout', 'The upstream fell silent in the middle of its answer.'],
  UND_ERR_HEADERS_OVERFLOW: ['upstream_failed', 'The upstream’s headers are larger than Moho takes.'],
  ECONNREFUSED: ['upstream_failed', 'The upstream refused the connection. Check the entry’s address.'],
  ENOTFOUND: ['upstream_failed', 'The upstream’s host name is not known. Check the entry’s address and region.'],
  EAI_AGAIN: ['upstream_failed', 'The upstream’s host name could not be looked up.'],
  ECONNRESET: ['upstream_failed', 'The upstream closed the connection.'],
  UND_ERR_SOCKET: ['upstream_failed', 'The upstream closed the connection.'],
  EPIPE: ['upstream_failed', 'The upstream closed the connection.'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['upstream_failed', 'The upstream’s answer is shorter than it announced.'],
  CERT_HAS_EXPIRED: ['upstream_failed', 'The upstream’s certificate has expired.'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['upstream_failed', 'The upstream’s certificate is not trusted.'],
  SELF_SIGNED_CERT_IN_CHAIN: ['upstream_failed', 'The upstream’s certificate is not trusted.'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['upstream_failed', 'The upstream’s certificate is not trusted.'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['upstream_failed', 'The upstream’s certificate is for another host.'],
}
