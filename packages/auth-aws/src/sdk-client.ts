import { type HttpClient, type HttpRequest, MohoError, type StringMap } from '@moho/core'
import { type AwsSecret, wrongRegion } from './secret.ts'
import { uriEncode } from './uri-encode.ts'

/**
 * The configuration of an AWS SDK client that calls AWS by our door: `new BedrockClient(sdkClient(call, secret, { region }))`. The SDK
 * signs, and what it signed is sent once, by the HTTP client of the call, or of whoever else has one. For what is not per token; answers are taken whole, up to 16 MiB.
 * Throws `upstream_auth_failed` for a short-term API key in another region than its own.
 */
export function sdkClient(by: SdkCaller, secret: AwsSecret, at: SdkPlace): SdkClientConfig {
  const { region, endpoint } = at
  return {
    ...proofOf(secret, region),
    ...fromNowhereElse,
    region,
    // The SDK appends to it as it is.
    ...(endpoint !== undefined && { endpoint: endpoint.replace(/\/+$/, '') }),
    requestHandler: sdkDoor(by),
  }
}

/** Such as an EntryCall. */
export interface SdkCaller {
  readonly http: HttpClient
}

export interface SdkPlace {
  readonly region: string
  /** Absolute. Left out: the SDK's own for the region. */
  readonly endpoint?: string | undefined
}

/** By structure, so that a provider which needs no SDK has none. */
export interface SdkClientConfig extends SdkProof, Readonly<typeof fromNowhereElse> {
  readonly region: string
  readonly endpoint?: string
  readonly requestHandler: SdkDoor
}

interface SdkProof {
  readonly credentials: SdkKeys | (() => Promise<SdkKeys>)
  readonly token?: { readonly token: string }
  readonly authSchemePreference: string[]
  /** In milliseconds. */
  readonly systemClockOffset: number
}

interface SdkKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

function proofOf(secret: AwsSecret, region: string): SdkProof {
  if (secret.kind === 'signing') {
    const { accessKeyId, secretAccessKey, sessionToken, clockOffsetMs } = secret
    return {
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
      // The SDK sends AWS_BEARER_TOKEN_BEDROCK of the environment otherwise, though there are keys.
      authSchemePreference: ['sigv4'],
      systemClockOffset: clockOffsetMs,
    }
  }
  if (secret.region !== undefined && secret.region !== region)
    throw new MohoError('upstream_auth_failed', wrongRegion(secret.region, region))
  return {
    token: { token: secret.token },
    authSchemePreference: ['httpBearerAuth'],
    // A client of a service that knows no bearer tokens asks for these, and would find the machine's.
    credentials: async () => {
      throw new MohoError(
        'unsupported',
        'This service of AWS does not take an Amazon Bedrock API key. Use an access key or a role.',
      )
    },
    systemClockOffset: 0,
  }
}

/** Whatever of these is left out, the SDK looks up in the environment and in `~/.aws`. */
export const fromNowhereElse = {
  ignoreConfiguredEndpointUrls: true,
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  // Whether and where to try again is the router's to say.
  maxAttempts: 1,
  retryMode: 'standard',
  // True would leave `systemClockOffset` unheard.
  disableClockSkewCorrection: false,
  userAgentAppId: '',
  /** Without the machine's operating system and its AWS_EXECUTION_ENV. */
  defaultUserAgentProvider: async (): Promise<[string, string?][]> => [['moho']],
}

/** What an SDK client calls its request handler. A type, because the SDK's is a record, which an interface is not. */
export type SdkDoor = {
  handle(
    request: SdkRequest,
    options?: { abortSignal?: unknown },
  ): Promise<{ response: { statusCode: number; headers: Record<string, string>; body: Uint8Array } }>
}

interface SdkRequest {
  readonly method: string
  /** With its colon. */
  readonly protocol: string
  readonly hostname: string
  readonly port?: number | undefined
  /** Encoded. */
  readonly path: string
  /** Not encoded. */
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>
  readonly headers: StringMap
  readonly body?: unknown
}

/** The request handler of an SDK client. */
export const sdkDoor = ({ http }: SdkCaller): SdkDoor => ({
  async handle(request, { abortSignal } = {}) {
    const response = await http.send({
      method: request.method as HttpRequest['method'],
      url: urlOf(request),
      headers: lowerCase(request.headers),
      body: bytesOf(request.body),
      // What comes late is a model's answer, and these are none.
      headersTimeoutMs: 30_000,
      signal: abortSignal instanceof AbortSignal ? abortSignal : undefined,
    })
    const body = await response.bytes(mostBytes + 1)
    if (body.byteLength > mostBytes) {
      throw new MohoError(
        'upstream_failed',
        'AWS answered with more than the 16 MiB that Moho reads of such an answer.',
      )
    }
    return { response: { statusCode: response.status, headers: { ...response.headers }, body } }
  },
})

const mostBytes = 16 * 1024 * 1024

/** The query as it was signed: sorted, and encoded in AWS's one way. */
function urlOf({ protocol, hostname, port, path, query = {} }: SdkRequest): string {
  const parts = Object.entries(query)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, value]) => {
      if (value === null) return [uriEncode(name)]
      const values = typeof value === 'string' ? [value] : value
      return values.map((one) => `${uriEncode(name)}=${uriEncode(one)}`)
    })
  const origin = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`
  return `${origin}${path}${parts.length > 0 ? `?${parts.join('&')}` : ''}`
}

const lowerCase = (headers: StringMap): StringMap =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

function bytesOf(body: unknown): Uint8Array | undefined {
  if (body === undefined || body === null) return undefined
  if (typeof body === 'string') return Buffer.from(body)
  if (body instanceof Uint8Array) return body
  throw new MohoError('internal', 'An AWS SDK client was to send a stream, which Moho does not do by the SDK.')
}
