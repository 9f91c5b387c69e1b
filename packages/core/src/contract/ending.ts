/**
 * What can end a call, or one of its attempts, before its time. It does what an AbortController does and makes one only when somebody
 * asks for its signal: to make a controller and to listen to it takes Node as long as all the rest of a small call.
 */
export class Ending {
  #ended = false
  #reason: unknown
  #listeners: (() => void)[] = []
  #controller: AbortController | undefined

  /** @param outer its end is this one's too */
  constructor(outer?: Ending) {
    if (outer === undefined) return
    if (outer.ended) this.end(outer.reason)
    else outer.onEnd(() => this.end(outer.reason))
  }

  get ended(): boolean {
    return this.#ended
  }

  get reason(): unknown {
    return this.#reason
  }

  /** For whatever takes one. */
  get signal(): AbortSignal {
    this.#controller ??= this.#newController()
    return this.#controller.signal
  }

  /** Once: what is said later is not heard. */
  end(reason: unknown): void {
    if (this.#ended) return
    this.#ended = true
    this.#reason = reason
    this.#controller?.abort(reason)
    for (const listener of this.#listeners.splice(0)) listener()
  }

  /** Calls the listener when it ends; never, where it has ended already. */
  onEnd(listener: () => void): void {
    if (!this.#ended) this.#listeners.push(listener)
  }

  offEnd(listener: () => void): void {
    const at = this.#listeners.lastIndexOf(listener)
    if (at !== -1) this.#listeners.splice(at, 1)
  }

  throwIfEnded(): void {
    if (this.#ended) throw this.#reason
  }

  #newController(): AbortController {
    const controller = new AbortController()
    if (this.#ended) controller.abort(this.#reason)
    return controller
  }
}
