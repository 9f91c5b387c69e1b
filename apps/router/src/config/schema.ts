import { features } from '@moho/core'
import { z } from 'zod'

/** The sections of the file. Each is checked by itself, so that a fault in one hides none in another. */
export const Root = z.object({
  server: z.unknown().optional(),
  store: z
    .string()
    .regex(/^(sqlite:|postgres(ql)?:\/\/)/, 'must be sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE')
    .optional(),
  plugins: z.array(z.unknown()).default([]),
  providers: z.array(z.unknown()).default([]),
  keys: z.array(z.unknown()).default([]),
})

export const Server = z
  .object({
    host: z.string().regex(/^\S+$/, 'must be a host name or an IP address').default('127.0.0.1'),
    port: z.number().int().min(0).max(65_535).default(8787),
  })
  .prefault({})

export const PluginItem = z.object({
  /** An npm package, or a path from the file's folder. */
  package: z.string().min(1),
})

export const Key = z.object({
  name: z.string().min(1),
  key: z
    .string()
    .min(16)
    // What a header can carry as it is.
    .regex(/^[!-~]*$/, 'must be of letters, digits and signs of ASCII, without white space'),
  /** Patterns: `*`, `entry/*`, `entry/model`, an alias (or another name of a listed model). Left out: every model. */
  models: z.array(z.string().min(1)).default(['*']),
})
export type Key = z.output<typeof Key>

export const ListedModel = z.object({
  id: z.string().min(1).regex(/^\S*$/, 'must not have white space in it'),
  /** An alias. `@` before a model's name is dropped, `/` ends an entry's, and `*` is for patterns. */
  name: z
    .string()
    .regex(/^[^@\s/*][^\s/*]*$/, 'must be a name without white space, "/" and "*", and not begin with "@"')
    .optional(),
  region: z.string().min(1).optional(),
  path: z.string().min(1).optional(),
  features: z.array(z.enum(features)).optional(),
  limits: z
    .object({
      contextTokens: z.number().int().min(1).optional(),
      outputTokens: z.number().int().min(1).optional(),
    })
    .optional(),
})
export type ListedModel = z.output<typeof ListedModel>

/** What every entry has. Its other members are those of its provider, and `auth` is chosen by its type. */
export const EntryCore = z.object({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9._-]{0,62}$/, 'must begin with a lower-case letter, and have at most 63 of: a-z 0-9 . _ -'),
  displayName: z.string().min(1).optional(),
  type: z.string().min(1),
  enabled: z.boolean().default(true),
  firstParty: z.boolean().default(false),
  unlistedModels: z.enum(['allow', 'refuse']).optional(),
  models: z.array(ListedModel).optional(),
})
export type EntryCore = z.output<typeof EntryCore>
