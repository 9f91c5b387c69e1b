import { z } from 'zod'
import { type CredentialKind, defineCredentialKind } from '../contract/credentials.ts'
import type { Sign } from './post-json.ts'

/** One secret string, as most providers have it. */
export const apiKey: CredentialKind<string> = defineCredentialKind({
  type: 'api-key',
  settings: z.object({
    apiKey: z.string().trim().min(1).meta({ title: 'API key', secret: true, order: 1 }),
  }),
  open: ({ apiKey }) => ({
    get: async () => apiKey,
    // A key that was refused once will be refused again: nothing here can renew it.
    refused: () => false,
    close() {},
  }),
})

/** `authorization: Bearer …` */
export const bearer: Sign<string> = (secret) => ({ authorization: `Bearer ${secret}` })
