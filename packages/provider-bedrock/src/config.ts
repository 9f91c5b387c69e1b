import { awsRegion, checkRegion, dnsSuffix, regionOfHost, urlInRegion } from '@moho/auth-aws'
import { z } from 'zod'

/** An entry's own members. */
export const bedrockConfig = z
  .object({
    region: awsRegion.meta({ title: 'Region', help: 'The AWS region that is called, as in us-east-1.', order: 1 }),
    accountId: z
      .string()
      .trim()
      .regex(/^\d{12}$/, 'An AWS account id has 12 digits.')
      .optional()
      .meta({ title: 'Account ID', help: 'The 12 digits of the AWS account, for your own records.', order: 2 }),
    baseUrl: httpUrl().optional().meta({
      title: 'Base URL',
      help: 'Only for a host of your own; otherwise it follows from the region.',
      order: 3,
    }),
    endpoints: z
      .object({
        runtime: httpUrl().optional().meta({
          title: 'Runtime endpoint',
          help: 'A VPC endpoint, for instance. {region} is replaced by the region.',
          order: 1,
        }),
        control: httpUrl().optional().meta({
          title: 'Control plane endpoint',
          help: 'Where models and inference profiles are listed. {region} is replaced by the region.',
          order: 2,
        }),
        sts: httpUrl().optional().meta({
          title: 'STS endpoint',
          help: 'Where roles are assumed. {region} is replaced by the region.',
          order: 3,
        }),
      })
      .optional()
      .meta({ title: 'Endpoints', help: 'Where to call AWS, if not at its public hosts.', order: 4 }),
    s3Sources: z.array(s3Source()).optional().meta({
      title: 'S3 sources',
      help: 'Buckets, or folders as in bucket/prefix, whose objects messages may name by s3://. The entry must be allowed to read them. None by default.',
      order: 5,
    }),
    guardrail: z
      .object({
        id: z
          .string()
          .trim()
          .regex(
            /^([a-z0-9]+|arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:\d{12}:guardrail\/[a-z0-9]+)$/,
            'Write the guardrail’s id, or its ARN.',
          )
          .meta({ title: 'Guardrail ID', help: 'Its id, or its ARN.', order: 1 }),
        version: z
          .string('Write the version in quotes.')
          .trim()
          .regex(/^(DRAFT|[1-9]\d{0,7})$/, 'A version is a number, or DRAFT.')
          .meta({ title: 'Version', help: 'A number, or DRAFT.', order: 2 }),
      })
      .optional()
      .meta({ title: 'Guardrail', help: 'The guardrail of Amazon Bedrock that every call goes through.', order: 6 }),
  })
  .superRefine(({ region, baseUrl, endpoints }, check) => {
    const urls = [
      { path: ['baseUrl'], url: baseUrl, service: runtime },
      { path: ['endpoints', 'runtime'], url: endpoints?.runtime, service: runtime },
      { path: ['endpoints', 'control'], url: endpoints?.control, service: control },
      { path: ['endpoints', 'sts'], url: endpoints?.sts, service: sts },
    ]
    for (const { path, url, service } of urls) {
      const fault = url === undefined ? undefined : faultOf(url, region, service)
      if (fault !== undefined) check.addIssue({ code: 'custom', path, message: fault })
    }
  })

export type BedrockConfig = z.output<typeof bedrockConfig>

/** Where Bedrock's runtime is called for a region, without a slash at the end. Throws where a VPC endpoint is in another region. */
export function runtimeUrl(
  { baseUrl, endpoints }: Pick<BedrockConfig, 'baseUrl' | 'endpoints'>,
  region: string,
): string {
  const url = endpoints?.runtime ?? baseUrl
  if (url === undefined) return `https://bedrock-runtime.${region}.${dnsSuffix(region)}`
  return urlInRegion(url.replace(/\/+$/, '').replace(openaiSuffix, ''), region)
}

/** Whether models are to be called by OpenAI's API where they have it. A suffix says so; the host's other APIs are beside it. */
export const prefersOpenai = ({ baseUrl, endpoints }: Pick<BedrockConfig, 'baseUrl' | 'endpoints'>): boolean =>
  [baseUrl, endpoints?.runtime].some((url) => url !== undefined && openaiSuffix.test(url.replace(/\/+$/, '')))

const openaiSuffix = /\/openai\/v1$/

/**
 * Where Bedrock's control plane is asked in a region. Undefined where the runtime is at a host of the entry's own that says nothing of
 * the control plane: whoever calls AWS by a proxy does not want to be taken around it.
 */
export function controlUrl(
  { baseUrl, endpoints }: Pick<BedrockConfig, 'baseUrl' | 'endpoints'>,
  region: string,
): string | undefined {
  if (endpoints?.control !== undefined) return urlInRegion(endpoints.control.replace(/\/+$/, ''), region)
  const url = endpoints?.runtime ?? baseUrl
  if (url !== undefined && regionOfHost(hostOf(url.replaceAll('{region}', region))) === undefined) return undefined
  return `https://bedrock.${region}.${dnsSuffix(region)}`
}

const hostOf = (url: string): string => /^https?:\/\/([^/]*)/i.exec(url)?.[1] ?? ''

/** By hand, because `{region}` may stand in the host. */
function httpUrl() {
  return z
    .string()
    .trim()
    .regex(
      /^https?:\/\/[^\s/?#\\@]+(\/[^\s?#\\]*)?$/i,
      'Write a URL as in https://host/path, without a query or a password.',
    )
}

/** As it is compared with what messages name: without the scheme, and without a slash at its end. */
function s3Source() {
  return z
    .string()
    .trim()
    .overwrite((text) => text.replace(/^s3:\/\//, '').replace(/(\/\*?)$/, ''))
    .regex(
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^*\0-\x1f\x7f]+)?$/,
      'Write a bucket, or the beginning of its keys as in bucket/prefix, without a * in it.',
    )
    .refine((text) => !text.includes('..') && !/\/\.?(\/|$)/.test(text), 'Nothing in it may be empty, "." or "..".')
}

interface Service {
  readonly host: RegExp
  readonly says: string
  readonly ends: RegExp
  readonly end: string
}

const runtime: Service = {
  host: /(^|\.)bedrock-runtime(-fips)?\./i,
  says: 'Models are called at bedrock-runtime',
  ends: /^(\/openai\/v1)?$/,
  end: 'The URL ends with the host, or with /openai/v1.',
}
const control: Service = {
  host: /(^|\.)bedrock(-fips)?\./i,
  says: 'Models are listed at bedrock',
  ends: /^$/,
  end: 'The URL ends with the host.',
}

const sts: Service = {
  host: /(^|\.)sts(-fips)?\./i,
  says: 'Roles are assumed at sts',
  ends: /^$/,
  end: 'The URL ends with the host.',
}

function faultOf(url: string, region: string, service: Service): string | undefined {
  if (!URL.canParse(url.replaceAll('{region}', region))) return 'This is not a valid URL.'
  const regional = hostOf(url).replaceAll('{region}', region)
  const hostRegion = service === sts && isGlobalSts.test(regional) ? globalRegion : regionOfHost(regional)
  if (hostRegion === undefined) {
    // Nobody else is called so.
    return /(^|\.)bedrock(-runtime|-mantle)?(-fips)?\.[a-z0-9-]+\.(amazonaws|api\.aws|vpce\.)/i.test(regional)
      ? `This looks like a host of AWS, and is none. Models are called at bedrock-runtime.${region}.${dnsSuffix(region)}.`
      : undefined
  }
  if (!service.host.test(regional)) {
    return `This is the host of another AWS service. ${service.says}.${region}.${dnsSuffix(region)}.`
  }
  if (!/^https:/i.test(url)) return 'AWS is called over https.'
  if (!service.ends.test(url.replace(/^[^/]*\/\/[^/]*/, '').replace(/\/+$/, ''))) return service.end
  // Any region of the partition: an account may have no STS in the entry's own.
  if (service === sts)
    return dnsSuffix(hostRegion) === dnsSuffix(region)
      ? undefined
      : `This is the STS of another partition. ${sts.says}.${region}.${dnsSuffix(region)}.`
  return checkRegion(url.replaceAll('{region}', region), region)
}

/** STS alone has a host that names no region. */
const isGlobalSts = /^sts\.amazonaws\.com\.?(:\d+)?$/i
const globalRegion = 'us-east-1'
