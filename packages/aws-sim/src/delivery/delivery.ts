import type { ServerResponse } from 'node:http'
import { constants, type Http2ServerResponse } from 'node:http2'
import type { Socket } from 'node:net'
import type { Answer } from '../answer.ts'
import { type Plan, planDelivery } from './plan.ts'

export type Outgoing = ServerResponse | Http2ServerResponse

/** What of an answer was handed to the connection. */
export interface Progress {
  bytesSent: number
  eventsSent: number
}

/** One answer on its way to the client, from the delay before it to the way in which it ends. */
export class Delivery {
  readonly #response: Outgoing
  readonly #socket: Socket | undefined
  readonly #answer: Answer
  readonly #plan: Plan
  readonly #progress: Progress
  #next = 0
  #timer: NodeJS.Timeout | undefined
  #stopped = false
  #endedHere = false

  /** `socket` is the connection, which may be reset. */
  constructor(response: Outgoing, socket: Socket | undefined, answer: Answer, progress: Progress) {
    this.#response = response
    this.#socket = socket
    this.#answer = answer
    this.#plan = planDelivery(answer)
    this.#progress = progress
  }

  start(): void {
    const { hang, delayMs = 0 } = this.#answer.mishaps ?? {}
    if (hang) return
    if (delayMs > 0) this.#timer = setTimeout(() => this.#sendHead(), delayMs)
    else this.#sendHead()
  }

  /** The connection is gone. */
  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  /** True when the answer went out as it was meant to, be it cut on purpose. */
  get isDone(): boolean {
    if (this.#endedHere) return true
    const response = this.#response
    // HTTP/2's responses report that they are finished even when the stream was reset.
    return 'stream' in response
      ? response.writableEnded && response.stream.rstCode === constants.NGHTTP2_NO_ERROR
      : response.writableFinished
  }

  // A script can ask for what HTTP forbids, such as a connection header in HTTP/2; the call fails then, not the process.
  #sendHead(): void {
    try {
      const response = this.#response
      response.statusCode = this.#answer.status
      for (const [name, value] of Object.entries(this.#answer.headers)) response.setHeader(name, value)
      const { contentLength } = this.#plan
      if (contentLength !== undefined) response.setHeader('content-length', String(contentLength))
      else if (!('stream' in response)) response.setHeader('transfer-encoding', 'chunked')
      this.#sendNext()
    } catch {
      this.#response.destroy()
    }
  }

  #sendNext(): void {
    if (this.#stopped) return
    const { writes, ending, pauseMs } = this.#plan
    const bytes = writes[this.#next++]
    if (!bytes) {
      this.#finish()
      return
    }
    const isLast = this.#next === writes.length
    this.#count(bytes.length)
    if (isLast && ending === 'end') {
      this.#response.end(bytes)
      return
    }
    const isTaken = write(this.#response, bytes)
    if (!isTaken) this.#response.once('drain', () => this.#pause(pauseMs))
    else if (pauseMs === undefined || isLast) this.#sendNext()
    else this.#pause(pauseMs)
  }

  #pause(milliseconds: number | undefined): void {
    if (this.#stopped) return
    if (milliseconds) this.#timer = setTimeout(() => this.#sendNext(), milliseconds)
    // Even without a pause every write shall be a read of its own.
    else setImmediate(() => this.#sendNext())
  }

  #finish(): void {
    const response = this.#response
    switch (this.#plan.ending) {
      case 'end':
        response.end()
        return
      case 'open':
        flushHead(response)
        this.#beat()
        return
      default:
        flushHead(response)
        // A reset overtakes what was written just before it, so that has a moment to arrive.
        this.#timer = setTimeout(() => this.#cut(), CUT_AFTER_MS)
    }
  }

  #cut(): void {
    this.#endedHere = true
    if (this.#plan.ending === 'rst' && this.#socket) this.#socket.resetAndDestroy()
    else if ('stream' in this.#response) this.#response.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    else if (this.#socket) this.#socket.destroySoon()
    else this.#response.destroy()
  }

  #beat(): void {
    const { heartbeat } = this.#plan
    if (!heartbeat || this.#stopped) return
    this.#timer = setTimeout(() => {
      this.#progress.bytesSent += heartbeat.bytes.length
      write(this.#response, heartbeat.bytes)
      this.#beat()
    }, heartbeat.everyMs)
  }

  #count(bytes: number): void {
    const { eventEnds } = this.#plan
    this.#progress.bytesSent += bytes
    while ((eventEnds[this.#progress.eventsSent] ?? Number.POSITIVE_INFINITY) <= this.#progress.bytesSent) {
      this.#progress.eventsSent += 1
    }
  }
}

const CUT_AFTER_MS = 20

// The overloads of the two kinds of response do not meet in one signature.
function write(response: Outgoing, bytes: Buffer): boolean {
  return 'stream' in response ? response.write(bytes) : response.write(bytes)
}

function flushHead(response: Outgoing): void {
  if (response.headersSent) return
  if ('stream' in response) response.writeHead(response.statusCode)
  else response.flushHeaders()
}
