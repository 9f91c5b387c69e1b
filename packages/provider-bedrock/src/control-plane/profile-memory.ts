import type { AwsSecret, SdkPlace } from '@moho/auth-aws'
import type { EntryCall } from '@moho/core'
import { modelBehindProfile } from './inference-profile.ts'

/**
 * Remembers which model is behind an inference profile: for an hour, and for a minute that it could not be found out. One lookup serves all
 * who wait for it. It does not fail for what is wrong with the lookup, which is in the log then; it rejects where the call itself ends.
 */
export function profileMemory({
  lookUp = modelBehindProfile,
  now = Date.now,
  most = 1000,
}: Options = {}): ProfileMemory {
  const known = new Map<string, Known>()
  const lookups = new Map<string, Promise<Known | undefined>>()

  /** Undefined where the call ended before there was an answer. */
  async function find(call: EntryCall<AwsSecret>, at: SdkPlace, profile: string): Promise<Known | undefined> {
    let model: string | undefined
    try {
      model = await lookUp(call, at, profile)
    } catch (error) {
      if (call.signal.aborted) return undefined
      call.log.warn('the model behind an inference profile could not be looked up', { profile, error })
    }
    const found = { model, until: now() + (model === undefined ? minute : 60 * minute) }
    known.delete(profile)
    const [oldest] = known.keys()
    if (known.size >= most && oldest !== undefined) known.delete(oldest)
    known.set(profile, found)
    return found
  }

  function start(call: EntryCall<AwsSecret>, at: SdkPlace, profile: string): Promise<Known | undefined> {
    const lookup = find(call, at, profile).finally(() => lookups.delete(profile))
    lookups.set(profile, lookup)
    return lookup
  }

  return {
    async modelBehind(call, at, profile) {
      const remembered = known.get(profile)
      if (remembered !== undefined && remembered.until > now()) return remembered.model
      for (;;) {
        call.signal.throwIfAborted()
        const found = await unlessEnded(lookups.get(profile) ?? start(call, at, profile), call.signal)
        if (found !== undefined) return found.model
        // Whoever began it has left, so the next begins anew.
      }
    },
  }
}

export interface ProfileMemory {
  /** As `modelBehindProfile`. */
  modelBehind(call: EntryCall<AwsSecret>, at: SdkPlace, profile: string): Promise<string | undefined>
}

interface Options {
  readonly lookUp?: typeof modelBehindProfile
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** How many profiles are remembered. */
  readonly most?: number
}

interface Known {
  readonly model: string | undefined
  /** Milliseconds since 1970. */
  readonly until: number
}

const minute = 60_000

/** Ends the wait with the signal, and not what is waited for. */
function unlessEnded<Found>(lookup: Promise<Found>, signal: AbortSignal): Promise<Found> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    lookup.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
