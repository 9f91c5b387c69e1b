import { apiKey, defineCredentialKind, definePlugin, defineProvider, type Plugin } from '@moho/core'
import { z } from 'zod'
import { formatFault } from '../fault.ts'
import { type Config, checkConfig, loadConfig } from '../load.ts'

/** A provider as small as one can be that has all that a config can get wrong. For tests. */
export const acme = defineProvider({
  id: 'acme',
  config: z
    .object({
      region: z
        .string()
        .regex(/^[a-z]+-\d$/, 'is not written as a region: north-1')
        .optional(),
      baseUrl: z.url().optional(),
      endpoints: z.object({ runtime: z.url().optional(), control: z.url().optional() }).optional(),
      retries: z.number().int().max(5).default(2),
      verbose: z.boolean().optional(),
      mode: z.enum(['fast', 'exact']).optional(),
      source: z.union([z.string().regex(/^file:/), z.object({ bucket: z.string() })]).optional(),
      tags: z.record(z.string().regex(/^[a-z]+$/), z.string()).optional(),
    })
    .refine(({ region, baseUrl }) => region === undefined || baseUrl === undefined || baseUrl.includes(region), {
      path: ['baseUrl'],
      // As careless as a provider can be: it repeats what it was given.
      error: ({ input }) => `is not in the region of the entry: ${JSON.stringify(input)}`,
    }),
  credentials: [
    apiKey,
    defineCredentialKind({
      type: 'password',
      settings: z.object({ user: z.string(), password: z.string().min(4), ttl: z.number().optional() }),
      open: () => ({ get: async () => '', refused: () => false, close() {} }),
    }),
    defineCredentialKind({
      type: 'ambient',
      settings: z.object({ profile: z.string().optional() }),
      open: () => ({ get: async () => '', refused: () => false, close() {} }),
    }),
  ],
  environment: {
    ACME_REGION: 'region',
    ACME_RUNTIME_URL: 'endpoints.runtime',
    ACME_RETRIES: 'retries',
    ACME_API_KEY: 'auth.apiKey',
    ACME_USER: 'auth.user',
    ACME_PASSWORD: 'auth.password',
  },
  models: [{ id: 'acme.large-v1:0', paths: { chat: 'converse' } }, { id: 'acme.small-v1:0' }],
  resolve: (id) => {
    if (id.startsWith('bad.')) throw new Error(`cannot parse ${id}`)
    return id.startsWith('geo.') ? { id } : undefined
  },
  connect: () => ({}),
})

export const builtIn: readonly Plugin[] = [definePlugin({ providers: [acme] })]

export interface Given {
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly file?: string
  readonly builtIn?: readonly Plugin[]
}

/** The faults of a document, as they are printed. */
export const faultsOf = async (text: string, given: Given = {}): Promise<readonly string[]> =>
  (await checkConfig({ file: 'moho.yaml', text, environment: {}, builtIn, ...given })).map(formatFault)

export const load = (text: string, given: Given = {}): Promise<Config> =>
  loadConfig({ file: 'moho.yaml', text, environment: {}, builtIn, ...given })
