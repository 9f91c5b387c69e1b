import { Ending, MohoError } from '@moho/core'

/** A call from its head to its last byte. */
interface CallUnderWay {
  readonly ending: Ending
  /** By the clock of `performance.now()`; for ever, where a timer of its own ends it. */
  readonly lastsUntil: number
}

/** The calls that are under way, to be ended when their time is up, or when the process has waited for them long enough. */
export class UnderWay {
  readonly #calls = new Set<CallUnderWay>()
  #watch: NodeJS.Timeout | undefined

  /** Counts a call in; what it returns counts it out again. */
  begin(timeoutMs: number | undefined): { readonly ending: Ending; over(): void } {
    const ending = new Ending()
    const call = {
      ending,
      lastsUntil: timeoutMs === undefined ? performance.now() + longestMs : Number.POSITIVE_INFINITY,
    }
    this.#calls.add(call)
    this.#watch ??= setInterval(() => this.#endLate(), watchMs).unref()
    // A limit that the caller set is kept to the millisecond. The usual one can do without a timer for each call.
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => ending.end(tooLong(timeoutMs)), timeoutMs)
    return {
      ending,
      over: () => {
        clearTimeout(timer)
        this.#calls.delete(call)
      },
    }
  }

  endAll(reason: MohoError): void {
    for (const { ending } of this.#calls) ending.end(reason)
  }

  /** Resolves some time after the last of the calls that are under way now. */
  async thoseNowAreOver(): Promise<void> {
    const calls = [...this.#calls]
    while (calls.some((call) => this.#calls.has(call)))
      await new Promise((resolve) => setTimeout(resolve, watchMs).unref())
  }

  close(): void {
    clearInterval(this.#watch)
  }

  #endLate(): void {
    const now = performance.now()
    for (const { ending, lastsUntil } of this.#calls) if (lastsUntil <= now) ending.end(tooLong(longestMs))
  }
}

/** The longest that a call may take where its caller sets no other limit: thinking models take their time. */
const longestMs = 3_600_000
const watchMs = 1_000

const tooLong = (timeoutMs: number) => new MohoError('upstream_timeout', `The call took longer than ${timeoutMs} ms.`)
