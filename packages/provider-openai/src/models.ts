import type { Model } from '@moho/core'

/** None are listed: what an upstream has is its own affair, and it is asked by the name that the caller gives. */
export const models: readonly Model[] = []

/** Any id that can stand in a request: no control characters, no white space at its ends. */
export const resolveModel = (id: string): Model | undefined =>
  /^[^\p{Cc}]{1,512}$/u.test(id) && id.trim() === id ? { id } : undefined
