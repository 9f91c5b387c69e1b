import type { MohoError } from '../contract/errors.ts'
import type { ByteSink, Flow, HttpResponse } from '../contract/http.ts'
import type { WriteReply } from '../contract/reply.ts'
import type { StreamWriter } from '../dialects/writer.ts'
import type { Outlet, PieceEncoding } from './outlet.ts'
import { brokeOff, guarded, upstreamFault } from './upstream-fault.ts'

/** Turns an upstream's bytes into the caller's, piece by piece. */
export interface RelaySource {
  /** Throws the fault that the bytes report. */
  chunk(bytes: Uint8Array): void
  /** The upstream's bytes are over: throws where more was due. */
  close(): void
  /** What there is for the caller since it was last asked; '' for nothing, and nothing before the answer itself begins. */
  take(): string
  /** Of what it takes. */
  readonly encoding: PieceEncoding
  /** Whether the answer has its reason to end. */
  readonly finished: boolean
  /** Whether nothing more is to come, whatever the connection says. */
  readonly over: boolean
  /** Writes what a whole answer ends with. */
  end(): void
  /** Writes the fault that broke an answer off. */
  fail(error: MohoError): void
}

/** How long an upstream may keep its connection open, once it has told its reason to end and nothing more, in milliseconds. */
const lingerMs = 5_000

export interface Relaying {
  readonly response: HttpResponse
  readonly source: RelaySource
  readonly outlet: Outlet
  /** A fault as it may be told. */
  clean(fault: MohoError): MohoError
}

/**
 * Lets an answer stream into the outlet. Resolves at the commit point, when the first piece goes out, with a promise of how it ended;
 * rejects where it failed before.
 */
export function relay({
  response,
  source,
  outlet,
  clean,
}: Relaying): Promise<{ readonly ended: Promise<MohoError | undefined> }> {
  return new Promise((commit, reject) => {
    const { promise: ended, resolve: end } = Promise.withResolvers<MohoError | undefined>()
    let committed = false
    let closed = false
    let linger: NodeJS.Timeout | undefined

    const flush = () => {
      const piece = source.take()
      if (piece === '') return
      outlet.write(piece, source.encoding)
      if (committed) return
      committed = true
      commit({ ended })
    }
    const close = (error: MohoError | undefined) => {
      if (closed) return
      closed = true
      if (error !== undefined && !committed) return reject(error)
      if (error === undefined) source.end()
      else source.fail(error)
      flush()
      outlet.end()
      end(error)
    }
    const finish = () => {
      source.close()
      close(undefined)
    }
    const finishOrFail = () => {
      try {
        finish()
      } catch (thrown) {
        close(clean(upstreamFault(thrown)))
      }
    }
    const fail = (thrown: unknown) => {
      clearTimeout(linger)
      // An answer that was whole when its connection broke is whole.
      if (source.finished && isWhole()) close(undefined)
      else close(clean(upstreamFault(thrown)))
    }
    const isWhole = () => {
      try {
        source.close()
        return true
      } catch {
        return false
      }
    }

    const flow: Flow = response.pipe({
      chunk: guarded((bytes) => {
        if (closed) return
        source.chunk(bytes)
        flush()
        if (source.over) finishOrFail()
        // The connection is good for another call, if its end follows soon.
        if (!source.finished) return
        if (linger === undefined) linger = setTimeout(giveUp, lingerMs)
        else linger.refresh()
      }),
      end() {
        clearTimeout(linger)
        finishOrFail()
      },
      fail,
    })
    outlet.follow(flow)

    function giveUp() {
      // Its silence is ours, while the caller is slow.
      if (outlet.isPaused && !closed) {
        linger?.refresh()
        return
      }
      finishOrFail()
      flow.abort()
    }
  })
}

/** A reply that is translated, as a source. */
export function writtenSource(reply: WriteReply, writer: StreamWriter): RelaySource {
  const sink: ByteSink = reply.framing(reply.translate(writer))
  return {
    chunk: (bytes) => sink.chunk(bytes),
    close() {
      sink.end()
      if (!writer.finished) throw brokeOff()
    },
    take: () => writer.take(),
    encoding: 'utf8',
    get finished() {
      return writer.finished
    },
    // A translator knows; its upstream's end says so.
    over: false,
    end: () => writer.end(),
    fail: (error) => writer.fail(error),
  }
}
