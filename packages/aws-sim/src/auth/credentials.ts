/** A key pair that the simulator accepts. A pair with a session token is refused without it, and the other way round. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** After this moment the pair is answered with ExpiredTokenException. */
  readonly expiration?: Date
}

/** What the simulator accepts when nothing else is configured: invalid at AWS, printed without worry. */
export const DEMO_ACCESS_KEY: AccessKey = {
  accessKeyId: 'AKIAMOHOSIMULATOR001',
  secretAccessKey: 'moho-simulator-secret-access-key-000001',
}

export const DEMO_API_KEY = `ABSK${Buffer.from('BedrockAPIKey-moho-at-000000000000:simulated').toString('base64')}`

/** Who a request was authenticated as, and for which region. */
export type Principal =
  | { readonly kind: 'access-key'; readonly accessKeyId: string; readonly region: string; readonly service: string }
  | { readonly kind: 'api-key'; readonly lastFour: string; readonly region: string }
