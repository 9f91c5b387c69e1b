import type { AccessKey, SessionKey } from './credentials.ts'

/** Where a verifier looks a key pair up. */
export type KeyRing = Pick<ReadonlyMap<string, AccessKey | SessionKey>, 'get'>

/** The key pairs that may sign: those of the options, and the last ones that STS issued. */
export class AccessKeys implements KeyRing {
  readonly #configured: ReadonlyMap<string, AccessKey>
  readonly #issued = new Map<string, SessionKey>()

  constructor(configured: readonly AccessKey[]) {
    this.#configured = new Map(configured.map((key) => [key.accessKeyId, key]))
  }

  get(accessKeyId: string): AccessKey | SessionKey | undefined {
    return this.#configured.get(accessKeyId) ?? this.#issued.get(accessKeyId)
  }

  /** An expired pair is kept too, since AWS tells it from an unknown one; the oldest makes room. */
  issue(key: SessionKey): void {
    this.#issued.set(key.accessKeyId, key)
    const [oldest] = this.#issued.keys()
    if (oldest !== undefined && this.#issued.size > MOST_ISSUED) this.#issued.delete(oldest)
  }

  forgetIssued(): void {
    this.#issued.clear()
  }
}

export const MOST_ISSUED = 1000
