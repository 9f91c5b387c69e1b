import type { Ending } from './ending.ts'

/** Fetches what is at an address that a caller wrote: public hosts only, over https, bounded in time and size. */
export interface WebClient {
  /**
   * Throws `too_large` for more than `maxBytes`, and `invalid_request` for all else that keeps the file away: it is the caller's address,
   * and no try elsewhere would help. Messages name the host and never the rest of the address, which may hold a signature. Where the call
   * ends first, it throws the reason of that.
   */
  get(url: string, options: WebOptions, ending?: Ending): Promise<WebFile>
}

export interface WebOptions {
  /** How large the file may be. */
  readonly maxBytes: number
  /** Media types, as the header `accept` lists them. */
  readonly accept?: string | undefined
}

export interface WebFile {
  /** The media type in lower case, without parameters; '' where the host tells none. */
  readonly contentType: string
  readonly bytes: Uint8Array
}
