import type { Place } from './errors.ts'
import { geographies, geographyOf, isGeography } from './geographies.ts'
import { partitionOf } from './partition.ts'

/** What an IAM policy must name so that a model can be called from a region, as a sentence for the entry's managers. */
export function neededRights({ modelId, region, base }: Place, said: string): string {
  const action = /not authorized to perform:?\s+([a-z0-9-]+:[A-Za-z0-9*]+)/i.exec(said)?.[1] ?? 'bedrock:InvokeModel'
  const resource = /on resource:?\s+(arn:[^\s,;"']+)/i.exec(said)?.[1]
  const refused = resource === undefined ? '' : `AWS refused it on ${resource}. `
  // That right is for no model in particular.
  if (action.endsWith(':CallWithBearerToken')) return `${refused}Allow ${action} on *.`
  const { arns, everywhere } = resourcesOf(modelId, region, base)
  const where = everywhere
    ? ' In the last one the region is empty: a condition or a service control policy on aws:RequestedRegion must let "unspecified" through.'
    : arns.length > 2
      ? ' A service control policy that restricts regions must allow each of these regions.'
      : ''
  return `${refused}Allow ${action} on ${arns.join(', ')}.${where}`
}

/**
 * The ARNs of what is called when a model is: the profile, and the model itself in every region that the profile may choose. `ACCOUNT`
 * stands for the account's number, where the id does not have it; `base` is the model behind an application profile.
 */
function resourcesOf(
  modelId: string,
  region: string,
  base?: string,
): { readonly arns: readonly string[]; readonly everywhere: boolean } {
  const partition = partitionOf(region)
  const model = (id: string, where: string) => `arn:${partition}:bedrock:${where}::foundation-model/${id}`
  const isArn = modelId.startsWith('arn:')
  const id =
    isArn && /:(foundation-model|inference-profile)\//.test(modelId) ? (modelId.split('/').at(-1) ?? '') : modelId
  if (id.startsWith('arn:')) {
    if (!id.includes(':application-inference-profile/')) return { arns: [id], everywhere: false }
    const behind = base === undefined ? { arns: [model('*', '*')], everywhere: false } : resourcesOf(base, region)
    return { ...behind, arns: [id, ...behind.arns] }
  }
  const { geography = '', rest = '' } = geographyOf(id) ?? {}
  if (!isGeography(geography)) return { arns: [model(id, region)], everywhere: false }
  const profile = isArn ? modelId : `arn:${partition}:bedrock:${region}:ACCOUNT:inference-profile/${id}`
  const { destinations, everywhere = false } = geographies[geography]
  const regions = everywhere ? [region, ''] : destinations(region)
  return { arns: [profile, ...regions.map((where) => model(rest, where))], everywhere }
}
