import { type Credential, Ending, MohoError, type Refusal } from '@moho/core'
import { clockOffset, isOtherOffset } from './clock.ts'
import type { AwsSigningSecret } from './secret.ts'

/**
 * A credential whose secrets die and are renewed. One renewal serves all who wait. A secret is renewed in the background once less than
 * five minutes of it are left, or less than a third of a life that is shorter than a quarter of an hour, and is used until it dies; a
 * renewal that fails meanwhile is tried again some seconds later, and no call hears of it.
 */
export const renewing = (parts: RenewingParts): Credential<AwsSigningSecret> => new Renewing(parts)

export interface RenewingParts {
  /** Throws a MohoError. `ending` comes when it takes too long; `clockOffsetMs` is what is known of AWS's clock. */
  renew(ending: Ending, clockOffsetMs: number): Promise<Session>
  /** Milliseconds since 1970. */
  now(): number
  /** From 0 to 1, as `Math.random`. */
  random?(): number
  /** Closes what it renews from. */
  close?(): void
}

export interface Session {
  readonly secret: AwsSigningSecret
  /** By AWS's clock, in milliseconds since 1970. Undefined: good until AWS refuses it. */
  readonly expiresAt: number | undefined
}

class Renewing implements Credential<AwsSigningSecret> {
  readonly #parts: RenewingParts
  #held: Held | undefined
  #renewal: Promise<AwsSigningSecret> | undefined
  #failure: Failure | undefined
  #clockOffsetMs = 0
  #forgottenAt = Number.NEGATIVE_INFINITY
  /** That of the renewal under way. */
  #ending: Ending | undefined
  #closed: MohoError | undefined

  constructor(parts: RenewingParts) {
    this.#parts = parts
  }

  async get(ending: Ending): Promise<AwsSigningSecret> {
    ending.throwIfEnded()
    const held = this.#held
    const time = this.#awsTime()
    if (held !== undefined && time < held.usedUntil) {
      const mayTry = this.#failure === undefined || this.#parts.now() >= this.#failure.againAt
      // Its failure is kept for the time when nothing else is left.
      if (time >= held.renewAt && mayTry && this.#closed === undefined) this.#renew().catch(() => undefined)
      return held.secret
    }
    if (this.#closed !== undefined) throw this.#closed
    if (this.#failure !== undefined && this.#parts.now() < this.#failure.toldUntil) throw this.#failure.error
    return until(this.#renew(), ending)
  }

  refused(secret: AwsSigningSecret, why: Refusal, serverTime?: number): boolean {
    if (why === 'clock') return this.#setClock(secret, serverTime)
    // By what was refused: calls that were under way together may each try again with what takes its place.
    if (this.#held === undefined || !isSameSession(this.#held.secret, secret)) return true
    // What is refused so soon after another is not mended by a third.
    if (this.#parts.now() < this.#forgottenAt + forgetsEveryMs) return false
    this.#forgottenAt = this.#parts.now()
    this.#held = undefined
    return true
  }

  close(): void {
    this.#closed = new MohoError('cancelled', 'The entry was closed.')
    this.#ending?.end(this.#closed)
    this.#parts.close?.()
  }

  #setClock(secret: AwsSigningSecret, serverTime: number | undefined): boolean {
    const clockOffsetMs = clockOffset(serverTime, this.#parts.now())
    if (clockOffsetMs === undefined) return false
    if (isOtherOffset(clockOffsetMs, this.#clockOffsetMs)) {
      this.#clockOffsetMs = clockOffsetMs
      if (this.#held !== undefined) {
        const { secret: held, expiresAt } = this.#held
        this.#held = { secret: { ...held, clockOffsetMs }, ...termsOf(expiresAt, this.#awsTime()) }
      }
    }
    return isOtherOffset(clockOffsetMs, secret.clockOffsetMs)
  }

  #renew(): Promise<AwsSigningSecret> {
    this.#renewal ??= this.#renewed().finally(() => {
      this.#renewal = undefined
    })
    return this.#renewal
  }

  async #renewed(): Promise<AwsSigningSecret> {
    const ending = new Ending()
    this.#ending = ending
    const timer = setTimeout(() => ending.end(tookTooLong()), patienceMs).unref()
    try {
      const { secret, expiresAt } = await until(this.#parts.renew(ending, this.#clockOffsetMs), ending)
      this.#clockOffsetMs = secret.clockOffsetMs
      this.#held = { secret, ...termsOf(expiresAt ?? Number.POSITIVE_INFINITY, this.#awsTime()) }
      this.#failure = undefined
      // To whoever waited for it, even where a wrong clock of ours makes it look dead: AWS will say so.
      return secret
    } catch (error) {
      this.#failure = failureOf(error, this.#parts.now(), this.#parts.random?.() ?? Math.random())
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  #awsTime(): number {
    return this.#parts.now() + this.#clockOffsetMs
  }
}

interface Held extends Terms {
  readonly secret: AwsSigningSecret
}

/** By AWS's clock. */
interface Terms {
  readonly expiresAt: number
  readonly renewAt: number
  readonly usedUntil: number
}

interface Failure {
  readonly error: unknown
  /** When a secret that is still good may be renewed again. */
  readonly againAt: number
  /** How long whoever has no secret is told the same, unasked. */
  readonly toldUntil: number
}

/** In milliseconds. */
const patienceMs = 30_000
const forgetsEveryMs = 60_000

/** One that looks dead already is used for some seconds: it may be our clock that is wrong, and each call would ask for another. */
function termsOf(expiresAt: number, time: number): Terms {
  if (expiresAt <= time) return { expiresAt, renewAt: time + 5000, usedUntil: time + 5000 }
  return { expiresAt, renewAt: expiresAt - Math.min(300_000, (expiresAt - time) / 3), usedUntil: expiresAt }
}

/** A missing right is not asked for once per call; what another try may mend is tried as soon as somebody wants it. */
function failureOf(error: unknown, now: number, random: number): Failure {
  const { retry, retryAfterMs } = MohoError.is(error) ? error : { retry: 'never', retryAfterMs: undefined }
  const wait = Math.min(retryAfterMs ?? 0, 60_000)
  return {
    error,
    againAt: now + Math.max(wait, 5000 * (1 + random)),
    toldUntil: now + Math.max(wait, retry === 'again' ? 0 : 1000),
  }
}

const tookTooLong = (): MohoError =>
  new MohoError('upstream_timeout', 'The entry’s credentials could not be renewed within 30 seconds.')

/** The same keys, whatever is thought of the clock. */
const isSameSession = (one: AwsSigningSecret, other: AwsSigningSecret): boolean =>
  one.accessKeyId === other.accessKeyId &&
  one.secretAccessKey === other.secretAccessKey &&
  one.sessionToken === other.sessionToken

/** The promise's outcome, or the end of this one wait. */
function until<T>(promise: Promise<T>, ending: Ending): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(ending.reason)
    if (ending.ended) giveUp()
    ending.onEnd(giveUp)
    promise.then(resolve, reject).finally(() => ending.offEnd(giveUp))
  })
}
