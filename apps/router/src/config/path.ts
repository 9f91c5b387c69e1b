import { memberPath } from '@moho/core/router'

/** Where a member is: `['providers', 0, 'region']`. */
export type Path = readonly PropertyKey[]

/** `providers[0].region`. A key that does not look like a name is `…`: a secret may have slipped to the left of its colon. */
export const pathText = (path: Path): string =>
  memberPath(path.map((key) => (typeof key === 'number' || looksLikeName(String(key)) ? key : '…')))

/** Words, with one or two digits at one place: `s3Sources`, `cacheWrite5m`, `x-acme-team`. */
const looksLikeName = (key: string) => key.length <= 32 && /^[a-z_$][a-z_$-]*(\d{1,2}[a-z_-]*)?$/i.test(key)
