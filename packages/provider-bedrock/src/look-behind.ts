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
  const baseId = await entry.profiles.modelBehind(call, { region, endpoint }, call.target.upstreamId)
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
