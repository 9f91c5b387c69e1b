/** What is in the database, as queries see it. Times are milliseconds since 1970, booleans 0 or 1, lists and objects JSON. */
export interface Tables {
  readonly meta: { readonly name: string; readonly value: string }
  readonly revisions: { readonly kind: string; readonly revision: number }
  readonly entries: EntryRow
  readonly keys: KeyRow
  readonly key_secrets: KeySecretRow
  readonly handles: HandleRow
  readonly audit: AuditRow
}

export interface EntryRow {
  readonly id: string
  readonly type: string
  readonly display_name: string
  readonly enabled: number
  readonly first_party: number
  readonly config: string
  readonly models: string | null
  readonly access: string | null
  /** Sealed. */
  readonly auth: string
  /** Goes up by one with each change. */
  readonly version: number
  readonly created_at: number
  readonly updated_at: number
}

export interface KeyRow {
  readonly id: string
  readonly name: string
  readonly models: string | null
  readonly team: string | null
  readonly user: string | null
  readonly created_at: number
  readonly expires_at: number | null
  readonly revoked_at: number | null
}

/** A key has one secret, and for a while after a rotation two. */
export interface KeySecretRow {
  /** SHA-256 of the whole secret, as base64url. */
  readonly hash: string
  readonly key_id: string
  readonly prefix: string
  readonly last_four: string
  readonly created_at: number
  /** Set by the rotation that took its place. */
  readonly good_until: number | null
}

export interface HandleRow {
  readonly kind: string
  readonly owner: string
  readonly id: string
  readonly upstream_id: string
  readonly made_by: string
  readonly pin: string
  readonly permits: string
  /** Sealed. */
  readonly data: string | null
  readonly created_at: number
  readonly expires_at: number | null
}

export interface AuditRow {
  readonly id: string
  readonly at: number
  readonly actor: string
  readonly action: string
  readonly object: string
  readonly before: string | null
  readonly after: string | null
}
