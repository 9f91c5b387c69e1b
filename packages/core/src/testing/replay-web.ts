import type { Ending } from '../contract/ending.ts'
import { MohoError } from '../contract/errors.ts'
import type { WebClient, WebFile, WebOptions } from '../contract/web.ts'

/** A WebClient that has the files it is given, by URL, and no others. It keeps what it was asked. */
export class ReplayWeb implements WebClient {
  readonly urls: string[] = []
  readonly #files: Readonly<Record<string, WebFile>>

  constructor(files: Readonly<Record<string, WebFile>> = {}) {
    this.#files = files
  }

  async get(url: string, { maxBytes }: WebOptions, ending?: Ending): Promise<WebFile> {
    this.urls.push(url)
    ending?.throwIfEnded()
    const file = this.#files[url]
    if (file === undefined) throw new MohoError('internal', `No file is given for ${url}.`)
    if (file.bytes.byteLength > maxBytes) throw new MohoError('too_large', `It has more than ${maxBytes} bytes.`)
    return file
  }
}
