import { ACCOUNT } from '../account.ts'

/** ARNs as the control plane of a region writes them. */

/** A foundation model belongs to no account. `seenFrom` tells the partition where the ARN itself has no region. */
export function modelArn(id: string, region: string, seenFrom = region): string {
  return `arn:${partitionOf(seenFrom)}:bedrock:${region}::foundation-model/${id}`
}

export function profileArn(
  type: 'inference-profile' | 'application-inference-profile',
  id: string,
  region: string,
): string {
  return `arn:${partitionOf(region)}:bedrock:${region}:${ACCOUNT}:${type}/${id}`
}

function partitionOf(region: string): string {
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}
