import type { EntryCall, Log } from '../contract/call.ts'
import { Ending } from '../contract/ending.ts'
import type { HttpClient } from '../contract/http.ts'
import type { WebClient } from '../contract/web.ts'
import type { Entry } from './entry.ts'
import { faultOf, withoutSecret } from './fault.ts'

export interface AskingParts {
  readonly id: string
  readonly http: HttpClient
  readonly web: WebClient
  readonly log: Log
  /** Ends the question before its time. */
  readonly ending?: Ending
}

/**
 * Asks an entry's upstream what is no call of a model. Once more where the upstream refused a secret that could be renewed. Throws a
 * MohoError without the secret.
 */
export async function askEntry<T>(
  entry: Entry,
  parts: AskingParts,
  ask: (call: EntryCall<unknown>) => Promise<T>,
): Promise<T> {
  const ending = parts.ending ?? new Ending()
  for (let again = false; ; again = true) {
    const secrets: unknown[] = []
    let renewed = false
    const call: EntryCall<unknown> = {
      id: parts.id,
      signal: ending.signal,
      headers: {},
      http: { send: (request) => parts.http.send(request, ending) },
      web: { get: (url, options) => parts.web.get(url, options, ending) },
      log: parts.log,
      async secret() {
        const secret = await entry.credential.get(ending)
        secrets.push(secret)
        return secret
      },
      refused(secret, why, serverTime) {
        renewed = entry.credential.refused(secret, why, serverTime)
      },
    }
    try {
      return await ask(call)
    } catch (thrown) {
      if (renewed && !again) continue
      throw secrets.reduce<ReturnType<typeof faultOf>>(withoutSecret, faultOf(thrown))
    }
  }
}
