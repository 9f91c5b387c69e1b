import type { Ending } from '../contract/ending.ts'
import { MohoError } from '../contract/errors.ts'
import type { HttpClient, HttpRequest, HttpResponse } from '../contract/http.ts'

/** What an upstream said once. */
export interface Recording {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  /** How the body is cut into reads, in bytes; what is left comes as one. Left out: one read. */
  readonly reads?: readonly number[]
  /** The body ends here as if the connection broke. */
  readonly broken?: boolean
}

/** An HttpClient that answers from recordings, in their order, and keeps what it was asked. */
export class ReplayClient implements HttpClient {
  readonly requests: HttpRequest[] = []
  readonly #recordings: Recording[]

  constructor(recordings: readonly Recording[]) {
    this.#recordings = [...recordings]
  }

  async send(request: HttpRequest, ending?: Ending): Promise<HttpResponse> {
    this.requests.push(request)
    request.signal?.throwIfAborted()
    ending?.throwIfEnded()
    const recording = this.#recordings.shift()
    if (recording === undefined)
      throw new MohoError('internal', `No recording is left for ${request.method} ${request.url}.`)
    return replay(recording, ending)
  }
}

function replay(recording: Recording, ending: Ending | undefined): HttpResponse {
  const body = typeof recording.body === 'string' ? Buffer.from(recording.body) : recording.body
  const response: HttpResponse = {
    status: recording.status ?? 200,
    headers: { 'content-type': 'application/json', ...recording.headers },
    pipe(sink) {
      let stopped = false
      const fail = (error: unknown) => {
        if (stopped) return
        stopped = true
        sink.fail(error)
      }
      // After the pipe has returned, as from a socket.
      queueMicrotask(() => {
        try {
          for (const bytes of cut(body, recording.reads ?? [])) {
            if (ending?.ended) return fail(ending.reason)
            if (stopped) return
            sink.chunk(bytes)
          }
          if (stopped) return
          if (recording.broken) return fail(new MohoError('upstream_failed', 'The upstream closed the connection.'))
          sink.end()
        } catch (error) {
          fail(error)
        }
      })
      return {
        pause() {},
        resume() {},
        abort() {
          stopped = true
        },
      }
    },
    bytes: (max) =>
      new Promise((resolve, reject) => {
        const parts: Uint8Array[] = []
        response.pipe({
          chunk: (bytes) => void parts.push(bytes),
          end: () => resolve(Buffer.concat(parts).subarray(0, max)),
          fail: reject,
        })
      }),
  }
  return response
}

function* cut(body: Uint8Array, reads: readonly number[]): Generator<Uint8Array> {
  let from = 0
  for (const length of reads) {
    if (from >= body.byteLength) return
    yield body.subarray(from, from + length)
    from += length
  }
  if (from < body.byteLength) yield body.subarray(from)
}
