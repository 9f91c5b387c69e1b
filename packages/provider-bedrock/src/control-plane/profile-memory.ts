import type { AwsSecret, SdkPlace } from '@moho/auth-aws'
import type { EntryCall } from '@moho/core'
import { modelBehindProfile } from './inference-profile.ts'

/**
 * Remembers which model is behind an inference profile: for an hour, and for a minute that it could not be found out, or not at once. One
 * lookup serves all who wait for it. It does not fail for what is wrong with the lookup, which is in the log then; it rejects where the call
 * itself ends.
 */
export function profileMemory({
  lookUp = modelBehindProfile,
  now = Date.now,
  most = 1000,
  patienceMs = 1000,
}: Options = {}): ProfileMemory {
  const known = new Map<string, Known>()
  const lookups = new Map<string, Promise<Known | undefined>>()

  /** Undefined where the call ended before there was an answer. */
  async function find(call: EntryCall<AwsSecret>, at: SdkPlace, profile: string): Promise<Known | undefined> {
    let model: string | undefined
    try {
      model = await lookUp(call, at, profile)
      if (model === undefined)
        call.log.warn('AWS does not tell which model is behind an inference profile', { profile, advice })
    } catch (error) {
      if (call.signal.aborted) {
        // Whoever comes next is not to wait in vain again: callers may be less patient than the control plane is slow.
        if (!known.has(profile)) keep(profile, { model: undefined, until: now() + briefly })
        return undefined
      }
      call.log.warn('the model behind an inference profile could not be looked up', { profile, error, advice })
    }
    const found = { model, until: now() + (model === undefined ? minute : 60 * minute) }
    keep(profile, found)
    return found
  }

  function keep(profile: string, found: Known): void {
    known.delete(profile)
    const [oldest] = known.keys()
    if (known.size >= most && oldest !== undefined) known.delete(oldest)
    known.set(profile, found)
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
      // Whoever began it may leave; then one of those who wait begins anew.
      for (let tries = 0; tries < 2; tries++) {
        call.signal.throwIfAborted()
        const lookup = lookups.get(profile) ?? start(call, at, profile)
        const found = await within(patienceMs, lookup, call.signal)
        if (found === 'late') break
        if (found !== undefined) return found.model
      }
      call.log.warn('AWS takes too long to tell which model is behind an inference profile', { profile, advice })
      // What it tells in the end goes over this.
      keep(profile, { model: undefined, until: now() + minute })
      return undefined
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
  /** How long a call waits for an answer. */
  readonly patienceMs?: number
}

interface Known {
  readonly model: string | undefined
  /** Milliseconds since 1970. */
  readonly until: number
}

const minute = 60_000
const briefly = 5_000

/** For whoever reads the log. */
const advice =
  'Nothing is known of what the model can do. Name it by `base` in the entry’s list, or allow bedrock:GetInferenceProfile on the profile.'

/** The wait ends with the signal, or when it has been too long; what is waited for goes on. */
function within<Found>(milliseconds: number, lookup: Promise<Found>, signal: AbortSignal): Promise<Found | 'late'> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve('late'), milliseconds)
    const leave = () => reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    lookup.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', leave)
    })
  })
}
