import { MohoError } from '@moho/core'
import { z } from 'zod'

/** The region of an entry, as in `us-east-1`, for a provider's config. */
export const awsRegion: z.ZodString = z
  .string()
  .trim()
  .superRefine((text, check) => {
    if (isRegion(text)) return
    const ofZone = text.slice(0, -1)
    check.addIssue(
      isRegion(ofZone)
        ? `This is an availability zone. Its region is ${ofZone}.`
        : 'This is not an AWS region. A region is written as in us-east-1 or eu-central-1.',
    )
  })
  .meta({ title: 'Region', help: 'The AWS region that is called, as in us-east-1.' })

/**
 * Whether it is written as a region: two letters (or those of a partition), a direction, a number. Which of these exist is for AWS to say,
 * which opens new ones.
 */
export const isRegion = (text: string): boolean =>
  /^(us-gov|us-iso[bf]?|eu-isoe|eusc-[a-z]{2}|[a-z]{2})-(central|(north|south)(east|west)?|east|west)-\d{1,2}$/.test(
    text,
  )

/** How the regions of a partition begin, and what its host names end in. As in the AWS SDKs' `partitions.json`. */
const partitions = [
  { regions: 'cn-', dnsSuffix: 'amazonaws.com.cn', dualStackSuffix: 'api.amazonwebservices.com.cn' },
  { regions: 'eusc-', dnsSuffix: 'amazonaws.eu', dualStackSuffix: 'api.amazonwebservices.eu' },
  { regions: 'us-iso-', dnsSuffix: 'c2s.ic.gov', dualStackSuffix: 'api.aws.ic.gov' },
  { regions: 'us-isob-', dnsSuffix: 'sc2s.sgov.gov', dualStackSuffix: 'api.aws.scloud' },
  { regions: 'eu-isoe-', dnsSuffix: 'cloud.adc-e.uk', dualStackSuffix: 'api.cloud-aws.adc-e.uk' },
  { regions: 'us-isof-', dnsSuffix: 'csp.hci.ic.gov', dualStackSuffix: 'api.aws.hci.ic.gov' },
]
const commercial = { dnsSuffix: 'amazonaws.com', dualStackSuffix: 'api.aws' }

const partitionOf = (region: string) => partitions.find(({ regions }) => region.startsWith(regions)) ?? commercial

/** What a region's host names end in: `amazonaws.com`, `amazonaws.com.cn`, … */
export const dnsSuffix = (region: string): string => partitionOf(region).dnsSuffix

/** What the host names of newer services end in, Bedrock Mantle among them: `api.aws`, … */
export const dualStackSuffix = (region: string): string => partitionOf(region).dualStackSuffix

const services = 'bedrock|bedrock-runtime|bedrock-mantle|bedrock-agent|bedrock-agent-runtime|s3|sts'
const awsHost = new RegExp(
  `^(?<service>([\\w.-]+\\.)?(${services})(-fips)?(\\.dualstack)?)\\.(?<region>[a-z0-9-]+)\\.(?<suffix>[a-z.-]+)$`,
)

/** The parts of a host of Bedrock, Mantle, S3 or STS, which only AWS can have. */
function readHost(host: string): { service: string; region: string; vpc: boolean; dualStack: boolean } | undefined {
  const name = host.toLowerCase().replace(/\.?(:\d+)?$/, '')
  const { service = '', region = '', suffix = '' } = awsHost.exec(name)?.groups ?? {}
  if (!isRegion(region)) return undefined
  const vpc = suffix.startsWith('vpce.')
  const publicSuffix = vpc ? suffix.slice('vpce.'.length) : suffix
  const dualStack = publicSuffix === dualStackSuffix(region)
  return dualStack || publicSuffix === dnsSuffix(region) ? { service, region, vpc, dualStack } : undefined
}

/**
 * The region that an AWS host name is in, VPC endpoints and FIPS hosts included; a port does no harm.
 * `undefined` for other hosts, and for AWS's that name no region, such as `sts.amazonaws.com`.
 */
export const regionOfHost = (host: string): string | undefined => readHost(host)?.region

/** What is wrong with a base URL for an entry in a region, for a refinement of its config; `undefined`: nothing. */
export function checkRegion(baseUrl: string, region: string): string | undefined {
  const inUrl = regionOfHost(hostOf(baseUrl))
  if (inUrl === undefined || inUrl === region) return undefined
  return (
    `The base URL is in ${inUrl}, but the entry's region is ${region}. ` +
    'Make them the same, or leave the base URL out: it follows from the region.'
  )
}

/**
 * A URL of an entry for a model in another region: swaps the region in an AWS host name, fills `{region}` anywhere, and
 * leaves a custom URL without it as it is. Throws `unsupported` for a VPC endpoint, which is in one region for good.
 */
export function urlInRegion(url: string, region: string): string {
  const filled = url.replaceAll('{region}', region)
  const host = hostOf(filled)
  const known = readHost(host)
  if (known === undefined || known.region === region) return filled
  if (known.vpc) {
    throw new MohoError(
      'unsupported',
      `The entry's VPC endpoint is in ${known.region}, but the model is in ${region}. Make an entry for ${region}.`,
    )
  }
  const port = /:\d+$/.exec(host)?.[0] ?? ''
  const suffix = known.dualStack ? dualStackSuffix(region) : dnsSuffix(region)
  return filled.replace(host, () => `${known.service}.${region}.${suffix}${port}`)
}

/** With its port. By hand, because a placeholder may stand in it. A backslash ends a host for HTTP clients too. */
const hostOf = (url: string): string => /^https?:\/\/([^/?#\\]*)/i.exec(url)?.[1] ?? ''
