import { MohoError } from '@moho/core'

/** Who has the one connection, and who stands in line for it. */
export class Line {
  readonly #waiting: InLine[] = []
  #isTaken = false

  /** Resolves when it is the caller's turn, which ends with `next`. Rejects after ten seconds. */
  turn(): Promise<void> {
    if (!this.#isTaken) {
      this.#isTaken = true
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(inLine), 1)
        reject(waitedTooLong())
      }, longestWaitMs)
      const inLine: InLine = {
        resolve() {
          clearTimeout(timer)
          resolve()
        },
        reject(error) {
          clearTimeout(timer)
          reject(error)
        },
      }
      this.#waiting.push(inLine)
    })
  }

  next(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#isTaken = false
    else next.resolve()
  }

  /** Sends away all who wait. */
  fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}

interface InLine {
  resolve(): void
  reject(error: Error): void
}

/** More than hundreds of writes take on a slow disk. Whoever waits longer waits for himself. */
const longestWaitMs = 10_000

const waitedTooLong = (): MohoError =>
  new MohoError('overloaded', 'The store’s database is busy. Try again.', {
    cause: new Error('A transaction has had the database for more than ten seconds, or waits for a query beside it.'),
  })
