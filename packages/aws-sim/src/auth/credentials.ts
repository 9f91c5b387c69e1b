/** A key pair that the simulator accepts. A pair with a session token is refused without it, and the other way round. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** After this moment the pair is answered with ExpiredTokenException. */
  readonly expiration?: Date
}

/** A key pair that STS issued for a session of a role. */
export interface SessionKey extends Required<AccessKey> {
  /** The ARN of the role. */
  readonly role: string
  /** The name that the caller gave the session. */
  readonly session: string
}

/** What the simulator accepts when nothing else is configured: invalid at AWS, printed without worry. */
export const DEMO_ACCESS_KEY: AccessKey = {
  accessKeyId: 'AKIAMOHOSIMULATOR001',
  secretAccessKey: 'moho-simulator-secret-access-key-000001',
}

export const DEMO_API_KEY = `ABSK${Buffer.from('BedrockAPIKey-moho-at-000000000000:simulated').toString('base64')}`

/** Who a request was authenticated as, and for which region. */
export type Principal =
  | {
      readonly kind: 'access-key'
      readonly accessKeyId: string
      /** The ARN of the role, when the key is one that STS issued. */
      readonly role?: string
      readonly region: string
      readonly service: string
    }
  | { readonly kind: 'api-key'; readonly lastFour: string; readonly region: string }
  /** Nobody signed, and nobody had to. */
  | { readonly kind: 'anonymous'; readonly region: string }
