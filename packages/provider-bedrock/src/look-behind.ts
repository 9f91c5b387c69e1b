import type { Going } from './bedrock-entry.ts'
import { behind } from './resolve.ts'

/**
 * A call of an application profile, with what is known of the model behind it. As it was, where AWS does not tell, or not at once: what it
 * tells later is there for the next call.
 */
export async function lookBehind(going: Going): Promise<Going> {
  const { call, entry, region } = going
  const endpoint = endpointIn(going)
  if (endpoint === undefined) return going
  const looking = entry.profiles.modelBehind(call, { region, endpoint }, call.target.upstreamId)
  const baseId = await within(mostWaitMs, looking)
  if (baseId === undefined) return going
  const { target } = call
  return { ...going, call: { ...call, target: { ...target, model: behind(target.model, baseId) } } }
}

/** Undefined also where the control plane is in another region: the model itself may be called all the same. */
function endpointIn({ entry, region }: Going): string | undefined {
  try {
    return entry.controlUrl(region)
  } catch {
    return undefined
  }
}

/** A control plane that cannot be reached must not keep a model from answering. */
const mostWaitMs = 3_000

function within<Value>(milliseconds: number, waited: Promise<Value>): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), milliseconds)
    waited.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
